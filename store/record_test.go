package store_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox"
	"github.com/backlox/lox/store/storetest"
)

// Neither a change nor a deletion by hand changes the record.
func TestRecordIsImmutable(t *testing.T) {
	t.Parallel()
	dsn := storetest.Database(t)
	s := storetest.Open(t, dsn)
	tenant, _ := storetest.Tenant(t, s, quota)
	before, err := s.Events(t.Context(), tenant.ID, lox.EventQuery{Limit: 10})
	require.NoError(t, err)
	require.Len(t, before.Events, 2)
	db := storetest.SQL(t, dsn)
	for _, statement := range []string{"update events set actor_id = 'nobody'", "delete from events"} {
		_, err := db.ExecContext(t.Context(), statement)
		require.NoError(t, err)
	}
	after, err := s.Events(t.Context(), tenant.ID, lox.EventQuery{Limit: 10})
	require.NoError(t, err)
	assert.Equal(t, before, after)
}

// A page reads a limited number of events, and says where the next one begins.
func TestRecordPageIsBounded(t *testing.T) {
	t.Parallel()
	dsn := storetest.Database(t)
	s := storetest.Open(t, dsn)
	tenant, _ := storetest.Tenant(t, s, quota)
	db := storetest.SQL(t, dsn)
	_, err := db.ExecContext(t.Context(), `insert into events (id, tenant_id, type, created_at, payload)
		select gen_random_uuid(), $1, 'webhook.test', '2030-01-01', '{}' from generate_series(1, $2)`, tenant.ID, 2*lox.MaxEventsRead)
	require.NoError(t, err)
	query := lox.EventQuery{Type: lox.EventTenantCreated, Limit: 10}
	for range 2 {
		page, err := s.Events(t.Context(), tenant.ID, query)
		require.NoError(t, err)
		require.Empty(t, page.Events)
		require.NotNil(t, page.Next)
		query.After = *page.Next
	}
	page, err := s.Events(t.Context(), tenant.ID, query)
	require.NoError(t, err)
	require.Len(t, page.Events, 1)
	assert.Nil(t, page.Next)
}

// Partitions of months are created before the months begin, and dropped when all their events are
// too old. Servers of the previous release write no subject; it is then in the payload.
func TestRecordMonths(t *testing.T) {
	t.Parallel()
	dsn := storetest.Database(t)
	s := storetest.Open(t, dsn)
	tenant, _ := storetest.Tenant(t, s, quota)
	db := storetest.SQL(t, dsn)
	now := time.Now().UTC()
	month := func(n int) string {
		return "events_" + time.Date(now.Year(), now.Month()+time.Month(n), 1, 0, 0, 0, 0, time.UTC).Format("2006_01")
	}
	partitions := func() (names []string) {
		rows, err := db.QueryContext(t.Context(), `select inhrelid::regclass::text from pg_inherits where inhparent = 'events'::regclass order by 1`)
		require.NoError(t, err)
		defer func() { require.NoError(t, rows.Close()) }()
		for rows.Next() {
			var name string
			require.NoError(t, rows.Scan(&name))
			names = append(names, name)
		}
		require.NoError(t, rows.Err())
		return names
	}
	assert.Contains(t, partitions(), month(0))
	later := time.Date(now.Year(), now.Month()+5, 15, 0, 0, 0, 0, time.UTC)
	require.NoError(t, s.KeepEvents(t.Context(), later, now.AddDate(0, 0, -40)))
	assert.Subset(t, partitions(), []string{month(0), month(5), month(8), "events_rest"})
	backup := lox.NewBackupID()
	_, err := db.ExecContext(t.Context(), `insert into events (id, tenant_id, type, created_at, payload)
		values ($1, $2, 'storage.quota_warning', $3, '{"data":{}}'), ($4, $2, 'backup.failed', $3, $5)`,
		lox.NewEventID(), tenant.ID, now, lox.NewEventID(), `{"data":{"id":"`+backup.String()+`"}}`)
	require.NoError(t, err)
	page, err := s.Events(t.Context(), tenant.ID, lox.EventQuery{Limit: 2})
	require.NoError(t, err)
	assert.Equal(t, lox.SubjectOf(backup), page.Events[0].Subject)
	assert.Equal(t, lox.SubjectOf(tenant.ID), page.Events[1].Subject)
	assert.Equal(t, lox.System("earlier version"), page.Events[0].Actor)

	require.NoError(t, s.KeepEvents(t.Context(), later, later.AddDate(0, -2, 0)))
	assert.NotContains(t, partitions(), month(0))
	page, err = s.Events(t.Context(), tenant.ID, lox.EventQuery{Limit: 10})
	require.NoError(t, err)
	assert.Empty(t, page.Events)
}

