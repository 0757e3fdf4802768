package disk

import (
	"crypto/sha256"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox"
)

func (f *fixture) get(t testing.TB, d lox.Download, edit ...func(*http.Request)) answer {
	t.Helper()
	if d.Expires == 0 {
		d.Expires = 10 * time.Minute
	}
	from, err := f.PresignGet(t.Context(), d)
	require.NoError(t, err)
	return send(t, http.MethodGet, f.http.URL+from, nil, edit...)
}

func TestDownload(t *testing.T) {
	t.Parallel()
	f := open(t, nil)
	body := content(100_000)
	key := f.store(t, body)
	with := func(name, value string) func(*http.Request) {
		return func(r *http.Request) { r.Header.Set(name, value) }
	}
	whole := f.get(t, lox.Download{Key: key, Filename: "täglich/1.gz", ContentType: "text/html"})
	require.Equal(t, http.StatusOK, whole.status)
	assert.Equal(t, body, whole.body)
	assert.Equal(t, "text/html", whole.header.Get("Content-Type"))
	assert.Equal(t, "attachment; filename*=utf-8''t%C3%A4glich_1.gz", whole.header.Get("Content-Disposition"))
	assert.Equal(t, "nosniff", whole.header.Get("X-Content-Type-Options"))
	etag, modified := whole.header.Get("ETag"), whole.header.Get("Last-Modified")

	part := f.get(t, lox.Download{Key: key}, with("Range", "bytes=10-19"), with("If-Range", etag))
	assert.Equal(t, http.StatusPartialContent, part.status)
	assert.Equal(t, body[10:20], part.body)
	assert.Equal(t, "application/octet-stream", part.header.Get("Content-Type"))
	assert.Equal(t, http.StatusRequestedRangeNotSatisfiable, f.get(t, lox.Download{Key: key}, with("Range", "bytes=100000-")).status)
	// The dates of an answer hold, sent back.
	assert.Equal(t, http.StatusOK, f.get(t, lox.Download{Key: key}, with("If-Unmodified-Since", modified)).status)
	assert.Equal(t, http.StatusNotModified, f.get(t, lox.Download{Key: key}, with("If-Modified-Since", modified)).status)
	assert.Equal(t, http.StatusNotModified, f.get(t, lox.Download{Key: key}, with("If-None-Match", etag)).status)

	from, err := f.PresignGet(t.Context(), lox.Download{Key: key, Expires: time.Minute})
	require.NoError(t, err)
	head := send(t, http.MethodHead, f.http.URL+from, nil)
	assert.Equal(t, http.StatusOK, head.status)
	assert.Equal(t, "100000", head.header.Get("Content-Length"))
	assert.Equal(t, http.StatusMethodNotAllowed, send(t, http.MethodDelete, f.http.URL+from, nil).status)

	require.NoError(t, f.Delete(t.Context(), key))
	gone := send(t, http.MethodGet, f.http.URL+from, nil)
	assert.Equal(t, http.StatusNotFound, gone.status)
	assert.Equal(t, "backup_not_found", gone.code(t))
}

// An object is durable before it is acknowledged: its bytes before it has a name,
// then the name. The recorded order is what a file system may rely on that forgets
// all that was not synced.
func TestWhatIsSynced(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	var synced []string
	failing := false
	f := open(t, func(c *Config) {
		c.sync = func(f *os.File) error {
			mu.Lock()
			defer mu.Unlock()
			synced = append(synced, f.Name())
			if failing {
				return os.ErrInvalid
			}
			return f.Sync()
		}
	})
	for range 2 { // the second time the directory of the tenant is known
		mu.Lock()
		synced = nil
		mu.Unlock()
		key := f.key()
		if len(f.files.durable) > 0 {
			for tenant := range f.files.durable {
				key = filepath.Base(tenant) + "/" + filepath.Base(key)
			}
		}
		known := len(f.files.durable) > 0
		require.Equal(t, http.StatusOK, put(t, f.presign(t, lox.Upload{Key: key, Size: 10}), content(10)).status)
		tenant := filepath.Dir(f.files.path(key))
		mu.Lock()
		require.Equal(t, f.files.uploads, filepath.Dir(synced[0]), "the bytes come first")
		want := []string{f.files.objects, tenant}
		if known {
			want = want[1:]
		}
		assert.Equal(t, want, slices.Clone(synced[1:]))
		synced = nil
		mu.Unlock()
		require.NoError(t, f.Delete(t.Context(), key))
		mu.Lock()
		assert.Equal(t, []string{tenant}, synced, "a deletion lasts")
		mu.Unlock()
	}

	// What could not be synced is not acknowledged, and not there.
	mu.Lock()
	failing = true
	mu.Unlock()
	key := f.key()
	assert.Equal(t, http.StatusServiceUnavailable, put(t, f.presign(t, lox.Upload{Key: key, Size: 10}), content(10)).status)
	f.absent(t, key)
}

// A client that stops reading is cut off, and holds up nobody else.
func TestReadersThatStop(t *testing.T) {
	t.Parallel()
	const size = 64 << 20 // more than the kernel keeps for a connection
	f := open(t, func(c *Config) { c.MinRate, c.RateWindow = 4<<20, time.Second })
	body := content(size)
	key := f.store(t, body)
	from, err := f.PresignGet(t.Context(), lox.Download{Key: key, Expires: time.Minute})
	require.NoError(t, err)
	begin := func() *http.Response {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, f.http.URL+from, nil)
		require.NoError(t, err)
		resp, err := http.DefaultClient.Do(r)
		require.NoError(t, err)
		t.Cleanup(func() { _ = resp.Body.Close() })
		return resp
	}
	stopped := begin()
	slow := sha256.New()
	_, err = io.Copy(slow, begin().Body) // while the other one does not read
	require.NoError(t, err)
	assert.Equal(t, sumOf(body), lox.Checksum(slow.Sum(nil)))
	require.Eventually(t, func() bool { return f.serving.Load() == 0 }, 30*time.Second, 10*time.Millisecond)
	n, err := io.Copy(io.Discard, stopped.Body)
	require.Error(t, err)
	assert.Less(t, n, int64(size))
}
