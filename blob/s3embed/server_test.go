package s3embed

import (
	"bytes"
	"context"
	"log/slog"
	"math"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/minio/minio-go/v7"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox/blob/blobtest"
)

func TestStart(t *testing.T) {
	before, err := os.Getwd()
	require.NoError(t, err)
	s := start(t, config(t.TempDir()))
	after, err := os.Getwd()
	require.NoError(t, err)
	require.Equal(t, before, after, "the working directory is as it was")

	_, port, err := net.SplitHostPort(s.Addr().String())
	require.NoError(t, err)
	require.NotEqual(t, "0", port)
	require.Equal(t, "http://127.0.0.1:"+port, s.URL())
	require.NoError(t, s.Err())

	require.NoError(t, s.Stop(t.Context()))
	<-s.Done()
	require.NoError(t, s.Err())
	_, err = net.Dial("tcp", s.Addr().String())
	require.ErrorIs(t, err, syscall.ECONNREFUSED)
}

func TestStartTwiceInOneProcess(t *testing.T) {
	first, second := start(t, config(t.TempDir())), start(t, config(t.TempDir()))
	for _, s := range []*Server{first, second} {
		require.Equal(t, http.StatusOK, openBlob(t, s.URL()).put(t, "k", s.URL()))
	}
	for _, s := range []*Server{first, second} {
		require.Equal(t, s.URL(), openBlob(t, s.URL()).get(t, "k"))
	}
}

func TestStartFails(t *testing.T) {
	s := start(t, config(t.TempDir()))

	cfg := config(t.TempDir())
	cfg.Addr = s.Addr().String()
	_, err := Start(t.Context(), cfg)
	require.ErrorIs(t, err, syscall.EADDRINUSE)
	require.ErrorContains(t, err, cfg.Addr)
	require.ErrorContains(t, err, "LOX_S3_ADDR")

	dir := t.TempDir()
	start(t, config(dir))
	_, err = Start(t.Context(), config(dir))
	require.ErrorContains(t, err, "another server already uses "+dir)

	file := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	_, err = Start(t.Context(), config(file))
	require.ErrorIs(t, err, syscall.ENOTDIR)

	cfg = config(t.TempDir())
	cfg.SecretKey = ""
	_, err = Start(t.Context(), cfg)
	require.ErrorContains(t, err, "required")

	cfg = config(t.TempDir())
	cfg.Addr = "nonsense"
	_, err = Start(t.Context(), cfg)
	require.ErrorContains(t, err, "LOX_S3_ADDR")
}

// ramfs has no extended attributes.
func TestStartWithoutExtendedAttributes(t *testing.T) {
	dir := t.TempDir()
	if err := syscall.Mount("ramfs", dir, "ramfs", 0, ""); err != nil {
		t.Skipf("mounting a file system without extended attributes needs root: %v", err)
	}
	t.Cleanup(func() { require.NoError(t, syscall.Unmount(dir, 0)) })
	_, err := Start(t.Context(), config(dir))
	require.ErrorIs(t, err, syscall.EOPNOTSUPP)
	require.ErrorContains(t, err, "extended attributes")
}

// Clients open connections in advance. They must not hold up a stop, nor must
// one that is in the middle of an upload, beyond what the caller allows.
func TestStopWithOpenConnections(t *testing.T) {
	s, err := Start(t.Context(), config(t.TempDir()))
	require.NoError(t, err)
	idle, err := net.Dial("tcp", s.Addr().String())
	require.NoError(t, err)
	defer func() { _ = idle.Close() }()
	require.NoError(t, openBlob(t, s.URL()).Ping(t.Context()), "the connection above was accepted before this one")
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	require.NoError(t, s.Stop(ctx))

	dir := t.TempDir()
	s, err = Start(t.Context(), config(dir))
	require.NoError(t, err)
	c := blobtest.Dial(t, openBlob(t, s.URL()).presign(t, "k", 20_000))
	c.Send(t, make([]byte, 10_000))
	until(t, "the upload is being read", func() bool { return staged(t, os.Getpid(), dir) == 1 })
	ctx, cancel = context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	require.ErrorIs(t, s.Stop(ctx), context.DeadlineExceeded)
	<-s.Done()
	require.Empty(t, files(t, dir))
}

