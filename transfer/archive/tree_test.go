package archive

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"
)

const mib = 1 << 20

// at is a time with nanoseconds.
var at = time.Date(2023, 4, 5, 6, 7, 8, 123456789, time.UTC)

// isRoot tells whether owners can be changed, and devices created.
func isRoot() bool { return os.Geteuid() == 0 }

func write(t *testing.T, path string, content []byte, mode os.FileMode) {
	t.Helper()
	require.NoError(t, os.WriteFile(path, content, 0o600))
	require.NoError(t, os.Chmod(path, mode))
}

func random(size int) []byte {
	content := make([]byte, size)
	_, _ = rand.NewChaCha8([32]byte{byte(size)}).Read(content)
	return content
}

// writeSparse creates a file with bytes at some offsets and holes elsewhere.
func writeSparse(t *testing.T, path string, size int64, offsets ...int64) {
	t.Helper()
	f, err := os.Create(path)
	require.NoError(t, err)
	for _, offset := range offsets {
		_, err := f.WriteAt(bytes.Repeat([]byte("x"), 4096), offset)
		require.NoError(t, err)
	}
	require.NoError(t, f.Truncate(size))
	require.NoError(t, f.Close())
}

func setXattr(t *testing.T, path, key, value string) {
	t.Helper()
	require.NoError(t, unix.Lsetxattr(path, key, []byte(value), 0), key)
}

// newTree creates a directory with everything that an archive can store.
func newTree(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "tree")
	in := func(parts ...string) string { return filepath.Join(append([]string{dir}, parts...)...) }
	for _, sub := range []string{"", "a", "a/b", "empty", "read-only", "names", "a/" + strings.Repeat("long", 50), "z"} {
		require.NoError(t, os.Mkdir(in(sub), 0o750))
	}
	write(t, in("a", "file"), random(3*mib+17), 0o640)
	write(t, in("a", "nothing"), nil, 0o600)
	write(t, in("a", "block"), random(512), 0o755)
	write(t, in("a", "read-only"), []byte("x"), 0o444)
	write(t, in("a", "secret"), []byte("x"), 0o400)
	write(t, in("a", strings.Repeat("long", 50), strings.Repeat("name", 50)), []byte("deep"), 0o644)
	write(t, in("names", "with\nnewline"), []byte("1"), 0o644)
	write(t, in("names", "not \xff utf-8"), []byte("2"), 0o644)
	write(t, in("names", "ünïcode"), []byte("3"), 0o644)
	write(t, in("names", " -rf "), []byte("4"), 0o644)
	write(t, in("read-only", "inside"), []byte("x"), 0o600)
	require.NoError(t, os.Link(in("a", "file"), in("z", "hard")))
	require.NoError(t, os.Link(in("a", "file"), in("a", "b", "hard")))
	require.NoError(t, os.Symlink("../a/file", in("z", "link")))
	require.NoError(t, os.Symlink("nowhere", in("z", "dangling")))
	require.NoError(t, os.Symlink("../../"+strings.Repeat("long/", 50)+"target", in("a", "b", "far")))
	require.NoError(t, unix.Mkfifo(in("z", "fifo"), 0o620))
	require.NoError(t, os.Chmod(in("z", "fifo"), 0o622))
	writeSparse(t, in("z", "sparse"), 64*mib, 0, 10*mib, 10*mib+4096, 33*mib)
	writeSparse(t, in("z", "sparse-end"), 20*mib, 20*mib-4096)
	writeSparse(t, in("z", "sparse-odd"), 5*mib+1234, mib)
	writeSparse(t, in("z", "hole"), 7*mib)
	setXattr(t, in("a", "file"), "user.note", "a\x00b=c\nd")
	setXattr(t, in("a", "nothing"), "user.empty", "")
	setXattr(t, in("z", "sparse"), "user.sparse", "yes")
	setXattr(t, in("a", "b"), "user.directory", "yes")
	if isRoot() {
		setXattr(t, in("a", "block"), "trusted.note", "root")
		require.NoError(t, os.Chown(in("a", "b"), 1234, 5678))
		require.NoError(t, os.Chown(in("a", "block"), 1234, 5678))
		require.NoError(t, os.Chown(in("z", "hole"), 3_000_000_000, 1)) // more than fits into a header's field
		require.NoError(t, os.Lchown(in("z", "link"), 1234, 5678))
		require.NoError(t, os.Chmod(in("a", "block"), 0o755|os.ModeSetuid))
		require.NoError(t, os.Chmod(in("a", "b"), 0o770|os.ModeSetgid))
	}
	require.NoError(t, os.Chmod(in("read-only"), 0o555))
	// From the inside to the outside, because creating a file changes the time of its directory.
	var all []string
	require.NoError(t, filepath.WalkDir(dir, func(path string, _ fs.DirEntry, err error) error {
		all = append(all, path)
		return err
	}))
	for i, path := range slices.Backward(all) {
		ts := unix.NsecToTimespec(at.Add(time.Duration(i) * (time.Hour + 1)).UnixNano())
		require.NoError(t, unix.UtimesNanoAt(unix.AT_FDCWD, path, []unix.Timespec{ts, ts}, unix.AT_SYMLINK_NOFOLLOW))
	}
	t.Cleanup(func() { _ = os.Chmod(in("read-only"), 0o755) })
	return dir
}

