package store

import (
	"context"
	"slices"
	"time"

	"github.com/lib/pq"
	"github.com/lib/pq/pqerror"

	"github.com/backlox/lox"
)

// mostCreates is how many backups one statement makes at most.
const mostCreates = 128

// createBackupsSQL makes many backups of one tenant, or none of them: if there is
// no room for all, or somebody wants to hear of them.
//
// Alone they would wait for each other, since each changes the tenant's counters
// and holds them until it is on disk: 2,000 a second at best.
const createBackupsSQL = `insert into backups (tenant_id, id, name, status, size_bytes, content_type, metadata,
	declared_checksum, created_at, upload_expires_at, deadline)
select tenant_id, id, name, 'pending', size_bytes, content_type, metadata,
	nullif(declared_checksum, ''::bytea), created_at, upload_expires_at, deadline
from tenant_usage, unnest($2::uuid[], $3::text[], $4::bigint[], $5::text[], $6::jsonb[], $7::bytea[],
	$8::timestamptz[], $9::timestamptz[], $10::timestamptz[])
	as new (id, name, size_bytes, content_type, metadata, declared_checksum, created_at, upload_expires_at, deadline)
where tenant_id = $1
	and (select sum(size) from unnest($4::bigint[]) size) <= quota_bytes - completed_bytes - verifying_bytes - pending_bytes
	and not exists (select from webhooks where tenant_id = $1 and enabled and 'backup.created' = any (events))`

// createEachSQL makes those of many backups that there is room for, in their order,
// and tells those who want to hear of them. Returns of each whether it fits, and how
// much room it found. Nothing is returned if the tenant is gone.
var createEachSQL = `with recursive tenant as (
	select tenant_id, quota_bytes, quota_bytes - completed_bytes - verifying_bytes - pending_bytes as free
	from tenant_usage where tenant_id = $1
	for update
), asked as (
	select * from unnest($2::uuid[], $3::text[], $4::bigint[], $5::text[], $6::jsonb[], $7::bytea[],
		$8::timestamptz[], $9::timestamptz[], $10::timestamptz[], $11::uuid[], $12::bytea[]) with ordinality
		as asked (id, name, size_bytes, content_type, metadata, declared_checksum, created_at, upload_expires_at, deadline,
			event, payload, n)
), admitted (n, fits, found, free) as (
	select 0, false, free, free from tenant
	union all
	select n + 1, size <= free, free, case when size <= free then free - size else free end
	from admitted, lateral (select ($4::bigint[])[n + 1] as size) next
	where n < cardinality($4::bigint[])
), new as (
	select asked.* from asked join admitted on asked.n = admitted.n where fits
), ` + news("tenant, new", "event", "'"+string(lox.EventBackupCreated)+"'", "created_at", "payload") + `, ` + announced() + `, made as (
	insert into backups (tenant_id, id, name, status, size_bytes, content_type, metadata,
		declared_checksum, created_at, upload_expires_at, deadline)
	select tenant_id, id, name, 'pending', size_bytes, content_type, metadata,
		nullif(declared_checksum, ''::bytea), created_at, upload_expires_at, deadline
	from tenant, new
)
select admitted.n, fits, found, quota_bytes from admitted, tenant where admitted.n > 0`

// createAll makes backups that one tenant asks for at the same moment: by one
// statement as a rule, and by another one if there isn't room for all, or if
// somebody is to be told.
func (s *Store) createAll(ctx context.Context, tenant lox.TenantID, calls []*call[lox.Backup, struct{}]) {
	n, err := s.createPlainly(ctx, tenant, calls)
	if n > 0 || ranTwice(err, "backups_pkey") {
		return
	}
	most := len(calls)/2 + len(calls)%2
	if err == nil {
		if err = s.createEach(ctx, tenant, calls); err == nil {
			return
		}
		if ranTwice(err, "backups_pkey") {
			if len(calls) == 1 {
				return
			}
			most = 1 // of the others it isn't known whether there was room
		}
	}
	if len(calls) == 1 || lox.CodeOf(err) == lox.CodeUnavailable || ctx.Err() != nil {
		fail(calls, err)
		return
	}
	// One of them may be what the others can't be made with.
	for some := range slices.Chunk(calls, most) {
		s.createAll(ctx, tenant, some)
	}
}

// createPlainly makes all or none of them.
func (s *Store) createPlainly(ctx context.Context, tenant lox.TenantID, calls []*call[lox.Backup, struct{}]) (n int64, err error) {
	if len(calls) == 1 {
		n, err = affected(ctx, "create backup", s.createBackup, createArgs(calls[0].key)...)
	} else {
		n, err = affected(ctx, "create backups", s.createBackups, createAllArgs(tenant, calls)...)
	}
	if pq.As(err, quotaHasNoRoom) != nil { // somebody else took it meanwhile
		return 0, nil //nolint:nilerr // createEach decides which of them fit
	}
	return n, err
}

// quotaHasNoRoom is what the triggers of backups fail with when a quota is exceeded. See
// migrations/00009_counters.sql.
const quotaHasNoRoom pqerror.Code = "LX001"

func (s *Store) createEach(ctx context.Context, tenant lox.TenantID, calls []*call[lox.Backup, struct{}]) error {
	events, payloads := make([]lox.EventID, len(calls)), make(pq.ByteaArray, len(calls))
	for i, asked := range calls {
		e := asked.key.Created()
		events[i], payloads[i] = e.ID, e.Payload
	}
	var rows []struct {
		N     int   `db:"n"` // from 1
		Fits  bool  `db:"fits"`
		Found int64 `db:"found"`
		Quota int64 `db:"quota_bytes"`
	}
	args := append(createAllArgs(tenant, calls), pq.Array(events), payloads)
	if err := s.statements.createEach.SelectContext(ctx, &rows, args...); err != nil {
		return wrap(ctx, "create backups", err)
	}
	if len(rows) == 0 {
		fail(calls, errTenantGone)
	}
	for _, row := range rows {
		if asked := calls[row.N-1]; !row.Fits {
			asked.err = quotaExceeded(asked.key, max(0, row.Found), row.Quota)
		}
	}
	return nil
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
