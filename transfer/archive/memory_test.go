package archive

import (
	"io"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"
)

// peak is the maximum memory in use whenever bytes passed.
type peak struct{ before, most uint64 }

func newPeak() *peak {
	runtime.GC()
	return &peak{before: inUse()}
}

func inUse() uint64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapInuse + m.StackInuse
}

func (p *peak) Write(b []byte) (int, error) {
	p.most = max(p.most, inUse())
	return len(b), nil
}

func (p *peak) check(t *testing.T) {
	t.Helper()
	assert.Less(t, int64(p.most)-int64(p.before), int64(64*mib))
}

// A sparse file of 1 GiB, and one of 256 MiB that can't be compressed: neither is in memory.
func TestMemory(t *testing.T) {
	tree := t.TempDir()
	writeSparse(t, filepath.Join(tree, "sparse"), 1<<30, 0, 100*mib, 500*mib, 900*mib)
	f, err := os.Create(filepath.Join(tree, "random"))
	require.NoError(t, err)
	for i := range int64(16) {
		_, err := f.WriteAt(random(16*mib), i*16*mib)
		require.NoError(t, err)
	}
	require.NoError(t, f.Close())
	for _, by := range []Compression{Zstd, None} {
		archive, err := os.Create(filepath.Join(t.TempDir(), "archive"))
		require.NoError(t, err)
		defer archive.Close()
		packing := newPeak()
		require.NoError(t, Pack(t.Context(), tree, io.MultiWriter(archive, packing), PackOptions{Compression: by}))
		packing.check(t)

		_, err = archive.Seek(0, io.SeekStart)
		require.NoError(t, err)
		unpacking := newPeak()
		out := filepath.Join(t.TempDir(), "out")
		require.NoError(t, Unpack(t.Context(), io.TeeReader(archive, unpacking), out, UnpackOptions{}))
		unpacking.check(t)
		t.Logf("packing takes %d MiB, unpacking %d MiB", (packing.most-packing.before)/mib, (unpacking.most-unpacking.before)/mib)
		var st unix.Stat_t
		require.NoError(t, unix.Stat(filepath.Join(out, "sparse"), &st))
		assert.Equal(t, int64(1<<30), st.Size)
		assert.Equal(t, int64(4*4096/blockSize), st.Blocks)
	}
}
