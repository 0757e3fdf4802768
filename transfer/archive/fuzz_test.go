package archive

import (
	"archive/tar"
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// FuzzUnpack unpacks random archives: nothing is created outside the directory, and no link in it
// leads outside.
func FuzzUnpack(f *testing.F) {
	for _, archive := range hostile(f) {
		f.Add(archive)
	}
	f.Add(archiveOf(f, dirEntry("a"), fileEntry("a/b"), linkEntry(tar.TypeSymlink, "l", "a/b"), linkEntry(tar.TypeLink, "h", "a/b")))
	f.Add(archiveOf(f, tar.Header{Name: "x", Uname: "x", PAXRecords: map[string]string{xattrPrefix + "user.a": "b"}, Format: tar.FormatPAX}))
	var sparse bytes.Buffer
	head, size := sparseHead(&tar.Header{Name: "sparse", Mode: 0o600}, []segment{{4096, 4}}, 10_000)
	sparse.Write(head)
	sparse.WriteString("data")
	sparse.Write(make([]byte, padding(size)+2*blockSize))
	f.Add(sparse.Bytes())
	f.Add(zstdOf(f, archiveOf(f, fileEntry("a"))))
	f.Fuzz(func(t *testing.T, archive []byte) {
		home := t.TempDir()
		dir := filepath.Join(home, "out")
		_ = Unpack(t.Context(), bytes.NewReader(archive), dir, UnpackOptions{MaxBytes: 16 * mib, MaxEntries: 1000, MaxSparse: 64 * mib})
		found, err := os.ReadDir(home)
		require.NoError(t, err)
		require.LessOrEqual(t, len(found), 1)
		require.NoError(t, filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.Type() != fs.ModeSymlink {
				return nil //nolint:nilerr // what has no modes can't be read
			}
			if to, err := filepath.EvalSymlinks(path); err == nil {
				real, err := filepath.EvalSymlinks(dir)
				require.NoError(t, err)
				require.True(t, to == real || strings.HasPrefix(to, real+"/"), "%s leads to %s", path, to)
			}
			return nil
		}))
	})
}
