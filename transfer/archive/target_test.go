package archive

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox/transfer"
)

// names returns the names in a directory.
func namesIn(t *testing.T, dir string) []string {
	t.Helper()
	found, err := os.ReadDir(dir)
	require.NoError(t, err)
	all := []string{}
	for _, e := range found {
		all = append(all, e.Name())
	}
	return all
}

func TestToDirectory(t *testing.T) {
	t.Parallel()
	tree := newTree(t)
	archive := pack(t, tree, PackOptions{})
	for name, prepare := range map[string]func(dir string) error{
		"absent":          func(string) error { return nil },
		"empty":           func(dir string) error { return os.Mkdir(dir, 0o700) },
		"an earlier part": func(dir string) error { return os.Mkdir(dir+transfer.PartSuffix, 0o755) },
	} {
		home := t.TempDir()
		dir := filepath.Join(home, "out")
		require.NoError(t, prepare(dir), name)
		d := &directory{dir: dir, o: UnpackOptions{Owners: isRoot()}}
		require.NoError(t, d.Receive(t.Context(), bytes.NewReader(archive)), name)
		assert.Contains(t, namesIn(t, home), "out.part")
		require.NoError(t, d.Commit(), name)
		assert.Equal(t, []string{"out"}, namesIn(t, home), name)
		assert.Equal(t, describe(t, tree), describe(t, dir), name)
		require.NoError(t, os.Chmod(filepath.Join(dir, "read-only"), 0o700)) // so that it can be removed
	}

	// Its bytes turn out to be wrong.
	home := t.TempDir()
	d := &directory{dir: filepath.Join(home, "out")}
	require.NoError(t, d.Receive(t.Context(), bytes.NewReader(archive)))
	d.Discard()
	assert.Empty(t, namesIn(t, home))

	// Something is created there in the meantime.
	d = &directory{dir: filepath.Join(home, "out")}
	require.NoError(t, d.Receive(t.Context(), bytes.NewReader(archive)))
	require.NoError(t, os.MkdirAll(filepath.Join(home, "out", "precious"), 0o700))
	require.ErrorIs(t, d.Commit(), os.ErrExist)
	d.Discard()
	assert.Equal(t, []string{"out"}, namesIn(t, home))
}

func TestToDirectoryRefuses(t *testing.T) {
	archive := archiveOf(t, fileEntry("a"))
	home := t.TempDir()
	t.Chdir(home)
	write(t, "file", nil, 0o600)
	require.NoError(t, os.MkdirAll("full/precious", 0o700))
	require.NoError(t, os.Symlink("nowhere", "link"))
	require.NoError(t, os.MkdirAll("left.part/precious", 0o700))
	require.NoError(t, os.Symlink("full", "to-link.part"))
	before := namesIn(t, ".")
	for dir, want := range map[string]error{
		"file": os.ErrExist, "full": os.ErrExist, "link": os.ErrExist, "left": transfer.ErrInvalid, "to-link": errors.ErrUnsupported, "missing/out": os.ErrNotExist,
	} {
		d := &directory{dir: dir}
		err := d.Receive(t.Context(), bytes.NewReader(archive))
		if want == errors.ErrUnsupported { //nolint:errorlint // it stands for any
			require.Error(t, err)
		} else {
			require.ErrorIs(t, err, want, dir)
		}
		d.Discard()
	}
	assert.Equal(t, before, namesIn(t, "."))
	assert.Equal(t, []string{"precious"}, namesIn(t, "full"))

	require.NoError(t, os.Mkdir("here", 0o700))
	t.Chdir("here")
	d := &directory{dir: "."}
	require.ErrorContains(t, d.Receive(t.Context(), bytes.NewReader(archive)), ". is the working directory, which can't be replaced")
	t.Chdir(home)

	first := &directory{dir: "out"}
	require.NoError(t, first.open())
	second := &directory{dir: "out"}
	require.ErrorContains(t, second.Receive(t.Context(), bytes.NewReader(archive)), "another process unpacks to out.part")
	second.Discard()
	assert.DirExists(t, "out.part", "it is the other one's")
	first.Discard()
	assert.NoDirExists(t, "out.part")

	d = &directory{dir: "out"}
	require.EqualError(t, d.Receive(t.Context(), bytes.NewReader(archiveOf(t, fileEntry("a"), fileEntry("../b")))),
		`../b: the archive isn't safe to unpack: the path has ".." in it`)
	d.Discard()
	no := errors.New("no key")
	d = &directory{dir: "out", decode: func(io.Reader) (io.ReadCloser, error) { return nil, no }}
	require.ErrorIs(t, d.Receive(t.Context(), bytes.NewReader(archive)), no)
	d.Discard()
	assert.NoDirExists(t, "out.part")
}
