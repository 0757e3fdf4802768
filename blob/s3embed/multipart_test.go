package s3embed

import (
	"bytes"
	"context"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/minio/minio-go/v7"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox"
	"github.com/backlox/lox/blob/blobtest"
)

const partSize = 5 << 20

// uploadParts uploads two parts.
func uploadParts(t *testing.T, c *minio.Core, key string) (id string, parts []minio.CompletePart) {
	t.Helper()
	id, err := c.NewMultipartUpload(t.Context(), bucket, key, minio.PutObjectOptions{ContentType: "application/gzip"})
	require.NoError(t, err)
	for n := 1; n <= 2; n++ {
		body := bytes.Repeat([]byte{byte(n)}, partSize)
		p, err := c.PutObjectPart(t.Context(), bucket, key, id, n, bytes.NewReader(body), partSize, minio.PutObjectPartOptions{})
		require.NoError(t, err)
		parts = append(parts, minio.CompletePart{PartNumber: n, ETag: p.ETag})
	}
	return id, parts
}

func TestMultipart(t *testing.T) {
	s := start(t, config(t.TempDir()))
	store, c := openBlob(t, s.URL()), core(t, s.URL())
	id, parts := uploadParts(t, c, "t/k")

	// Completed by many at once: every answer that says so comes after the
	// object is there.
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			if _, err := c.CompleteMultipartUpload(context.Background(), bucket, "t/k", id, parts, minio.PutObjectOptions{}); err != nil {
				t.Error(err)
				return
			}
			if o, err := store.Stat(context.Background(), "t/k"); err != nil || o.Size != 2*partSize {
				t.Errorf("%+v %v", o, err)
			}
		})
	}
	wg.Wait()
	o, err := store.Stat(t.Context(), "t/k")
	require.NoError(t, err)
	require.Equal(t, "application/gzip", o.ContentType)
	require.Nil(t, o.Checksum)
	want := string(bytes.Repeat([]byte{1}, partSize)) + string(bytes.Repeat([]byte{2}, partSize))
	requireSame(t, want, store.get(t, "t/k"))

	// A second upload can't replace it.
	id, parts = uploadParts(t, c, "t/k")
	_, err = c.CompleteMultipartUpload(t.Context(), bucket, "t/k", id, parts, minio.PutObjectOptions{})
	require.Equal(t, minio.PreconditionFailed, minio.ToErrorResponse(err).Code, "%v", err)
	requireSame(t, want, store.get(t, "t/k"))
	require.Equal(t, http.StatusPreconditionFailed, store.put(t, "t/k", "x"))
}

// A part that is cut short is not a part.
func TestPartCutShort(t *testing.T) {
	dir := t.TempDir()
	s := start(t, config(dir))
	openBlob(t, s.URL())
	c := core(t, s.URL())
	id, err := c.NewMultipartUpload(t.Context(), bucket, "k", minio.PutObjectOptions{})
	require.NoError(t, err)
	u, err := c.PresignHeader(t.Context(), http.MethodPut, bucket, "k", time.Minute,
		map[string][]string{"partNumber": {"1"}, "uploadId": {id}}, http.Header{"Content-Length": {"100000"}})
	require.NoError(t, err)
	conn := blobtest.Dial(t, lox.PresignedUpload{URL: u.String(), Headers: map[string]string{"Content-Length": "100000"}})
	conn.Send(t, make([]byte, 99_999))
	require.NoError(t, conn.CloseWrite())
	require.Equal(t, http.StatusBadRequest, conn.Status(t))
	list, err := c.ListObjectParts(t.Context(), bucket, "k", id, 0, 10)
	require.NoError(t, err)
	require.Empty(t, list.ObjectParts)
	require.Empty(t, files(t, dir))
}

// The posix backend would bring the upload back to life.
func TestPartOfAbortedUpload(t *testing.T) {
	dir := t.TempDir()
	s := start(t, config(dir))
	openBlob(t, s.URL())
	c := core(t, s.URL())
	id, err := c.NewMultipartUpload(t.Context(), bucket, "k", minio.PutObjectOptions{})
	require.NoError(t, err)
	u, err := c.PresignHeader(t.Context(), http.MethodPut, bucket, "k", time.Minute,
		map[string][]string{"partNumber": {"1"}, "uploadId": {id}}, nil)
	require.NoError(t, err)
	conn := blobtest.Dial(t, lox.PresignedUpload{URL: u.String(), Headers: map[string]string{"Content-Length": "100000"}})
	conn.Send(t, make([]byte, 50_000))
	until(t, "the part is being read", func() bool { return staged(t, os.Getpid(), dir) == 1 })
	require.NoError(t, c.AbortMultipartUpload(t.Context(), bucket, "k", id))
	conn.Send(t, make([]byte, 50_000))
	require.Equal(t, http.StatusNotFound, conn.Status(t))
	require.Empty(t, files(t, dir))
	_, err = c.ListObjectParts(t.Context(), bucket, "k", id, 0, 10)
	require.Equal(t, minio.NoSuchUpload, minio.ToErrorResponse(err).Code)
}

// A server that is killed while it assembles parts leaves the upload under
// another name. Completing it again must not answer that all is well while
// there is no object.
func TestKillDuringCompletion(t *testing.T) {
	dir := t.TempDir()
	s, err := Start(t.Context(), config(dir))
	require.NoError(t, err)
	openBlob(t, s.URL())
	id, parts := uploadParts(t, core(t, s.URL()), "k")
	require.NoError(t, s.Stop(t.Context()))
	path := uploadDir(filepath.Join(dir, bucketsName, bucket), "k", id)
	require.NoError(t, os.Rename(path, path+".0123456789abcdef-2.inprogress"))
	// And a staging file, as file systems without O_TMPFILE have them.
	require.NoError(t, os.WriteFile(filepath.Join(dir, bucketsName, bucket, ".sgwtmp", "0abc.123"), []byte("half"), 0o600))

	s = start(t, config(dir))
	store, c := openBlob(t, s.URL()), core(t, s.URL())
	_, err = c.CompleteMultipartUpload(t.Context(), bucket, "k", id, parts, minio.PutObjectOptions{})
	require.NoError(t, err)
	o, err := store.Stat(t.Context(), "k")
	require.NoError(t, err)
	require.Equal(t, int64(2*partSize), o.Size)
	require.Equal(t, []string{"buckets/backups/k"}, files(t, dir))
}
