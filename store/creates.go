package store

import (
	"context"
	"time"

	"github.com/lib/pq"

	"github.com/backlox/lox"
)

// mostCreates is how many backups one statement makes at most.
const mostCreates = 128

// createBackupsSQL makes many backups of one tenant, or none of them: if there is
// no room for all, or somebody wants to hear of them.
//
// Alone they would wait for each other, since each changes the tenant's counters
// and holds them until it is on disk: 2,000 a second at best.
const createBackupsSQL = `with new as (
	select * from unnest($2::uuid[], $3::text[], $4::bigint[], $5::text[], $6::jsonb[], $7::bytea[],
		$8::timestamptz[], $9::timestamptz[], $10::timestamptz[])
		as new (id, name, size_bytes, content_type, metadata, declared_checksum, created_at, upload_expires_at, deadline)
), usage as (
	update tenant_usage
	set pending = pending + wanted.n, pending_bytes = pending_bytes + wanted.bytes
	from (select count(*) as n, sum(size_bytes) as bytes from new) wanted
	where tenant_id = $1 and wanted.bytes <= quota_bytes - completed_bytes - verifying_bytes - pending_bytes
		and not exists (select from webhooks where tenant_id = $1 and enabled and 'backup.created' = any (events))
	returning tenant_id
), day as (
	insert into backup_days as d (tenant_id, day, pending, pending_bytes)
	select tenant_id, (created_at at time zone 'UTC')::date, count(*), sum(size_bytes) from usage, new group by 1, 2
	on conflict (tenant_id, day) do update
	set pending = d.pending + excluded.pending, pending_bytes = d.pending_bytes + excluded.pending_bytes
)
insert into backups (tenant_id, id, name, status, size_bytes, content_type, metadata,
	declared_checksum, created_at, upload_expires_at, deadline)
select tenant_id, id, name, 'pending', size_bytes, content_type, metadata,
	nullif(declared_checksum, ''::bytea), created_at, upload_expires_at, deadline
from usage, new`

// createAll makes backups that one tenant asks for at the same moment.
func (s *Store) createAll(ctx context.Context, tenant lox.TenantID, calls []*call[lox.Backup, struct{}]) {
	if len(calls) > 1 {
		n, err := affected(ctx, "create backups", s.createBackups, createAllArgs(tenant, calls)...)
		if n > 0 || ranTwice(err, "backups_pkey") {
			return
		}
		if err != nil && lox.CodeOf(err) == lox.CodeUnavailable {
			fail(calls, err)
			return
		}
	}
	// One of them may be what the others can't be made with.
	for _, asked := range calls {
		asked.err = s.create(ctx, asked.key)
	}
}

func createAllArgs(tenant lox.TenantID, calls []*call[lox.Backup, struct{}]) []any {
	n := len(calls)
	ids, names, sizes, types := make([]lox.BackupID, n), make([]string, n), make([]int64, n), make([]string, n)
	metadata, declared := make([]lox.Metadata, n), make(pq.ByteaArray, n) // none is empty
	created, expires, deadlines := make([]time.Time, n), make([]time.Time, n), make([]time.Time, n)
	for i, asked := range calls {
		b := asked.key
		ids[i], names[i], sizes[i], types[i], metadata[i] = b.ID, b.Name, b.Size, b.ContentType, b.Metadata
		if b.Declared != nil {
			declared[i] = b.Declared[:]
		}
		created[i], expires[i], deadlines[i] = b.CreatedAt, b.UploadExpiresAt, b.Deadline()
	}
	return []any{tenant, pq.Array(ids), pq.Array(names), pq.Array(sizes), pq.Array(types), pq.Array(metadata),
		declared, pq.Array(created), pq.Array(expires), pq.Array(deadlines)}
}
