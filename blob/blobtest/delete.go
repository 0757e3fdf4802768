package blobtest

import (
	"bytes"
	"net/http"
	"net/url"
	"testing"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox"
)

func testDelete(t *testing.T, s *suite) {
	k := key()
	require.NoError(t, s.Store.Delete(t.Context(), k), "there is nothing yet")
	objects := []lox.Object{s.put(t, k, content(1000))}
	if s.S3 != nil {
		objects = append(objects, s.put(t, k, content(1000)), s.put(t, k, content(1000)))
	}
	require.NoError(t, s.Store.Delete(t.Context(), k))
	s.requireAbsent(t, k)
	for _, o := range objects {
		got := s.get(t, lox.Download{Key: k, Version: o.Version})
		require.Equal(t, http.StatusNotFound, got.status, "%s", got.body)
	}
	require.NoError(t, s.Store.Delete(t.Context(), k))
	require.Empty(t, s.versions(t, k))

	// The key can be used again.
	body := content(1000)
	s.requireBytes(t, k, s.put(t, k, body), body)
}

// The S3 list of a key as a prefix also has longer keys. Their objects must stay.
func testDeleteSharedPrefix(t *testing.T, s *suite) {
	k := key()
	kept := map[string][]byte{}
	for _, other := range []string{k + "x", k + "-2", k[:len(k)-1], k + "é"} {
		kept[other] = content(100)
		s.put(t, other, kept[other])
	}
	s.put(t, k, content(100))
	require.NoError(t, s.Store.Delete(t.Context(), k))
	require.NoError(t, s.Store.Delete(t.Context(), k))
	s.requireAbsent(t, k)
	for other, body := range kept {
		o, err := s.Store.Stat(t.Context(), other)
		require.NoError(t, err, other)
		s.requireBytes(t, other, o, body)
	}
}

// A deletion ends a running upload. On S3, which can't end it, a second deletion removes its object.
func testDeleteDuringUpload(t *testing.T, s *suite) {
	k, body := key(), content(400_000)
	c := Dial(t, s.presign(t, lox.Upload{Key: k, Size: int64(len(body))}))
	c.Send(t, body[:len(body)/2])
	if s.S3 == nil {
		s.deletedWithItsUpload(t, k, c)
		return
	}
	require.NoError(t, s.Store.Delete(t.Context(), k))
	s.requireAbsent(t, k)
	c.Send(t, body[len(body)/2:])
	require.Equal(t, http.StatusOK, c.Status(t))
	o, err := s.Store.Stat(t.Context(), k)
	require.NoError(t, err)
	s.requireBytes(t, k, o, body)
	require.NoError(t, s.Store.Delete(t.Context(), k))
	s.neverAppears(t, k)
}

// deletedWithItsUpload repeats the deletion until it has ended the upload, which may not have begun before.
func (s *suite) deletedWithItsUpload(t *testing.T, k string, c Conn) {
	ended := make(chan int, 1)
	go func() {
		status, _ := c.status() // 0 is none
		ended <- status
	}()
	until(t, "the upload ends", func() bool {
		require.NoError(t, s.Store.Delete(t.Context(), k))
		select {
		case status := <-ended:
			require.Equal(t, http.StatusForbidden, status)
			return true
		default:
			return false
		}
	})
	s.neverAppears(t, k)
}

