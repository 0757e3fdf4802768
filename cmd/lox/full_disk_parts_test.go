package main_test

import (
	"bytes"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// A stream fills the disk half-way: the push reports it by its exit code, and its parts are
// deleted.
func TestStreamFillsDisk(t *testing.T) {
	t.Parallel()
	s := onSmallDisk(t, reserve+100*mebibyte)
	p := s.start(t)
	c := s.remote(t, p, "")
	cmd := c.command("push", "-", "--name", "n", "--quiet", "--parallel", "1")
	var stderr bytes.Buffer
	cmd.Stdin, cmd.Stderr = bytes.NewReader(noise(1, 200*mebibyte)), &stderr
	require.Error(t, cmd.Run())
	require.Equal(t, 5, cmd.ProcessState.ExitCode(), "%s", stderr.String())
	require.Positive(t, p.stored(), "no part had arrived")
	ids, err := newAPI(t, p.baseURL, s.savedKey(t)).ids(t.Context())
	require.NoError(t, err)
	require.Empty(t, ids)
	require.Eventually(t, func() bool {
		return len(names(t, filepath.Join(s.storageDir(), "parts"))) == 0 && len(s.objects(t)) == 0
	}, patience, tick, "something is left in the store")
}
