package disk

import (
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/backlox/lox"
)

// writeTree creates files below a directory, whose contents are their names, and directories for paths that end with a
// slash.
func writeTree(t *testing.T, dir string, paths ...string) {
	t.Helper()
	for _, path := range paths {
		full := filepath.Join(dir, path)
		if path[len(path)-1] == '/' {
			require.NoError(t, os.MkdirAll(full, 0o700))
			continue
		}
		require.NoError(t, os.MkdirAll(filepath.Dir(full), 0o700))
		require.NoError(t, os.WriteFile(full, []byte(filepath.Base(path)), 0o600))
	}
}

// treeOf returns the paths of the files below a directory, and those of empty directories, as writeTree takes them.
func treeOf(t *testing.T, dir string) (paths []string) {
	t.Helper()
	require.NoError(t, filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name, err := filepath.Rel(dir, path)
		if err != nil || path == dir {
			return err
		}
		if !d.IsDir() {
			content, err := os.ReadFile(path)
			require.NoError(t, err)
			require.Equal(t, d.Name(), string(content))
			paths = append(paths, name)
			return nil
		}
		entries, err := os.ReadDir(path)
		if len(entries) == 0 {
			paths = append(paths, name+"/")
		}
		return err
	}))
	return paths
}

func TestAdoptMovesObjectsAndCanBeRepeated(t *testing.T) {
	t.Parallel()
	one, two := lox.NewTenantID().String(), lox.NewTenantID().String() // sorted by time, and so by name
	const bucket, objects = "s3/buckets/lox/", "storage/objects/"
	all := []string{objects + one + "/a", objects + one + "/b", objects + two + "/c"}
	for name, c := range map[string]struct{ given, want []string }{
		"no files":               {nil, nil},
		"a current storage":      {[]string{objects + one + "/a"}, []string{objects + one + "/a"}},
		"a server without files": {[]string{"s3/lock", bucket}, []string{objects}},
		"all files of an old storage": {
			[]string{"s3/lock", bucket + ".sgwtmp/multipart/x/1", bucket + one + "/a", bucket + one + "/b", bucket + two + "/c"}, all,
		},
		"no lock":                                    {[]string{bucket + one + "/a", bucket + one + "/b", bucket + two + "/c"}, all},
		"interrupted before the first file":          {[]string{"s3/lock", bucket + one + "/a", bucket + one + "/b", bucket + two + "/c", objects}, all},
		"interrupted between two tenants":            {[]string{"s3/lock", objects + one + "/a", objects + one + "/b", bucket + two + "/c"}, all},
		"interrupted after the last file":            {append([]string{"s3/lock", bucket}, all...), all},
		"interrupted after the bucket was removed":   {append([]string{"s3/lock", "s3/buckets/"}, all...), all},
		"interrupted after all buckets were removed": {append([]string{"s3/lock"}, all...), all},
		"interrupted after the lock was removed":     {append([]string{"s3/"}, all...), all},
		"new files of a tenant":                      {[]string{"s3/lock", bucket + one + "/b", objects + one + "/a", bucket + two + "/c"}, all},
		"files that are not of LOX": {
			[]string{"s3/lock", "s3/buckets/other/x", bucket + "file", bucket + "directory/y", bucket + two + "/c", "s3/notes"},
			[]string{"s3/buckets/lox/directory/y", "s3/buckets/lox/file", "s3/buckets/other/x", "s3/notes", objects + two + "/c"},
		},
		"only another bucket is left": {
			append([]string{"s3/buckets/other/x"}, all...), append([]string{"s3/buckets/other/x"}, all...),
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			writeTree(t, dir, c.given...)
			for range 2 { // the second time there is nothing left to do
				require.NoError(t, Adopt(filepath.Join(dir, "storage"), filepath.Join(dir, "s3"), "lox"))
				require.Equal(t, c.want, treeOf(t, dir))
			}
		})
	}
}

// TestAdoptRefusesAndKeepsAllFiles covers problems that an operator has to solve.
func TestAdoptRefusesAndKeepsAllFiles(t *testing.T) {
	t.Parallel()
	tenant := lox.NewTenantID().String()
	dir := t.TempDir()
	storage, old := filepath.Join(dir, "storage"), filepath.Join(dir, "s3")
	given := []string{"s3/buckets/lox/" + tenant + "/a", "s3/buckets/other/x", "s3/lock"}
	writeTree(t, dir, given...)

	lock, err := lockFile(filepath.Join(old, "lock"))
	require.NoError(t, err)
	require.EqualError(t, Adopt(storage, old, "lox"), "take over "+old+": another process uses "+old)
	require.NoError(t, lock.Close())
	require.Equal(t, given, treeOf(t, dir))

	err = Adopt(storage, old, "wrong")
	require.ErrorIs(t, err, ErrNoBucket)
	require.EqualError(t, err, `take over `+old+`: "wrong": there is no such bucket, but lox, other`)
	require.Equal(t, given, treeOf(t, dir))

	twin := "storage/objects/" + tenant + "/a"
	writeTree(t, dir, twin)
	require.EqualError(t, Adopt(storage, old, "lox"), "take over "+old+": "+filepath.Join(dir, given[0])+
		" and "+filepath.Join(dir, twin)+" are the same object: remove one of them")
	require.Equal(t, append(given, twin), treeOf(t, dir))
}
