package store_test

import (
	"fmt"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox"
	"github.com/backlox/lox/store"
	"github.com/backlox/lox/store/storetest"
)

// Plans that PostgreSQL made for an empty store are replaced when there are some backups, before
// autovacuum analyzes the tables.
func TestGrowingStoreIsAnalyzed(t *testing.T) {
	t.Parallel()
	for name, create := range map[string]func(*store.Grouped, lox.Backup, lox.IdempotencyKey) error{
		"created": func(s *store.Grouped, b lox.Backup, _ lox.IdempotencyKey) error {
			return s.CreateBackup(t.Context(), b, storetest.By)
		},
		"created once": func(s *store.Grouped, b lox.Backup, key lox.IdempotencyKey) error {
			_, _, err := s.CreateBackupOnce(t.Context(), b, key, storetest.By)
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			testYoungStoreIsLookedAt(t, create)
		})
	}
}

func testYoungStoreIsLookedAt(t *testing.T, made func(*store.Grouped, lox.Backup, lox.IdempotencyKey) error) {
	t.Helper()
	dsn := storetest.Database(t)
	s := storetest.Open(t, dsn)
	tenant, _ := storetest.Tenant(t, s, quota)
	db := storetest.SQL(t, dsn)
	// Autovacuum is off.
	_, err := db.ExecContext(t.Context(), "alter table backups set (autovacuum_enabled = off)")
	require.NoError(t, err)
	seen := func() (n int) {
		require.NoError(t, db.QueryRowContext(t.Context(), "select reltuples from pg_class where oid = 'backups'::regclass").Scan(&n))
		return n
	}

	create(t, s, pending(tenant.ID, 1, noon))
	assert.Equal(t, -1, seen(), "too few")
	var creating sync.WaitGroup
	for i := range 8 {
		creating.Go(func() {
			for j := range 600 / 8 {
				assert.NoError(t, made(s, pending(tenant.ID, 1, noon), lox.IdempotencyKey{Key: fmt.Sprint(i, j)}))
			}
		})
	}
	creating.Wait()
	require.NoError(t, s.Close()) // waits until it has analyzed
	assert.GreaterOrEqual(t, seen(), 512)
}
