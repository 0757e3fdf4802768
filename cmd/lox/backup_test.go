package main_test

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox/gen/client"
)

// An installation in use is copied twice, and another one is restored from that. It has everything
// that was acknowledged before the second copy began.
func TestBackupAndRestore(t *testing.T) {
	t.Parallel()
	s := setup{dir: filepath.Join(newDir(t), "data"), env: []string{"LOX_RATE_LIMIT_FACTOR=1000", "LOX_SWEEP_INTERVAL=100ms"}}
	p := s.start(t)
	a := newAPI(t, p.baseURL, s.savedKey(t))
	stored := map[string][]byte{}
	add := func(n int) {
		for range n {
			file := noise(uint64(len(stored)), 10_000)
			stored[requireStored(t, a, file)] = file
		}
	}
	add(3)
	gone := requireStored(t, a, noise(99, 10_000))
	copies := filepath.Join(newDir(t), "copies")
	first := s.mustRunAny(t, "backup", copies)
	assert.Regexp(t, `^database-\d{8}T\d{6}\.\d{3}Z\.dump and 4 files are in .*; newly copied: 4 files, 39\.1 KiB\n$`, first)

	require.NoError(t, a.delete(t.Context(), gone))
	add(2)
	eventually(t, func() bool { return len(filePaths(t, filepath.Join(s.storageDir(), "objects"))) == len(stored)+1 }) // and the mark
	// While other clients write.
	stop := make(chan struct{})
	done := make(chan int)
	go func() {
		n := 0
		defer func() { done <- n }()
		for ; ; n++ {
			select {
			case <-stop:
				return
			default:
				_, _ = a.create(t.Context(), client.CreateBackupJSONRequestBody{Name: "meanwhile", SizeBytes: 1}, "")
			}
		}
	}()
	second := s.mustRunAny(t, "backup", "--prune", copies)
	close(stop)
	assert.Positive(t, <-done)
	assert.Contains(t, second, "newly copied: 2 files")
	assert.Contains(t, second, "Removed: 1 dump of the database, 1 file")
	after := requireStored(t, a, noise(100, 10_000))
	p.stop(t, syscall.SIGTERM)

	for _, file := range filePaths(t, copies) {
		info, err := os.Stat(filepath.Join(copies, file))
		require.NoError(t, err)
		assert.Zero(t, info.Mode().Perm()&0o077, "%s is nobody else's to read", file)
	}
	restored := setup{dir: filepath.Join(newDir(t), "restored"), env: s.env}
	assert.Contains(t, restored.mustRunAny(t, "restore", copies), "and 5 files are in "+restored.dir)
	p = restored.start(t)
	a = newAPI(t, p.baseURL, s.savedKey(t))
	for id, file := range stored {
		requireDownload(t, a, id, file)
	}
	_, err := a.get(t.Context(), after)
	assert.Error(t, err, "what came after the copy")
	checks, _, code := restored.doctor(t)
	assert.Equal(t, 1, code, "deletions are held: %v", checks)
	_, _, code = restored.doctor(t, "--confirm-restore")
	assert.Zero(t, code)
	_, found, code := restored.doctor(t)
	assert.Zero(t, code)
	assert.Empty(t, found)
	requireStored(t, a, noise(101, 10_000))
	p.stop(t, syscall.SIGTERM)

	_, stderr, code := restored.run(t, "restore", copies)
	assert.Equal(t, 1, code)
	assert.Contains(t, stderr, "already exists: set LOX_DATA_DIR to a directory that doesn't exist yet")
}

// The errors of backup say what is missing.
func TestBackupRefuses(t *testing.T) {
	t.Parallel()
	empty := setup{dir: filepath.Join(newDir(t), "data")}
	for want, args := range map[string][]string{
		"want: lox backup DIR":                                       {"backup"},
		"there is no database in .*: LOX_DATA_DIR must name":         {"backup", filepath.Join(newDir(t), "copies")},
		"there is no manifest.json in .*: want a directory in which": {"restore", newDir(t)},
	} {
		_, stderr, code := empty.run(t, args...)
		assert.Equal(t, 1, code)
		assert.Regexp(t, want, strings.TrimSpace(stderr))
	}
	external := setup{dir: empty.dir, env: []string{"LOX_DATABASE_URL=postgres://lox@127.0.0.1:1/lox", "LOX_MASTER_KEY=" + masterKey, "LOX_S3_ENDPOINT=embedded"}}
	_, stderr, code := external.run(t, "backup", filepath.Join(newDir(t), "copies"))
	assert.Equal(t, 1, code)
	assert.Contains(t, stderr, "LOX_DATABASE_URL names a database of your own: copy it with pg_dump")
	assert.NoDirExists(t, empty.dir)
}

// mustRunAny runs a command that must succeed, and returns its output.
func (s setup) mustRunAny(t *testing.T, args ...string) string {
	t.Helper()
	stdout, stderr, code := s.run(t, args...)
	require.Zero(t, code, "%s%s", stdout, stderr)
	return stdout
}