// A URL may be used several times. DeleteOthers keeps only the verified version.
func testDeleteOthers(t *testing.T, s *suite) {
	k, body := key(), content(1000)
	deleteOthers := func(k, version string) int {
		removed, err := s.Store.DeleteOthers(t.Context(), k, version)
		require.NoError(t, err)
		return removed
	}
	require.Zero(t, deleteOthers(k, "v"), "there is nothing yet")
	if s.S3 == nil {
		kept := s.put(t, k, body)
		require.Zero(t, deleteOthers(k, kept.Version))
		s.requireBytes(t, k, kept, body)
		return
	}
	neighbor := s.put(t, k+"x", body)
	p := s.presign(t, lox.Upload{Key: k, Size: int64(len(body))})
	put := func(body []byte) lox.Object {
		got := s.send(t, p, bytes.NewReader(body))
		require.Equal(t, http.StatusOK, got.status, "%s", got.body)
		o, err := s.Store.Stat(t.Context(), k)
		require.NoError(t, err)
		return o
	}
	others := []lox.Object{put(content(1000))}
	kept := put(body)
	require.NotEmpty(t, kept.Version)
	others = append(others, put(content(1000)), put(content(1000)))
	require.NoError(t, s.core(t).RemoveObject(t.Context(), s.S3.Bucket, k, minio.RemoveObjectOptions{}), "leaves a delete marker")
	require.Len(t, s.versions(t, k), 6, "with the neighbor's")

	require.Zero(t, deleteOthers(k, neighbor.Version), "the version to keep isn't there")
	require.Len(t, s.versions(t, k), 6)

	require.Equal(t, 4, deleteOthers(k, kept.Version))
	require.Equal(t, []string{kept.Version, neighbor.Version}, s.versions(t, k))
	s.requireBytes(t, k, kept, body)
	s.requireBytes(t, k+"x", neighbor, body)
	for _, o := range others {
		got := s.get(t, lox.Download{Key: k, Version: o.Version})
		require.Equal(t, http.StatusNotFound, got.status, "%s", got.body)
	}
	require.Zero(t, deleteOthers(k, kept.Version))

	require.NoError(t, s.Store.Delete(t.Context(), k))
	require.Zero(t, deleteOthers(k, kept.Version))
}

func testDeleteUnfinishedParts(t *testing.T, s *suite) {
	core, k := s.core(t), key()
	start := func(k string) string {
		id, err := core.NewMultipartUpload(t.Context(), s.S3.Bucket, k, minio.PutObjectOptions{})
		require.NoError(t, err)
		part := content(5 << 20)
		_, err = core.PutObjectPart(t.Context(), s.S3.Bucket, k, id, 1, bytes.NewReader(part), int64(len(part)), minio.PutObjectPartOptions{})
		require.NoError(t, err)
		return id
	}
	id, other := start(k), start(k+"x")
	require.NoError(t, s.Store.Delete(t.Context(), k))
	_, err := core.ListObjectParts(t.Context(), s.S3.Bucket, k, id, 0, 10)
	require.Equal(t, minio.NoSuchUpload, minio.ToErrorResponse(err).Code, "%v", err)
	parts, err := core.ListObjectParts(t.Context(), s.S3.Bucket, k+"x", other, 0, 10)
	require.NoError(t, err)
	require.Len(t, parts.ObjectParts, 1)
	require.NoError(t, s.Store.Delete(t.Context(), k+"x"))
}

// core returns an S3 client with the store's own key, for checks that lox.BlobStore can't do.
func (s *suite) core(t *testing.T) *minio.Core {
	t.Helper()
	u, err := url.Parse(s.S3.Endpoint)
	require.NoError(t, err)
	core, err := minio.NewCore(u.Host, &minio.Options{
		Creds:  credentials.NewStaticV4(s.S3.AccessKey, s.S3.SecretKey, ""),
		Region: "us-east-1",
	})
	require.NoError(t, err)
	core.SetAppInfo(Agent, "1")
	return core
}

// Agent is in the User-Agent of the suite's own S3 requests.
const Agent = "lox-blobtest"

// versions returns the versions of a key in a bucket with versioning.
func (s *suite) versions(t *testing.T, k string) (ids []string) {
	t.Helper()
	if s.S3 == nil {
		return nil
	}
	for o := range s.core(t).Client.ListObjects(t.Context(), s.S3.Bucket, minio.ListObjectsOptions{
		Prefix: k, WithVersions: true, Recursive: true,
	}) {
		require.NoError(t, o.Err)
		ids = append(ids, o.VersionID)
	}
	return ids
}
