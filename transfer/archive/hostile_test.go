package archive

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox/transfer"
)

// archiveOf writes entries unchanged, whether or not they are valid. The bytes of a file are in
// Uname.
func archiveOf(t testing.TB, all ...tar.Header) []byte {
	t.Helper()
	var out bytes.Buffer
	w := tar.NewWriter(&out)
	for _, h := range all {
		content := h.Uname
		h.Uname = ""
		if h.Typeflag == 0 {
			h.Typeflag = tar.TypeReg
		}
		if h.Mode == 0 {
			h.Mode = 0o700
		}
		h.Size = int64(len(content))
		require.NoError(t, w.WriteHeader(&h))
		_, err := io.WriteString(w, content)
		require.NoError(t, err)
	}
	require.NoError(t, w.Close())
	return out.Bytes()
}

func fileEntry(name string) tar.Header { return tar.Header{Name: name, Uname: "hostile"} }
func dirEntry(name string) tar.Header  { return tar.Header{Name: name, Typeflag: tar.TypeDir} }
func linkEntry(kind byte, name, to string) tar.Header {
	return tar.Header{Name: name, Typeflag: kind, Linkname: to}
}

// outside is an absolute path at which nothing may be written. It differs in each run, so that a
// file which a wrong version has written doesn't affect the next run.
var outside = filepath.Join(os.TempDir(), fmt.Sprintf("lox-evil-%d", os.Getpid()))

// hostile are archives that would write, read or leave something outside the directory, or replace
// a file.
func hostile(t testing.TB) map[string][]byte {
	t.Helper()
	symlink := func(name, to string) tar.Header { return linkEntry(tar.TypeSymlink, name, to) }
	hard := func(name, to string) tar.Header { return linkEntry(tar.TypeLink, name, to) }
	return map[string][]byte{
		"an absolute path":                   archiveOf(t, fileEntry(outside)),
		"an absolute directory":              archiveOf(t, dirEntry(outside+"/")),
		"a path that leads out":              archiveOf(t, fileEntry("../evil")),
		"one that leads out later":           archiveOf(t, dirEntry("a"), fileEntry("a/../../evil")),
		"one that leads out and back":        archiveOf(t, fileEntry("../out/evil")),
		"one with .. that stays":             archiveOf(t, dirEntry("a"), fileEntry("a/../evil")),
		"a directory that leads out":         archiveOf(t, dirEntry("..")),
		"a file that is the directory":       archiveOf(t, fileEntry(".")),
		"an absolute link":                   archiveOf(t, symlink("l", "/etc/passwd")),
		"a link that leads out":              archiveOf(t, symlink("l", "../evil")),
		"a link that leads out from below":   archiveOf(t, symlink("a/b/l", "../../../evil")),
		"a link that may lead out":           archiveOf(t, symlink("a/b/c", "../.."), symlink("l", "a/b/c/../evil")),
		"a link through a link to the top":   archiveOf(t, symlink("x/y/c", "../.."), symlink("x/y/l", "c/../evil")),
		"a link to what is above":            archiveOf(t, symlink("l", "..")),
		"a file through a link":              archiveOf(t, dirEntry("a"), symlink("l", "a"), fileEntry("l/evil")),
		"a directory through a link":         archiveOf(t, dirEntry("a"), symlink("l", "a"), dirEntry("l/evil")),
		"a link in the place of a directory": archiveOf(t, dirEntry("a"), symlink("a", "b")),
		"a directory in the place of a link": archiveOf(t, dirEntry("a"), symlink("l", "a"), dirEntry("l")),
		"a file through a file":              archiveOf(t, fileEntry("a"), fileEntry("a/evil")),
		"a file over a link":                 archiveOf(t, fileEntry("a"), symlink("l", "a"), fileEntry("l")),
		"a file twice":                       archiveOf(t, fileEntry("a"), fileEntry("./a")),
		"a file over a directory":            archiveOf(t, dirEntry("a"), fileEntry("a")),
		"a hard link outside":                archiveOf(t, hard("h", "/etc/passwd")),
		"a hard link that leads out":         archiveOf(t, hard("h", "../secret")),
		"a hard link through a link":         archiveOf(t, fileEntry("a/b"), symlink("l", "a"), hard("h", "l/b")),
		"a hard link to a link":              archiveOf(t, fileEntry("a"), symlink("l", "a"), hard("h", "l")),
		"a hard link to a directory":         archiveOf(t, dirEntry("a"), hard("h", "a")),
		"a hard link to nothing":             archiveOf(t, hard("h", "a")),
		"a hard link to the directory":       archiveOf(t, hard("h", ".")),
		"a hard link over a file":            archiveOf(t, fileEntry("a"), fileEntry("b"), hard("b", "a")),
		"a device":                           archiveOf(t, tar.Header{Name: "d", Typeflag: tar.TypeChar, Devmajor: 1, Devminor: 3}),
		"a block device":                     archiveOf(t, tar.Header{Name: "d", Typeflag: tar.TypeBlock}),
		"an unknown type":                    archiveOf(t, tar.Header{Name: "d", Typeflag: tar.TypeCont}),
		"more depth than there may be":       archiveOf(t, fileEntry(strings.Repeat("d/", maxDepth+1)+"f")),
	}
}

