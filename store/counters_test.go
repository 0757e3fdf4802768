package store_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox"
	"github.com/backlox/lox/store/storetest"
)

// TestManualChangesUpdateCounters changes backups in all ways that SQL has.
func TestManualChangesUpdateCounters(t *testing.T) {
	t.Parallel()
	dsn := storetest.Database(t)
	s, db := storetest.Open(t, dsn), storetest.SQL(t, dsn)
	tenant, _ := storetest.Tenant(t, s, 1000)
	other, _ := storetest.Tenant(t, s, 1000)
	for _, id := range []lox.TenantID{tenant.ID, other.ID} {
		complete(t, s, create(t, s, typed(id, "text/plain", 100, noon)), noon)
		create(t, s, pending(id, 10, noon))
	}
	for _, statement := range []string{
		`update backups set status = 'completed', checksum = sha256(''), completed_at = created_at where status = 'pending'`,
		`update backups set status = 'failed', failure = 'by hand', checksum = null, completed_at = null where size_bytes = 10`,
		`update backups set size_bytes = size_bytes + 1`,
		`update backups set content_type = 'by/hand', created_at = created_at - interval '3 days'`,
		`update backups set completed_at = completed_at + interval '2 days' where status = 'completed'`,
		`update backups set name = 'by hand'`,
		`insert into backups select tenant_id, gen_random_uuid(), name, status, size_bytes, content_type, metadata, declared_checksum, checksum,
			object_version, failure, created_at, upload_expires_at, deadline, completed_at, lease_owner, lease_until from backups`,
		`insert into backups select * from backups where false`,
		`update backups set tenant_id = (select min(tenant_id::text)::uuid from backups)`,
		`delete from backups where status = 'failed'`,
		`delete from backups where false`,
		`truncate backups`,
	} {
		_, err := db.ExecContext(t.Context(), statement)
		require.NoError(t, err, statement)
		require.True(t, t.Run(statement, func(t *testing.T) { storetest.CheckCounters(t, dsn) }))
	}
	create(t, s, pending(tenant.ID, 1000, noon))
	storetest.CheckCounters(t, dsn)
}

// Only changes of backups change a counter, because servers of an earlier version also update
// counters themselves.
func TestOnlyTriggersUpdateCounters(t *testing.T) {
	t.Parallel()
	dsn := storetest.Database(t)
	s, db := storetest.Open(t, dsn), storetest.SQL(t, dsn)
	tenant, _ := storetest.Tenant(t, s, 1000)
	complete(t, s, create(t, s, typed(tenant.ID, "text/plain", 100, noon)), noon)
	for _, statement := range []string{
		`update tenant_usage set pending = 7, completed_bytes = 0`,
		`insert into backup_days (tenant_id, day, pending) select tenant_id, '2024-01-01', 1 from tenant_usage`,
		`update backup_days set completed = 2`,
		`insert into storage_days (tenant_id, day, uploaded) select tenant_id, '2024-01-01', 1 from tenant_usage`,
		`update storage_days set uploaded = 2`,
		`insert into content_types (tenant_id, content_type, count) select tenant_id, 'by/hand', 1 from tenant_usage`,
		`update content_types set count = 2`,
		// The insert of an earlier version.
		`with usage as (
	update tenant_usage
	set pending = pending + 1, pending_bytes = pending_bytes + 5
	where 5 <= quota_bytes - completed_bytes - verifying_bytes - pending_bytes
	returning tenant_id
), day as (
	insert into backup_days as d (tenant_id, day, pending, pending_bytes)
	select tenant_id, '2024-01-01', 1, 5 from usage
	on conflict (tenant_id, day) do update
	set pending = d.pending + 1, pending_bytes = d.pending_bytes + excluded.pending_bytes
)
insert into backups (tenant_id, id, name, status, size_bytes, content_type, metadata, created_at, upload_expires_at, deadline)
select tenant_id, gen_random_uuid(), 'n', 'pending', 5, '', '{}', '2024-01-01', '2024-01-01', '2024-01-01' from usage`,
	} {
		_, err := db.ExecContext(t.Context(), statement)
		require.NoError(t, err, statement)
		require.True(t, t.Run(statement, func(t *testing.T) { storetest.CheckCounters(t, dsn) }))
	}
	usage, err := s.Usage(t.Context(), tenant.ID)
	require.NoError(t, err)
	assert.Equal(t, lox.Usage{Quota: 1000, Used: 100, Reserved: 5}, usage)
}

// A recount repairs wrong counters.
func TestRecount(t *testing.T) {
	t.Parallel()
	dsn := storetest.Database(t)
	s, db := storetest.Open(t, dsn), storetest.SQL(t, dsn)
	tenant, _ := storetest.Tenant(t, s, 1<<30)
	fill(t, s, tenant.ID, 100)
	_, err := db.ExecContext(t.Context(), `begin; set local lox.counters = 'writable';
		update tenant_usage set pending = 7, completed_bytes = 0; update backup_days set completed = 2; update content_types set count = 2;
		insert into content_types (tenant_id, content_type, count) select tenant_id, 'by/hand', 1 from tenant_usage; commit`)
	require.NoError(t, err)
	_, err = db.ExecContext(t.Context(), `select recount_backups()`)
	require.NoError(t, err)
	storetest.CheckCounters(t, dsn)
}

// A quota also holds for inserts by SQL.
func TestQuotaHoldsForManualChanges(t *testing.T) {
	t.Parallel()
	dsn := storetest.Database(t)
	s, db := storetest.Open(t, dsn), storetest.SQL(t, dsn)
	tenant, _ := storetest.Tenant(t, s, 100)
	create(t, s, pending(tenant.ID, 60, noon))
	for _, statement := range []string{
		`insert into backups select tenant_id, gen_random_uuid(), name, status, size_bytes, content_type, metadata, declared_checksum, checksum,
			object_version, failure, created_at, upload_expires_at, deadline, completed_at from backups`,
		`update backups set size_bytes = 101`,
	} {
		_, err := db.ExecContext(t.Context(), statement)
		require.ErrorContains(t, err, "LX001")
	}
	// Backups above a lowered quota may still change and be deleted.
	_, err := db.ExecContext(t.Context(), `update tenant_usage set quota_bytes = 10; update backups set status = 'failed', failure = 'x'; delete from backups`)
	require.NoError(t, err)
	storetest.CheckCounters(t, dsn)
}
