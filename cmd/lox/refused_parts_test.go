package main_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox/blob/blobtest"
)

// A push fails half-way at the real store: the exit code says why, and the store's own list is
// empty in the end.
func TestRefusedPartsStoreNothing(t *testing.T) {
	t.Parallel()
	t.Run("disk", func(t *testing.T) {
		t.Parallel()
		s := setup{dir: usedDir(t), env: []string{"LOX_SWEEP_INTERVAL=100ms", "LOX_RATE_LIMIT_FACTOR=1000"}}
		p := s.start(t)
		h := newHook(t, rootURL(p.baseURL))
		testRefusedParts(t, h, s.remoteAt(t, h.URL, s.savedKey(t)), newAPI(t, p.baseURL, s.savedKey(t)), func() int {
			return len(s.objects(t)) + len(names(t, filepath.Join(s.storageDir(), "parts"))) + len(names(t, filepath.Join(s.storageDir(), "uploads")))
		})
	})
	t.Run("S3", func(t *testing.T) {
		t.Parallel()
		cfg := blobtest.StartMinIO(t)
		bucket, h := minioClient(t, cfg), newHook(t, cfg.Endpoint)
		s := bucketSetup(t, externalDatabase(t), cfg, "LOX_S3_PUBLIC_ENDPOINT="+h.URL, "LOX_SWEEP_INTERVAL=100ms", "LOX_RATE_LIMIT_FACTOR=1000")
		p := s.start(t)
		_, key := s.newTenant(t, "n", "pro")
		testRefusedParts(t, h, s.remoteAt(t, rootURL(p.baseURL), key), newAPI(t, p.baseURL, key), func() int {
			return len(bucketUploads(t, bucket, cfg.Bucket)) + len(bucketObjects(t, bucket, cfg.Bucket))
		})
	})
}

func testRefusedParts(t *testing.T, h *hook, c setup, a *api, left func() int) {
	t.Helper()
	file := filepath.Join(newDir(t), "file")
	require.NoError(t, os.WriteFile(file, noise(3, 80*mebibyte), 0o600))
	for _, test := range []struct {
		name string
		// at changes a PUT of the seventh part and of later ones.
		at   func(r *http.Request)
		exit int
	}{
		{"bytes that don't have the declared digest", func(r *http.Request) {
			r.Body = struct {
				io.Reader
				io.Closer
			}{io.LimitReader(io.MultiReader(strings.NewReader("x"), r.Body), r.ContentLength), r.Body}
		}, 7},
		{"the URL of a part for another one", func(r *http.Request) {
			q := r.URL.Query()
			for _, name := range []string{"part", "partNumber"} {
				if q.Has(name) {
					q.Set(name, "1")
				}
			}
			r.URL.RawQuery = q.Encode()
		}, 1},
		{"the backup is deleted meanwhile", func(*http.Request) {
			all, err := a.ids(t.Context())
			assert.NoError(t, err)
			for _, id := range all {
				assert.NoError(t, a.delete(t.Context(), id))
			}
		}, 3},
	} {
		h.set(7, test.at)
		_, stderr, code := c.run(t, "push", file, "--quiet", "--parallel", "1", "--name", test.name)
		assert.Equal(t, test.exit, code, "%s: %s", test.name, stderr)
		require.Contains(t, stderr, "lox: ", test.name)
		h.set(0, nil)
		all, err := a.ids(t.Context())
		require.NoError(t, err)
		assert.Empty(t, all, test.name)
		require.Eventually(t, func() bool { return left() == 0 }, patience, tick, "%s: something is left in the store", test.name)
	}
	// Without interference, the same push works.
	_, stderr, code := c.run(t, "push", file, "--quiet")
	require.Zero(t, code, stderr)
	assert.Equal(t, 1, left())
}

// remoteAt is a client of the server at a URL.
func (setup) remoteAt(t *testing.T, root, key string) setup {
	t.Helper()
	return setup{dir: newDir(t), env: []string{"LOX_URL=" + root, "LOX_API_KEY=" + key}}
}

// hook is a proxy that changes uploads.
type hook struct {
	URL   string
	puts  atomic.Int64
	after atomic.Int64
	at    atomic.Pointer[func(*http.Request)]
}

// set changes uploads from the nth on; a nil at changes none.
func (h *hook) set(after int64, at func(*http.Request)) {
	h.puts.Store(0)
	h.after.Store(after)
	if at == nil {
		h.at.Store(nil)
		return
	}
	h.at.Store(&at)
}

func newHook(t *testing.T, target string) *hook {
	t.Helper()
	u, err := url.Parse(target)
	require.NoError(t, err)
	h := &hook{}
	proxy := &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		r.SetURL(u)
		r.Out.Host = r.In.Host // it is signed, and in URLs
	}}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPut && h.puts.Add(1) >= h.after.Load() {
			if at := h.at.Load(); at != nil {
				(*at)(r)
			}
		}
		proxy.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	h.URL = server.URL
	return h
}
