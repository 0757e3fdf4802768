package client

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"filippo.io/age"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox"
	"github.com/backlox/lox/transfer/codec"
)

func TestVerifyComparesAFileWithABackup(t *testing.T) {
	t.Parallel()
	h := open(t, nil)
	path, content := newFile(t, "file", 1<<20)
	id := h.push(path, "--name", "nightly")
	for _, named := range []string{id, "nightly"} {
		r := h.run("verify", path, named)
		require.Zero(t, r.code, r.err)
		assert.Regexp(t, `^`+regexpQuote(path)+` equals `+id+`  nightly  1\.00 MiB  sha256:[0-9a-f]{64}\n$`, r.out)
		assert.Empty(t, r.err)
		assert.Empty(t, h.must("verify", path, named, "--quiet"))
	}
	var c comparison
	require.NoError(t, json.Unmarshal([]byte(h.must("verify", path, id, "--json")), &c))
	assert.Equal(t, comparison{true, path, 1 << 20, c.Checksum, comparedBackup{id, "nightly", 1 << 20, c.Checksum}}, c)

	other := filepath.Join(t.TempDir(), "other")
	content[1000] ^= 1
	require.NoError(t, os.WriteFile(other, content, 0o600))
	assert.Regexp(t, `^lox: \S+/other differs from backup `+id+`: it has sha256:[0-9a-f]{64}, and the backup sha256:[0-9a-f]{64}\n$`, h.fails(exitMismatch, "verify", other, id))
	require.NoError(t, os.WriteFile(other, content[1:], 0o600))
	assert.Equal(t, "lox: "+other+" differs from backup "+id+": it has 1048575 bytes, and the backup 1048576\n", h.fails(exitMismatch, "verify", other, id))
	r := h.run("verify", other, id, "--json")
	assert.Equal(t, exitMismatch, r.code)
	require.NoError(t, json.Unmarshal([]byte(r.out), &c))
	assert.False(t, c.Equal)
	assert.NotContains(t, strings.SplitN(r.out, `"backup"`, 2)[0], "checksum")

	unknown := lox.NewBackupID().String()
	assert.Contains(t, h.fails(exitNotFound, "verify", path, unknown), "there is no backup "+unknown)
	assert.Contains(t, h.fails(exitNotFound, "verify", path, "night"), `there is no completed backup called "night"`)
	pending := h.keep(lox.NewBackup{Name: "pending", Size: 1}, epoch, lox.StatusPending).ID.String()
	assert.Equal(t, "lox: backup "+pending+" is pending: only a completed one has a checksum to compare with\n", h.fails(exitFailed, "verify", path, pending))
	key, _ := newIdentity(t)
	sealed, _ := h.pushStream("sealed", codec.File(t.Context(), bytes.NewReader(content), codec.Options{Recipients: []age.Recipient{key.Recipient()}}))
	assert.Contains(t, h.fails(exitMismatch, "verify", path, sealed), "\nThe backup is encrypted or compressed: compare what \"lox pull --raw\" fetches\n")
}
