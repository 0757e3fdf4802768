package disk

import (
	"crypto/sha256"
	"io"
	"net/http"
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

func TestDownloadSupportsRangesAndConditions(t *testing.T) {
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
	// The dates of a response are valid in conditions.
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
	deleted := send(t, http.MethodGet, f.http.URL+from, nil)
	assert.Equal(t, http.StatusNotFound, deleted.status)
	assert.Equal(t, "backup_not_found", deleted.code(t))
}

// A client that stops reading is cut off, and doesn't delay others.
func TestReaderThatStopsIsCutOff(t *testing.T) {
	t.Parallel()
	const size = 64 << 20 // more than the socket buffers of a connection
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
	_, err = io.Copy(slow, begin().Body) // while the first client does not read
	require.NoError(t, err)
	assert.Equal(t, sumOf(body), lox.Checksum(slow.Sum(nil)))
	require.Eventually(t, func() bool { return f.serving.Load() == 0 }, 30*time.Second, 10*time.Millisecond)
	n, err := io.Copy(io.Discard, stopped.Body)
	require.Error(t, err)
	assert.Less(t, n, int64(size))
}
