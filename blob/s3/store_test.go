package s3_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox"
	"github.com/backlox/lox/blob/blobtest"
	"github.com/backlox/lox/blob/blobtest/freeport"
	"github.com/backlox/lox/blob/s3"
)

func TestOpen(t *testing.T) {
	cfg := blobtest.StartMinIO(t)
	var log bytes.Buffer
	cfg.Logger = slog.New(slog.NewTextHandler(&log, nil))
	require.True(t, open(t, cfg).Versioned())
	require.True(t, open(t, cfg).Versioned(), "the bucket is there by now")
	require.NoError(t, open(t, cfg).Ping(t.Context()))
	require.Empty(t, log.String())
}

// A store without versions is used, with a warning.
func TestOpenUnversioned(t *testing.T) {
	cfg := startUnversioned(t)
	var log bytes.Buffer
	cfg.Logger = slog.New(slog.NewTextHandler(&log, nil))
	require.False(t, open(t, cfg).Versioned())
	require.Contains(t, log.String(), "level=WARN")
	require.Contains(t, log.String(), "versioning could not be turned on")
}

// startUnversioned starts a store that can't keep versions.
func startUnversioned(t *testing.T) s3.Config {
	t.Helper()
	cfg := blobtest.StartMinIO(t)
	target, err := url.Parse(cfg.Endpoint)
	require.NoError(t, err)
	proxy := &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		r.Out.URL.Scheme, r.Out.URL.Host = target.Scheme, target.Host // Host must stay as it was signed
	}}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPut && r.URL.Query().Has("versioning") {
			w.WriteHeader(http.StatusNotImplemented)
			return
		}
		proxy.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	cfg.Endpoint = server.URL
	return cfg
}

func TestOpenFails(t *testing.T) {
	cfg := blobtest.StartMinIO(t)
	for _, endpoint := range []string{"", "127.0.0.1:9000", "ftp://127.0.0.1", "http://", "http://127.0.0.1/path"} {
		broken := cfg
		broken.Endpoint = endpoint
		_, err := s3.Open(t.Context(), broken)
		require.ErrorContains(t, err, "http(s)://host[:port]", endpoint)
		broken = cfg
		broken.PublicEndpoint = endpoint
		if endpoint != "" {
			_, err = s3.Open(t.Context(), broken)
			require.ErrorContains(t, err, "public endpoint", endpoint)
		}
	}
	for _, edit := range []func(*s3.Config){
		func(c *s3.Config) { c.SecretKey = "wrong" },
		func(c *s3.Config) { c.AccessKey = "wrong" },
	} {
		broken := cfg
		edit(&broken)
		_, err := s3.Open(t.Context(), broken)
		require.Equal(t, lox.CodeUnavailable, lox.CodeOf(err), "%v", err)
	}
}

// A store that can't be reached can be opened. Its calls return the error.
func TestOpenWithoutStore(t *testing.T) {
	store, err := s3.Open(t.Context(), s3.Config{Endpoint: "http://" + closedAddr(t), Bucket: "lox-test", AccessKey: "a", SecretKey: "s"})
	require.NoError(t, err)
	defer store.Close()
	err = store.Ping(t.Context())
	require.Equal(t, lox.CodeUnavailable, lox.CodeOf(err), "%v", err)
	require.ErrorContains(t, err, "connection refused")
}

// Only presigned URLs have the public endpoint, and the signature is for it.
func TestPublicEndpoint(t *testing.T) {
	cfg := blobtest.StartMinIO(t)
	cfg.PublicEndpoint = "https://storage.example.com"
	store := open(t, cfg)
	up, err := store.PresignPut(t.Context(), lox.Upload{Key: "k", Size: 1, Expires: time.Minute})
	require.NoError(t, err)
	down, err := store.PresignGet(t.Context(), lox.Download{Key: "k", Expires: time.Minute})
	require.NoError(t, err)
	for _, u := range []string{up.URL, down} {
		require.True(t, strings.HasPrefix(u, "https://storage.example.com/lox-test/k?"), u)
	}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPut, cfg.Endpoint+strings.TrimPrefix(up.URL, "https://storage.example.com"), strings.NewReader("x"))
	require.NoError(t, err)
	req.Host = "storage.example.com"
	resp, err := http.DefaultClient.Do(req)
	require.NoError(t, err)
	_ = resp.Body.Close()
	require.Equal(t, http.StatusOK, resp.StatusCode)
	_, err = store.Stat(t.Context(), "k")
	require.NoError(t, err)
}