func TestHostileArchives(t *testing.T) {
	t.Parallel()
	for name, archive := range hostile(t) {
		home := t.TempDir()
		require.NoError(t, os.WriteFile(filepath.Join(home, "secret"), []byte("secret"), 0o600))
		dir := filepath.Join(home, "out")
		err := Unpack(t.Context(), bytes.NewReader(archive), dir, UnpackOptions{Owners: isRoot()})
		require.ErrorIs(t, err, ErrUnsafe, name)
		var failed *UnpackError
		require.ErrorAs(t, err, &failed, name)
		assert.NotEmpty(t, failed.Path, name)
		assert.ErrorContains(t, err, dir+" has the ", name)
		// Nothing is outside, and nothing of the failed entry is inside.
		found, err := os.ReadDir(home)
		require.NoError(t, err)
		require.Len(t, found, 2, name)
		require.NoError(t, filepath.WalkDir(home, func(path string, _ os.DirEntry, err error) error {
			assert.NotContains(t, filepath.Base(path), "evil", name)
			return err
		}))
		content, err := os.ReadFile(filepath.Join(home, "secret"))
		require.NoError(t, err)
		assert.Equal(t, "secret", string(content), name)
	}
	assert.NoFileExists(t, outside)
	assert.NoDirExists(t, outside)
}

// Harmless links are created unchanged.
func TestHarmlessLinks(t *testing.T) {
	t.Parallel()
	for target, at := range map[string]string{"a": "l", "./a/./b": "l", "../../a": "x/y/l", "..": "x/l", "../x": "x/l", "nowhere/at/all": "l", "..a": "l"} {
		dir := mustUnpack(t, archiveOf(t, linkEntry(tar.TypeSymlink, at, target)), UnpackOptions{})
		got, err := os.Readlink(filepath.Join(dir, at))
		require.NoError(t, err)
		assert.Equal(t, target, got)
	}
	dir := mustUnpack(t, archiveOf(t, linkEntry(tar.TypeSymlink, "l", "/etc/passwd")), UnpackOptions{OutsideLinks: true})
	got, err := os.Readlink(filepath.Join(dir, "l"))
	require.NoError(t, err)
	assert.Equal(t, "/etc/passwd", got)
	// Even then, none is followed.
	beside := t.TempDir()
	_, err = unpack(t, archiveOf(t, linkEntry(tar.TypeSymlink, "l", beside), fileEntry("l/evil")), UnpackOptions{OutsideLinks: true})
	require.ErrorIs(t, err, ErrUnsafe)
	assert.Empty(t, namesIn(t, beside))
}

