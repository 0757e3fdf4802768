package client

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"filippo.io/age"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox"
	"github.com/backlox/lox/transfer/codec"
)

// pushStream stores the bytes of a stream with its metadata, as "lox push" does, and also returns them.
func (h *testenv) pushStream(name string, s *codec.Stream) (id string, stored []byte) {
	h.t.Helper()
	stored, err := io.ReadAll(s)
	require.NoError(h.t, err)
	require.NoError(h.t, s.Close())
	path := filepath.Join(h.t.TempDir(), "stored")
	require.NoError(h.t, os.WriteFile(path, stored, 0o600))
	args := []string{"--name", name}
	for key, value := range s.Metadata() {
		args = append(args, "--metadata", key+"="+value)
	}
	return h.push(path, args...), stored
}

// newIdentity makes an age key, and a file with its secret key.
func newIdentity(t *testing.T) (*age.X25519Identity, string) {
	t.Helper()
	key, err := age.GenerateX25519Identity()
	require.NoError(t, err)
	path := filepath.Join(t.TempDir(), "key.txt")
	require.NoError(t, os.WriteFile(path, []byte("# a comment\n"+key.String()+"\n"), 0o600))
	return key, path
}

func newDirectory(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "data")
	require.NoError(t, os.MkdirAll(filepath.Join(dir, "sub"), 0o750))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "sub", "file"), bytes.Repeat([]byte("0123456789abcdef"), 1<<16), 0o640))
	require.NoError(t, os.Symlink("sub/file", filepath.Join(dir, "link")))
	return dir
}

func requireDirectory(t *testing.T, want, got string) {
	t.Helper()
	for _, path := range []string{"sub/file", "link"} {
		a, err := os.ReadFile(filepath.Join(want, path))
		require.NoError(t, err)
		b, err := os.ReadFile(filepath.Join(got, path))
		require.NoError(t, err)
		require.True(t, bytes.Equal(a, b))
	}
	info, err := os.Stat(filepath.Join(got, "sub"))
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o750), info.Mode().Perm())
	require.NoDirExists(t, got+".part")
}

func TestPullByNameFetchesTheNewestCompletedBackup(t *testing.T) {
	t.Parallel()
	h := open(t, nil)
	older, _ := newFile(t, "older", 100)
	newer, content := newFile(t, "newer", 200)
	h.push(older, "--name", "nightly")
	h.now.Add(60)
	id := h.push(newer, "--name", "nightly")
	h.now.Add(60)
	// Later backups with other names move it to the second page of the list. Later ones that aren't completed are ignored.
	for i := range pageSize + 5 {
		h.keep(lox.NewBackup{Name: fmt.Sprintf("other-%d", i), Size: 1}, h.clock().Add(time.Second), lox.StatusCompleted)
	}
	h.keep(lox.NewBackup{Name: "nightly", Size: 1}, h.clock().Add(time.Minute), lox.StatusPending)
	h.keep(lox.NewBackup{Name: "pending", Size: 1}, h.clock().Add(time.Minute), lox.StatusPending)

	out := filepath.Join(t.TempDir(), "out")
	var pulled struct {
		ID string `json:"id"`
	}
	require.NoError(t, json.Unmarshal([]byte(h.must("pull", "nightly", "-o", out, "--json")), &pulled))
	assert.Equal(t, id, pulled.ID)
	requireFile(t, out, content)
	for _, name := range []string{"pending", "night", "../nightly"} {
		assert.Equal(t, fmt.Sprintf("lox: there is no completed backup called %q; \"lox ls --status completed\" lists those that exist\n", name),
			h.fails(exitNotFound, "pull", name, "-o", out))
	}
}

