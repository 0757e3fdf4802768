package blobtest

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/backlox/lox"
	"github.com/backlox/lox/blob/s3"
)

func testStatMissing(t *testing.T, s *suite) {
	s.requireAbsent(t, key())
	// If "a/b" exists, "a" is not an object.
	k := key()
	s.put(t, k, content(1))
	tenant, _, _ := strings.Cut(k, "/")
	s.requireAbsent(t, tenant)
}

func testHash(t *testing.T, s *suite) {
	for _, size := range []int{1, 1<<20 - 1, 1 << 20, 1<<20 + 1, 64 << 20} {
		k, body := key(), content(size)
		o := s.put(t, k, body)
		sum, err := s.Store.Hash(t.Context(), k, o, lox.HashState{}, nil)
		require.NoError(t, err)
		require.Equal(t, lox.Checksum(sha256.Sum256(body)), sum, "%d bytes", size)
		require.NoError(t, s.Store.Delete(t.Context(), k))
	}
}

func testHashAfterOverwrite(t *testing.T, s *suite) {
	k, first, second := key(), content(30_000), content(30_000)
	old := s.put(t, k, first)
	now := s.put(t, k, second)
	require.NotEqual(t, old.Version, now.Version)
	s.requireBytes(t, k, old, first)
	s.requireBytes(t, k, now, second)

	// Without a version, the ETag shows that the object was replaced.
	old.Version = ""
	_, err := s.Store.Hash(t.Context(), k, old, lox.HashState{}, nil)
	require.Equal(t, lox.CodeUploadIncomplete, lox.CodeOf(err), "%v", err)
}

func testHashOfAMissingObject(t *testing.T, s *suite) {
	k := key()
	o := s.put(t, k, content(1000))

	other := o
	other.Size++
	_, err := s.Store.Hash(t.Context(), k, other, lox.HashState{}, nil)
	require.Equal(t, lox.CodeUploadIncomplete, lox.CodeOf(err), "%v", err)
	other = o
	other.ETag = "00000000000000000000000000000000"
	_, err = s.Store.Hash(t.Context(), k, other, lox.HashState{}, nil)
	require.Equal(t, lox.CodeUploadIncomplete, lox.CodeOf(err), "%v", err)

	require.NoError(t, s.Store.Delete(t.Context(), k))
	_, err = s.Store.Hash(t.Context(), k, o, lox.HashState{}, nil)
	require.Equal(t, lox.CodeUploadIncomplete, lox.CodeOf(err), "%v", err)
}

// through opens the store again through a proxy, which passes requests to handle and then to the store. The proxy keeps the
// Host header, which is signed.
func (s *suite) through(t *testing.T, handle func(next http.Handler) http.Handler) lox.BlobStore {
	t.Helper()
	target, err := url.Parse(s.S3.Endpoint)
	require.NoError(t, err)
	proxy := &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		r.Out.URL.Scheme, r.Out.URL.Host = target.Scheme, target.Host
	}}
	server := httptest.NewServer(handle(proxy))
	t.Cleanup(server.Close)
	cfg := *s.S3
	cfg.Endpoint = server.URL
	store, err := s3.Open(t.Context(), cfg)
	require.NoError(t, err)
	t.Cleanup(store.Close)
	return store
}

// stopAfter passes on n bytes of a download, then calls stop and, when that returns, breaks the connection.
func stopAfter(n int, stop func()) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodGet && !r.URL.Query().Has("versioning") {
				w = &stoppingWriter{ResponseWriter: w, left: n, stop: stop}
			}
			next.ServeHTTP(w, r)
		})
	}
}

type stoppingWriter struct {
	http.ResponseWriter
	left int
	stop func()
}

func (w *stoppingWriter) Write(b []byte) (int, error) {
	if len(b) < w.left {
		w.left -= len(b)
		return w.ResponseWriter.Write(b)
	}
	_, _ = w.ResponseWriter.Write(b[:w.left])
	_ = http.NewResponseController(w.ResponseWriter).Flush()
	w.stop()
	return 0, errors.New("the connection is broken by the test")
}

func testHashCanceled(t *testing.T, s *suite) {
	k := key()
	o := s.put(t, k, content(4<<20))

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := s.Store.Hash(ctx, k, o, lox.HashState{}, nil)
	require.ErrorIs(t, err, context.Canceled)
	require.NotEqual(t, lox.CodeUnavailable, lox.CodeOf(err), "not the store's fault")
}

// The stream stalls until Hash has returned.
func testHashCanceledInTheMiddle(t *testing.T, s *suite) {
	k, body := key(), content(4<<20)
	o := s.put(t, k, body)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	returned := make(chan struct{})
	store := s.through(t, stopAfter(1<<20, func() {
		cancel()
		<-returned
	}))
	_, err := store.Hash(ctx, k, o, lox.HashState{}, nil)
	close(returned)
	require.ErrorIs(t, err, context.Canceled)
	require.NotEqual(t, lox.CodeUnavailable, lox.CodeOf(err))
}

// A broken stream doesn't mean that the object is wrong.
func testHashOfBrokenStream(t *testing.T, s *suite) {
	k, body := key(), content(4<<20)
	o := s.put(t, k, body)
	var cuts atomic.Int32
	store := s.through(t, stopAfter(1<<20, func() { cuts.Add(1) }))
	_, err := store.Hash(t.Context(), k, o, lox.HashState{}, nil)
	require.Equal(t, lox.CodeUnavailable, lox.CodeOf(err), "%v", err)
	require.Positive(t, cuts.Load())
	require.True(t, bytes.Equal(body, s.get(t, lox.Download{Key: k}).body))
}