// Directories get the times and modes of their own entries, in whatever order the entries come.
func TestDirectoriesInAnyOrder(t *testing.T) {
	t.Parallel()
	d := dirEntry("a/b/")
	d.ModTime, d.Mode, d.Format = at, 0o500, tar.FormatPAX
	for _, archive := range [][]byte{
		archiveOf(t, d, fileEntry("a/b/1"), fileEntry("c/1"), fileEntry("a/b/2")),
		archiveOf(t, fileEntry("a/b/1"), fileEntry("a/b/2"), d),
		archiveOf(t, fileEntry("a/b/1"), d, fileEntry("c/1"), fileEntry("a/b/2"), d, dirEntry("z")),
	} {
		dir := mustUnpack(t, archive, UnpackOptions{})
		info, err := os.Stat(filepath.Join(dir, "a", "b"))
		require.NoError(t, err)
		assert.Equal(t, os.FileMode(0o500), info.Mode().Perm())
		assert.True(t, info.ModTime().Equal(at), info.ModTime())
		assert.FileExists(t, filepath.Join(dir, "a", "b", "2"))
	}
}

func zstdOf(t testing.TB, plain []byte, o ...zstd.EOption) []byte {
	t.Helper()
	var out bytes.Buffer
	w, err := zstd.NewWriter(&out, o...)
	require.NoError(t, err)
	_, err = w.Write(plain)
	require.NoError(t, err)
	require.NoError(t, w.Close())
	return out.Bytes()
}

func TestBombs(t *testing.T) {
	t.Parallel()
	// 64 MiB of zeros that aren't a hole.
	var plain bytes.Buffer
	w := tar.NewWriter(&plain)
	require.NoError(t, w.WriteHeader(&tar.Header{Name: "zeros", Size: 64 * mib, Mode: 0o600}))
	_, err := w.Write(make([]byte, 64*mib))
	require.NoError(t, err)
	require.NoError(t, w.Close())
	bomb := zstdOf(t, plain.Bytes())
	require.Less(t, len(bomb), 16<<10)
	_, err = unpack(t, bomb, UnpackOptions{MaxBytes: 63 * mib})
	require.ErrorIs(t, err, ErrUnsafe)
	require.ErrorContains(t, err, "zeros: the archive isn't safe to unpack: it takes more than the limit of 66060288 bytes")
	mustUnpack(t, bomb, UnpackOptions{MaxBytes: 64 * mib})

	// A header with a size above the free disk space is refused before anything is written.
	huge := func(h tar.Header) []byte {
		var out bytes.Buffer
		w := tar.NewWriter(&out)
		require.NoError(t, w.WriteHeader(&h))
		_, err := w.Write([]byte("begins")) // and doesn't continue
		require.NoError(t, err)
		return out.Bytes()
	}
	_, err = unpack(t, huge(tar.Header{Name: "huge", Size: 1 << 60, Mode: 0o600, Format: tar.FormatPAX}), UnpackOptions{})
	require.ErrorIs(t, err, transfer.ErrFull)
	_, err = unpack(t, huge(tar.Header{Name: "cut", Size: 100, Mode: 0o600}), UnpackOptions{})
	require.ErrorIs(t, err, io.ErrUnexpectedEOF)
	require.ErrorContains(t, err, "cut: ")

	// Small files need a block each.
	many := make([]tar.Header, 100)
	for i := range many {
		many[i] = dirEntry(strings.Repeat("d", i+1))
	}
	_, err = unpack(t, archiveOf(t, many...), UnpackOptions{MaxBytes: 99 * diskBlock})
	require.ErrorIs(t, err, ErrUnsafe)
	_, err = unpack(t, archiveOf(t, many...), UnpackOptions{MaxEntries: 99})
	require.ErrorIs(t, err, ErrUnsafe)
	mustUnpack(t, archiveOf(t, many...), UnpackOptions{MaxBytes: 100 * diskBlock, MaxEntries: 100})

	// Holes need no disk space, but time.
	sparse := t.TempDir()
	writeSparse(t, filepath.Join(sparse, "hole"), 1<<40)
	_, err = unpack(t, pack(t, sparse, PackOptions{}), UnpackOptions{MaxSparse: 1 << 39})
	require.ErrorIs(t, err, ErrUnsafe)

	// A window of 256 MiB.
	_, err = unpack(t, zstdOf(t, plain.Bytes(), zstd.WithWindowSize(256*mib), zstd.WithSingleSegment(false)), UnpackOptions{})
	require.ErrorIs(t, err, zstd.ErrWindowSizeExceeded)

	// Endless zeros after the end.
	_, err = unpack(t, zstdOf(t, append(archiveOf(t), make([]byte, mostPadding+pieceSize)...)), UnpackOptions{})
	require.ErrorIs(t, err, ErrUnsafe)
}

