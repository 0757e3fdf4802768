package disk

import (
	"fmt"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox"
)

// clients are the clients of a process that is killed. They continue with the next process.
type clients struct {
	resent, completed, deleted string // keys
	body                       []byte
}

// killedClients send requests to the process that is killed, and then to the next one.
type killedClients interface {
	before(t *testing.T, c *computer)
	after(t *testing.T, c *computer)
}

func newClients(c *computer) killedClients {
	tenant := lox.NewTenantID()
	return &clients{resent: c.key(tenant), completed: c.key(tenant), deleted: c.key(tenant), body: content(100)}
}

// before sends the requests to the process that is killed.
func (k *clients) before(t *testing.T, c *computer) {
	t.Helper()
	if c.tryStart() != nil {
		return
	}
	for _, key := range []string{k.deleted, k.resent, k.completed} {
		c.upload(t, key, k.body)
	}
	_ = c.remove(t, k.deleted)
	c.stop(t)
}

// after sends the requests to the next process: one client uploads its file again, one completes its backup if the file is
// stored, and one repeats a deletion.
func (k *clients) after(t *testing.T, c *computer) {
	t.Helper()
	c.start(t)
	require.Equal(t, http.StatusOK, c.upload(t, k.resent, k.body))
	_, err := c.store.Stat(t.Context(), k.completed)
	if err == nil {
		c.note(func(o *outcomes) { o.stored(k.completed, sumOf(k.body)) })
	} else {
		require.Equal(t, lox.CodeUploadIncomplete, lox.CodeOf(err))
	}
	require.NoError(t, c.remove(t, k.deleted))
	c.stop(t)
}

// killedAtEach kills a process after each of its calls in turn, and cuts the power at each call of the next process.
func killedAtEach(t *testing.T, fault func(fileSystem) fileSystem, newClients func(*computer) killedClients) (result lossResult) {
	t.Helper()
	whole := newComputer(t, fault)
	newClients(whole).before(t, whole)
	for n := range whole.changes() {
		c := newComputer(t, fault)
		k := newClients(c)
		c.kill(n)
		k.before(t, c)
		killed := len(c.recorded())
		c.kill(-1)
		k.after(t, c)
		one := c.cutPower(t, killed)
		result.calls++
		result.states += one.states
		for _, wrong := range one.wrong {
			result.wrong = append(result.wrong, fmt.Sprintf("killed after %d calls, %s", n, wrong))
		}
	}
	return result
}

// A process may be killed between a change of the disk and its sync. The next process sees the change, which a power failure
// can still undo: it must not acknowledge anything that relies on the change before it is durable.
func TestPowerLossAfterAKillLosesNothing(t *testing.T) {
	t.Parallel()
	for _, newClients := range []func(*computer) killedClients{newClients, newPartClients} {
		result := killedAtEach(t, faultless, newClients)
		assert.Empty(t, strings.Join(result.wrong, "\n"))
		t.Logf("killed after each of %d calls: %d states of the disk", result.calls, result.states)
	}

	wrong := strings.Join(killedAtEach(t, onlyOwnChanges, newClients).wrong, "\n")
	assert.Contains(t, wrong, "is lost")
	assert.Contains(t, wrong, "is there, and must not be")
}

// onlyOwnChanges doesn't sync the changes of another process.
func onlyOwnChanges(files fileSystem) fileSystem {
	var mu sync.Mutex
	own := map[string]bool{}
	change := func(path string, run func() error) error {
		err := run()
		mu.Lock()
		defer mu.Unlock()
		own[filepath.Dir(path)] = own[filepath.Dir(path)] || err == nil
		return err
	}
	return &faulty{
		fileSystem: files,
		rename: func(from, to string) error {
			return change(to, func() error { return files.Rename(from, to) })
		},
		remove: func(path string) error {
			return change(path, func() error { return files.Remove(path) })
		},
		syncDir: func(path string) error {
			mu.Lock()
			defer mu.Unlock()
			if isTenant(path) && !own[path] {
				return nil
			}
			own[path] = false
			return files.SyncDir(path)
		},
	}
}
