package s3embed

import (
	"bytes"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/minio/minio-go/v7"
	"github.com/stretchr/testify/require"
)

// syncs records what is synced. Tests that use it don't run in parallel.
type syncs struct {
	mu    sync.Mutex
	root  string
	paths []string
	fail  string // prefix of paths whose sync fails
}

func recordSyncs(t *testing.T, root string) *syncs {
	s := &syncs{root: root}
	t.Cleanup(func() { fsync = (*os.File).Sync })
	fsync = func(f *os.File) error {
		s.mu.Lock()
		defer s.mu.Unlock()
		path := s.name(f.Name())
		s.paths = append(s.paths, path)
		if s.fail != "" && strings.HasPrefix(path, s.fail) {
			return os.ErrDeadlineExceeded
		}
		return f.Sync()
	}
	return s
}

// name is relative to the bucket. A file that has no name yet is "staged".
func (s *syncs) name(path string) string {
	if strings.HasPrefix(path, "/proc/") {
		return "staged"
	}
	rel, err := filepath.Rel(filepath.Join(s.root, bucketsName), path)
	if err != nil {
		return path
	}
	return rel
}

func (s *syncs) take() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	paths := s.paths
	s.paths = nil
	return paths
}

// kill -9 doesn't show what is in the page cache alone; a power failure would.
func TestWhatIsSyncedBeforeTheAnswer(t *testing.T) {
	dir := t.TempDir()
	rec := recordSyncs(t, dir)
	s := start(t, config(dir))
	store := openBlob(t, s.URL())
	require.Contains(t, strings.Join(rec.take(), " "), "backups/.sgwtmp backups .", "a new bucket, from the inside out")

	require.Equal(t, http.StatusOK, store.put(t, "a/b/one", "1"))
	require.Equal(t, []string{"staged", "backups/a/b/one", "backups/a/b", "backups/a", "backups"}, rec.take(),
		"first the bytes, then, published, the attributes, the name and the new directories")

	require.Equal(t, http.StatusOK, store.put(t, "a/b/two", "2"))
	require.Equal(t, []string{"staged", "backups/a/b/two", "backups/a/b"}, rec.take(), "the directories are known")

	require.NoError(t, store.Delete(t.Context(), "a/b/one"))
	require.Equal(t, []string{"backups/a/b"}, rec.take())
	require.NoError(t, store.Delete(t.Context(), "a/b/two"))
	require.Equal(t, []string{"backups"}, rec.take(), "the directories went with their last object")

	require.Equal(t, http.StatusOK, store.put(t, "a/b/two", "2"))
	require.Equal(t, []string{"staged", "backups/a/b/two", "backups/a/b", "backups/a", "backups"}, rec.take(),
		"they are new again")

	require.Equal(t, http.StatusPreconditionFailed, store.put(t, "a/b/two", "3"))
	require.Empty(t, rec.take(), "refused before the body is read")
}

func TestWhatIsSyncedOfParts(t *testing.T) {
	dir := t.TempDir()
	s := start(t, config(dir))
	openBlob(t, s.URL())
	c := core(t, s.URL())
	rec := recordSyncs(t, dir)
	id, err := c.NewMultipartUpload(t.Context(), bucket, "k", minio.PutObjectOptions{})
	require.NoError(t, err)
	up, err := filepath.Rel(filepath.Join(dir, bucketsName), uploadDir(filepath.Join(dir, bucketsName, bucket), "k", id))
	require.NoError(t, err)
	require.Equal(t, []string{up, filepath.Dir(up), "backups/.sgwtmp/multipart", "backups/.sgwtmp", "backups"}, rec.take())

	var parts []minio.CompletePart
	for n := range 2 {
		part, err := c.PutObjectPart(t.Context(), bucket, "k", id, n+1, bytes.NewReader(make([]byte, 5<<20)), 5<<20, minio.PutObjectPartOptions{})
		require.NoError(t, err)
		require.Equal(t, []string{"staged", fmt.Sprintf("%s/%d", up, n+1), up}, rec.take())
		parts = append(parts, minio.CompletePart{PartNumber: n + 1, ETag: part.ETag})
	}
	_, err = c.CompleteMultipartUpload(t.Context(), bucket, "k", id, parts, minio.PutObjectOptions{})
	require.NoError(t, err)
	require.Equal(t, []string{"staged", "backups/k", "backups"}, rec.take())
	require.Equal(t, []string{"buckets/backups/k"}, files(t, dir))
}

// What could not be synced was not stored.
func TestSyncFails(t *testing.T) {
	for _, at := range []string{"staged", "backups/a/k", "backups/a"} {
		dir := t.TempDir()
		s := start(t, config(dir))
		store := openBlob(t, s.URL())
		rec := recordSyncs(t, dir)
		rec.fail = at
		require.Equal(t, http.StatusInternalServerError, store.put(t, "a/k", "1"), at)
		require.Empty(t, files(t, dir), at)
		rec.mu.Lock()
		rec.fail = ""
		rec.mu.Unlock()
		require.Equal(t, http.StatusOK, store.put(t, "a/k", "2"), at)
		require.Equal(t, "2", store.get(t, "a/k"))
		require.NoError(t, s.Stop(t.Context()))
	}
}

// An upload that a deletion overlapped must not vouch for its directory: it may
// have been removed and made anew since.
func TestDurableDirs(t *testing.T) {
	top := t.TempDir()
	dir := filepath.Join(top, "tenant")
	require.NoError(t, os.Mkdir(dir, 0o700))
	var d durableDirs
	known := func() bool { _, ok := d.known[dir]; return ok }

	before := d.epoch()
	d.forget(dir, top)
	require.NoError(t, d.sync(dir, top, before))
	require.False(t, known())
	require.NoError(t, d.sync(dir, top, d.epoch()))
	require.True(t, known())
	d.forget(filepath.Join(dir, "below"), top)
	require.False(t, known())

	rec := recordSyncs(t, top)
	require.NoError(t, os.Remove(dir))
	require.NoError(t, d.sync(dir, top, d.epoch()))
	require.Len(t, rec.take(), 1, "a directory that is gone needs no sync, the one above does")
}