// addSpecial creates files that an archive leaves out.
func addSpecial(t *testing.T, dir string) {
	t.Helper()
	t.Chdir(dir) // a socket's path may have at most 107 bytes
	l, err := net.Listen("unix", "socket")
	require.NoError(t, err)
	t.Cleanup(func() { _ = l.Close() })
	if isRoot() {
		require.NoError(t, unix.Mknod("device", unix.S_IFCHR|0o600, 1<<8|3))
	}
}

// describe returns a line for each path in a directory, with all its properties.
func describe(t *testing.T, dir string) []string {
	t.Helper()
	var all []string
	first := map[uint64]string{}
	require.NoError(t, filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		var st unix.Stat_t
		if err := unix.Lstat(path, &st); err != nil {
			return err
		}
		name, _ := filepath.Rel(dir, path)
		line := fmt.Sprintf("%q %o %d:%d %d.%09d", name, st.Mode, st.Uid, st.Gid, st.Mtim.Sec, st.Mtim.Nsec)
		switch {
		case d.Type() == fs.ModeSymlink:
			target, err := os.Readlink(path)
			if err != nil {
				return err
			}
			line += " -> " + target
		case d.Type().IsRegular():
			content, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			line += fmt.Sprintf(" %d bytes %x, %d blocks", st.Size, sha256.Sum256(content), st.Blocks)
			if st.Nlink > 1 {
				if _, ok := first[st.Ino]; !ok {
					first[st.Ino] = name
				}
				line += " same as " + first[st.Ino]
			}
		}
		if d.Type().IsRegular() || d.IsDir() {
			line += describeXattrs(t, path)
		}
		all = append(all, line)
		return nil
	}))
	return all
}

func describeXattrs(t *testing.T, path string) string {
	t.Helper()
	f, err := os.Open(path)
	require.NoError(t, err)
	defer f.Close()
	keys, err := listAttributes(int(f.Fd()))
	require.NoError(t, err)
	text := ""
	for _, key := range keys {
		value, err := attribute(int(f.Fd()), key)
		require.NoError(t, err)
		text += fmt.Sprintf(" %s=%q", key, value)
	}
	return text
}

// pack returns the archive of a directory.
func pack(t *testing.T, dir string, o PackOptions) []byte {
	t.Helper()
	var out bytes.Buffer
	require.NoError(t, Pack(t.Context(), dir, &out, o))
	return out.Bytes()
}

// unpack unpacks an archive into a new directory.
func unpack(t *testing.T, archive []byte, o UnpackOptions) (string, error) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "out")
	t.Cleanup(func() { // a normal user can't remove read-only directories
		_ = filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
			if err == nil && d.IsDir() {
				_ = os.Chmod(path, 0o700)
			}
			return nil
		})
	})
	return dir, Unpack(context.WithoutCancel(t.Context()), bytes.NewReader(archive), dir, o)
}

func mustUnpack(t *testing.T, archive []byte, o UnpackOptions) string {
	t.Helper()
	dir, err := unpack(t, archive, o)
	require.NoError(t, err)
	return dir
}
