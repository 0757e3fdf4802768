package main_test

import (
	"context"
	"database/sql"
	"errors"
	"net/http"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox"
	"github.com/backlox/lox/gen/client"
	"github.com/backlox/lox/store/pgembed"
	"github.com/backlox/lox/store/storetest"
)

// A server is killed or stopped while it verifies a large object. The next one finishes without a
// request.
func TestVerificationContinuesAfterRestart(t *testing.T) {
	t.Parallel()
	// The time for verifying ends before it begins.
	s := setup{dir: usedDir(t), env: []string{"LOX_VERIFY_WAIT=1ms", "LOX_VERIFY_LEASE=2s", "LOX_SWEEP_INTERVAL=100ms"}}
	file := noise(1, 300<<20)
	p := s.start(t)
	for _, sig := range []syscall.Signal{syscall.SIGKILL, syscall.SIGTERM} {
		a := newAPI(t, p.baseURL, s.savedKey(t))
		upload, err := a.create(t.Context(), client.CreateBackupJSONRequestBody{Name: "large", SizeBytes: int64(len(file))}, "")
		require.NoError(t, err)
		require.NoError(t, a.put(t.Context(), upload, file))
		// The next process doesn't know the checksum, and must read the file.
		p.stop(t, syscall.SIGTERM)
		p = s.start(t)
		id := upload.ID
		beginVerification(t, newAPI(t, p.baseURL, s.savedKey(t)), id)
		p.signal(sig)
		code := p.exit(t)
		if sig == syscall.SIGTERM {
			assert.Zero(t, code)
		}
		assert.Equal(t, "verifying", s.statusAtRest(t, id), "it was too late to interrupt anything")

		p = s.start(t)
		a = newAPI(t, p.baseURL, s.savedKey(t))
		var done *client.Backup
		require.Eventually(t, func() bool {
			b, err := a.get(t.Context(), id)
			done = b
			return err == nil && b.Status != client.BackupStatusVerifying
		}, patience, 50*time.Millisecond, "it stays verifying")
		require.Equal(t, client.BackupStatusCompleted, done.Status)
		require.Equal(t, checksum(file), done.Checksum)
		requireDownload(t, a, id, file)
		require.NoError(t, a.delete(t.Context(), id))
	}
	dsn, err := pgembed.Attach(t.Context(), s.postgresDir())
	require.NoError(t, err)
	t.Run("counters", func(t *testing.T) { storetest.CheckCounters(t, dsn) })
	p.stop(t, syscall.SIGTERM)
}

// beginVerification completes a backup, but doesn't wait for the verification.
func beginVerification(t *testing.T, a *api, id string) {
	t.Helper()
	require.Eventually(t, func() bool {
		b, err := a.complete(t.Context(), id)
		if r, ok := errors.AsType[*refused](err); ok && r.status == http.StatusServiceUnavailable {
			return false // in 1 ms, not even the lease was taken
		}
		require.NoError(t, err)
		require.Equal(t, client.BackupStatusVerifying, b.Status)
		return true
	}, patience, tick, "it never becomes verifying")
}

// statusAtRest reads the database of a server that has ended.
func (s setup) statusAtRest(t *testing.T, id string) (status string) {
	t.Helper()
	postgres, err := pgembed.Start(t.Context(), pgembed.Config{Dir: s.postgresDir()})
	require.NoError(t, err)
	defer func() { require.NoError(t, postgres.Stop(context.Background())) }()
	db, err := sql.Open("postgres", postgres.DSN())
	require.NoError(t, err)
	defer func() { _ = db.Close() }()
	require.NoError(t, db.QueryRowContext(t.Context(), `select status from backups where id = $1`, uuidOf(t, id)).Scan(&status))
	return status
}

// uuidOf writes an id as the database does.
func uuidOf(t testing.TB, id string) any {
	t.Helper()
	var b lox.BackupID
	require.NoError(t, b.UnmarshalText([]byte(id)))
	uuid, err := b.Value()
	require.NoError(t, err)
	return uuid
}
