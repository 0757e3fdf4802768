package main_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox/gen/client"
	"github.com/backlox/lox/openapi/traffic"
)

// api is a client of a server with one key. Its methods return errors instead of failing the test,
// because servers may be killed during a call.
type api struct {
	*client.ClientWithResponses
	http *http.Client
}

func newAPI(t testing.TB, baseURL, key string) *api {
	t.Helper()
	// With its own connections, which end with the test.
	transport := &http.Transport{MaxIdleConnsPerHost: 32}
	t.Cleanup(transport.CloseIdleConnections)
	a := &api{http: &http.Client{Transport: checked{t, transport}, Timeout: patience}}
	var err error
	a.ClientWithResponses, err = client.NewClientWithResponses(baseURL, client.WithHTTPClient(a.http),
		client.WithRequestEditorFn(func(_ context.Context, r *http.Request) error {
			r.Header.Set("Authorization", "Bearer "+key)
			return nil
		}))
	require.NoError(t, err)
	return a
}

// checked is a transport that checks traffic against the document.
type checked struct {
	t    testing.TB
	base http.RoundTripper
}

func (j checked) RoundTrip(r *http.Request) (*http.Response, error) {
	path, inAPI := strings.CutPrefix(r.URL.RequestURI(), "/api/")
	var sent []byte
	if inAPI && r.GetBody != nil {
		body, err := r.GetBody()
		if err != nil {
			return nil, err
		}
		if sent, err = io.ReadAll(body); err != nil {
			return nil, err
		}
	}
	resp, err := j.base.RoundTrip(r)
	if err != nil || !inAPI {
		return resp, err
	}
	answer, err := io.ReadAll(resp.Body)
	_ = resp.Body.Close()
	if err != nil { // the server was killed
		return nil, err
	}
	resp.Body = io.NopCloser(bytes.NewReader(answer))
	assert.NoError(j.t, validator().Check(traffic.Exchange{
		Method: r.Method, Path: "/" + path, Header: r.Header, Body: sent,
		Status: resp.StatusCode, Response: resp.Header, Answer: answer,
	}))
	return resp, nil
}

var validator = sync.OnceValue(func() *traffic.Validator {
	v, err := traffic.NewValidator()
	if err != nil {
		panic(err)
	}
	return v
})

// refused is an answer with another status than expected.
type refused struct {
	status int
	body   string
}

func (r *refused) Error() string { return fmt.Sprintf("%d %s", r.status, r.body) }

// create requests an upload URL. idempotency may be "".
func (a *api) create(ctx context.Context, body client.CreateBackupJSONRequestBody, idempotency string) (*client.BackupUpload, error) {
	params := &client.CreateBackupParams{}
	if idempotency != "" {
		params.IdempotencyKey = &idempotency
	}
	resp, err := a.CreateBackupWithResponse(ctx, params, body)
	if err != nil {
		return nil, err
	}
	if resp.JSON201 == nil {
		return nil, &refused{resp.StatusCode(), string(resp.Body)}
	}
	return resp.JSON201, nil
}

// put uploads with the headers in the answer to create.
func (a *api) put(ctx context.Context, upload *client.BackupUpload, file []byte) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodPut, upload.UploadURL, bytes.NewReader(file))
	if err != nil {
		return err
	}
	for name, value := range upload.UploadHeaders {
		req.Header.Set(name, value)
	}
	return a.do(req, io.Discard)
}

// complete returns the backup, which is completed or verifying.
func (a *api) complete(ctx context.Context, id string) (*client.Backup, error) {
	resp, err := a.CompleteBackupWithResponse(ctx, id, client.CompleteBackupRequest{})
	switch {
	case err != nil:
		return nil, err
	case resp.JSON200 != nil:
		return resp.JSON200, nil
	case resp.JSON202 != nil:
		return resp.JSON202, nil
	}
	return nil, &refused{resp.StatusCode(), string(resp.Body)}
}

