package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"github.com/backlox/lox"
)

const (
	failSQL = `with failed as (
	update backups set status = 'failed', failure = $3, lease_owner = null, lease_until = null, hash_state = ''
	where tenant_id = $1 and id = $2 and (status = 'pending' and (not $5 or deadline <= $4) or status = 'verifying' and not $5)
	returning tenant_id, deadline, upload_id
), purge as (
	insert into purges (object_key, due_at, final_at, request_id, upload_id)
	select $6, $4, deadline + interval '1 day', $13, upload_id from failed
	on conflict (object_key) do update set due_at = excluded.due_at, request_id = excluded.request_id
)
insert into events (tenant_id, id, type, created_at, actor_type, actor_id, subject, request_id, client_address, payload)
select tenant_id, $7, $8, $9, $10, $11, $12, $13, $14, $15 from failed`

	// The size and the checksum that the client states, $7 and $8, are only stored for a pending backup. $9 and
	// $10 are null if the caller has no state of the hash: then the saved state stays.
	leaseSQL = `update backups set status = 'verifying', lease_owner = $3, lease_until = $5,
	verify_request_id = coalesce(nullif(verify_request_id, ''), $6),
	size_bytes = case when status = 'pending' and stream then $7 else size_bytes end,
	declared_checksum = case when status = 'pending' then coalesce(declared_checksum, $8) else declared_checksum end,
	verified_bytes = coalesce($9, verified_bytes), hash_state = coalesce($10, hash_state)
where tenant_id = $1 and id = $2 and (status = 'pending' or status = 'verifying' and (lease_owner = $3 or lease_until <= $4))
returning hash_state`

	releaseSQL = `update backups set lease_until = $4, verified_bytes = coalesce($5, verified_bytes), hash_state = coalesce($6, hash_state)
where tenant_id = $1 and id = $2 and status = 'verifying' and lease_owner = $3`

	// Skips locked rows, so that two processes never lease the same backup.
	claimVerificationsSQL = `with due (tenant, backup) as (
	select tenant_id, id from backups
	where status = 'verifying' and lease_until <= $2
	order by lease_until limit $4
	for update skip locked
)
update backups set lease_owner = $1, lease_until = $3
from due where tenant_id = tenant and id = backup
returning ` + backupColumns + `, verify_request_id, hash_state`

	// Skips locked rows: backups that are just being completed or failed.
	overdueSQL = `select ` + backupColumns + ` from backups
where status = 'pending' and deadline <= $1 and id <> all (coalesce($2::uuid[], '{}'))
order by deadline limit $3
for update skip locked`

	// Each backlog is counted up to lox.MaxBacklog, to read only that many index entries.
	verifyBacklogSQL = `select count(*) as due, min(at) as oldest from (
	select lease_until as at from backups where status = 'verifying' and lease_until <= $1
	order by lease_until limit $2
) waiting`

	expireBacklogSQL = `select count(*) as due, min(at) as oldest from (
	select deadline as at from backups where status = 'pending' and deadline <= $1
	order by deadline limit $2
) waiting`

	// due_at of a webhook is never later than the due time of its first unclaimed delivery. So the
	// webhooks that have been due longest have the oldest deliveries.
	deliverBacklogSQL = `select count(*) as due, min(at) as oldest from (
	select d.next_at as at from (
		select id, due_at from webhooks where enabled and due_at <= $1 order by due_at limit $2
	) w cross join lateral (
		select next_at from deliveries
		where webhook_id = w.id and status = 'pending' and lease_owner is null and next_at <= $1
		order by next_at limit $2
	) d limit $2
) waiting`
)

// Lease implements lifecycle.Store.
func (s *Store) Lease(ctx context.Context, b lox.Backup, l lox.Lease) (hashed lox.HashState, ok bool, err error) {
	bytes, state := hashArgs(l.Hashed)
	err = s.lease.GetContext(ctx, &hashed, b.Tenant, b.ID, l.Owner, l.Now, l.Until, l.RequestID, b.Size, b.Declared, bytes, state)
	if errors.Is(err, sql.ErrNoRows) {
		return hashed, false, nil
	}
	return hashed, err == nil, wrap(ctx, "lease verification", err)
}

// Release implements lifecycle.Store.
func (s *Store) Release(ctx context.Context, b lox.Backup, l lox.Lease) error {
	bytes, state := hashArgs(l.Hashed)
	_, err := affected(ctx, "release verification", s.release, b.Tenant, b.ID, l.Owner, l.Now, bytes, state)
	return err
}

// hashArgs returns the number of hashed bytes and the state of the hash as parameters, both
// null for the zero HashState.
func hashArgs(h lox.HashState) (bytes, state any) {
	if h.Bytes == 0 {
		return nil, nil
	}
	return h.Bytes, h
}

// Fail implements lifecycle.Store.
func (s *Store) Fail(ctx context.Context, b lox.Backup, f lox.Failure) (bool, error) {
	args := append([]any{b.Tenant, b.ID, f.Text, f.At, f.Overdue, b.ObjectKey()}, eventArgs(f.Event)...)
	n, err := affected(ctx, "fail backup", s.fail, args...)
	s.recorded()
	return n == 1, err
}

// ClaimVerifications implements lifecycle.Store.
func (s *Store) ClaimVerifications(ctx context.Context, l lox.Lease, limit int) ([]lox.Verification, error) {
	var claimed []lox.Verification
	err := s.claimVerifications.SelectContext(ctx, &claimed, l.Owner, l.Now, l.Until, limit)
	return claimed, wrap(ctx, "claim verifications", err)
}

// OverdueUploads implements lifecycle.Store.
func (s *Store) OverdueUploads(ctx context.Context, now time.Time, except []lox.BackupID, limit int) ([]lox.Backup, error) {
	var found []lox.Backup
	err := s.overdue.SelectContext(ctx, &found, now, pq.Array(except), limit)
	return found, wrap(ctx, "find overdue uploads", err)
}

// Backlog implements lifecycle.Store.
func (s *Store) Backlog(ctx context.Context, of lox.Work, now time.Time) (lox.Backlog, error) {
	var stmt *sqlx.Stmt
	switch of {
	case lox.WorkVerify:
		stmt = s.verifyBacklog
	case lox.WorkExpire:
		stmt = s.expireBacklog
	case lox.WorkPurge:
		stmt = s.purgeBacklog
	case lox.WorkDeliver:
		stmt = s.deliverBacklog
	default:
		return lox.Backlog{}, fmt.Errorf("count backlog: %q is not a kind of work", of)
	}
	return countBacklog(ctx, stmt, now, lox.MaxBacklog)
}

func countBacklog(ctx context.Context, stmt *sqlx.Stmt, now time.Time, most int) (lox.Backlog, error) {
	var found struct {
		Due    int        `db:"due"`
		Oldest *time.Time `db:"oldest"` // nil if nothing is due
	}
	if err := stmt.GetContext(ctx, &found, now, most); err != nil {
		return lox.Backlog{}, wrap(ctx, "count backlog", err)
	}
	b := lox.Backlog{Due: found.Due}
	if found.Oldest != nil {
		b.Oldest = *found.Oldest
	}
	return b, nil
}
