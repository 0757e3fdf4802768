package store_test

import (
	"context"
	"database/sql"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox"
	"github.com/backlox/lox/store"
	"github.com/backlox/lox/store/storetest"
)

// After the migration, the counters of storage have everything that existed before; and the
// migration can be reverted.
func TestMigrationCountsExistingRows(t *testing.T) {
	t.Parallel()
	dsn := storetest.Database(t)
	s := storetest.Open(t, dsn)
	db := storetest.SQL(t, dsn)
	tenant, key := storetest.Tenant(t, s, quota)
	other, _ := storetest.Tenant(t, s, quota)
	// Nothing is deleted here, because the first version keeps no trace of deletions.
	for _, id := range []lox.TenantID{tenant.ID, other.ID} {
		fill(t, s, id, 100)
		complete(t, s, create(t, s, typed(id, "application/x-tar", 7, noon)), day(3))
	}
	counters := func() (sums [2]string) {
		for i, table := range []string{"storage_days", "content_types"} {
			require.NoError(t, db.QueryRowContext(t.Context(),
				"select string_agg(r::text, ' ' order by r::text) from "+table+" r").Scan(&sums[i]))
		}
		return sums
	}
	want := counters()
	migrator, err := store.Migrator(db)
	require.NoError(t, err)
	for range 2 {
		_, err = migrator.DownTo(t.Context(), 1)
		require.NoError(t, err)
		assert.Equal(t, []string{"api_keys", "backup_days", "backups", "events", "idempotency_keys", "purges", "tenant_usage", "tenants"}, tables(t, db))
		assert.Empty(t, functions(t, db))
		// Rows of a tenant that was deleted manually are ignored.
		_, err = db.ExecContext(t.Context(), `insert into backups select gen_random_uuid(), id, name, status, size_bytes, content_type, metadata,
			declared_checksum, checksum, object_version, failure, created_at, upload_expires_at, deadline, completed_at
			from backups where status = 'completed' limit 1`)
		require.NoError(t, err)
		_, err = migrator.Up(t.Context())
		require.NoError(t, err)
		assert.Equal(t, want, counters())
		_, err = db.ExecContext(t.Context(), "delete from backups where tenant_id not in (select id from tenants)")
		require.NoError(t, err)
		storetest.CheckCounters(t, dsn)
	}
	reopened := storetest.Open(t, dsn)
	_, err = principal(t, reopened, key)
	require.NoError(t, err)
	k := only(t, reopened, tenant.ID)
	assert.Equal(t, "lox_", k.Prefix, "of a key made before, no more is known")
	stats, err := reopened.StorageStats(t.Context(), tenant.ID, day(0))
	require.NoError(t, err)
	assert.Equal(t, lox.Volume{Count: 34, Bytes: 33*100 + 7}, stats.ByStatus[lox.StatusCompleted])
	assert.Len(t, stats.ByType, 2)
	assert.Len(t, stats.Flows, 2)
}

