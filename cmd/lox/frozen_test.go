package main_test

import (
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox/gen/client"
)

// freeze stops all processes of the database, whose connections stay open. It returns a function
// that continues them.
func (p *process) freeze(t *testing.T) (thaw func()) {
	t.Helper()
	frozen := append(p.postgres(t), p.postmaster(t))
	signal := func(sig syscall.Signal) {
		for _, process := range frozen {
			_ = syscall.Kill(process.pid, sig)
		}
	}
	signal(syscall.SIGSTOP)
	t.Cleanup(func() { signal(syscall.SIGCONT) })
	return func() { signal(syscall.SIGCONT) }
}

// PostgreSQL answers nothing while its connections stay open: requests are refused in time, reads
// that need no database work, and everything works once it answers again.
func TestFrozenDatabase(t *testing.T) {
	t.Parallel()
	const silence = 10 * time.Second // the maximum silence, see store
	s := setup{dir: usedDir(t)}
	p := s.start(t)
	a := newAPI(t, p.baseURL, s.savedKey(t))
	file := noise(1, 1000)
	id := requireStored(t, a, file)
	thaw := p.freeze(t)
	ask := map[string]func() (int, error){
		"create": func() (int, error) {
			r, err := a.CreateBackupWithResponse(t.Context(), nil, client.CreateBackupJSONRequestBody{Name: "n", SizeBytes: 1})
			return r.StatusCode(), err
		},
		"get":  func() (int, error) { r, err := a.GetBackupWithResponse(t.Context(), id); return r.StatusCode(), err },
		"list": func() (int, error) { r, err := a.ListBackupsWithResponse(t.Context(), nil); return r.StatusCode(), err },
		"update": func() (int, error) {
			r, err := a.UpdateTenantWithResponse(t.Context(), client.UpdateTenantJSONRequestBody{Name: "n"})
			return r.StatusCode(), err
		},
	}
	var asking sync.WaitGroup
	for name, send := range ask {
		asking.Go(func() {
			begun := time.Now()
			status, err := send()
			assert.NoError(t, err, name)
			assert.Equal(t, http.StatusServiceUnavailable, status, name)
			assert.Less(t, time.Since(begun), silence+5*time.Second, name)
		})
	}
	asking.Wait()
	requireReadiness(t, p, http.StatusServiceUnavailable, `{"database":"unavailable","disk":"ok"}`)
	thaw()
	require.Eventually(t, func() bool {
		for _, send := range ask {
			if status, err := send(); err != nil || status >= http.StatusInternalServerError {
				return false
			}
		}
		return true
	}, patience, tick, "it never works again")
	requireDownload(t, a, id, file)
	p.stop(t, syscall.SIGTERM)
}

// A server is stopped while its PostgreSQL answers nothing.
func TestStopWithFrozenDatabase(t *testing.T) {
	t.Parallel()
	s := setup{dir: usedDir(t), env: []string{"LOX_SHUTDOWN_TIMEOUT=1s"}}
	p := s.start(t)
	a := newAPI(t, p.baseURL, s.savedKey(t))
	file := noise(1, 1000)
	id := requireStored(t, a, file)
	thaw := p.freeze(t)
	p.signal(syscall.SIGTERM)
	begun := time.Now()
	p.exit(t)
	assert.Less(t, time.Since(begun), 40*time.Second) // PostgreSQL has 15 s of them to stop cleanly
	t.Logf("ended after %s", time.Since(begun))
	thaw()
	s.requireNoPostgres(t)
	p = s.start(t)
	requireDownload(t, newAPI(t, p.baseURL, s.savedKey(t)), id, file)
	p.stop(t, syscall.SIGTERM)
}

// A failover while the server's connections stay: the database at their other end is read-only, and
// becomes writable later.
func TestReadOnlyDatabase(t *testing.T) {
	t.Parallel()
	s := setup{dir: usedDir(t)}
	p := s.start(t)
	a := newAPI(t, p.baseURL, s.savedKey(t))
	file := noise(1, 1000)
	id := requireStored(t, a, file)
	settings := filepath.Join(s.postgresDir(), "data", "postgresql.auto.conf")
	before, err := os.ReadFile(settings)
	require.NoError(t, err)
	set := func(content []byte) {
		require.NoError(t, os.WriteFile(settings, content, 0o600))
		require.NoError(t, syscall.Kill(s.postmaster(t).pid, syscall.SIGHUP))
	}
	create := func() error {
		_, err := a.create(t.Context(), client.CreateBackupJSONRequestBody{Name: "n", SizeBytes: 1}, "")
		return err
	}
	set(append(slices.Clone(before), "default_transaction_read_only = on\n"...))
	require.Eventually(t, func() bool { return create() != nil }, patience, tick)
	for range 10 {
		requireRefused(t, create(), http.StatusServiceUnavailable)
		requireReadiness(t, p, http.StatusServiceUnavailable, `{"database":"unavailable","disk":"ok"}`)
	}
	set(before)
	begun := time.Now()
	require.Eventually(t, func() bool { return create() == nil }, patience, tick)
	assert.Less(t, time.Since(begun), 10*time.Second)
	requireReadiness(t, p, http.StatusOK, `{"database":"ok","disk":"ok"}`)
	requireDownload(t, a, id, file)
	p.stop(t, syscall.SIGTERM)
}
