package archive

import (
	"archive/tar"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"

	"github.com/backlox/lox/transfer"
)

func TestRoundTrip(t *testing.T) {
	t.Parallel()
	tree := newTree(t)
	want := describe(t, tree)
	for name, by := range map[string]Compression{"zstd": Zstd, "none": None} {
		var warned []string
		warn := func(path, text string) { warned = append(warned, path+": "+text) }
		archive := pack(t, tree, PackOptions{Compression: by, Warn: warn})
		assert.Equal(t, archive, pack(t, tree, PackOptions{Compression: by}), "the same tree gives the same archive")
		out := mustUnpack(t, archive, UnpackOptions{Owners: isRoot(), Warn: warn})
		assert.Equal(t, want, describe(t, out), name)
		assert.Empty(t, warned)
	}
}

// Without owners, nothing is restored that only root may set.
func TestWithoutOwners(t *testing.T) {
	t.Parallel()
	tree := newTree(t)
	var warned []string
	out := mustUnpack(t, pack(t, tree, PackOptions{}), UnpackOptions{Warn: func(path, text string) { warned = append(warned, path+": "+text) }})
	for _, line := range describe(t, out) {
		assert.Contains(t, line, fmt.Sprintf(" %d:%d ", os.Geteuid(), os.Getegid()))
		assert.NotContains(t, line, "trusted.")
		assert.NotRegexp(t, ` 10[4267]\d\d\d `, line, "a setuid or setgid bit")
	}
	if isRoot() {
		assert.Equal(t, []string{`a/block: the attribute "trusted.note" is left out: it comes with the owner`}, warned)
	}
}

func TestOrder(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for _, name := range []string{"b", "a-", "a/z", "a/b/c", "a0", "B"} {
		require.NoError(t, os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o755))
		write(t, filepath.Join(dir, name), nil, 0o644)
	}
	assert.Equal(t, []string{"./", "B", "a/", "a/b/", "a/b/c", "a/z", "a-", "a0", "b"}, entries(t, pack(t, dir, PackOptions{Compression: None})))
}

// entries returns the names in an archive.
func entries(t *testing.T, archive []byte) (all []string) {
	t.Helper()
	r := tar.NewReader(bytes.NewReader(archive))
	for {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			return all
		}
		require.NoError(t, err)
		all = append(all, h.Name)
	}
}

// A directory has more names than fit into memory at once.
func TestManyNames(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	want := []string{"./"}
	for i := range 400 {
		name := fmt.Sprintf("%0200d", i)
		write(t, filepath.Join(dir, name), nil, 0o600)
		want = append(want, name)
	}
	var out bytes.Buffer
	p := &packer{
		ctx: t.Context(), out: &out, tar: tar.NewWriter(&out), links: map[inode]string{}, names: 0,
		users: newNames(userName), groups: newNames(groupName), buffer: make([]byte, pieceSize),
	}
	f, err := os.Open(dir)
	require.NoError(t, err)
	defer f.Close()
	require.NoError(t, p.directory(f, ""))
	require.NoError(t, p.tar.Close())
	assert.Equal(t, want, entries(t, out.Bytes()))
	assert.Greater(t, 400*200, 3*leastNames, "it took several parts")
}

func TestSocketsAndDevicesAreLeftOut(t *testing.T) {
	dir := t.TempDir()
	addSpecial(t, dir)
	want := []string{"socket: a socket is left out"}
	if isRoot() {
		want = []string{"device: a device is left out", "socket: a socket is left out"}
	}
	var warned []string
	archive := pack(t, dir, PackOptions{Compression: None, Warn: func(path, text string) { warned = append(warned, path+": "+text) }})
	assert.Equal(t, want, warned)
	assert.Equal(t, []string{"./"}, entries(t, archive))
}

// changing calls a function after a number of bytes of an archive were written.
type changing struct {
	after int
	do    func()
}

func (c *changing) Write(p []byte) (int, error) {
	if c.after -= len(p); c.after <= 0 && c.do != nil {
		c.do()
		c.do = nil
	}
	return len(p), nil
}

