package disk

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestFilesAreListedInOrder lists more names than the window has, and files that aren't objects of LOX.
func TestFilesAreListedInOrder(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	f := OpenFiles(dir)
	list := func() (keys []string) {
		t.Helper()
		for o, err := range f.Objects(t.Context()) {
			require.NoError(t, err)
			keys = append(keys, o.Key)
		}
		return keys
	}
	assert.Empty(t, list(), "there is no directory yet")
	free, err := OpenFiles(filepath.Join(dir, "a", "b")).Free()
	require.NoError(t, err)
	assert.Positive(t, free)

	write := func(path string) {
		path = filepath.Join(dir, path)
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o700))
		require.NoError(t, os.WriteFile(path, []byte("x"), 0o600))
	}
	want := []string{"file", "ten_a-b/bkp", "ten_a0/bkp", "ten_a/bkp-x", "ten_a/bkp/", "ten_a/bkp0"}
	for i := range 100 {
		want = append(want, fmt.Sprintf("ten_b/%02d", i))
	}
	slices.Sort(want)
	for _, key := range want {
		if key == "ten_a/bkp/" {
			key += "inside"
		}
		write("objects/" + key)
	}
	require.NoError(t, os.Mkdir(filepath.Join(dir, "objects", "empty"), 0o700))
	for _, f.window = range []int{1, 2, 7, 50, 101, 1000} {
		assert.Equal(t, want, list(), "%d names at once", f.window)
	}
	for _, key := range []string{"file", "ten_a/bkp/", "ten_b/42"} {
		found, err := f.Versions(t.Context(), key)
		require.NoError(t, err)
		require.Len(t, found, 1, key)
		assert.Equal(t, key, found[0].Key)
	}

	write("uploads/upload-1")
	var uploads []string
	for o, err := range f.Uploads(t.Context()) {
		require.NoError(t, err)
		assert.EqualValues(t, 1, o.Size)
		uploads = append(uploads, o.Key)
	}
	assert.Equal(t, []string{"uploads/upload-1"}, uploads)

	require.NoError(t, os.RemoveAll(filepath.Join(dir, "objects")))
	write("objects")
	var last error
	for _, last = range f.Objects(t.Context()) {
	}
	require.Error(t, last, "a file instead of the directory")
}