// A month is created during a transaction that writes events. Dropping one needs a lock that waits
// for such a transaction, so it is retried.
func TestMonthsDuringWrites(t *testing.T) {
	t.Parallel()
	dsn := storetest.Database(t)
	s := storetest.Open(t, dsn)
	tenant, _ := storetest.Tenant(t, s, quota)
	db := storetest.SQL(t, dsn)
	now := time.Now().UTC()
	tx, err := db.BeginTx(t.Context(), nil)
	require.NoError(t, err)
	defer func() { _ = tx.Rollback() }()
	_, err = tx.ExecContext(t.Context(), `insert into events (id, tenant_id, type, created_at, payload)
		values ($1, $2, 'storage.quota_warning', $3, '{"data":{}}')`, lox.NewEventID(), tenant.ID, now)
	require.NoError(t, err)
	months := count(t, db, "pg_inherits where inhparent = 'events'::regclass")
	later := now.AddDate(1, 0, 0)
	require.NoError(t, s.KeepEvents(t.Context(), later, time.Time{}))
	require.Equal(t, months+4, count(t, db, "pg_inherits where inhparent = 'events'::regclass"))

	kept := make(chan error)
	go func() { kept <- s.KeepEvents(t.Context(), later, later) }()
	require.Eventually(t, func() bool {
		return count(t, db, "pg_locks where not granted and database = (select oid from pg_database where datname = current_database())") > 0
	}, 10*time.Second, time.Millisecond)
	require.Eventually(t, func() bool {
		return count(t, db, "pg_locks where not granted and database = (select oid from pg_database where datname = current_database())") == 0
	}, 10*time.Second, time.Millisecond, "it still waits, and all others behind it")
	require.NoError(t, tx.Commit())
	require.NoError(t, <-kept)
	assert.Equal(t, 5, count(t, db, "pg_inherits where inhparent = 'events'::regclass"))
}

// A claim takes all due deliveries while an event waits for the webhook. The event's delivery is
// due nevertheless.
func TestEventThatWaitedForClaimIsDue(t *testing.T) {
	t.Parallel()
	dsn := storetest.Database(t)
	s := storetest.Open(t, dsn)
	tenant, _ := storetest.Tenant(t, s, quota)
	w := addWebhook(t, s, tenant.ID, lox.EventBackupCreated)
	create(t, s, pending(tenant.ID, 1, noon))
	db := storetest.SQL(t, dsn)
	tx, err := db.BeginTx(t.Context(), nil)
	require.NoError(t, err)
	_, err = tx.ExecContext(t.Context(), "delete from deliveries where webhook_id = $1", w.ID)
	require.NoError(t, err)
	_, err = tx.ExecContext(t.Context(), "update webhooks set due_at = null where id = $1", w.ID)
	require.NoError(t, err)
	made := make(chan error)
	go func() { made <- s.CreateBackup(context.Background(), pending(tenant.ID, 1, noon), storetest.By) }()
	require.Eventually(t, func() bool {
		return count(t, db, "pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'") > 0
	}, 10*time.Second, time.Millisecond)
	require.NoError(t, tx.Commit())
	require.NoError(t, <-made)
	assert.Len(t, claim(t, s, noon, 10, 10), 1)
}
