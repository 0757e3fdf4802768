package store

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/google/uuid"

	"github.com/backlox/lox"
)

// completeBackupsSQL completes a batch of verified backups of any tenants. Its parameters are
// the backups as JSON, the lock timeout, the format of the payload of a quota warning, and the
// time of the warning. It returns the numbers (n) of the completed backups.
//
// Separate statements would wait for each other, because each locks its tenant's counters
// until its commit is on disk. The statement locks backups in the order of the JSON, which is
// the order of their ids, as every statement does that locks several. With a join, PostgreSQL
// could scan all backups of a tenant, in the order of an index.
//
// The triggers of backups change the counters at the end of the statement, so the statement
// reads the counters as they were before it.
const completeBackupsSQL = `with asked as materialized (
	select a.*, set_config('lock_timeout', $2, true)
	from json_to_recordset($1) as a (n int, tenant_id uuid, id uuid, checksum bytea, object_key text, object_version text,
		completed_at timestamptz, event_id uuid, actor_type text, actor_id text, request_id text,
		client_address inet, payload text, warning_id uuid)
), verified as materialized (
	select asked.*, found.size_bytes, found.deadline
	from asked, lateral (
		select size_bytes, deadline from backups
		where tenant_id = asked.tenant_id and id = asked.id and status in ('pending', 'verifying')
		for update
	) found
), tenant as materialized (
	select locked.*
	from (select distinct tenant_id from verified order by tenant_id) t, lateral (
		select tenant_id, quota_bytes, completed_bytes from tenant_usage where tenant_id = t.tenant_id
		for update
	) locked
), crossed as ( -- the highest threshold, in percent of the quota, that is reached
	select tenant_id, more.first, max(threshold) as threshold, completed_bytes + more.bytes as completed_bytes, quota_bytes
	from tenant
	join (select tenant_id, sum(size_bytes)::bigint as bytes, min(n) as first from verified group by tenant_id) more using (tenant_id),
		(values (80), (90), (100)) thresholds (threshold)
	where completed_bytes < quota_bytes * (threshold / 100.0)
		and completed_bytes + more.bytes >= quota_bytes * (threshold / 100.0)
	group by tenant_id, more.first, completed_bytes, more.bytes, quota_bytes
), recorded as (
	insert into events (tenant_id, id, type, created_at, actor_type, actor_id, subject, request_id, client_address, payload)
	select tenant_id, event_id, 'backup.completed', completed_at, actor_type, actor_id, id, request_id, client_address,
		convert_to(payload, 'UTF8')
	from verified join tenant using (tenant_id)
	union all
	select tenant_id, warning_id, 'storage.quota_warning', $4, actor_type, actor_id, tenant_id, request_id, client_address,
		convert_to(format($3::text, threshold, crossed.completed_bytes, quota_bytes,
			trim_scale(round(crossed.completed_bytes * 100.0 / quota_bytes, 2))), 'UTF8')
	from crossed join verified using (tenant_id) where verified.n = crossed.first
), others as ( -- all versions but the verified one go, at the deadline and a day later: until then an upload may add some
	insert into version_purges (object_key, keep_version, due_at, final_at)
	select object_key, object_version, deadline, deadline + interval '1 day' from verified join tenant using (tenant_id)
	where object_version <> ''
)
update backups b set status = 'completed', checksum = verified.checksum, object_version = verified.object_version,
	completed_at = verified.completed_at, lease_owner = null, lease_until = null, upload_id = '', hash_state = ''
from verified join tenant using (tenant_id)
where b.tenant_id = verified.tenant_id and b.id = verified.id
returning verified.n`

// completion is a backup to complete, with the result of its verification.
type completion struct {
	tenant lox.TenantID
	id     lox.BackupID
	found  lox.Verified
}

type completeCall = lox.Call[completion, bool]

// completeRow is one of the rows that completeBackupsSQL reads.
type completeRow struct {
	N       int       `json:"n"`
	Tenant  uuid.UUID `json:"tenant_id"`
	ID      uuid.UUID `json:"id"`
	Sum     *string   `json:"checksum"`
	Object  string    `json:"object_key"`
	Version string    `json:"object_version"`
	At      time.Time `json:"completed_at"`
	Event   uuid.UUID `json:"event_id"`
	Warning uuid.UUID `json:"warning_id"`
	eventColumns
}

func (c completion) row(n int) completeRow {
	return completeRow{
		N: n, Tenant: uuid.UUID(c.tenant), ID: uuid.UUID(c.id), Sum: bytea(c.found.Checksum[:]),
		Object: lox.Backup{Tenant: c.tenant, ID: c.id}.ObjectKey(), Version: c.found.ObjectVersion, At: c.found.At,
		Event: uuid.UUID(c.found.Event.ID), Warning: uuid.UUID(lox.NewEventID()), eventColumns: columnsOf(c.found.Event),
	}
}

// completeMany completes backups. If several calls name the same backup, only the first
// completes it.
func (s *Store) completeMany(ctx context.Context, calls []*completeCall, lockTimeout string) error {
	const what = "complete backups"
	calls = slices.Clone(calls)
	slices.SortStableFunc(calls, func(a, b *completeCall) int { return bytes.Compare(a.In.id[:], b.In.id[:]) })
	var asked []completeRow
	for i, c := range calls {
		if i == 0 || c.In.id != calls[i-1].In.id {
			asked = append(asked, c.In.row(i))
		}
	}
	text, err := json.Marshal(asked)
	if err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	warning := lox.QuotaWarningFormat(calls[0].In.tenant, calls[0].In.found.At, lox.Actor{})
	var done []int
	if err := s.completeBackups.SelectContext(ctx, &done, string(text), lockTimeout, string(warning.Payload), warning.At); err != nil {
		return wrap(ctx, what, err)
	}
	for _, n := range done {
		calls[n].Out = true
	}
	if len(done) > 0 {
		s.recorded()
	}
	return nil
}
