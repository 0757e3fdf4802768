package store

import (
	"bytes"
	"context"
	"slices"
	"time"

	"github.com/lib/pq"

	"github.com/backlox/lox"
)

// mostCompletes is how many backups one statement completes at most.
const mostCompletes = 128

// completeSQL completes the backups of one tenant that are verified at the same
// moment. Alone they would wait for each other, since each changes the tenant's
// counters and holds them until it is on disk.
//
// The backups are locked in the order of their ids, as everybody does who locks
// several: that in which they are given. A join would be free to look for them
// among all that the tenant has, in the order of its index.
var completeSQL = `with verified as (
	select found.*, checksum_found, object_key, version, at, event, event_at, event_payload
	from unnest($2::uuid[], $3::bytea[], $11::text[], $4::text[], $5::timestamptz[], $7::uuid[], $8::timestamptz[], $9::bytea[])
		as done (id, checksum_found, object_key, version, at, event, event_at, event_payload), lateral (
		select tenant_id, id, size_bytes, deadline from backups
		where tenant_id = $1 and id = done.id and status in ('pending', 'verifying')
		for update
	) found
), ` + usageBefore + `, ` + quotaCrossed + `, news as (
	` + newsRow("verified join usage using (tenant_id)", "event", "'"+string(lox.EventBackupCompleted)+"'", "event_at", "event_payload") + `
	union all
	` + newsRow("crossed", "$10", "'"+string(lox.EventQuotaWarning)+"'", "$6", payload("$12",
	`threshold, completed_bytes, quota_bytes, trim_scale(round(completed_bytes * 100.0 / quota_bytes, 2))`)) + `
), ` + announced() + `, ` + othersPurged + `
update backups b set status = 'completed', checksum = verified.checksum_found, object_version = verified.version,
	completed_at = verified.at, lease_owner = null, lease_until = null
from verified where b.tenant_id = verified.tenant_id and b.id = verified.id
returning b.id`

// usageBefore is usageLocked with what was completed before: triggers count the present
// backups at the end of the statement.
const usageBefore = `usage as (
	select tenant_id, quota_bytes, completed_bytes from tenant_usage
	where tenant_id = (select tenant_id from verified limit 1) for update
)`

// quotaCrossed is the common table expression with the highest threshold, in
// percent of the quota, that the backups in "verified" take the completed ones across.
const quotaCrossed = `crossed as (
	select tenant_id, completed_bytes + more.bytes as completed_bytes, quota_bytes, threshold
	from usage, (select sum(size_bytes) as bytes from verified) more, (values (80), (90), (100)) thresholds (threshold)
	where completed_bytes < quota_bytes * (threshold / 100.0)
		and completed_bytes + more.bytes >= quota_bytes * (threshold / 100.0)
	order by threshold desc limit 1
)`

// completion is a backup that was verified, and what was found.
type completion struct {
	id    lox.BackupID
	found lox.Verified
}

// Complete implements lox.LifecycleStore.
func (s *Store) Complete(ctx context.Context, b lox.Backup, v lox.Verified) (bool, error) {
	ok, err := s.completes.do(ctx, b.Tenant, completion{b.ID, v})
	return ok, wrap(ctx, "complete backup", err)
}

func (s *Store) completeAll(ctx context.Context, tenant lox.TenantID, calls []*call[completion, bool]) {
	// What is asked for twice has been done once the first one is answered.
	first, rest := unique(calls)
	s.completeSome(ctx, tenant, first)
	for _, asked := range rest {
		i, _ := slices.BinarySearchFunc(first, asked, byID)
		asked.err = first[i].err
	}
}

// completeSome completes different backups: by one statement unless that fails.
func (s *Store) completeSome(ctx context.Context, tenant lox.TenantID, calls []*call[completion, bool]) {
	err := s.completeTogether(ctx, tenant, calls)
	if err == nil {
		return
	}
	if len(calls) == 1 || away(err) || ctx.Err() != nil {
		fail(calls, err)
		return
	}
	// One of them may be what the others can't be completed with.
	for some := range slices.Chunk(calls, len(calls)/2+len(calls)%2) {
		s.completeSome(ctx, tenant, some)
	}
}

func byID(a, b *call[completion, bool]) int { return bytes.Compare(a.key.id[:], b.key.id[:]) }

// unique returns the first call for each backup, in the order of the ids, and
// the rest: a backup that a statement found twice would be counted twice.
func unique(calls []*call[completion, bool]) (first, rest []*call[completion, bool]) {
	calls = slices.Clone(calls)
	slices.SortStableFunc(calls, byID)
	for i, asked := range calls {
		if i > 0 && asked.key.id == calls[i-1].key.id {
			rest = append(rest, asked)
		} else {
			first = append(first, asked)
		}
	}
	return first, rest
}

func (s *Store) completeTogether(ctx context.Context, tenant lox.TenantID, calls []*call[completion, bool]) error {
	var done []lox.BackupID
	if err := s.complete.SelectContext(ctx, &done, completeArgs(tenant, calls)...); err != nil {
		return err
	}
	for _, asked := range calls {
		asked.value = slices.Contains(done, asked.key.id)
	}
	return nil
}

func completeArgs(tenant lox.TenantID, calls []*call[completion, bool]) []any {
	n := len(calls)
	ids, versions, times := make([]lox.BackupID, n), make([]string, n), make([]time.Time, n)
	events, eventTimes := make([]lox.EventID, n), make([]time.Time, n)
	checksums, payloads := make(pq.ByteaArray, n), make(pq.ByteaArray, n)
	objects := make([]string, n)
	for i, asked := range calls {
		v := asked.key.found
		ids[i], checksums[i], versions[i], times[i] = asked.key.id, v.Checksum[:], v.ObjectVersion, v.At
		events[i], eventTimes[i], payloads[i] = v.Event.ID, v.Event.At, v.Event.Payload
		if v.ObjectVersion != "" {
			objects[i] = lox.Backup{Tenant: tenant, ID: asked.key.id}.ObjectKey()
		}
	}
	at := calls[0].key.found.At
	warning := lox.QuotaWarningFormat(tenant, at)
	return []any{
		tenant, pq.Array(ids), checksums, pq.Array(versions), pq.Array(times), at,
		pq.Array(events), pq.Array(eventTimes), payloads, warning.ID, pq.Array(objects), string(warning.Payload),
	}
}
