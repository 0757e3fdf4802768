package store_test

import (
	"context"
	"crypto/sha256"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox"
	"github.com/backlox/lox/store"
	"github.com/backlox/lox/store/storetest"
)

func inspect(t *testing.T, dsn string) *store.Inspector {
	t.Helper()
	i, err := store.Inspect(t.Context(), store.Config{DSN: dsn})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, i.Close()) })
	return i
}

// differences are written as table, part, counter, recorded, counted.
func differences(t *testing.T, i *store.Inspector) (found []string) {
	t.Helper()
	counted, err := i.CompareCounters(t.Context(), func(d store.Difference) error {
		found = append(found, fmt.Sprint(d.Tenant, " ", d.Table, " ", d.Part, " ", d.Counter, " ", d.Recorded, " ", d.Counted))
		return nil
	})
	require.NoError(t, err)
	require.EqualValues(t, len(found), counted.Differences)
	return found
}

// TestCompareCounters damages each counter and repairs it.
func TestCompareCounters(t *testing.T) {
	t.Parallel()
	dsn := storetest.Database(t)
	s, db, i := storetest.Open(t, dsn), storetest.SQL(t, dsn), inspect(t, dsn)
	assert.Empty(t, differences(t, i))
	tenant, _ := storetest.Tenant(t, s, quota)
	other, _ := storetest.Tenant(t, s, quota)
	for _, id := range []lox.TenantID{tenant.ID, other.ID} {
		complete(t, s, create(t, s, typed(id, "text/plain", 100, noon)), day(1))
		gone := create(t, s, typed(id, "text/plain", 50, noon))
		complete(t, s, gone, day(2))
		require.NoError(t, s.DeleteBackup(t.Context(), id, gone.ID, day(2), storetest.By))
		create(t, s, pending(id, 10, noon))
	}
	// Counters of a tenant that was deleted manually are ignored.
	_, err := db.ExecContext(t.Context(), `delete from tenants where id = $1`, other.ID)
	require.NoError(t, err)
	assert.Empty(t, differences(t, i))
	pendingBytes, verifyingBytes, err := i.Reserved(t.Context())
	require.NoError(t, err)
	assert.Equal(t, []int64{20, 0}, []int64{pendingBytes, verifyingBytes})

	noonDay, firstDay := noon.Format(time.DateOnly), day(1).Format(time.DateOnly)
	for _, c := range []struct {
		damage string
		want   []string
	}{
		{`update tenant_usage set pending = 7, completed_bytes = 0`,
			[]string{"tenant_usage  completed_bytes 0 100", "tenant_usage  pending 7 1"}},
		{`update backup_days set pending_bytes = -3`, []string{"backup_days " + noonDay + " pending_bytes -3 10"}},
		{`delete from backup_days`, []string{
			"backup_days " + noonDay + " completed 0 1", "backup_days " + noonDay + " completed_bytes 0 100",
			"backup_days " + noonDay + " pending 0 1", "backup_days " + noonDay + " pending_bytes 0 10",
		}},
		{`insert into backup_days (tenant_id, day, failed) select tenant_id, '2001-01-01', 1 from tenant_usage`,
			[]string{"backup_days 2001-01-01 failed 1 0"}},
		{`insert into content_types (tenant_id, content_type, count) select tenant_id, 'by/hand', 2 from tenant_usage`,
			[]string{"content_types by/hand count 2 0"}},
		{`update content_types set bytes = 1 where count > 0`, []string{"content_types text/plain bytes 1 100"}},
		{`update storage_days set deleted = deleted + 1, deleted_bytes = deleted_bytes + 5 where deleted > 0`,
			[]string{"storage_days  stored 0 1", "storage_days  stored_bytes 95 100"}},
		{`update storage_days set uploaded = uploaded + 3 where deleted > 0`, []string{"storage_days  stored 4 1"}},
		{`update storage_days set day = day - 1 where day = '` + firstDay + `'`,
			[]string{"storage_days " + firstDay + " uploaded 0 1", "storage_days " + firstDay + " uploaded_bytes 0 100"}},
		{`delete from storage_days`, []string{
			"storage_days  stored 0 1", "storage_days  stored_bytes 0 100",
			"storage_days " + firstDay + " uploaded 0 1", "storage_days " + firstDay + " uploaded_bytes 0 100",
		}},
	} {
		_, err := db.ExecContext(t.Context(), `begin; set local lox.counters = 'writable'; `+c.damage+`; commit`)
		require.NoError(t, err, c.damage)
		var want []string
		for _, w := range c.want {
			want = append(want, tenant.ID.String()+" "+w)
		}
		assert.Equal(t, want, differences(t, i), c.damage)
		require.NoError(t, i.RecountBackups(t.Context()))
		assert.Empty(t, differences(t, i), c.damage)
	}
	// The database is as before, and only triggers change counters.
	_, err = db.ExecContext(t.Context(), `delete from backups where tenant_id not in (select id from tenants); update tenant_usage set pending = 9`)
	require.NoError(t, err)
	storetest.CheckCounters(t, dsn)
	complete(t, s, create(t, s, typed(tenant.ID, "text/plain", 100, noon)), day(1))
	storetest.CheckCounters(t, dsn)
}

