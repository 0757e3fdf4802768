package store_test

import (
	"database/sql"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox"
	"github.com/backlox/lox/store"
	"github.com/backlox/lox/store/storetest"
)

// largestTransaction counts the deliveries that fail in each transaction from now on, and returns
// the maximum.
func largestTransaction(t *testing.T, db *sql.DB) (most func() int) {
	t.Helper()
	_, err := db.ExecContext(t.Context(), `create table failed_at_once (xid bigint, n int);
		create function count_failed() returns trigger language plpgsql as $$ begin
			insert into failed_at_once select txid_current(), count(*) from changed where status = 'failed'; return null; end $$;
		create trigger count_failed after update on deliveries referencing new table as changed for each statement execute function count_failed()`)
	require.NoError(t, err)
	return func() (n int) {
		t.Helper()
		require.NoError(t, db.QueryRowContext(t.Context(),
			"select max(n) from (select sum(n) as n from failed_at_once group by xid) transactions").Scan(&n))
		return n
	}
}

// However many deliveries of a webhook are pending when an attempt disables it: all of them fail at
// once, and no transaction fails more than a batch besides that attempt's.
func TestDisablingAttemptFailsPendingDeliveries(t *testing.T) {
	t.Parallel()
	dsn := storetest.Database(t)
	s := storetest.Open(t, dsn)
	db := storetest.SQL(t, dsn)
	tenant, _ := storetest.Tenant(t, s, quota)
	w := addWebhook(t, s, tenant.ID)
	enqueue(t, db, w, 2*store.BatchSize+5, noon)
	d := claim(t, s, noon, 1, 1)[0]
	most := largestTransaction(t, db)
	gone := attempt(d, lox.DeliveryFailed)
	gone.Disable, gone.Event = lox.DisabledGone, w.Disabled(lox.DisabledGone, noon, storetest.By)
	require.NoError(t, s.FinishDelivery(t.Context(), gone))
	assert.Zero(t, count(t, db, "deliveries where status = 'pending'"))
	assert.Equal(t, store.BatchSize+1, most())
}

// The same holds for old deliveries when a webhook is enabled again.
func TestEnablingFailsOldDeliveriesInBatches(t *testing.T) {
	t.Parallel()
	dsn := storetest.Database(t)
	s := storetest.Open(t, dsn)
	db := storetest.SQL(t, dsn)
	tenant, _ := storetest.Tenant(t, s, quota)
	w := addWebhook(t, s, tenant.ID)
	enqueue(t, db, w, 2*store.BatchSize+5, noon)
	_, err := db.ExecContext(t.Context(), "update webhooks set enabled = false, due_at = null")
	require.NoError(t, err)
	most := largestTransaction(t, db)
	on, err := s.UpdateWebhook(t.Context(), tenant.ID, w.ID, lox.EventWebhookUpdated, storetest.By, setEnabled(true))
	require.NoError(t, err)
	assert.True(t, on.Enabled)
	assert.Zero(t, count(t, db, "deliveries where status = 'pending'"))
	assert.Equal(t, store.BatchSize, most())
	assert.Empty(t, claim(t, s, noon, 10, 10))
}
