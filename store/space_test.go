package store_test

import (
	"context"
	"database/sql"
	"net/netip"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"github.com/backlox/lox"
	"github.com/backlox/lox/store"
	"github.com/backlox/lox/store/storetest"
)

// TestBackupSpace creates and completes backups of 200 tenants by 64 concurrent requests, with an
// Idempotency-Key and two entries of metadata. It logs the bytes of each in the tables, their
// indexes and the write-ahead log. docs/capacity.md has the figures of `make scale`.
func TestBackupSpace(t *testing.T) { //nolint:paralleltest // it measures
	n := scaled(t, 100_000, 20)
	dsn := storetest.Database(t)
	s := storetest.Open(t, dsn)
	db := storetest.SQL(t, dsn)
	const tenants = 200
	var actors []lox.Actor
	var ids []lox.TenantID
	for range tenants {
		tenant, _ := storetest.Tenant(t, s, 1<<50)
		key, _ := storetest.Key(t, s, tenant.ID)
		ids = append(ids, tenant.ID)
		actors = append(actors, lox.Actor{
			Type: lox.ActorAPIKey, ID: key.ID.String(), RequestID: uuid.NewString(), Address: netip.MustParseAddr("203.0.113.7"),
		})
	}
	// Only tests check that each change has its event.
	for _, statement := range []string{"drop trigger recorded on backups", "vacuum analyze"} {
		_, err := db.ExecContext(t.Context(), statement)
		require.NoError(t, err)
	}
	before := spaceOf(t, db)
	create := func(ctx context.Context, i int) error {
		now := lox.Seconds(time.Now())
		b := pending(ids[i%tenants], 1000, now)
		key := lox.IdempotencyKey{Key: uuid.NewString()}
		if _, _, err := s.CreateBackupOnce(ctx, b, key, actors[i%tenants]); err != nil {
			return err
		}
		return completeAs(ctx, s, b, now, actors[i%tenants])
	}
	group, ctx := errgroup.WithContext(t.Context())
	group.SetLimit(64)
	for i := range n {
		group.Go(func() error { return create(ctx, i) })
	}
	require.NoError(t, group.Wait())
	after := spaceOf(t, db)
	total := int64(0)
	for table, bytes := range after {
		took := (bytes - before[table]) / int64(n)
		if table != writeAheadLog {
			total += took
		}
		if took > 0 {
			t.Logf("%s: %d bytes for each of %d backups", table, took, n)
		}
	}
	wal := (after[writeAheadLog] - before[writeAheadLog]) / int64(n)
	t.Logf("all tables with their indexes: %d bytes; write-ahead log: %d bytes", total, wal)
	assert.Less(t, total, int64(3300))
	assert.Less(t, wal, int64(15_000))
}

const writeAheadLog = "write-ahead log"

// spaceOf returns the bytes of each table with its indexes and partitions, and of the write-ahead
// log so far.
func spaceOf(t *testing.T, db *sql.DB) map[string]int64 {
	t.Helper()
	space := map[string]int64{}
	rows, err := db.QueryContext(t.Context(), `select regexp_replace(relname, '^events_.*', 'events'), sum(pg_total_relation_size(oid))
		from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace group by 1
		union all select $1, pg_current_wal_insert_lsn() - '0/0'`, writeAheadLog)
	require.NoError(t, err)
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var name string
		var bytes int64
		require.NoError(t, rows.Scan(&name, &bytes))
		space[name] = bytes
	}
	require.NoError(t, rows.Err())
	return space
}

func completeAs(ctx context.Context, s *store.Grouped, b lox.Backup, at time.Time, by lox.Actor) error {
	sum := lox.Checksum{1}
	_, err := s.Complete(ctx, b, lox.Verified{Checksum: sum, ObjectVersion: uuid.NewString(), At: at, Event: b.Completed(sum, at, by)})
	return err
}