// TestCompareCountersDuringChanges compares and recounts during all kinds of changes.
func TestCompareCountersDuringChanges(t *testing.T) {
	t.Parallel()
	dsn := storetest.Database(t)
	s, i := storetest.Open(t, dsn), inspect(t, dsn)
	stop := make(chan struct{})
	var writers sync.WaitGroup
	changes := make(chan struct{}, 1)
	for range 4 {
		tenant, _ := storetest.Tenant(t, s, 1<<40)
		writers.Go(func() {
			for n := 0; ; n++ {
				b := create(t, s, typed(tenant.ID, fmt.Sprint("text/", n%3), int64(n+1), day(n%5)))
				complete(t, s, b, day(n%5+1))
				if n%2 == 0 {
					assert.NoError(t, s.DeleteBackup(t.Context(), tenant.ID, b.ID, day(9), storetest.By))
				}
				select {
				case <-stop:
					return
				case changes <- struct{}{}:
				default:
				}
			}
		})
	}
	for range 40 {
		<-changes
		assert.Empty(t, differences(t, i))
		require.NoError(t, i.RecountBackups(t.Context()))
	}
	close(stop)
	writers.Wait()
	assert.Empty(t, differences(t, i))
	storetest.CheckCounters(t, dsn)
}

// A recount waits for a transaction that changes a backup.
func TestRecountWaits(t *testing.T) {
	t.Parallel()
	dsn := storetest.Database(t)
	s, db, i := storetest.Open(t, dsn), storetest.SQL(t, dsn), inspect(t, dsn)
	tenant, _ := storetest.Tenant(t, s, quota)
	create(t, s, pending(tenant.ID, 10, noon))
	busy, err := db.BeginTx(t.Context(), nil)
	require.NoError(t, err)
	_, err = busy.ExecContext(t.Context(), `update backups set size_bytes = 11`)
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	canceled, recounted := make(chan error, 1), make(chan error, 1)
	go func() { canceled <- i.RecountBackups(ctx) }()
	go func() { recounted <- i.RecountBackups(t.Context()) }()
	waiting := func() (n int) {
		require.NoError(t, db.QueryRowContext(t.Context(),
			`select count(*) from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`).Scan(&n))
		return n
	}
	require.Eventually(t, func() bool { return waiting() == 2 }, time.Minute, time.Millisecond)
	cancel()
	require.ErrorIs(t, <-canceled, context.Canceled)
	require.Eventually(t, func() bool { return waiting() == 0 }, time.Minute, time.Millisecond, "it lets others pass")
	require.NoError(t, busy.Commit())
	require.NoError(t, <-recounted)
	storetest.CheckCounters(t, dsn)
}

