//go:build unix

package pgembed

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestPIDFileIsParsed(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	_, err := readPIDFile(data)
	require.ErrorIs(t, err, os.ErrNotExist)
	for content, want := range map[string]pidFile{
		"": {},
		"12\n/data\n1\n5432\n/run\n\n  1  2\nstarting\n": {pid: 12},
		"12\n/data\n1\n5432\n/run\n\n  1  2\nready   \n": {pid: 12, ready: true},
		"-12\n/data\n": {pid: 12},
	} {
		require.NoError(t, os.WriteFile(filepath.Join(data, "postmaster.pid"), []byte(content), 0o600))
		got, err := readPIDFile(data)
		require.NoError(t, err)
		require.Equal(t, want, got, "%q", content)
	}
}
