package s3_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/xml"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/minio/minio-go/v7"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox"
	"github.com/backlox/lox/blob/blobtest"
	"github.com/backlox/lox/blob/s3"
)

// leastPart is the minimum size that S3 accepts for a part that isn't the last, in bytes.
const leastPart = 5 << 20

func newKey() string { return lox.Backup{Tenant: lox.NewTenantID(), ID: lox.NewBackupID()}.ObjectKey() }

func begin(t *testing.T, store *s3.Store) lox.PartsOf {
	t.Helper()
	of := lox.PartsOf{Key: newKey(), PartSize: leastPart}
	var err error
	of.UploadID, err = store.BeginParts(t.Context(), of.Key)
	require.NoError(t, err)
	return of
}

func presignPart(t *testing.T, store *s3.Store, of lox.PartsOf, number int, size int64, sum *lox.Checksum) lox.PresignedUpload {
	t.Helper()
	p, err := store.PresignPart(t.Context(), lox.PartUpload{PartsOf: of, Number: number, Size: size, Checksum: sum, Expires: time.Hour})
	require.NoError(t, err)
	return p
}

// put sends body with headers that edit has changed, and returns the status and the error code of
// S3.
func put(t *testing.T, p lox.PresignedUpload, body []byte, edit ...func(*http.Request)) (status int, code string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPut, p.URL, bytes.NewReader(body))
	require.NoError(t, err)
	for name, value := range p.Headers {
		req.Header.Set(name, value)
	}
	for _, e := range edit {
		e(req)
	}
	resp, err := http.DefaultClient.Do(req)
	require.NoError(t, err)
	defer func() { _ = resp.Body.Close() }()
	text, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	var answer struct {
		Code string `xml:"Code"`
	}
	if len(text) > 0 {
		require.NoError(t, xml.Unmarshal(text, &answer), "%s", text)
	}
	return resp.StatusCode, answer.Code
}

func requireStored(t *testing.T, p lox.PresignedUpload, body []byte) {
	t.Helper()
	status, code := put(t, p, body)
	require.Equal(t, http.StatusOK, status, code)
}

// The URL of a part is valid only for this part, this upload and this object.
func TestPartURL(t *testing.T) {
	store := open(t, blobtest.StartMinIO(t))
	body := []byte("body")
	of, other := begin(t, store), begin(t, store)
	p := presignPart(t, store, of, 1, int64(len(body)), nil)
	for what, edit := range map[string]func(r *http.Request, query url.Values){
		"another part":   func(_ *http.Request, query url.Values) { query.Set("partNumber", "2") },
		"another upload": func(_ *http.Request, query url.Values) { query.Set("uploadId", other.UploadID) },
		"another object": func(r *http.Request, _ url.Values) { r.URL.Path = strings.Replace(r.URL.Path, of.Key, other.Key, 1) },
		"the object": func(_ *http.Request, query url.Values) {
			query.Del("partNumber")
			query.Del("uploadId")
		},
	} {
		status, code := put(t, p, body, func(r *http.Request) {
			query := r.URL.Query()
			edit(r, query)
			r.URL.RawQuery = query.Encode()
		})
		require.Equal(t, http.StatusForbidden, status, what)
		require.Equal(t, "SignatureDoesNotMatch", code, what)
	}
	requireStored(t, p, body)
	require.NoError(t, store.AbortParts(t.Context(), of))
	status, code := put(t, p, body)
	require.Equal(t, http.StatusNotFound, status)
	require.Equal(t, "NoSuchUpload", code)
	parts, err := store.Parts(t.Context(), other, 0, 10)
	require.NoError(t, err)
	require.Empty(t, parts)
}

// Parts with a declared checksum, which the store enforces, and parts without one make an object.
func TestPartChecksum(t *testing.T) {
	store := open(t, blobtest.StartMinIO(t))
	of := begin(t, store)
	first, second := bytes.Repeat([]byte("1"), leastPart), []byte("second")
	others := bytes.Repeat([]byte("x"), leastPart)
	sum, otherSum := lox.Checksum(sha256.Sum256(first)), lox.Checksum(sha256.Sum256(others))
	p := presignPart(t, store, of, 1, leastPart, &sum)

	status, code := put(t, p, others)
	require.Equal(t, http.StatusBadRequest, status)
	require.Equal(t, "XAmzContentSHA256Mismatch", code)
	for what, edit := range map[string]func(r *http.Request){
		"left out": func(r *http.Request) { r.Header.Del("X-Amz-Content-Sha256") },
		"that of other bytes": func(r *http.Request) {
			r.Header.Set("X-Amz-Content-Sha256", strings.TrimPrefix(otherSum.String(), "sha256:"))
		},
		"that nothing is known": func(r *http.Request) { r.Header.Set("X-Amz-Content-Sha256", "UNSIGNED-PAYLOAD") },
	} {
		status, code := put(t, p, others, edit)
		require.Contains(t, []string{"400 AccessDenied", "403 SignatureDoesNotMatch"}, fmt.Sprint(status, " ", code), what)
	}
	parts, err := store.Parts(t.Context(), of, 0, 10)
	require.NoError(t, err)
	require.Empty(t, parts)

	requireStored(t, p, first)
	requireStored(t, presignPart(t, store, of, 2, int64(len(second)), nil), second)
	size := int64(len(first) + len(second))
	require.NoError(t, store.AssembleParts(t.Context(), of, size))
	o, err := store.Stat(t.Context(), of.Key)
	require.NoError(t, err)
	require.Nil(t, o.Checksum)
	got, err := store.Hash(t.Context(), of.Key, o, lox.HashState{}, nil)
	require.NoError(t, err)
	require.Equal(t, lox.Checksum(sha256.Sum256(append(first, second...))), got)
}

