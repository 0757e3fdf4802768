package lifecycle

import (
	"context"
	"time"

	"github.com/backlox/lox"
)

// Store changes backups without a request. Unlike the methods of
// BackupStore, the methods that look for work read the rows of every tenant.
type Store interface {
	// Backup returns a backup. CodeBackupNotFound.
	Backup(ctx context.Context, tenant lox.TenantID, id lox.BackupID) (lox.Backup, error)

	// Lease leases a backup until l.Until: it makes a pending backup verifying, takes over a
	// verifying one whose lease has expired, or renews the owner's own lease. It returns the
	// saved state of the hash. ok is false if the backup has another status, was deleted, or is
	// leased to another owner. A pending backup gets b.Size if it is a stream, and b.Declared
	// unless it already has a declared checksum.
	Lease(ctx context.Context, b lox.Backup, l lox.Lease) (hashed lox.HashState, ok bool, err error)

	// Release ends the owner's lease at l.Now, so that another process can take the backup.
	Release(ctx context.Context, b lox.Backup, l lox.Lease) error

	// ExtendUpload moves the deadline of a pending backup in parts to a time, unless the
	// deadline is later already, and records that.
	ExtendUpload(ctx context.Context, b lox.Backup, until, now time.Time, by lox.Actor) error

	// Complete makes a pending or verifying backup completed and records the
	// event. With an ObjectVersion it schedules two purges of the object's other
	// versions, at the deadline and a day later. ok is false if the backup has
	// another status or was deleted.
	Complete(ctx context.Context, b lox.Backup, v lox.Verified) (ok bool, err error)

	// Fail makes a pending or verifying backup failed, releases its part of the quota,
	// records the event and schedules the purge of the object. With Overdue, it fails
	// only a pending backup past its deadline. ok is false if it failed no backup.
	Fail(ctx context.Context, b lox.Backup, f lox.Failure) (ok bool, err error)

	// ClaimVerifications leases up to limit verifying backups whose lease expired by
	// l.Now, oldest expiry first. No two processes get the same backup.
	ClaimVerifications(ctx context.Context, l lox.Lease, limit int) ([]lox.Verification, error)

	// OverdueUploads returns up to limit pending backups past their deadline, oldest
	// deadline first, without those in except. Several processes may get the same
	// backup: Fail succeeds for one of them.
	OverdueUploads(ctx context.Context, now time.Time, except []lox.BackupID, limit int) ([]lox.Backup, error)

	// ClaimPurges returns up to limit objects that are due to be deleted, longest due
	// first, and hides them from other processes until the given time.
	ClaimPurges(ctx context.Context, now, until time.Time, limit int) ([]lox.Purge, error)

	// FinishPurges records that objects were deleted at the given time, with their events.
	// An object that an upload might still write is purged again: at the backup's deadline,
	// when its upload URL has expired, and a day later, because a slow upload that began
	// before the expiry may still be running.
	FinishPurges(ctx context.Context, done []lox.FinishedPurge, now time.Time) error

	// PurgesDue is the Backlog of WorkPurge, counted up to MaxPurgesDue.
	PurgesDue(ctx context.Context, now time.Time) (lox.Backlog, error)

	// ForgetIdempotencyKeys removes up to limit idempotency keys made before the given
	// time, and returns how many it removed.
	ForgetIdempotencyKeys(ctx context.Context, before time.Time, limit int) (int64, error)

	// ForgetWebhooks removes up to limit deliveries of a deleted webhook, and then the
	// webhook itself if no delivery is left. more is true unless there was no deleted webhook.
	ForgetWebhooks(ctx context.Context, limit int) (more bool, err error)

	// ForgetBackups removes up to limit failed backups that were created before a time, and
	// returns how many it removed. Their events name the actor by.
	ForgetBackups(ctx context.Context, before, now time.Time, limit int, by lox.Actor) (int64, error)

	// ForgetRevokedKeys removes up to limit API keys that were revoked before a time, and
	// returns how many it removed. It records no event: the API shows no revoked key.
	ForgetRevokedKeys(ctx context.Context, before time.Time, limit int) (int64, error)

	// ForgetCounters reads up to limit rows of counters after the place from, and removes
	// those whose counters are all zero: rows of days before a time, and rows of content
	// types. It returns the place where it ended, or the zero CounterPlace after the last row.
	ForgetCounters(ctx context.Context, before time.Time, from lox.CounterPlace, limit int) (next lox.CounterPlace, err error)

	// Backlog counts the items of some work that are due and not leased, up to MaxBacklog.
	Backlog(ctx context.Context, of lox.Work, now time.Time) (lox.Backlog, error)
}