func TestPullUnpacksAnArchive(t *testing.T) {
	t.Parallel()
	h := open(t, nil)
	dir := newDirectory(t)
	id, stored := h.pushStream("data", codec.Directory(t.Context(), dir, codec.Options{Compress: true}))
	home := t.TempDir()
	r := h.run("pull", id, "-C", filepath.Join(home, "out"))
	require.Zero(t, r.code, r.err)
	assert.Regexp(t, `^bkp_\w{26}  data  \d+ B  sha256:[0-9a-f]{64}  `, r.out)
	assert.Empty(t, r.err)
	requireDirectory(t, dir, filepath.Join(home, "out"))
	assert.Contains(t, h.fails(exitUsage, "pull", id, "-C", filepath.Join(home, "out")), "out: the directory isn't empty: name another directory with -C\n")

	// Without -C the archive isn't unpacked, and needs -o.
	assert.Contains(t, h.fails(exitUsage, "pull", id), "the backup is of a directory: -C DIR unpacks it, -o FILE fetches the archive\n")
	h.must("pull", "--quiet", id, "-o", filepath.Join(home, "archive"))
	requireFile(t, filepath.Join(home, "archive"), stored)

	// An archive without the metadata of lox can be unpacked, too.
	tarball, _ := h.pushStream("tarball", codec.Directory(t.Context(), dir, codec.Options{}))
	h.must("pull", "--quiet", tarball, "-C", filepath.Join(home, "tarball"))
	requireDirectory(t, dir, filepath.Join(home, "tarball"))
	file, _ := newFile(t, "file", 1000)
	assert.Contains(t, h.fails(exitFailed, "pull", h.push(file), "-C", filepath.Join(home, "no")), "this is not a tar archive\n")

	// An unsafe archive is refused, and leaves no files.
	require.NoError(t, os.Symlink("/etc/passwd", filepath.Join(dir, "outside")))
	unsafe, _ := h.pushStream("unsafe", codec.Directory(t.Context(), dir, codec.Options{Compress: true}))
	assert.Equal(t, "lox: outside: the archive isn't safe to unpack: a link leads out of the directory, or might: its target is /etc/passwd\n"+
		"--outside-links makes such links, too\n", h.fails(exitFailed, "pull", unsafe, "-C", filepath.Join(home, "no")))
	h.must("pull", "--quiet", unsafe, "-C", filepath.Join(home, "with-links"), "--outside-links", "--no-same-owner")
	target, err := os.Readlink(filepath.Join(home, "with-links", "outside"))
	require.NoError(t, err)
	assert.Equal(t, "/etc/passwd", target)

	found, err := os.ReadDir(home)
	require.NoError(t, err)
	assert.Len(t, found, 4, "out, archive, tarball, with-links")
}