func functions(t *testing.T, db *sql.DB) (names []string) {
	t.Helper()
	rows, err := db.QueryContext(context.Background(), `select proname from pg_proc
		where pronamespace = 'public'::regnamespace and proname not in ('written', 'must_be_recorded')`)
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

// Webhooks are created and removed with all their deliveries. The events stay.
func TestMigrationOfWebhooks(t *testing.T) {
	t.Parallel()
	dsn := storetest.Database(t)
	s := storetest.Open(t, dsn)
	db := storetest.SQL(t, dsn)
	tenant, _ := storetest.Tenant(t, s, quota)
	send(t, s, addWebhook(t, s, tenant.ID), 3, noon)
	finish(t, s, claim(t, s, noon, 1, 1)[0], lox.DeliveryFailed)
	migrator, err := store.Migrator(db)
	require.NoError(t, err)
	for range 2 {
		_, err = migrator.DownTo(t.Context(), 2)
		require.NoError(t, err)
		for _, table := range []string{"webhooks", "deliveries", "attempts"} {
			assert.NotContains(t, tables(t, db), table)
		}
		assert.NotContains(t, functions(t, db), "tell_deliveries_due")
		assert.Equal(t, 3, count(t, db, "events where type = 'webhook.test'"))
		_, err = migrator.Up(t.Context())
		require.NoError(t, err)
	}
	reopened := storetest.Open(t, dsn)
	w := addWebhook(t, reopened, tenant.ID)
	complete(t, reopened, create(t, reopened, pending(tenant.ID, 1, noon)), noon)
	claimed := claim(t, reopened, noon, 10, 10)
	require.Len(t, claimed, 1)
	assert.Equal(t, w.ID, claimed[0].Webhook)
}

// takeBack reverts the migrations after a version.
func takeBack(t *testing.T, db *sql.DB, after int64) {
	t.Helper()
	migrator, err := store.Migrator(db)
	require.NoError(t, err)
	_, err = migrator.DownTo(t.Context(), after)
	require.NoError(t, err)
}

// begin starts a transaction with a statement.
func begin(t *testing.T, db *sql.DB, statement string) *sql.Tx {
	t.Helper()
	tx, err := db.BeginTx(t.Context(), &sql.TxOptions{Isolation: sql.LevelRepeatableRead})
	require.NoError(t, err)
	t.Cleanup(func() { _ = tx.Rollback() }) // if the test fails
	_, err = tx.ExecContext(t.Context(), statement)
	require.NoError(t, err)
	return tx
}

// A migration that waits for a lock must not block others, for example during a nightly pg_dump,
// which reads every table in one transaction.
func TestWaitingMigrationBlocksNobody(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, inTheWay, write string
		after                 int64
	}{
		{"webhook hosts", "select from webhooks", "update webhooks set description = 'd'", 5},
		{"deliveries by type", "update deliveries set failure = 'f' where id = (select min(id::text)::uuid from deliveries)",
			"update deliveries set failure = 'f' where id = (select max(id::text)::uuid from deliveries)", 6},
		{"idempotency keys", "select from backups", "update backups set name = 'n'", 7},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			dsn := storetest.Database(t)
			s := storetest.Open(t, dsn)
			db := storetest.SQL(t, dsn)
			tenant, _ := storetest.Tenant(t, s, quota)
			send(t, s, addWebhook(t, s, tenant.ID), 2, noon)
			create(t, s, pending(tenant.ID, 1, noon))

			takeBack(t, db, c.after)
			tx := begin(t, db, c.inTheWay)
			opened := make(chan error, 1)
			go func() {
				s, err := store.Open(t.Context(), store.Config{DSN: dsn})
				if err == nil {
					err = s.Close()
				}
				opened <- err
			}()
			require.Eventually(t, func() bool { return waiting(t, db) == 1 }, 30*time.Second, time.Millisecond)
			ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
			defer cancel()
			res, err := db.ExecContext(ctx, c.write)
			require.NoError(t, err)
			n, err := res.RowsAffected()
			require.NoError(t, err)
			assert.EqualValues(t, 1, n)
			assert.Empty(t, opened)
			require.NoError(t, tx.Commit())
			require.NoError(t, <-opened)
		})
	}
}

// An interrupted build leaves an index that PostgreSQL doesn't use.
func TestInvalidIndexesAreRebuilt(t *testing.T) {
	t.Parallel()
	dsn := storetest.Database(t)
	s := storetest.Open(t, dsn)
	db := storetest.SQL(t, dsn)
	tenant, _ := storetest.Tenant(t, s, quota)
	send(t, s, addWebhook(t, s, tenant.ID), 2, noon)
	takeBack(t, db, 6)
	_, err := db.ExecContext(t.Context(), "create unique index concurrently deliveries_newest_by_type on deliveries (webhook_id)")
	require.Error(t, err, "there are two")
	require.Equal(t, 1, count(t, db, "pg_index where not indisvalid"))
	storetest.Open(t, dsn)
	assert.Zero(t, count(t, db, "pg_index where not indisvalid"))
	assert.Equal(t, 2, count(t, db, "pg_indexes where indexname in ('deliveries_newest_by_type', 'deliveries_newest_by_status_type')"))
}