func TestAnonymousIsRefused(t *testing.T) {
	s := start(t, config(t.TempDir()))
	store := openBlob(t, s.URL())
	require.Equal(t, http.StatusOK, store.put(t, "k", "secret"))
	for _, path := range []string{"/", "/" + bucket, "/" + bucket + "?versions", "/" + bucket + "?uploads", "/" + bucket + "/k", "/" + bucket + "/new", "/" + bucket + "/k?acl"} {
		for _, method := range []string{http.MethodGet, http.MethodHead, http.MethodPut, http.MethodPost, http.MethodDelete} {
			var body *strings.Reader
			if method == http.MethodPut || method == http.MethodPost {
				body = strings.NewReader("x")
			} else {
				body = strings.NewReader("")
			}
			req, err := http.NewRequestWithContext(t.Context(), method, s.URL()+path, body)
			require.NoError(t, err)
			got := status(t, req)
			require.GreaterOrEqual(t, got, 400, "%s %s", method, path)
			require.Less(t, got, 500, "%s %s", method, path)
		}
	}
	// Nor does the admin API of versitygw exist, for anyone.
	for _, path := range []string{"/create-user", "/list-users", "/list-buckets"} {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPatch, s.URL()+path, nil)
		require.NoError(t, err)
		require.GreaterOrEqual(t, status(t, req), 400, path)
	}
	require.Equal(t, "secret", store.get(t, "k"))
}

// What can't be made durable and whole isn't offered, even to the key's owner.
func TestOtherOperationsAreOff(t *testing.T) {
	s := start(t, config(t.TempDir()))
	require.Equal(t, http.StatusOK, openBlob(t, s.URL()).put(t, "k", "v"))
	c, ctx := core(t, s.URL()), t.Context()
	_, copyErr := c.Client.CopyObject(ctx, minio.CopyDestOptions{Bucket: bucket, Object: "copy"}, minio.CopySrcOptions{Bucket: bucket, Object: "k"})
	_, tagged := c.Client.PutObject(ctx, bucket, "tagged", strings.NewReader("v"), 1, minio.PutObjectOptions{UserTags: map[string]string{"a": "b"}})
	_, locked := c.Client.PutObject(ctx, bucket, "locked", strings.NewReader("v"), 1, minio.PutObjectOptions{LegalHold: minio.LegalHoldEnabled, SendContentMd5: true})
	for what, err := range map[string]error{
		"copy":          copyErr,
		"policy":        c.PutBucketPolicy(ctx, bucket, `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::backups/*"}]}`),
		"versioning":    c.EnableVersioning(ctx, bucket),
		"remove bucket": c.RemoveBucket(ctx, bucket),
		"locked bucket": c.MakeBucket(ctx, "locked", minio.MakeBucketOptions{ObjectLocking: true}),
		"tagged object": tagged,
		"locked object": locked,
	} {
		require.Equal(t, "NotImplemented", minio.ToErrorResponse(err).Code, "%s: %v", what, err)
	}
	for _, k := range []string{"copy", "tagged", "locked"} {
		_, err := c.StatObject(ctx, bucket, k, minio.StatObjectOptions{})
		require.Equal(t, minio.NoSuchKey, minio.ToErrorResponse(err).Code, k)
	}
}

func TestKeysStayInTheBucket(t *testing.T) {
	dir := t.TempDir()
	s := start(t, config(dir))
	store := openBlob(t, s.URL())
	require.NoError(t, core(t, s.URL()).MakeBucket(t.Context(), "other", minio.MakeBucketOptions{}))
	for _, k := range []string{"../other/x", "a/../../other/x", "..", "a/../../../../x", ".sgwtmp/x"} {
		require.NotEqual(t, http.StatusOK, store.put(t, k, "x"), k)
	}
	require.Empty(t, files(t, dir), "only the lock")
}

// An upload must leave the reserve free.
func TestFull(t *testing.T) {
	var log bytes.Buffer
	cfg := config(t.TempDir())
	cfg.Reserve = math.MaxInt64 / 2
	cfg.Logger = slog.New(slog.NewTextHandler(&log, nil))
	s := start(t, cfg)
	require.Equal(t, http.StatusInsufficientStorage, openBlob(t, s.URL()).put(t, "k", "x"))
	require.NoError(t, s.Stop(t.Context()))
	require.Contains(t, log.String(), "not enough free space")
}
