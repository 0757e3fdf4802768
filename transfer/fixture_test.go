package transfer

import (
	"bytes"
	"context"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/backlox/lox"
	"github.com/backlox/lox/blob/blobtest"
	"github.com/backlox/lox/blob/s3"
	api "github.com/backlox/lox/gen/client"
	"github.com/backlox/lox/server/servertest"
	"github.com/backlox/lox/store"
	"github.com/backlox/lox/store/storetest"
)

func TestMain(m *testing.M) {
	if base := os.Getenv(childServer); base != "" {
		pushAsChild(base)
		return
	}
	storetest.Main(m)
}

const mib = 1 << 20

// fixture is a real server with a tenant and its client.
type fixture struct {
	t      *testing.T
	store  *store.Grouped
	tenant lox.Tenant
	api    *api.Client
	// base and key are those of api.
	base, key string
	// toAPI and toStore, if set, handle the requests instead of the network. They are set before a
	// transfer begins.
	toAPI, toStore func(*http.Request, http.RoundTripper) (*http.Response, error)
	direct         *http.Transport
	// stored is called in the server after an upload, before it answers.
	stored atomic.Pointer[func(*http.Request)]
	// ahead is how far the server's clock is ahead.
	ahead atomic.Int64

	mu     sync.Mutex
	waited []time.Duration
	// uploads is the number of uploads in progress in the server. One that was cut off stays in
	// progress until the server detects that. fewer receives when one ends.
	uploads int
	fewer   sync.Cond
}

func (f *fixture) clock() time.Time { return time.Now().Add(time.Duration(f.ahead.Load())) }

// onDisk and onS3 are servers with either store.
func onDisk(t *testing.T) *fixture {
	t.Helper()
	return serve(t, nil)
}

func onS3(t *testing.T) *fixture {
	t.Helper()
	blobs, err := s3.Open(t.Context(), blobtest.StartMinIO(t))
	require.NoError(t, err)
	t.Cleanup(blobs.Close)
	return serve(t, blobs)
}

// onBoth runs a test with each store.
func onBoth(t *testing.T, test func(t *testing.T, f *fixture)) {
	t.Helper()
	t.Run("disk", func(t *testing.T) { test(t, onDisk(t)) })
	t.Run("S3", func(t *testing.T) { test(t, onS3(t)) })
}

func serve(t *testing.T, blobs lox.BlobStore) *fixture {
	t.Helper()
	f := &fixture{t: t, store: storetest.New(t), direct: newTransport()}
	f.fewer.L = &f.mu
	var err error
	f.tenant, err = lox.NewTenant("Example Ltd", lox.PlanPro, nil, time.Now())
	require.NoError(t, err)
	stored, key := storetest.NewKey(t, f.tenant.ID, time.Now())
	require.NoError(t, f.store.CreateTenant(t.Context(), f.tenant, stored, storetest.By))
	f.base, f.key = servertest.Serve(t, servertest.Config{Store: f.store, Blobs: blobs, Clock: f.clock, Wrap: func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodPut {
				f.upload(1)
				defer f.upload(-1)
			}
			next.ServeHTTP(w, r)
			if stored := f.stored.Load(); stored != nil && r.Method == http.MethodPut {
				(*stored)(r)
			}
		})
	}}), key
	t.Cleanup(f.direct.CloseIdleConnections)
	f.connect()
	return f
}

// connect creates the client of the server at base.
func (f *fixture) connect() {
	f.t.Helper()
	var err error
	f.api, err = api.NewClient(f.base, api.WithHTTPClient(&http.Client{Transport: f.trip(&f.toAPI)}),
		api.WithRequestEditorFn(func(_ context.Context, r *http.Request) error {
			r.Header.Set("Authorization", "Bearer "+f.key)
			return nil
		}))
	require.NoError(f.t, err)
}

// overLine is a server that looks like another machine without TLS.
func overLine(t *testing.T) *fixture {
	t.Helper()
	f := onDisk(t)
	at, err := url.Parse(f.base)
	require.NoError(t, err)
	here := at.Host
	f.direct.DialContext = func(ctx context.Context, network, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, network, here)
	}
	at.Host = "lox.example:" + at.Port()
	f.base = at.String()
	f.connect()
	return f
}

// upload counts an upload that begins (1) or ends (-1).
func (f *fixture) upload(n int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.uploads += n
	f.fewer.Broadcast()
}

