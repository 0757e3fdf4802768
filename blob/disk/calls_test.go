package disk

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox"
)

// since returns the calls after the n-th, with T and B instead of the tenant and the backup of a key.
func (c *computer) since(n int, key string) []string {
	tenant, id, _ := strings.Cut(key, "/")
	text := strings.Join(c.texts(n), "\n")
	return strings.Split(strings.NewReplacer(dataDir+"/", "", tenant, "T", id, "B").Replace(text), "\n")
}

// The bytes of a file are durable before it has a name, and the name is durable before the response.
func TestBytesAreSyncedBeforeTheirName(t *testing.T) {
	t.Parallel()
	c := newComputer(t, faultless)
	c.start(t)
	tenant := lox.NewTenantID()
	key, second := c.key(tenant), c.key(tenant)

	n := len(c.recorded())
	require.Equal(t, http.StatusOK, c.upload(t, key, content(bufferSize+1)))
	assert.Equal(t, []string{
		"create uploads/upload", "write 262144 bytes to uploads/upload", "write 1 bytes to uploads/upload", "sync uploads/upload",
		"mkdir objects/T", "syncdir objects", "rename uploads/upload to objects/T/B", "syncdir objects/T",
	}, c.since(n, key))

	n = len(c.recorded())
	require.Equal(t, http.StatusOK, c.upload(t, second, content(10)))
	assert.Equal(t, []string{
		"create uploads/upload", "write 10 bytes to uploads/upload", "sync uploads/upload",
		"rename uploads/upload to objects/T/B", "syncdir objects/T",
	}, c.since(n, second), "the directory of the tenant is durable already")

	n = len(c.recorded())
	require.NoError(t, c.remove(t, key))
	assert.Equal(t, []string{"remove objects/T/B", "syncdir objects/T"}, c.since(n, key))
	n = len(c.recorded())
	require.NoError(t, c.remove(t, key))
	assert.Equal(t, []string{"syncdir objects/T"}, c.since(n, key), "the first removal may have failed before its sync")

	c.stop(t)
	c.start(t)
	n = len(c.recorded())
	for range 2 {
		_, err := c.store.Stat(t.Context(), second)
		require.NoError(t, err)
	}
	assert.Equal(t, []string{"syncdir objects", "syncdir objects/T"}, c.since(n, key), "once in a process")
}

// After a failed sync, an upload is not acknowledged, and leaves no object.
func TestFailedSyncIsNotAcknowledged(t *testing.T) {
	t.Parallel()
	c := newComputer(t, faultless)
	var failing string
	c.before = func(c call) error {
		if failing != "" && strings.HasPrefix(c.String(), failing) {
			return errSync
		}
		return nil
	}
	c.start(t)
	for _, what := range []string{"sync ", "syncdir " + filepath.Join(dataDir, "objects"), "syncdir " + filepath.Join(dataDir, "objects", "ten_")} {
		key := c.key(lox.NewTenantID())
		failing = what
		assert.Equal(t, http.StatusServiceUnavailable, c.upload(t, key, content(10)), what)
		assert.Equal(t, absent, served(t, c.store, key), what)
		failing = ""
		assert.Empty(t, wrongFiles(t, filepath.Join(c.root, dataDir), &outcomes{}), what)
		assert.Equal(t, http.StatusOK, c.upload(t, key, content(10)), what)
		failing = what
		if strings.HasSuffix(what, "ten_") {
			require.ErrorIs(t, c.remove(t, key), errSync)
		}
		failing = ""
		require.NoError(t, c.remove(t, key))
	}
	assert.Empty(t, strings.Join(c.cutPower(t, 0).wrong, "\n"))
}

// A file whose name is not durable yet can't be downloaded, and its backup can't be completed.
func TestObjectIsNotFoundBeforeItIsDurable(t *testing.T) {
	t.Parallel()
	c := newComputer(t, faultless)
	key, looked, failing := c.key(lox.NewTenantID()), 0, false
	named := func() bool {
		_, err := os.Lstat(c.store.files.path(key))
		return err == nil
	}
	c.before = func(called call) error {
		if called.op == "syncdir" && isTenant(called.path) && named() {
			looked++
			_, err := c.store.Stat(t.Context(), key)
			assert.Equal(t, lox.CodeUploadIncomplete, lox.CodeOf(err))
			assert.Equal(t, absent, served(t, c.store, key))
		}
		if failing && looked > 0 {
			return errSync
		}
		return nil
	}
	c.start(t)
	// If the disk fails completely, the store can't remove the name.
	failing = true
	assert.Equal(t, http.StatusServiceUnavailable, c.upload(t, key, content(10)))
	assert.True(t, named())
	assert.Equal(t, absent, served(t, c.store, key))
	failing = false
	body := content(10)
	assert.Equal(t, http.StatusOK, c.upload(t, key, body))
	assert.Equal(t, 2, looked)
	assert.Equal(t, sumOf(body), served(t, c.store, key))
}
