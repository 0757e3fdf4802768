package store_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox"
	"github.com/backlox/lox/store"
	"github.com/backlox/lox/store/storetest"
)

// margin is how much later than its context a call may end. It includes half a second for
// PostgreSQL to confirm that a statement is cancelled.
const margin = time.Second

// openOn opens a store with a maximum silence through a proxy, and makes its connections.
func openOn(t *testing.T, l *line, silence time.Duration) (*store.Grouped, lox.Backup) {
	t.Helper()
	opened, err := store.Open(t.Context(), store.Config{DSN: l.dsn, MaxConns: 8, Silence: silence})
	require.NoError(t, err)
	s := store.Group(opened)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	tenant, _ := storetest.Tenant(t, s, 1<<30)
	b := create(t, s, pending(tenant.ID, 1, noon))
	var working sync.WaitGroup
	for range 8 {
		working.Go(func() {
			_, err := s.UpdateTenant(t.Context(), tenant.ID, time.Now(), storetest.By, func(*lox.Tenant) error { return nil })
			assert.NoError(t, err)
		})
	}
	working.Wait()
	require.NoError(t, store.Connect(t.Context(), opened, 4))
	return s, b
}

// calls are one of each kind: batched, in a transaction, of several rows, and alone.
func calls(s *store.Grouped, b lox.Backup) map[string]func(context.Context) error {
	return map[string]func(context.Context) error{
		"get": func(ctx context.Context) error { _, err := s.Backup(ctx, b.Tenant, b.ID); return err },
		"list": func(ctx context.Context) error {
			_, err := s.Backups(ctx, b.Tenant, lox.BackupQuery{Limit: 20})
			return err
		},
		"create": func(ctx context.Context) error { return s.CreateBackup(ctx, pending(b.Tenant, 1, noon), storetest.By) },
		"change": func(ctx context.Context) error {
			_, err := s.UpdateTenant(ctx, b.Tenant, time.Now(), storetest.By, func(*lox.Tenant) error { return nil })
			return err
		},
		"keys": func(ctx context.Context) error { return s.KeyPrefixes(ctx, func(lox.KeyPrefix) {}) },
		"ping": s.Ping,
	}
}

// The network to PostgreSQL goes silent while connections stay open: every call ends soon after its
// context, and none waits for another. Connections that are made after that work at once.
func TestSilentNetwork(t *testing.T) {
	t.Parallel()
	dsn := storetest.Database(t)
	l := newLine(t, dsn)
	s, b := openOn(t, l, time.Minute)
	l.silent.Store(true)
	var working sync.WaitGroup
	for name, call := range calls(s, b) {
		for n := range 4 {
			within := time.Duration(n+1) * 200 * time.Millisecond
			working.Go(func() {
				ctx, cancel := context.WithTimeout(t.Context(), within)
				defer cancel()
				begun := time.Now()
				err := call(ctx)
				assert.ErrorIs(t, err, context.DeadlineExceeded, name)
				assert.Less(t, time.Since(begun), within+margin, name)
			})
		}
	}
	working.Wait()
	l.silent.Store(false)
	for name, call := range calls(s, b) {
		ctx, cancel := context.WithTimeout(t.Context(), 10*margin)
		assert.NoError(t, call(ctx), name)
		cancel()
	}
	storetest.CheckCounters(t, dsn)
}

// A call without a deadline ends by the maximum silence.
func TestCallWithoutDeadlineEnds(t *testing.T) {
	t.Parallel()
	dsn := storetest.Database(t)
	l := newLine(t, dsn)
	const silence = 300 * time.Millisecond
	s, b := openOn(t, l, silence)
	l.silent.Store(true)
	var working sync.WaitGroup
	for name, call := range calls(s, b) {
		working.Go(func() {
			begun := time.Now()
			err := call(context.WithoutCancel(t.Context()))
			assert.Equal(t, lox.CodeUnavailable, lox.CodeOf(err), "%s: %v", name, err)
			assert.Less(t, time.Since(begun), 30*time.Second, name)
		})
	}
	working.Wait()
	l.silent.Store(false)
	for name, call := range calls(s, b) {
		assert.NoError(t, call(t.Context()), name)
	}
	storetest.CheckCounters(t, dsn)
}

// Another PostgreSQL takes over at the same address and is read-only at first. The store works
// again as soon as it accepts writes.
func TestReadOnlyServer(t *testing.T) {
	t.Parallel()
	dsn := storetest.Database(t)
	s := storetest.Open(t, dsn)
	tenant, _ := storetest.Tenant(t, s, 1<<30)
	db := storetest.SQL(t, dsn)
	alter := func(readOnly string) {
		var name string
		require.NoError(t, db.QueryRowContext(t.Context(), "select current_database()").Scan(&name))
		_, err := db.ExecContext(t.Context(), "alter database "+name+" set default_transaction_read_only = "+readOnly)
		require.NoError(t, err)
	}
	require.NoError(t, s.Ping(t.Context()))
	alter("on")
	_, err := db.ExecContext(t.Context(), "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()")
	require.NoError(t, err)
	for range 3 {
		assert.Equal(t, lox.CodeUnavailable, lox.CodeOf(s.Ping(t.Context())))
		assert.Equal(t, lox.CodeUnavailable, lox.CodeOf(s.CreateBackup(t.Context(), pending(tenant.ID, 1, noon), storetest.By)))
	}
	_, err = db.ExecContext(t.Context(), "set default_transaction_read_only = off")
	require.NoError(t, err)
	alter("off")
	require.NoError(t, s.Ping(t.Context()))
	require.NoError(t, s.CreateBackup(t.Context(), pending(tenant.ID, 1, noon), storetest.By))
}