// TestSchema checks databases of other versions, and one that isn't LOX's. They stay unchanged.
func TestSchema(t *testing.T) {
	t.Parallel()
	dsn := storetest.Database(t)
	db, i := storetest.SQL(t, dsn), inspect(t, dsn)
	own, err := i.Schema(t.Context())
	require.NoError(t, err)
	assert.Positive(t, own.Version)
	assert.Equal(t, store.SchemaState{Version: own.Version}, own)
	version, err := i.Version(t.Context())
	require.NoError(t, err)
	assert.Regexp(t, `^\d+`, version)
	now, err := i.Clock(t.Context())
	require.NoError(t, err)
	assert.WithinDuration(t, time.Now(), now, time.Minute)

	_, err = db.ExecContext(t.Context(), `insert into goose_db_version (version_id, is_applied) values (99999, true)`)
	require.NoError(t, err)
	newer, err := i.Schema(t.Context())
	require.NoError(t, err)
	assert.Equal(t, store.SchemaState{Version: 99999, Unknown: []int64{99999}}, newer)

	_, err = db.ExecContext(t.Context(), `delete from goose_db_version where version_id in (99999, $1)`, own.Version)
	require.NoError(t, err)
	older, err := i.Schema(t.Context())
	require.NoError(t, err)
	assert.Equal(t, store.SchemaState{Version: own.Version - 1, Missing: []int64{own.Version}}, older)

	_, err = db.ExecContext(t.Context(), `drop schema public cascade; create schema public`)
	require.NoError(t, err)
	none, err := i.Schema(t.Context())
	require.NoError(t, err)
	assert.Zero(t, none.Version)
	assert.Len(t, none.Missing, int(own.Version))
	assert.Empty(t, tables(t, db))
	_, err = store.Inspect(t.Context(), store.Config{DSN: dsn + " dbname=absent"})
	require.Error(t, err)
}

// TestOwners follows an object from its backup to its purges, and purges an object without an
// owner.
func TestOwners(t *testing.T) {
	t.Parallel()
	dsn := storetest.Database(t)
	s, db, i := storetest.Open(t, dsn), storetest.SQL(t, dsn), inspect(t, dsn)
	tenant, _ := storetest.Tenant(t, s, quota)
	waits, done := create(t, s, pending(tenant.ID, 10, noon)), create(t, s, pending(tenant.ID, 20, noon))
	complete(t, s, done, noon)
	checksum := new(lox.Checksum(sha256.Sum256([]byte(done.ID.String()))))
	gone := create(t, s, pending(tenant.ID, 30, noon))
	require.NoError(t, s.DeleteBackup(t.Context(), tenant.ID, gone.ID, noon, storetest.By))
	failed := create(t, s, pending(tenant.ID, 40, noon))
	ok, err := s.Fail(t.Context(), failed, lox.Failure{Text: "f", At: noon, Event: failed.Failed("f", noon, storetest.By)})
	require.NoError(t, err)
	require.True(t, ok)
	never := lox.Backup{Tenant: tenant.ID, ID: lox.NewBackupID()}
	all := []lox.Backup{never, failed, gone, done, waits}
	owners := func() []store.Owner {
		found, err := i.Owners(t.Context(), all)
		require.NoError(t, err)
		return found
	}
	assert.Equal(t, []store.Owner{
		{},
		{Status: lox.StatusFailed, Size: 40, Name: "daily", Purged: true},
		{Purged: true},
		{Status: lox.StatusCompleted, Size: 20, Version: "v1", Name: "daily", Checksum: checksum, OthersPurged: true},
		{Status: lox.StatusPending, Size: 10, Name: "daily"},
	}, owners())
	none, err := i.Owners(t.Context(), nil)
	require.NoError(t, err)
	assert.Empty(t, none)

	// Pages, in the order of keys.
	var listed []lox.BackupID
	var last lox.Backup
	for {
		page, err := i.BackupsAfter(t.Context(), last.Tenant, last.ID, 1)
		require.NoError(t, err)
		if len(page) == 0 {
			break
		}
		assert.Less(t, last.ObjectKey(), page[0].ObjectKey())
		last = page[0]
		listed = append(listed, last.ID)
	}
	assert.Equal(t, []lox.BackupID{waits.ID, done.ID}, listed)

	_, err = db.ExecContext(t.Context(), `delete from purges; delete from version_purges`)
	require.NoError(t, err)
	due := noon.Add(24 * time.Hour)
	purgeAll := func(p *store.Purges) error {
		require.NoError(t, p.Add(t.Context(), nil))
		require.NoError(t, p.Add(t.Context(), all))
		require.NoError(t, p.Add(t.Context(), all), "once more")
		return p.AddOthers(t.Context(), all)
	}
	require.ErrorIs(t, i.Purging(t.Context(), due, func(p *store.Purges) error {
		require.NoError(t, purgeAll(p))
		return context.DeadlineExceeded
	}), context.DeadlineExceeded)
	for _, o := range owners() {
		assert.False(t, o.Purged || o.OthersPurged, "all or none")
	}
	require.NoError(t, i.Purging(t.Context(), due, purgeAll))
	assert.Equal(t, []store.Owner{
		{Purged: true},
		{Status: lox.StatusFailed, Size: 40, Name: "daily", Purged: true},
		{Purged: true},
		{Status: lox.StatusCompleted, Size: 20, Version: "v1", Name: "daily", Checksum: checksum, OthersPurged: true},
		{Status: lox.StatusPending, Size: 10, Name: "daily"},
	}, owners(), "nothing that a backup needs")
	early, err := s.ClaimPurges(t.Context(), due.Add(-time.Second), due, 10)
	require.NoError(t, err)
	assert.Empty(t, early)
	purges, err := s.ClaimPurges(t.Context(), due, due.Add(time.Minute), 10)
	require.NoError(t, err)
	assert.Len(t, purges, 4)
}

