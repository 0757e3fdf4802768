package blobtest

import (
	"bytes"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/backlox/lox"
)

func testURLExpires(t *testing.T, s *suite) {
	k, body := key(t), content(1000)
	s.put(t, k, body)
	from, err := s.Store.PresignGet(t.Context(), lox.Download{Key: k, Expires: time.Second})
	require.NoError(t, err)
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

	p := s.presign(t, lox.Upload{Key: key(t), Size: 1000, Expires: time.Second})
	until(t, "the upload URL expires", func() bool { return s.send(t, p, bytes.NewReader(body)).status == http.StatusForbidden })
}

// What counts is when an upload begins.
func testURLExpiresDuringUpload(t *testing.T, s *suite) {
	k, body := key(t), content(200_000)
	p := s.presign(t, lox.Upload{Key: k, Size: int64(len(body)), Expires: time.Second})
	c := Dial(t, p)
	c.Send(t, body[:len(body)/2])
	probe := s.presign(t, lox.Upload{Key: key(t), Size: 1, Expires: time.Second})
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
	k, body := key(t), content(1000)
	o := s.put(t, k, body)
	from, err := s.Store.PresignGet(t.Context(), lox.Download{Key: k, Version: o.Version, Filename: "a.gz", Expires: time.Minute})
	require.NoError(t, err)
	target := key(t)
	up := s.presign(t, lox.Upload{Key: target, Size: int64(len(body))})

	query := func(name, value string) func(*url.URL) {
		return func(u *url.URL) {
			q := u.Query()
			q.Set(name, value)
			u.RawQuery = q.Encode()
		}
	}
	otherKey := func(u *url.URL) { u.Path += "x" }
	unsigned := func(u *url.URL) { u.RawQuery = "" }
	signature := func(u *url.URL) {
		sig := u.Query().Get("X-Amz-Signature")
		query("X-Amz-Signature", strings.Map(func(r rune) rune {
			if r == '0' {
				return '1'
			}
			return '0'
		}, sig))(u)
	}
	for _, test := range []struct {
		name, method, url string
		edit              func(*url.URL)
	}{
		{"download: another key", http.MethodGet, from, otherKey},
		{"download: longer", http.MethodGet, from, query("X-Amz-Expires", "6000")},
		{"download: another name", http.MethodGet, from, query("response-content-disposition", "inline")},
		{"download: a header more", http.MethodGet, from, query("response-content-type", "text/html")},
		{"download: signature", http.MethodGet, from, signature},
		{"download: anonymous", http.MethodGet, from, unsigned},
		{"download URL for upload", http.MethodPut, from, func(*url.URL) {}},
		{"download URL for deletion", http.MethodDelete, from, func(*url.URL) {}},
		{"upload: another key", http.MethodPut, up.URL, otherKey},
		{"upload: longer", http.MethodPut, up.URL, query("X-Amz-Expires", "6000")},
		{"upload: fewer signed headers", http.MethodPut, up.URL, query("X-Amz-SignedHeaders", "host")},
		{"upload: signature", http.MethodPut, up.URL, signature},
		{"upload: anonymous", http.MethodPut, up.URL, unsigned},
		{"upload URL for download", http.MethodGet, up.URL, func(*url.URL) {}},
		{"upload URL for parts", http.MethodPut, up.URL, func(u *url.URL) { u.RawQuery += "&partNumber=1&uploadId=x" }},
	} {
		u, err := url.Parse(test.url)
		require.NoError(t, err)
		test.edit(u)
		var req *http.Request
		if test.method == http.MethodPut {
			req, err = http.NewRequestWithContext(t.Context(), test.method, u.String(), bytes.NewReader(body))
		} else {
			req, err = http.NewRequestWithContext(t.Context(), test.method, u.String(), nil)
		}
		require.NoError(t, err)
		got := s.do(t, req)
		require.Equal(t, http.StatusForbidden, got.status, "%s: %s", test.name, got.body)
	}
	s.neverAppears(t, target)
	s.neverAppears(t, target+"x")
	s.requireBytes(t, k, o, body)
}