func TestPresignPutSize(t *testing.T) {
	store := open(t, blobtest.StartMinIO(t))
	for size, ok := range map[int64]bool{-1: false, 0: false, 1: true, lox.MaxSinglePut: true, lox.MaxSinglePut + 1: false} {
		_, err := store.PresignPut(t.Context(), lox.Upload{Key: "k", Size: size, Expires: time.Minute})
		require.Equal(t, ok, err == nil, "%d: %v", size, err)
	}
}

// If a store is down, calls fail within seconds. Presigning still works.
func TestStoreDown(t *testing.T) {
	cfg := blobtest.StartMinIO(t)
	target, err := url.Parse(cfg.Endpoint)
	require.NoError(t, err)
	proxy := httptest.NewServer(&httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		r.Out.URL.Scheme, r.Out.URL.Host = target.Scheme, target.Host
	}})
	cfg.Endpoint = proxy.URL
	store := open(t, cfg)
	proxy.Close()

	_, err = store.PresignPut(t.Context(), lox.Upload{Key: "k", Size: 1, Expires: time.Minute})
	require.NoError(t, err)
	_, err = store.PresignGet(t.Context(), lox.Download{Key: "k", Expires: time.Minute})
	require.NoError(t, err)
	for what, call := range calls(store) {
		start := time.Now()
		err := call(t.Context())
		require.Equal(t, lox.CodeUnavailable, lox.CodeOf(err), "%s: %v", what, err)
		require.Less(t, time.Since(start), 5*time.Second, what)
	}
}

// The same if it accepts connections and never answers. The caller's own deadline can still be
// recognized.
func TestStoreHangs(t *testing.T) {
	t.Parallel()
	cfg := blobtest.StartMinIO(t)
	target, err := url.Parse(cfg.Endpoint)
	require.NoError(t, err)
	pass := &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		r.Out.URL.Scheme, r.Out.URL.Host = target.Scheme, target.Host
	}}
	var hangs atomic.Bool
	end := make(chan struct{})
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if hangs.Load() {
			<-end
			return
		}
		pass.ServeHTTP(w, r)
	}))
	defer proxy.Close()
	defer close(end)
	cfg.Endpoint = proxy.URL
	store := open(t, cfg)
	hangs.Store(true)

	for what, call := range calls(store) {
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		err := call(ctx)
		cancel()
		require.ErrorIs(t, err, context.DeadlineExceeded, what)
		require.NotEqual(t, lox.CodeUnavailable, lox.CodeOf(err), what)
	}
	start := time.Now()
	err = store.Ping(t.Context())
	require.Equal(t, lox.CodeUnavailable, lox.CodeOf(err), "%v", err)
	require.NotErrorIs(t, err, context.DeadlineExceeded, "it wasn't the caller's")
	require.Less(t, time.Since(start), 6*time.Second)
}

// After the loss of a bucket, no backup may look as if it had never been uploaded.
func TestBucketLost(t *testing.T) {
	cfg := blobtest.StartMinIO(t)
	store := open(t, cfg)
	require.NoError(t, client(t, cfg).RemoveBucketWithOptions(t.Context(), cfg.Bucket, minio.RemoveBucketOptions{}))
	_, err := store.Stat(t.Context(), "k")
	require.Equal(t, lox.CodeUnavailable, lox.CodeOf(err), "%v", err)
	_, err = store.Hash(t.Context(), "k", lox.Object{Size: 1}, lox.HashState{}, nil)
	require.Equal(t, lox.CodeUnavailable, lox.CodeOf(err), "%v", err)
	require.Error(t, store.Ping(t.Context()))
}

// Without versions, the ETag shows that an object was replaced.
func TestHashUnversioned(t *testing.T) {
	cfg := startUnversioned(t)
	store := open(t, cfg)
	put := func(body string) {
		_, err := client(t, cfg).PutObject(t.Context(), cfg.Bucket, "k", strings.NewReader(body), int64(len(body)), minio.PutObjectOptions{})
		require.NoError(t, err)
	}
	put("first")
	o, err := store.Stat(t.Context(), "k")
	require.NoError(t, err)
	require.Empty(t, o.Version)
	sum, err := store.Hash(t.Context(), "k", o, lox.HashState{}, nil)
	require.NoError(t, err)
	require.Equal(t, lox.Checksum(sha256.Sum256([]byte("first"))), sum)
	put("other")
	_, err = store.Hash(t.Context(), "k", o, lox.HashState{}, nil)
	require.Equal(t, lox.CodeUploadIncomplete, lox.CodeOf(err), "%v", err)
	require.NoError(t, store.Delete(t.Context(), "k"))
	_, err = store.Stat(t.Context(), "k")
	require.Equal(t, lox.CodeUploadIncomplete, lox.CodeOf(err), "%v", err)
}