// TestRepairs marks backups lost, and pins other versions, each with one event with its actor.
func TestRepairs(t *testing.T) {
	t.Parallel()
	dsn := storetest.Database(t)
	s, db, i := storetest.Open(t, dsn), storetest.SQL(t, dsn), inspect(t, dsn)
	tenant, _ := storetest.Tenant(t, s, quota)
	made := func() lox.Backup {
		b := create(t, s, pending(tenant.ID, 20, noon))
		complete(t, s, b, noon)
		b, err := s.Backup(t.Context(), tenant.ID, b.ID)
		require.NoError(t, err)
		return b
	}
	by := lox.Operator("lox doctor")
	lost, moved, unversioned, waits := made(), made(), made(), create(t, s, pending(tenant.ID, 10, noon))
	used := func() int64 {
		u, err := s.Usage(t.Context(), tenant.ID)
		require.NoError(t, err)
		return u.Used
	}
	before := used()

	for _, other := range []func(*lox.Backup){
		func(b *lox.Backup) { b.ID = waits.ID }, func(b *lox.Backup) { b.ObjectVersion = "v0" }, func(b *lox.Backup) { b.Tenant = lox.NewTenantID() },
	} {
		b := lost
		other(&b)
		ok, err := i.Lose(t.Context(), b, b.Lost(day(1), by))
		require.NoError(t, err)
		assert.False(t, ok)
		ok, err = i.Repin(t.Context(), b, "v2", b.Repaired(day(1), by))
		require.NoError(t, err)
		assert.False(t, ok)
	}
	ok, err := i.Lose(t.Context(), lost, lost.Lost(day(1), by))
	require.NoError(t, err)
	require.True(t, ok)
	got, err := s.Backup(t.Context(), tenant.ID, lost.ID)
	require.NoError(t, err)
	assert.Equal(t, lox.StatusFailed, got.Status)
	assert.Equal(t, lox.FailureLost, got.Failure)
	assert.Equal(t, lost.Checksum, got.Checksum, "for who looks for another copy")
	assert.Equal(t, before-20, used(), "its room is given back")
	assert.Zero(t, count(t, db, "purges"))
	ok, err = i.Lose(t.Context(), lost, lost.Lost(day(1), by))
	require.NoError(t, err)
	assert.False(t, ok, "once is enough")

	for b, version := range map[*lox.Backup]string{&moved: "v2", &unversioned: ""} {
		ok, err = i.Repin(t.Context(), *b, version, b.Repaired(day(1), by))
		require.NoError(t, err)
		require.True(t, ok)
		got, err := s.Backup(t.Context(), tenant.ID, b.ID)
		require.NoError(t, err)
		assert.Equal(t, version, got.ObjectVersion)
		assert.Equal(t, lox.StatusCompleted, got.Status)
	}
	// A purge must not name a version that doesn't exist, nor no version, which means all of them.
	purges, err := s.ClaimPurges(t.Context(), day(9), day(10), 10)
	require.NoError(t, err)
	require.Len(t, purges, 1)
	assert.Equal(t, moved.ObjectKey(), purges[0].ObjectKey)
	assert.Equal(t, "v2", purges[0].Keep)

	for what, want := range map[lox.EventType]int{lox.EventBackupLost: 1, lox.EventBackupRepaired: 2} {
		page, err := s.Events(t.Context(), tenant.ID, lox.EventQuery{Type: what, Limit: 10})
		require.NoError(t, err)
		require.Len(t, page.Events, want)
		for _, e := range page.Events {
			assert.Equal(t, by, e.Actor)
		}
	}
	storetest.CheckCounters(t, dsn)
}