// DeleteAll aborts the uploads in parts that it is given, whether or not there is an object. MinIO
// lists uploads of one key only, so nothing else would find those of several keys.
func TestDeleteAllAbortsUploads(t *testing.T) {
	cfg := blobtest.StartMinIO(t)
	store := open(t, cfg)
	var purges []lox.Purge
	var all []lox.PartsOf
	want := make([]int, 40)
	for i := range want {
		of := begin(t, store)
		requireStored(t, presignPart(t, store, of, 1, 4, nil), []byte("part"))
		if i%2 == 0 {
			_, err := client(t, cfg).PutObject(t.Context(), cfg.Bucket, of.Key, strings.NewReader("x"), 1, minio.PutObjectOptions{})
			require.NoError(t, err)
			want[i] = 1
		}
		all, purges = append(all, of), append(purges, lox.Purge{ObjectKey: of.Key, UploadID: of.UploadID})
	}
	bystander := begin(t, store)
	for range 2 {
		for i, r := range store.DeleteAll(t.Context(), purges) {
			require.NoError(t, r.Err)
			require.Equal(t, want[i], r.Removed, "%d", i)
		}
		for _, of := range all {
			_, err := store.Parts(t.Context(), of, 0, 10)
			require.Equal(t, lox.CodeUploadIncomplete, lox.CodeOf(err), "%v", err)
			_, err = store.Stat(t.Context(), of.Key)
			require.Equal(t, lox.CodeUploadIncomplete, lox.CodeOf(err), "%v", err)
		}
		want = make([]int, len(want)) // the second time there is nothing to abort
	}
	_, err := store.Parts(t.Context(), bystander, 0, 10)
	require.NoError(t, err)
}

// An upload that can't be aborted is a failed purge, because its parts would stay.
func TestDeleteAllWhenAbortFails(t *testing.T) {
	direct := blobtest.StartMinIO(t)
	store := open(t, refusing(t, direct, func(r *http.Request) bool {
		return r.Method == http.MethodDelete && r.URL.Query().Has("uploadId")
	}))
	of, key := begin(t, store), newKey()
	results := store.DeleteAll(t.Context(), []lox.Purge{{ObjectKey: of.Key, UploadID: of.UploadID}, {ObjectKey: key}})
	require.Equal(t, lox.CodeUnavailable, lox.CodeOf(results[0].Err))
	require.ErrorContains(t, results[0].Err, "s3:AbortMultipartUpload")
	require.NoError(t, results[1].Err)
	err := store.AbortParts(t.Context(), of)
	require.Equal(t, lox.CodeUnavailable, lox.CodeOf(err))
	require.ErrorContains(t, err, "s3:AbortMultipartUpload")
}

// MinIO lists the uploads of all keys that were begun since its start.
func TestUnfinishedPartsInMinIO(t *testing.T) {
	store := open(t, blobtest.StartMinIO(t))
	began := time.Now()
	kept, ended := begin(t, store), begin(t, store)
	require.NoError(t, store.AbortParts(t.Context(), ended))
	var found []lox.UnfinishedParts
	for u, err := range store.UnfinishedParts(t.Context()) {
		require.NoError(t, err)
		found = append(found, u)
	}
	require.Len(t, found, 1)
	require.Equal(t, kept.Key, found[0].Key)
	require.Equal(t, kept.UploadID, found[0].UploadID)
	require.WithinDuration(t, began, found[0].Begun, 30*time.Second)
}

// If the store is down or hangs, the error says so.
func TestPartsWhenStoreIsDown(t *testing.T) {
	store, err := s3.Open(t.Context(), s3.Config{Endpoint: "http://" + closedAddr(t), Bucket: "lox-test", AccessKey: "a", SecretKey: "s"})
	require.NoError(t, err)
	defer store.Close()
	of := lox.PartsOf{Key: "k", UploadID: "u", PartSize: leastPart}
	for what, call := range map[string]func(ctx context.Context) error{
		"begin": func(ctx context.Context) error {
			_, err := store.BeginParts(ctx, "k")
			return err
		},
		"list": func(ctx context.Context) error {
			_, err := store.Parts(ctx, of, 0, 10)
			return err
		},
		"assemble": func(ctx context.Context) error { return store.AssembleParts(ctx, of, 1) },
		"abort":    func(ctx context.Context) error { return store.AbortParts(ctx, of) },
		"unfinished": func(ctx context.Context) (last error) {
			for _, last = range store.UnfinishedParts(ctx) {
			}
			return last
		},
	} {
		err := call(t.Context())
		require.Equal(t, lox.CodeUnavailable, lox.CodeOf(err), "%s: %v", what, err)
	}
	presignPart(t, store, of, 1, 1, nil) // needs no network
}