func TestPullDecrypts(t *testing.T) {
	t.Parallel()
	h := open(t, nil)
	key, identity := newIdentity(t)
	_, otherKey := newIdentity(t)
	dir := newDirectory(t)
	path, content := newFile(t, "app.dump", 1<<20)
	f, err := os.Open(path)
	require.NoError(t, err)
	defer f.Close()
	o := codec.Options{Compress: true, Recipients: []age.Recipient{key.Recipient()}}
	file, stored := h.pushStream("app.dump", codec.File(t.Context(), f, o))
	directory, _ := h.pushStream("data", codec.Directory(t.Context(), dir, o))
	home := t.TempDir()
	out := filepath.Join(home, "out")

	h.must("pull", "--quiet", file, "--identity", otherKey, "--identity", identity, "-o", out)
	requireFile(t, out, content)
	h.env[identityVariable] = identity
	h.must("pull", "--quiet", file, "-o", out)
	requireFile(t, out, content)
	r := h.run("pull", file, "-o", "-")
	require.Zero(t, r.code, r.err)
	assert.Equal(t, string(content), r.out)
	h.must("pull", "--quiet", file, "-o", out, "--raw")
	requireFile(t, out, stored)
	h.must("pull", "--quiet", directory, "-C", filepath.Join(home, "data"))
	requireDirectory(t, dir, filepath.Join(home, "data"))
	// For a backup that isn't encrypted, the variable is ignored, but the flag makes the pull fail.
	plain := h.push(path)
	h.must("pull", "--quiet", plain, "-o", out)
	requireFile(t, out, content)
	assert.Contains(t, h.fails(exitFailed, "pull", plain, "-o", out, "--identity", identity), "the bytes can't be decoded: decrypt: ")
	requireFile(t, out, content)

	delete(h.env, identityVariable)
	assert.Equal(t, "lox: the backup is encrypted: name a file with a secret key by --identity or LOX_IDENTITY_FILE.\n--raw fetches it as it is stored\n",
		h.fails(exitUsage, "pull", file, "-o", out))
	assert.Contains(t, h.fails(exitUsage, "pull", file, "-o", out, "--identity", otherKey), "none of the identities can decrypt it")
	assert.Contains(t, h.fails(exitUsage, "pull", directory, "-C", filepath.Join(home, "no"), "--identity", otherKey), "none of the identities can decrypt it")
	assert.Contains(t, h.fails(exitUsage, "pull", file, "-o", out, "--identity", path), "--identity: "+path+", line 1: ")
	h.env[identityVariable] = filepath.Join(home, "missing")
	assert.Contains(t, h.fails(exitUsage, "pull", file, "-o", out), "LOX_IDENTITY_FILE: open ")
	later := h.push(path, "--metadata", "lox-encryption=gpg")
	assert.Contains(t, h.fails(exitUsage, "pull", later, "-o", out), `the metadata has lox-encryption: "gpg", but this version of lox supports "age"`)
	h.must("pull", "--quiet", later, "-o", out, "--raw")

	found, err := os.ReadDir(home)
	require.NoError(t, err)
	assert.Len(t, found, 2, "out, data")
}

func TestPullOfAlteredBytesLeavesNoFile(t *testing.T) {
	t.Parallel()
	h := open(t, nil)
	key, identity := newIdentity(t)
	dir := newDirectory(t)
	directory, stored := h.pushStream("data", codec.Directory(t.Context(), dir, codec.Options{}))
	sealed, sealedBytes := h.pushStream("sealed", codec.Directory(t.Context(), dir, codec.Options{Recipients: []age.Recipient{key.Recipient()}}))
	home := t.TempDir()
	altered := func(content []byte, at int) func(http.ResponseWriter, *http.Request) bool {
		return func(w http.ResponseWriter, r *http.Request) bool {
			if !strings.HasPrefix(r.URL.Path, "/storage/download/") {
				return false
			}
			other := bytes.Clone(content)
			other[at] ^= 1
			_, _ = w.Write(other)
			return true
		}
	}
	for _, c := range []struct {
		id      string
		content []byte
		at      int
	}{
		{directory, stored, len(stored) / 2}, // the content of a file: the archive stays well-formed
		{directory, stored, 150},             // a header of the archive
		{sealed, sealedBytes, len(sealedBytes) / 2},
	} {
		h.before.Store(new(altered(c.content, c.at)))
		assert.Contains(t, h.fails(exitMismatch, "pull", c.id, "--identity", identity, "-C", filepath.Join(home, "out")), "the checksum doesn't match", c.at)
		assert.Contains(t, h.fails(exitMismatch, "pull", c.id, "--identity", identity, "-o", filepath.Join(home, "out")), "the checksum doesn't match", c.at)
	}

	ctx, cancel := context.WithCancel(t.Context())
	h.before.Store(new(func(w http.ResponseWriter, r *http.Request) bool {
		if strings.HasPrefix(r.URL.Path, "/storage/download/") {
			w.Header().Set("Content-Length", fmt.Sprint(len(stored)))
			_, _ = w.Write(stored[:len(stored)/2])
			cancel()
			panic(http.ErrAbortHandler)
		}
		return false
	}))
	r := h.runContext(ctx, "pull", directory, "-C", filepath.Join(home, "out"))
	assert.Equal(t, result{err: "lox: interrupted: the same command begins again\n", code: exitInterrupted}, r)
	found, err := os.ReadDir(home)
	require.NoError(t, err)
	assert.Empty(t, found)
}
