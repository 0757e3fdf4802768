package store_test

import (
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox/store/storetest"
)

// What PostgreSQL plans for an empty store, it plans anew when there are some
// backups, without waiting for it to look by itself.
func TestYoungStoreIsLookedAt(t *testing.T) {
	t.Parallel()
	dsn := storetest.Database(t)
	s := storetest.Open(t, dsn)
	tenant, _ := storetest.Tenant(t, s, quota)
	db := storetest.SQL(t, dsn)
	// Nobody else is to look.
	_, err := db.ExecContext(t.Context(), "alter table backups set (autovacuum_enabled = off)")
	require.NoError(t, err)
	seen := func() (n int) {
		require.NoError(t, db.QueryRowContext(t.Context(), "select reltuples from pg_class where oid = 'backups'::regclass").Scan(&n))
		return n
	}

	create(t, s, pending(tenant.ID, 1, noon))
	assert.Equal(t, -1, seen(), "too few")
	var creating sync.WaitGroup
	for range 8 {
		creating.Go(func() {
			for range 600 / 8 {
				assert.NoError(t, s.CreateBackup(t.Context(), pending(tenant.ID, 1, noon)))
			}
		})
	}
	creating.Wait()
	require.NoError(t, s.Close()) // waits until it has looked
	assert.GreaterOrEqual(t, seen(), 512)
}
