package blobtest

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"mime"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/backlox/lox"
)

func testDownload(t *testing.T, s *suite) {
	k, body := key(), content(5<<20+3)
	o := s.put(t, k, body)
	got := s.get(t, lox.Download{Key: k, Version: o.Version, Filename: "backup.tar.gz", ContentType: "application/gzip"})
	require.Equal(t, http.StatusOK, got.status, "%s", got.body)
	require.Equal(t, fmt.Sprint(len(body)), got.header.Get("Content-Length"))
	require.Equal(t, "application/gzip", got.header.Get("Content-Type"))
	require.Equal(t, "attachment; filename=backup.tar.gz", got.header.Get("Content-Disposition"))
	require.Equal(t, "bytes", got.header.Get("Accept-Ranges"))
	require.Equal(t, `"`+o.ETag+`"`, got.header.Get("ETag"))
	require.Equal(t, "private, no-store", got.header.Get("Cache-Control"))
	require.Equal(t, body, got.body)

	got = s.get(t, lox.Download{Key: key()})
	require.Equal(t, http.StatusNotFound, got.status, "%s", got.body)
}

// Headers of the upload don't change the download: even a client that decodes content encodings gets the stored bytes.
func testDownloadWithHeadersOfTheUpload(t *testing.T, s *suite) {
	var zipped bytes.Buffer
	w := gzip.NewWriter(&zipped)
	_, err := w.Write(bytes.Repeat([]byte("bytes "), 1000))
	require.NoError(t, err)
	require.NoError(t, w.Close())
	k, body := key(), zipped.Bytes()
	p := s.presign(t, lox.Upload{Key: k, Size: int64(len(body))})
	sent := s.send(t, p, bytes.NewReader(body), func(r *http.Request) {
		for name, value := range map[string]string{
			"Content-Type":        "text/html",
			"Content-Encoding":    "gzip",
			"Content-Disposition": "inline",
			"Content-Language":    "de",
			"Cache-Control":       "public, max-age=31536000",
			"Expires":             "Thu, 01 Dec 2044 16:00:00 GMT",
		} {
			r.Header.Set(name, value)
		}
	})
	require.Equal(t, http.StatusOK, sent.status, "%s", sent.body)
	o, err := s.Store.Stat(t.Context(), k)
	require.NoError(t, err)
	s.requireBytes(t, k, o, body)

	d := lox.Download{Key: k, Version: o.Version}
	got := s.get(t, d)
	require.Equal(t, http.StatusOK, got.status, "%s", got.body)
	require.Equal(t, body, got.body, "as Go's default client reads it")
	require.Equal(t, fmt.Sprint(len(body)), got.header.Get("Content-Length"))
	requireOwnHeaders(t, got.header)

	got = s.get(t, d, func(r *http.Request) {
		r.Header.Set("Range", "bytes=5-9")
		r.Header.Set("Accept-Encoding", "gzip")
	})
	require.Equal(t, http.StatusPartialContent, got.status, "%s", got.body)
	require.Equal(t, body[5:10], got.body)
	requireOwnHeaders(t, got.header)

	saved := filepath.Join(t.TempDir(), "saved")
	d.Expires = time.Minute
	from := s.presignGet(t, d)
	output, err := exec.CommandContext(t.Context(), "curl", "--silent", "--show-error", "--fail", "--compressed", "--output", saved, from).CombinedOutput()
	require.NoError(t, err, "curl: %s", output)
	file, err := os.ReadFile(saved)
	require.NoError(t, err)
	require.Equal(t, body, file, "as curl --compressed saves it")
}

// requireOwnHeaders checks that the headers of a download without a name and a type are those of the store.
func requireOwnHeaders(t *testing.T, h http.Header) {
	t.Helper()
	require.Contains(t, []string{"", "identity"}, h.Get("Content-Encoding"))
	require.Equal(t, "private, no-store", h.Get("Cache-Control"))
	require.Equal(t, "attachment", h.Get("Content-Disposition"))
	require.Equal(t, "application/octet-stream", h.Get("Content-Type"))
}

func testDownloadRanges(t *testing.T, s *suite) {
	k, body := key(), content(100_000)
	o := s.put(t, k, body)
	n := len(body)
	for _, test := range []struct {
		ask      string
		from, to int
	}{
		{"bytes=0-0", 0, 1},
		{"bytes=5-9", 5, 10},
		{fmt.Sprintf("bytes=%d-", n-10), n - 10, n},
		{"bytes=-7", n - 7, n},
		{fmt.Sprintf("bytes=%d-%d", n/2, 2*n), n / 2, n},
		{fmt.Sprintf("bytes=-%d", 2*n), 0, n},
	} {
		got := s.get(t, lox.Download{Key: k, Version: o.Version}, func(r *http.Request) { r.Header.Set("Range", test.ask) })
		require.Equal(t, http.StatusPartialContent, got.status, "%s: %s", test.ask, got.body)
		require.Equal(t, fmt.Sprintf("bytes %d-%d/%d", test.from, test.to-1, n), got.header.Get("Content-Range"), test.ask)
		require.Equal(t, body[test.from:test.to], got.body, test.ask)
	}
	got := s.get(t, lox.Download{Key: k, Version: o.Version}, func(r *http.Request) {
		r.Header.Set("Range", fmt.Sprintf("bytes=%d-", n))
	})
	require.Equal(t, http.StatusRequestedRangeNotSatisfiable, got.status, "%s", got.body)

	// A resumed download must not mix the bytes of two objects: If-Match prevents that.
	for match, status := range map[string]int{`"` + o.ETag + `"`: http.StatusPartialContent, `"other"`: http.StatusPreconditionFailed} {
		got = s.get(t, lox.Download{Key: k, Version: o.Version}, func(r *http.Request) {
			r.Header.Set("Range", "bytes=10-")
			r.Header.Set("If-Match", match)
		})
		require.Equal(t, status, got.status, "%s", got.body)
	}
}

// Any name of a backup arrives in the header, and can't add another header.
func testDownloadNames(t *testing.T, s *suite) {
	k := key()
	o := s.put(t, k, content(10))
	for name, want := range map[string]string{
		"backup.tar.gz":             "backup.tar.gz",
		"daily backup (2).tar.gz":   "daily backup (2).tar.gz",
		`quo"te\.gz`:                `quo"te_.gz`,
		"Sicherung täglich 日本.gz":   "Sicherung täglich 日本.gz",
		"../../etc/passwd":          ".._.._etc_passwd",
		"..":                        "_",
		"a\r\nSet-Cookie: x=1":      "a__Set-Cookie: x=1",
		"semi;colon, comma=1 %41.x": "semi;colon, comma=1 %41.x",
		"bad\xffutf8":               "bad_utf8",
	} {
		got := s.get(t, lox.Download{Key: k, Version: o.Version, Filename: name})
		require.Equal(t, http.StatusOK, got.status, "%q: %s", name, got.body)
		require.Empty(t, got.header.Get("Set-Cookie"))
		kind, params, err := mime.ParseMediaType(got.header.Get("Content-Disposition"))
		require.NoError(t, err, "%q: %q", name, got.header.Get("Content-Disposition"))
		require.Equal(t, "attachment", kind)
		require.Equal(t, want, params["filename"])
	}
}