// idle waits until the server has no upload in progress.
func (f *fixture) idle() {
	f.mu.Lock()
	defer f.mu.Unlock()
	for f.uploads > 0 {
		f.fewer.Wait()
	}
}

// partsOf returns the number of stored parts of a backup.
func (f *fixture) partsOf(b lox.Backup) int {
	f.t.Helper()
	page, _, err := call[api.PartList](f.t.Context(), &transfer{Options: Options{limits: usualLimits}}, func(ctx context.Context) (*http.Response, error) {
		return f.api.ListParts(ctx, b.ID.String(), &api.ListPartsParams{})
	})
	require.NoError(f.t, err)
	return len(page.Parts)
}

type tripper func(*http.Request) (*http.Response, error)

func (t tripper) RoundTrip(r *http.Request) (*http.Response, error) { return t(r) }

func (f *fixture) trip(by *func(*http.Request, http.RoundTripper) (*http.Response, error)) http.RoundTripper {
	return tripper(func(r *http.Request) (*http.Response, error) {
		if *by != nil {
			return (*by)(r, f.direct)
		}
		return f.direct.RoundTrip(r)
	})
}

// options don't pause before retries. They wait until the server has detected cut uploads, and
// record the pauses.
func (f *fixture) options(progress func(Progress)) Options {
	return Options{
		HTTP: &http.Client{Transport: f.trip(&f.toStore), CheckRedirect: noRedirect}, Progress: progress,
		Wait: func(ctx context.Context, d time.Duration) error {
			f.mu.Lock()
			defer f.mu.Unlock()
			f.waited = append(f.waited, d)
			for f.uploads > 0 {
				f.fewer.Wait()
			}
			return context.Cause(ctx)
		},
	}
}

func (f *fixture) push(source Source, progress func(Progress)) (Backup, error) {
	f.t.Helper()
	return Push(f.t.Context(), f.api, source, PushOptions{
		Options: f.options(progress), Name: "nightly", ContentType: "application/gzip", Metadata: map[string]string{"host": "db1"},
	})
}

func (f *fixture) pull(id string, target Target, progress func(Progress)) (Backup, error) {
	f.t.Helper()
	return Pull(f.t.Context(), f.api, id, target, PullOptions{f.options(progress)})
}

// mustPush stores bytes.
func (f *fixture) mustPush(content []byte) Backup {
	f.t.Helper()
	b, err := f.push(openFile(f.t, content), nil)
	require.NoError(f.t, err)
	return b
}

// backups returns all backups.
func (f *fixture) backups() []lox.Backup {
	f.t.Helper()
	page, err := f.store.Backups(f.t.Context(), f.tenant.ID, lox.BackupQuery{Limit: 100})
	require.NoError(f.t, err)
	return page.Backups
}

// random returns bytes of which no two parts are equal.
func random(size int) []byte {
	content := make([]byte, size)
	_, _ = rand.NewChaCha8([32]byte{byte(size)}).Read(content)
	return content
}

func openFile(t *testing.T, content []byte) *os.File {
	t.Helper()
	path := filepath.Join(t.TempDir(), "source")
	require.NoError(t, os.WriteFile(path, content, 0o600))
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	require.NoError(t, err)
	t.Cleanup(func() { _ = f.Close() })
	return f
}

// requireFile checks that a directory has only one file, with these bytes and readable only by its
// owner.
func requireFile(t *testing.T, path string, content []byte) {
	t.Helper()
	got, err := os.ReadFile(path)
	require.NoError(t, err)
	require.True(t, bytes.Equal(content, got), "%d bytes instead of %d", len(got), len(content))
	info, err := os.Stat(path)
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode())
	requireFiles(t, filepath.Dir(path), filepath.Base(path))
}

func requireFiles(t *testing.T, dir string, names ...string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	var found []string
	for _, e := range entries {
		found = append(found, e.Name())
	}
	require.Equal(t, names, found)
}

// answer returns a response that a test sends instead of a server.
func answer(r *http.Request, status int, body string, header ...string) *http.Response {
	h := http.Header{"Content-Type": {"application/json"}}
	for i := 0; i < len(header); i += 2 {
		h.Set(header[i], header[i+1])
	}
	if r.Body != nil {
		_ = r.Body.Close()
	}
	return &http.Response{StatusCode: status, Header: h, Body: io.NopCloser(strings.NewReader(body)), Request: r, ProtoMajor: 1, ProtoMinor: 1}
}
