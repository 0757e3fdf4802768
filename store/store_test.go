package store_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox/store"
	"github.com/backlox/lox/store/storetest"
)

func TestConcurrentStarts(t *testing.T) {
	t.Parallel()
	dsn := storetest.Database(t)
	db := storetest.SQL(t, dsn)
	_, err := db.ExecContext(t.Context(), "drop schema public cascade; create schema public")
	require.NoError(t, err)
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			s, err := store.Open(context.Background(), store.Config{DSN: dsn, MaxConns: 2})
			if assert.NoError(t, err) {
				assert.NoError(t, s.Close())
			}
		})
	}
	all.Wait()
}

func TestCancelledCallerGetsItsError(t *testing.T) {
	t.Parallel()
	dsn := storetest.Database(t)
	s := storetest.Open(t, dsn)
	tenant, _ := storetest.Tenant(t, s, quota)
	db := storetest.SQL(t, dsn)

	tx, err := db.BeginTx(t.Context(), nil)
	require.NoError(t, err)
	_, err = tx.ExecContext(t.Context(), "lock table tenant_usage")
	require.NoError(t, err)
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	err = s.CreateBackup(ctx, pending(tenant.ID, 1, noon), storetest.By)
	assert.ErrorIs(t, err, context.DeadlineExceeded)
	require.NoError(t, tx.Rollback())
}
