package disk

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

// A file whose bytes are written back early has the same content.
func TestWritebackWritesTheSameBytes(t *testing.T) {
	name := filepath.Join(t.TempDir(), "file")
	f, err := os.Create(name)
	require.NoError(t, err)
	eager := &eagerFile{Writer: f, file: f}
	body := content(2*writebackStep + 12_345)
	for part := range slices.Chunk(body, 256<<10) {
		n, err := eager.Write(part)
		require.NoError(t, err)
		require.Len(t, part, n)
	}
	require.Equal(t, int64(2*writebackStep), eager.begun)
	require.NoError(t, f.Close())
	stored, err := os.ReadFile(name)
	require.NoError(t, err)
	require.True(t, bytes.Equal(body, stored))
	_, err = eager.Write(body[:1])
	require.Error(t, err, "the file is closed")
}
