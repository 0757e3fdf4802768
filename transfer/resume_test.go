package transfer

import (
	"bytes"
	"context"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox"
)

// Interrupted uploads in parts continue: parts in the store aren't sent again, and hashed bytes
// aren't read again.
func TestInterruptedParts(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, f *fixture) {
		t.Parallel()
		f.testInterruptedParts()
	})
	t.Run("over a line", func(t *testing.T) {
		t.Parallel()
		overLine(t).testInterruptedParts()
	})
}

func (f *fixture) testInterruptedParts() {
	t := f.t
	content, dir := random(largeFile), t.TempDir()
	source := openFile(t, content)
	interrupted, first := f.interruptedPush(source, dir, 3)
	require.EqualValues(t, 24*mib, interrupted.Done)
	require.EqualValues(t, largeFile, interrupted.Total)
	require.EqualValues(t, 3, first.done.Load())
	requireState(t, dir, 1)

	second := f.countPuts(nil)
	read := &countedFile{File: source}
	b, err := Push(t.Context(), f.api, read, f.keeping(dir))
	require.NoError(t, err)
	require.EqualValues(t, 3, second.done.Load())
	require.LessOrEqual(t, read.bytes.Load(), int64(2*(largeFile-24*mib)), "what is stored isn't read again")
	require.Len(t, f.backups(), 1)
	requireState(t, dir, 0)
	f.requireStored(b, content)
}

// countedFile counts the bytes that are read of a file.
type countedFile struct {
	*os.File

	bytes atomic.Int64
}

func (c *countedFile) ReadAt(p []byte, at int64) (int, error) {
	n, err := c.File.ReadAt(p, at)
	c.bytes.Add(int64(n))
	return n, err
}

// requireState checks that there is this number of saved states, readable only by their owner, and
// nothing else.
func requireState(t *testing.T, dir string, count int) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Len(t, entries, count)
	for _, e := range entries {
		info, err := e.Info()
		require.NoError(t, err)
		require.Equal(t, os.FileMode(0o600), info.Mode())
		require.Equal(t, ".json", filepath.Ext(e.Name()))
	}
}

// interruptedPush stores a number of parts of a file, and returns the error and the counted uploads.
func (f *fixture) interruptedPush(source *os.File, dir string, parts int64) (*InterruptedError, *puts) {
	f.t.Helper()
	ctx, cancel := context.WithCancel(f.t.Context())
	defer cancel()
	sent := f.countPuts(func(n int64, r *http.Request) *http.Response {
		if n <= parts {
			return nil
		}
		cancel()
		return answer(r, http.StatusServiceUnavailable, "")
	})
	o := f.keeping(dir)
	o.Parallel = 1
	_, err := Push(ctx, f.api, source, o)
	var interrupted *InterruptedError
	require.ErrorAs(f.t, err, &interrupted)
	require.True(f.t, interrupted.Resumable)
	f.toStore = nil
	return interrupted, sent
}

// A push can't continue with another file, as another push, or with an unusable state.
func TestPushesThatCannotContinue(t *testing.T) {
	t.Parallel()
	f := onDisk(t)
	for name, c := range map[string]struct {
		change func(t *testing.T, source *os.File, state string)
		// left is the number of backups in the end: the old one is deleted if nobody can use it.
		left int
	}{
		"touched": {func(t *testing.T, source *os.File, _ string) {
			t.Helper()
			require.NoError(t, os.Chtimes(source.Name(), time.Time{}, time.Unix(1, 0)))
		}, 1},
		"longer": {func(t *testing.T, source *os.File, _ string) {
			t.Helper()
			_, err := source.WriteAt([]byte("x"), largeFile)
			require.NoError(t, err)
		}, 1},
		"no JSON": {func(t *testing.T, _ *os.File, state string) {
			t.Helper()
			require.NoError(t, os.WriteFile(state, []byte("{"), 0o600))
		}, 2},
		"a hash that is none": {func(t *testing.T, _ *os.File, state string) {
			t.Helper()
			text, err := os.ReadFile(state)
			require.NoError(t, err)
			require.NoError(t, os.WriteFile(state, bytes.Replace(text, []byte(`"hash":"`), []byte(`"hash":"AAAA`), 1), 0o600))
		}, 2},
		"deleted": {func(t *testing.T, _ *os.File, _ string) {
			t.Helper()
			require.True(t, (&transfer{api: f.api}).discard(t.Context(), f.backups()[0].ID.String()))
		}, 1},
	} {
		source, dir := openFile(t, random(largeFile)), t.TempDir()
		f.interruptedPush(source, dir, 2)
		states, err := filepath.Glob(filepath.Join(dir, "*.json"))
		require.NoError(t, err)
		require.Len(t, states, 1)
		c.change(t, source, states[0])
		content, err := os.ReadFile(source.Name())
		require.NoError(t, err)
		b, err := Push(t.Context(), f.api, source, f.keeping(dir))
		require.NoError(t, err, name)
		f.requireStored(b, content)
		require.Len(t, f.backups(), c.left, name)
		for _, old := range f.backups() {
			require.True(t, (&transfer{api: f.api}).discard(t.Context(), old.ID.String()))
		}
	}
}

// A push was killed after its backup was completed and before its state was deleted, and the file
// has other bytes now. The backup stays.
func TestCompletedBackupStays(t *testing.T) {
	t.Parallel()
	f := onDisk(t)
	source, dir := openFile(t, random(largeFile)), t.TempDir()
	var kept []byte
	o := f.keeping(dir)
	o.Progress = func(p Progress) {
		if p.Phase == Verifying {
			states, err := filepath.Glob(filepath.Join(dir, "*.json"))
			assert.NoError(t, err)
			kept, err = os.ReadFile(states[0])
			assert.NoError(t, err)
			kept = append([]byte(states[0]+"\n"), kept...)
		}
	}
	first, err := Push(t.Context(), f.api, source, o)
	require.NoError(t, err)
	path, text, _ := bytes.Cut(kept, []byte("\n"))
	require.NoError(t, os.WriteFile(string(path), text, 0o600))
	again, err := Push(t.Context(), f.api, source, f.keeping(dir))
	require.NoError(t, err)
	require.Equal(t, first.ID, again.ID, "it did not know that the backup is completed")

	require.NoError(t, os.WriteFile(string(path), text, 0o600))
	_, err = source.WriteAt([]byte("other"), 0)
	require.NoError(t, err)
	require.NoError(t, os.Chtimes(source.Name(), time.Time{}, time.Unix(1, 0)))
	other, err := Push(t.Context(), f.api, source, f.keeping(dir))
	require.NoError(t, err)
	require.NotEqual(t, first.ID, other.ID)
	require.Len(t, f.backups(), 2)
}

// Two pushes of one file create two backups, and only the first can continue.
func TestTwoPushesOfOneFile(t *testing.T) {
	t.Parallel()
	f := onDisk(t)
	source, dir := openFile(t, random(largeFile)), t.TempDir()
	var once sync.Once
	o := f.keeping(dir)
	o.Progress = func(Progress) {
		once.Do(func() {
			second := f.keeping(dir)
			var unresumable error
			second.Unresumable = func(why error) { unresumable = why }
			_, err := Push(t.Context(), f.api, source, second)
			assert.NoError(t, err)
			assert.ErrorContains(t, unresumable, "another process is pushing it already")
		})
	}
	_, err := Push(t.Context(), f.api, source, o)
	require.NoError(t, err)
	all := f.backups()
	require.Len(t, all, 2)
	for _, b := range all {
		require.Equal(t, lox.StatusCompleted, b.Status)
	}
	requireState(t, dir, 0)
}
