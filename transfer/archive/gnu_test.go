package archive

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// gnuTar runs GNU tar, which the tests compare with.
func gnuTar(t *testing.T, in []byte, args ...string) []byte {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "tar", args...)
	cmd.Stdin = bytes.NewReader(in)
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	require.NoError(t, err, stderr.String())
	require.Empty(t, stderr.String())
	return out
}

// GNU tar unpacks what Pack writes to the same tree.
func TestGNUTarReads(t *testing.T) {
	t.Parallel()
	tree := newTree(t)
	out := filepath.Join(t.TempDir(), "out")
	require.NoError(t, os.Mkdir(out, 0o700))
	t.Cleanup(func() { _ = os.Chmod(filepath.Join(out, "read-only"), 0o700) })
	gnuTar(t, pack(t, tree, PackOptions{Compression: None}), "-x", "-f", "-", "-C", out, "-p", "--numeric-owner", "--xattrs", "--xattrs-include=*")
	assert.Equal(t, describe(t, tree), describe(t, out))

	// GNU tar's own comparison finds no difference, either.
	gnuTar(t, pack(t, tree, PackOptions{Compression: None}), "--compare", "-f", "-", "-C", out, "--numeric-owner")
}

// Unpack reads what GNU tar writes, in each of its formats.
func TestGNUTarWrites(t *testing.T) {
	t.Parallel()
	tree := newTree(t)
	for _, format := range []string{"--sparse-version=1.0", "--sparse-version=0.1", "--sparse-version=0.0"} {
		archive := gnuTar(t, nil, "-c", "-f", "-", "-C", tree, "--xattrs", "--xattrs-include=*", "--sparse", "--format=pax", format, ".")
		out := mustUnpack(t, archive, UnpackOptions{Owners: isRoot()})
		assert.Equal(t, describe(t, tree), describe(t, out), format)
	}
	for _, compression := range []string{"--gzip", "--zstd"} {
		archive := gnuTar(t, nil, "-c", "-f", "-", "-C", tree, "--xattrs", "--xattrs-include=*", "--sparse", "--format=pax", compression, ".")
		out := mustUnpack(t, archive, UnpackOptions{Owners: isRoot()})
		assert.Equal(t, describe(t, tree), describe(t, out), compression)
	}

	// GNU tar's own format has no attributes and only whole seconds.
	plain := filepath.Join(t.TempDir(), "plain")
	require.NoError(t, os.Mkdir(plain, 0o755))
	writeSparse(t, filepath.Join(plain, "sparse"), 64*mib, 0, 3*mib, 5*mib, 7*mib, 9*mib, 11*mib, 64*mib-4096)
	write(t, filepath.Join(plain, strings.Repeat("long", 60)), []byte("long"), 0o644)
	for _, path := range []string{"sparse", strings.Repeat("long", 60), ""} {
		second := at.Truncate(1e9)
		require.NoError(t, os.Chtimes(filepath.Join(plain, path), second, second))
	}
	out := mustUnpack(t, gnuTar(t, nil, "-c", "-f", "-", "-C", plain, "--sparse", "--format=gnu", "."), UnpackOptions{Owners: isRoot()})
	assert.Equal(t, describe(t, plain), describe(t, out))
}
