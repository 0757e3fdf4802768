package blobtest

import (
	"bytes"
	"crypto/sha256"
	"io"
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/backlox/lox"
)

func testURLExpires(t *testing.T, s *suite) {
	k, body := key(), content(1000)
	s.put(t, k, body)
	from := s.presignGet(t, lox.Download{Key: k, Expires: time.Second})
	until(t, "the download URL expires", func() bool {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, from, nil)
		require.NoError(t, err)
		got := s.do(t, req)
		if got.status == http.StatusOK {
			return false
		}
		require.Equal(t, http.StatusForbidden, got.status, "%s", got.body)
		return true
	})

	p := s.presign(t, lox.Upload{Key: key(), Size: 1000, Expires: time.Second})
	until(t, "the upload URL expires", func() bool { return s.send(t, p, bytes.NewReader(body)).status == http.StatusForbidden })
}

// A URL must be valid when the upload begins, and may expire during the upload.
func testURLExpiresDuringUpload(t *testing.T, s *suite) {
	k, body := key(), content(200_000)
	p := s.presign(t, lox.Upload{Key: k, Size: int64(len(body)), Expires: time.Second})
	c := Dial(t, p)
	c.Send(t, body[:len(body)/2])
	probe := s.presign(t, lox.Upload{Key: key(), Size: 1, Expires: time.Second})
	until(t, "a URL that was signed later expires", func() bool {
		return s.send(t, probe, bytes.NewReader([]byte{0})).status == http.StatusForbidden
	})
	c.Send(t, body[len(body)/2:])
	require.Equal(t, http.StatusOK, c.Status(t))
	o, err := s.Store.Stat(t.Context(), k)
	require.NoError(t, err)
	s.requireBytes(t, k, o, body)
}

func testURLTamperedWith(t *testing.T, s *suite) {
	k, body := key(), content(1000)
	o := s.put(t, k, body)
	sum := lox.Checksum(sha256.Sum256(body))
	down := s.presignGet(t, lox.Download{Key: k, Version: o.Version, Filename: "a.gz", ContentType: "application/gzip"})
	target := key()
	up := s.presign(t, lox.Upload{Key: target, Size: int64(len(body)), ContentType: "application/gzip", Checksum: &sum}).URL
	refused := func(what, method, to string, edit func(u *url.URL)) {
		t.Helper()
		u, err := url.Parse(to)
		require.NoError(t, err)
		edit(u)
		var sent io.Reader
		if method == http.MethodPut {
			sent = bytes.NewReader(body)
		}
		r, err := http.NewRequestWithContext(t.Context(), method, u.String(), sent)
		require.NoError(t, err)
		r.Header.Set("Content-Type", "application/gzip")
		got := s.do(t, r)
		// Stores answer an incomplete URL with 400, and a wrong method with 405.
		require.Contains(t, []int{http.StatusBadRequest, http.StatusForbidden, http.StatusMethodNotAllowed}, got.status, "%s: %s", what, got.body)
	}
	for method, to := range map[string]string{http.MethodGet: down, http.MethodPut: up} {
		refused("another key", method, to, func(u *url.URL) { u.Path += "x" })
		refused("anonymous", method, to, func(u *url.URL) { u.RawQuery = "" })
		refused("a parameter more", method, to, func(u *url.URL) { u.RawQuery += "&partNumber=1&uploadId=x" })
		u, err := url.Parse(to)
		require.NoError(t, err)
		for name := range u.Query() {
			refused(name+" changed", method, to, func(u *url.URL) {
				q := u.Query()
				q.Set(name, changed(q.Get(name)))
				u.RawQuery = q.Encode()
			})
			refused(name+" left out", method, to, func(u *url.URL) {
				q := u.Query()
				q.Del(name)
				u.RawQuery = q.Encode()
			})
		}
	}
	same := func(*url.URL) {}
	refused("download URL for upload", http.MethodPut, down, same)
	refused("download URL for deletion", http.MethodDelete, down, same)
	refused("upload URL for download", http.MethodGet, up, same)
	s.neverAppears(t, target)
	s.requireBytes(t, k, o, body)
}

// changed returns a different value of the same form: it changes the last digit.
func changed(value string) string {
	last := value[len(value)-1]
	if last == '0' {
		return value[:len(value)-1] + "1"
	}
	return value[:len(value)-1] + "0"
}