// The checksum of a multipart upload is not the object's SHA-256.
func TestStatIgnoresCompositeChecksum(t *testing.T) {
	cfg := blobtest.StartMinIO(t)
	store := open(t, cfg)
	core := minio.Core{Client: client(t, cfg)}
	id, err := core.NewMultipartUpload(t.Context(), cfg.Bucket, "k", minio.PutObjectOptions{
		UserMetadata: map[string]string{"X-Amz-Checksum-Algorithm": "SHA256"},
	})
	require.NoError(t, err)
	body := bytes.Repeat([]byte("x"), 6<<20)
	var parts []minio.CompletePart
	for n, part := range [][]byte{body[:5<<20], body[5<<20:]} {
		sum := lox.Checksum(sha256.Sum256(part)).Base64()
		p, err := core.PutObjectPart(t.Context(), cfg.Bucket, "k", id, n+1, bytes.NewReader(part), int64(len(part)),
			minio.PutObjectPartOptions{CustomHeader: http.Header{"X-Amz-Checksum-Sha256": {sum}}})
		require.NoError(t, err)
		parts = append(parts, minio.CompletePart{PartNumber: n + 1, ETag: p.ETag, ChecksumSHA256: sum})
	}
	_, err = core.CompleteMultipartUpload(t.Context(), cfg.Bucket, "k", id, parts, minio.PutObjectOptions{})
	require.NoError(t, err)
	info, err := core.StatObject(t.Context(), cfg.Bucket, "k", minio.StatObjectOptions{Checksum: true})
	require.NoError(t, err)
	require.True(t, strings.HasSuffix(info.ChecksumSHA256, "-2"), "the store reports %q", info.ChecksumSHA256)
	o, err := store.Stat(t.Context(), "k")
	require.NoError(t, err)
	require.Nil(t, o.Checksum)
	sum, err := store.Hash(t.Context(), "k", o, lox.HashState{}, nil)
	require.NoError(t, err)
	require.Equal(t, lox.Checksum(sha256.Sum256(body)), sum)
}

// TestStatIsOneRequest: what a backup with a declared checksum takes of S3 to be completed.
func TestStatIsOneRequest(t *testing.T) {
	cfg := blobtest.StartMinIO(t)
	to := cfg.Endpoint[len("http://"):]
	var asked []string
	front := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked = append(asked, r.Method)
		(&httputil.ReverseProxy{Rewrite: func(p *httputil.ProxyRequest) {
			p.SetURL(&url.URL{Scheme: "http", Host: to})
			p.Out.Host = p.In.Host // is signed
		}}).ServeHTTP(w, r)
	}))
	t.Cleanup(front.Close)
	cfg.Endpoint = front.URL
	store := open(t, cfg)
	body := []byte("bytes")
	sum := lox.Checksum(sha256.Sum256(body))
	_, err := client(t, cfg).PutObject(t.Context(), cfg.Bucket, "k", bytes.NewReader(body), int64(len(body)),
		minio.PutObjectOptions{UserMetadata: map[string]string{"X-Amz-Checksum-Sha256": sum.Base64()}, DisableMultipart: true})
	require.NoError(t, err)
	asked = nil
	o, err := store.Stat(t.Context(), "k")
	require.NoError(t, err)
	require.Equal(t, &sum, o.Checksum)
	require.Equal(t, []string{http.MethodHead}, asked)
}

func calls(s *s3.Store) map[string]func(context.Context) error {
	return map[string]func(context.Context) error{
		"ping":   s.Ping,
		"delete": func(ctx context.Context) error { return s.Delete(ctx, "k") },
		"stat": func(ctx context.Context) error {
			_, err := s.Stat(ctx, "k")
			return err
		},
		"hash": func(ctx context.Context) error {
			_, err := s.Hash(ctx, "k", lox.Object{Size: 1, ETag: "x"}, lox.HashState{}, nil)
			return err
		},
	}
}

func client(t *testing.T, cfg s3.Config) *minio.Client {
	t.Helper()
	c, err := minio.New(strings.TrimPrefix(cfg.Endpoint, "http://"), &minio.Options{
		Creds: credentials.NewStaticV4(cfg.AccessKey, cfg.SecretKey, ""), Region: "us-east-1",
	})
	require.NoError(t, err)
	return c
}

// closedAddr is an address where nothing listens.
func closedAddr(t *testing.T) string {
	t.Helper()
	addr, err := freeport.Addr()
	require.NoError(t, err)
	return addr
}
