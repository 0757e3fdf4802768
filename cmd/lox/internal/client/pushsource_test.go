package client

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"filippo.io/age"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// newTree makes a directory with a subdirectory, a file in it, and a link to the file.
func newTree(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "app")
	require.NoError(t, os.MkdirAll(filepath.Join(dir, "data"), 0o750))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "data", "rows"), []byte(strings.Repeat("a row\n", 100_000)), 0o640))
	require.NoError(t, os.Symlink("data/rows", filepath.Join(dir, "newest")))
	return dir
}

func requireTree(t *testing.T, dir string) {
	t.Helper()
	rows, err := os.ReadFile(filepath.Join(dir, "newest"))
	require.NoError(t, err)
	require.Len(t, rows, 600_000)
	link, err := os.Readlink(filepath.Join(dir, "newest"))
	require.NoError(t, err)
	assert.Equal(t, "data/rows", link)
}

// newAgeKey makes an age key, and returns its recipient and a file with its identity.
func newAgeKey(t *testing.T) (recipient, file string) {
	t.Helper()
	identity, err := age.GenerateX25519Identity()
	require.NoError(t, err)
	file = filepath.Join(t.TempDir(), "key.txt")
	require.NoError(t, os.WriteFile(file, []byte(identity.String()+"\n"), 0o600))
	return identity.Recipient().String(), file
}

func TestPushADirectory(t *testing.T) {
	t.Parallel()
	h := open(t, nil)
	dir := newTree(t)
	recipient, key := newAgeKey(t)
	for name, test := range map[string]struct {
		flags       []string
		pull        []string
		contentType string
		metadata    map[string]string
	}{
		"compressed": {nil, nil, "application/x-tar+zstd", map[string]string{"lox-archive": "tar", "lox-compression": "zstd"}},
		"plain":      {[]string{"--compress", "none"}, nil, "application/x-tar", map[string]string{"lox-archive": "tar"}},
		"encrypted": {
			[]string{"--encrypt-to", recipient}, []string{"--identity", key}, "application/octet-stream",
			map[string]string{"lox-archive": "tar", "lox-compression": "zstd", "lox-encryption": "age"},
		},
	} {
		h.must(append([]string{"push", dir, "--quiet", "--name", name, "--metadata", "host=db1"}, test.flags...)...)
		b := h.newestBackup()
		test.metadata["host"] = "db1"
		assert.Equal(t, test.metadata, map[string]string(b.Metadata), name)
		assert.Equal(t, test.contentType, b.ContentType, name)
		out := filepath.Join(t.TempDir(), "restored")
		h.must(append([]string{"pull", name, "--quiet", "-C", out}, test.pull...)...)
		requireTree(t, out)
	}
	h.must("push", dir, "--quiet")
	assert.Equal(t, "app", h.newestBackup().Name, "it is called as the directory is")
}

// TestPushCompressesAndEncrypts files and the output of commands.
func TestPushCompressesAndEncrypts(t *testing.T) {
	t.Parallel()
	h := open(t, nil)
	recipient, key := newAgeKey(t)
	recipients := filepath.Join(t.TempDir(), "recipients")
	require.NoError(t, os.WriteFile(recipients, []byte("# the operators\n"+recipient+"\n"), 0o600))
	path, content := newFile(t, "app.dump", 1<<20)
	out := filepath.Join(t.TempDir(), "restored")

	h.must("push", "--quiet", path, "--compress", "zstd")
	h.must("pull", "--quiet", "app.dump", "-o", out)
	requireFile(t, out, content)

	h.env[recipientsVariable] = recipients
	h.must("push", "--quiet", path, "--name", "secret")
	delete(h.env, recipientsVariable)
	assert.Equal(t, "age", h.newestBackup().Metadata["lox-encryption"])
	assert.Contains(t, h.fails(exitUsage, "pull", "secret", "-o", out), "the backup is encrypted")
	h.must("pull", "--quiet", "secret", "-o", out, "--identity", key)
	requireFile(t, out, content)
	h.must("pull", "--quiet", "secret", "--raw", "-o", out)
	raw, err := os.ReadFile(out)
	require.NoError(t, err)
	assert.True(t, strings.HasPrefix(string(raw), "age-encryption.org/v1\n"))

	h.must("push", "--quiet", "--from-command", "--name", "output", "--encrypt-to", recipient, "--", "cat", path)
	h.must("pull", "--quiet", "output", "-o", out, "--identity", key)
	requireFile(t, out, content)
	assert.Contains(t, h.fails(exitFailed, "push", "--from-command", "--name", "failed", "--compress", "zstd", "--", "sh", "-c", "echo half; exit 3"),
		"sh failed (exit status 3)")
	assert.NotEqual(t, "failed", h.newestBackup().Name)

	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"push", path, "--compress", "gzip"}, `--compress "gzip": want zstd or none`},
		{[]string{"push", path, "--encrypt-to", "bob"}, "--encrypt-to: "},
		{[]string{"push", path, "--compress", "zstd", "--metadata", "lox-compression=x"}, "--metadata lox-compression: only lox may set this key"},
	} {
		assert.Contains(t, h.fails(exitUsage, c.args...), c.want, "%q", c.args)
	}
	h.env[recipientsVariable] = path + ".none"
	assert.Contains(t, h.fails(exitUsage, "push", path), "LOX_RECIPIENTS_FILE: open ")
}

func TestEncodedFileThatChangesIsNotStored(t *testing.T) {
	t.Parallel()
	path, _ := newFile(t, "app.dump", 1<<10)
	f, err := os.Open(path)
	require.NoError(t, err)
	defer f.Close()
	info, err := f.Stat()
	require.NoError(t, err)
	require.NoError(t, os.Truncate(path, 10))
	_, err = io.ReadAll(&checkedFile{f, info})
	require.ErrorContains(t, err, "the file changed while it was read")
}