func TestChangedWhileRead(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(path string) error{
		"longer":    func(path string) error { return appendTo(path, []byte("more")) },
		"shorter":   func(path string) error { return os.Truncate(path, 2*mib) },
		"empty":     func(path string) error { return os.Truncate(path, 0) },
		"rewritten": func(path string) error { return os.WriteFile(path, random(4*mib), 0o600) },
		"touched":   func(path string) error { return os.Chtimes(path, time.Now(), time.Now().Add(time.Hour)) },
		"replaced": func(path string) error {
			if err := os.WriteFile(path+".new", random(4*mib), 0o600); err != nil {
				return err
			}
			if err := os.Chtimes(path+".new", at, at); err != nil {
				return err
			}
			return os.Rename(path+".new", path)
		},
		"removed":      os.Remove,
		"now a link":   func(path string) error { return errors.Join(os.Remove(path), os.Symlink("/etc/passwd", path)) },
		"next removed": func(path string) error { return os.Remove(filepath.Join(filepath.Dir(path), "next")) },
		"next a FIFO": func(path string) error {
			next := filepath.Join(filepath.Dir(path), "next")
			return errors.Join(os.Remove(next), unix.Mkfifo(next, 0o600), os.Chtimes(path, at, at))
		},
	} {
		dir := t.TempDir()
		path := filepath.Join(dir, "file")
		write(t, path, random(4*mib), 0o600)
		require.NoError(t, os.Chtimes(path, at, at))
		write(t, filepath.Join(dir, "next"), nil, 0o600)
		var out bytes.Buffer
		failed := error(nil)
		err := Pack(t.Context(), dir, io.MultiWriter(&out, &changing{3 * mib, func() { failed = change(path) }}), PackOptions{Compression: None})
		require.NoError(t, failed, name)
		switch name {
		case "next a FIFO":
			require.NoError(t, err, "it wasn't read yet, and a FIFO isn't opened")
			continue
		case "next removed":
			require.ErrorIs(t, err, transfer.ErrChanged)
			require.EqualError(t, err, "next: the file changed while it was read")
		default:
			require.ErrorIs(t, err, transfer.ErrChanged, name)
			require.EqualError(t, err, "file: the file changed while it was read", name)
		}
	}
}

func appendTo(path string, more []byte) error {
	f, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	defer f.Close()
	_, err = f.Write(more)
	return err
}

// After an error, no program takes the archive for a complete one.
func TestPackErrors(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write(t, filepath.Join(dir, "a"), random(4*mib), 0o600)
	require.ErrorIs(t, Pack(t.Context(), filepath.Join(dir, "missing"), io.Discard, PackOptions{}), os.ErrNotExist)
	require.ErrorIs(t, Pack(t.Context(), filepath.Join(dir, "a"), io.Discard, PackOptions{}), transfer.ErrInvalid)

	for _, by := range []Compression{Zstd, None} {
		broken := errors.New("the pipe is gone")
		require.ErrorIs(t, Pack(t.Context(), dir, failing{broken}, PackOptions{Compression: by}), broken)

		ctx, cancel := context.WithCancelCause(t.Context())
		why := errors.New("interrupted")
		var out bytes.Buffer
		err := Pack(ctx, dir, io.MultiWriter(&out, &changing{mib, func() { cancel(why) }}), PackOptions{Compression: by})
		require.ErrorIs(t, err, why)
		_, err = unpack(t, out.Bytes(), UnpackOptions{})
		require.Error(t, err)
	}

	deep := t.TempDir()
	t.Cleanup(func() { _ = os.RemoveAll(deep) })
	at := deep
	for range 2 * maxDepth / 100 {
		at = filepath.Join(at, strings.Repeat("d/", 100))
		require.NoError(t, os.MkdirAll(at, 0o700))
	}
	err := Pack(t.Context(), deep, io.Discard, PackOptions{})
	require.ErrorIs(t, err, transfer.ErrInvalid)
	require.ErrorContains(t, err, "directories are nested more than 500 deep")
}

type failing struct{ err error }

func (f failing) Write([]byte) (int, error) { return 0, f.err }

// A file has more holes than a map allows: the shortest become zeros.
func TestManySegments(t *testing.T) {
	t.Parallel()
	f, err := os.Create(filepath.Join(t.TempDir(), "file"))
	require.NoError(t, err)
	defer f.Close()
	for i := range int64(40) {
		_, err := f.WriteAt([]byte{1}, i*8192)
		require.NoError(t, err)
		_, err = f.WriteAt([]byte{1}, mib+i*16384)
		require.NoError(t, err)
	}
	require.NoError(t, f.Truncate(8*mib))
	st, err := statFD(int(f.Fd()))
	require.NoError(t, err)
	all, err := segments(t.Context(), int(f.Fd()), &st, 1000)
	require.NoError(t, err)
	require.Len(t, all, 80)
	fewer, err := segments(t.Context(), int(f.Fd()), &st, 50)
	require.NoError(t, err)
	assert.Equal(t, all[40:], fewer[1:], "the holes of 12 KiB stay")
	assert.Equal(t, segment{0, 39*8192 + 4096}, fewer[0], "those of 4 KiB don't")
	fewest, err := segments(t.Context(), int(f.Fd()), &st, 1)
	require.NoError(t, err)
	assert.Equal(t, []segment{{0, mib + 39*16384 + 4096}}, fewest)
}

func TestPaxTime(t *testing.T) {
	t.Parallel()
	for _, at := range []time.Time{at, time.Unix(0, 0), time.Unix(-1, 7e8), time.Unix(-2, 7e8), time.Unix(-5, 0), time.Unix(1<<40, 1)} {
		var out bytes.Buffer
		h := &tar.Header{Name: "f", ModTime: at}
		head, _ := sparseHead(h, nil, 4096)
		out.Write(head)
		got, err := tar.NewReader(&out).Next()
		require.NoError(t, err)
		assert.True(t, at.Equal(got.ModTime), "%v %v", at, got.ModTime)
	}
}