func TestNotAnArchive(t *testing.T) {
	t.Parallel()
	whole := archiveOf(t, fileEntry("a"), fileEntry("b"))
	var zipped bytes.Buffer
	w := gzip.NewWriter(&zipped)
	_, _ = w.Write(whole)
	require.NoError(t, w.Close())
	mustUnpack(t, zipped.Bytes(), UnpackOptions{})
	for name, c := range map[string]struct {
		archive []byte
		want    string
	}{
		"nothing":        {nil, "the archive is empty"},
		"another file":   {random(5000), "this is not a tar archive"},
		"a short file":   {[]byte("abc"), "unexpected EOF"},
		"cut zstd":       {zstdOf(t, whole)[:40], "unexpected EOF"},
		"cut gzip":       {zipped.Bytes()[:40], "unexpected EOF"},
		"wrong zstd":     {append([]byte{0x28, 0xb5, 0x2f, 0xfd}, random(100)...), "the archive can't be read"},
		"more behind it": {append(bytes.Clone(whole), whole...), "there is data after the end of the archive"},
	} {
		_, err := unpack(t, c.archive, UnpackOptions{})
		require.ErrorContains(t, err, c.want, name)
	}
	mustUnpack(t, append(bytes.Clone(whole), make([]byte, 10240)...), UnpackOptions{})

	// A header with the worst possible size.
	wrong := bytes.Clone(whole)
	binary.BigEndian.PutUint64(wrong[124:], 1<<63|1<<62)
	_, err := unpack(t, wrong, UnpackOptions{})
	require.Error(t, err)
}

// The target is an empty directory, or doesn't exist.
func TestUnpackTarget(t *testing.T) {
	t.Parallel()
	archive := archiveOf(t, fileEntry("a"))
	dir := t.TempDir()
	require.NoError(t, Unpack(t.Context(), bytes.NewReader(archive), dir, UnpackOptions{}))
	err := Unpack(t.Context(), bytes.NewReader(archive), dir, UnpackOptions{})
	require.ErrorIs(t, err, os.ErrExist)
	require.ErrorContains(t, err, "the directory isn't empty")
	require.Error(t, Unpack(t.Context(), bytes.NewReader(archive), filepath.Join(dir, "a"), UnpackOptions{}))
	require.ErrorIs(t, Unpack(t.Context(), bytes.NewReader(archive), filepath.Join(dir, "b", "c"), UnpackOptions{}), os.ErrNotExist)
}

// Unpack ends with its context, and removes the entry in progress.
func TestUnpackEnds(t *testing.T) {
	t.Parallel()
	tree := t.TempDir()
	write(t, filepath.Join(tree, "a"), []byte("a"), 0o600)
	write(t, filepath.Join(tree, "b"), random(8*mib), 0o600)
	archive := pack(t, tree, PackOptions{Compression: None})
	ctx, cancel := context.WithCancelCause(t.Context())
	why := errors.New("interrupted")
	dir := filepath.Join(t.TempDir(), "out")
	err := Unpack(ctx, io.TeeReader(bytes.NewReader(archive), &changing{4 * mib, func() { cancel(why) }}), dir, UnpackOptions{})
	require.ErrorIs(t, err, why)
	require.EqualError(t, err, "b: interrupted ("+dir+" has the 2 entries before that)")
	assert.FileExists(t, filepath.Join(dir, "a"))
	assert.NoFileExists(t, filepath.Join(dir, "b"))
}