func (a *api) get(ctx context.Context, id string) (*client.Backup, error) {
	resp, err := a.GetBackupWithResponse(ctx, id)
	if err != nil {
		return nil, err
	}
	if resp.JSON200 == nil {
		return nil, &refused{resp.StatusCode(), string(resp.Body)}
	}
	return resp.JSON200, nil
}

// download fetches a completed backup by its download URL and returns the checksum of the bytes.
func (a *api) download(ctx context.Context, id string) (sum string, err error) {
	resp, err := a.GetBackupDownloadWithResponse(ctx, id)
	if err != nil {
		return "", err
	}
	if resp.JSON200 == nil {
		return "", &refused{resp.StatusCode(), string(resp.Body)}
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, resp.JSON200.DownloadURL, nil)
	if err != nil {
		return "", err
	}
	hash := sha256.New()
	if err := a.do(req, hash); err != nil {
		return "", err
	}
	return fmt.Sprintf("sha256:%x", hash.Sum(nil)), nil
}

func (a *api) delete(ctx context.Context, id string) error {
	resp, err := a.DeleteBackupWithResponse(ctx, id)
	if err != nil {
		return err
	}
	if resp.JSON200 == nil {
		return &refused{resp.StatusCode(), string(resp.Body)}
	}
	return nil
}

// ids lists the newest backups.
func (a *api) ids(ctx context.Context) ([]string, error) {
	resp, err := a.ListBackupsWithResponse(ctx, &client.ListBackupsParams{})
	if err != nil {
		return nil, err
	}
	if resp.JSON200 == nil {
		return nil, &refused{resp.StatusCode(), string(resp.Body)}
	}
	var ids []string
	for _, b := range resp.JSON200.Backups {
		ids = append(ids, b.ID)
	}
	return ids, nil
}

// fetch requests a URL that needs no key.
func (a *api) fetch(ctx context.Context, url string) (string, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return "", err
	}
	var body strings.Builder
	err = a.do(req, &body)
	return body.String(), err
}

// do writes the body of an answer, which must be 200, to w.
func (a *api) do(req *http.Request, w io.Writer) error {
	resp, err := a.http.Do(req)
	if err != nil {
		return err
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode == http.StatusOK {
		_, err = io.Copy(w, resp.Body)
		return err
	}
	body, err := io.ReadAll(resp.Body)
	if err == nil {
		err = &refused{resp.StatusCode, string(body)}
	}
	return err
}

// requireStored stores a file completely, and returns its id.
func requireStored(t testing.TB, a *api, file []byte) (id string) {
	t.Helper()
	upload, err := a.create(t.Context(), client.CreateBackupJSONRequestBody{
		Name: "a backup", SizeBytes: int64(len(file)), ContentType: "application/gzip",
	}, "")
	require.NoError(t, err)
	require.NoError(t, a.put(t.Context(), upload, file))
	done, err := a.complete(t.Context(), upload.ID)
	require.NoError(t, err)
	require.Equal(t, client.BackupStatusCompleted, done.Status)
	require.Equal(t, checksum(file), done.Checksum)
	return upload.ID
}

// requireDownload checks that a backup has the uploaded bytes.
func requireDownload(t testing.TB, a *api, id string, file []byte) {
	t.Helper()
	got, err := a.download(t.Context(), id)
	require.NoError(t, err)
	require.Equal(t, checksum(file), got, "the download differs from the upload")
}

// requireReady waits until the server and all its parts are ready.
func requireReady(t testing.TB, a *api, baseURL string) {
	t.Helper()
	require.Eventually(t, func() bool {
		_, err := a.fetch(t.Context(), rootURL(baseURL)+"/readyz")
		return err == nil
	}, patience, 20*time.Millisecond, "not ready")
}

func checksum(file []byte) string { return fmt.Sprintf("sha256:%x", sha256.Sum256(file)) }

// noise is a file of n bytes without repetitions.
func noise(seed uint64, n int) []byte {
	b := make([]byte, n)
	var key [32]byte
	for i := range 8 {
		key[i] = byte(seed >> (8 * i))
	}
	_, _ = rand.NewChaCha8(key).Read(b)
	return b
}
