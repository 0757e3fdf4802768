package store

import (
	"context"
	"time"

	"github.com/backlox/lox"
)

var failSQL = `with failed as (
	update backups set status = 'failed', failure = $3, lease_owner = null, lease_until = null
	where tenant_id = $1 and id = $2 and (status = 'pending' and (not $5 or deadline <= $4) or status = 'verifying' and not $5)
	returning tenant_id, deadline
), ` + usageLocked("failed") + `, ` + news("usage", "$7", "$8", "$9", "$10") + `, ` + announced() + `, ` + purged("failed", "$6", "$4") + `
select from failed`

const (
	leaseSQL = `update backups set status = 'verifying', lease_owner = $3, lease_until = $5
where tenant_id = $1 and id = $2 and (status = 'pending' or status = 'verifying' and (lease_owner = $3 or lease_until <= $4))`

	releaseSQL = `update backups set lease_until = 'epoch'
where tenant_id = $1 and id = $2 and status = 'verifying' and lease_owner = $3`

	abandonedSQL = `select ` + backupColumns + ` from backups
where status = 'verifying' and lease_until <= $1
order by lease_until limit $2`

	overdueSQL = `select ` + backupColumns + ` from backups
where status = 'pending' and deadline <= $1
order by deadline limit $2`
)

// Lease implements lox.LifecycleStore.
func (s *Store) Lease(ctx context.Context, b lox.Backup, l lox.Lease) (bool, error) {
	n, err := affected(ctx, "lease verification", s.lease, b.Tenant, b.ID, l.Owner, l.Now, l.Until)
	return n == 1, err
}

// Release implements lox.LifecycleStore.
func (s *Store) Release(ctx context.Context, b lox.Backup, owner string) error {
	_, err := affected(ctx, "release verification", s.release, b.Tenant, b.ID, owner)
	return err
}

// Fail implements lox.LifecycleStore.
func (s *Store) Fail(ctx context.Context, b lox.Backup, f lox.Failure) (bool, error) {
	args := append([]any{b.Tenant, b.ID, f.Text, f.At, f.Overdue, b.ObjectKey()}, eventArgs(f.Event)...)
	n, err := affected(ctx, "fail backup", s.fail, args...)
	return n == 1, err
}

// AbandonedVerifications implements lox.LifecycleStore.
func (s *Store) AbandonedVerifications(ctx context.Context, now time.Time, limit int) ([]lox.Backup, error) {
	var found []lox.Backup
	err := s.abandoned.SelectContext(ctx, &found, now, limit)
	return found, wrap(ctx, "find abandoned verifications", err)
}

// OverdueUploads implements lox.LifecycleStore.
func (s *Store) OverdueUploads(ctx context.Context, now time.Time, limit int) ([]lox.Backup, error) {
	var found []lox.Backup
	err := s.overdue.SelectContext(ctx, &found, now, limit)
	return found, wrap(ctx, "find overdue uploads", err)
}
