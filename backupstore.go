package lox

import (
	"context"
	"time"
)

// BackupStore keeps backups, their counters and what follows from their
// changes. Every method that takes a tenant sees that tenant's rows alone:
// the id of another's is CodeBackupNotFound, as if it never existed.
type BackupStore interface {
	// CreateBackup reserves b.Size of the tenant's quota and inserts b, both
	// or neither. CodeQuotaExceeded: there is no room.
	CreateBackup(ctx context.Context, b Backup) error

	// CreateBackupOnce is CreateBackup under an idempotency key: when the key
	// was used before with the same request it returns that backup, its upload
	// expiry moved to b's while it is pending, and replayed. CodeIdempotency-
	// Mismatch: the key came with another request; CodeIdempotencyConflict:
	// that request is still being worked on, or (Final) its backup was deleted.
	CreateBackupOnce(ctx context.Context, b Backup, key IdempotencyKey) (_ Backup, replayed bool, err error)

	// ReplayBackup is CreateBackupOnce that creates nothing: found is false if the key
	// was not used before.
	ReplayBackup(ctx context.Context, b Backup, key IdempotencyKey) (_ Backup, found bool, err error)

	// Backup returns one. CodeBackupNotFound.
	Backup(ctx context.Context, tenant TenantID, id BackupID) (Backup, error)

	// Backups returns a page, newest first, with the exact number of all that
	// match.
	Backups(ctx context.Context, tenant TenantID, q BackupQuery) (BackupPage, error)

	// DeleteBackup removes one in any status, gives its room back and has its
	// object purged. CodeBackupNotFound.
	DeleteBackup(ctx context.Context, tenant TenantID, id BackupID, now time.Time) error
}

// IdempotencyKey ties retries of one create together, per tenant, for
// IdempotencyLife.
type IdempotencyKey struct {
	Key string
	// Request is a hash of what was asked for.
	Request [32]byte
}

// IdempotencyLife is how long an idempotency key is remembered.
const IdempotencyLife = 24 * time.Hour

// BackupQuery says which page of which backups.
type BackupQuery struct {
	Status Status // "" for any
	// From and To bound created_at: From <= created_at < To. Zero is open.
	From, To time.Time
	Limit    int
	Offset   int
	// After is where the page before this one ended, instead of an Offset.
	After *Position
}

// Position is a place in the order of a list: created_at descending, id
// descending.
type Position struct {
	CreatedAt time.Time
	ID        BackupID
}

// BackupPage is one page of a list.
type BackupPage struct {
	Backups []Backup
	Total   int64
	// Next is where this page ends, nil on the last one.
	Next *Position
}

// LifecycleStore moves backups along without a request. Unlike BackupStore, the
// three methods that look for work see every tenant's.
type LifecycleStore interface {
	// Backup returns one. CodeBackupNotFound.
	Backup(ctx context.Context, tenant TenantID, id BackupID) (Backup, error)

	// Lease makes a pending backup verifying, or takes over a verifying one
	// whose lease ran out, or renews the owner's own, until the given time. ok
	// is false if the backup is in another state, gone, or someone else's.
	Lease(ctx context.Context, b Backup, l Lease) (ok bool, err error)

	// Release lets another process take over a lease at once.
	Release(ctx context.Context, b Backup, owner string) error

	// Complete makes a pending or verifying backup completed and records the
	// event. With an ObjectVersion it has the object's other versions purged at
	// the deadline, and once more a day later. ok is false if the backup is in
	// another state or gone.
	Complete(ctx context.Context, b Backup, v Verified) (ok bool, err error)

	// Fail makes a pending or verifying backup failed, gives its room back,
	// records the event and has the object purged. With Overdue, only a pending
	// one past its deadline. ok is false if there was nothing to fail.
	Fail(ctx context.Context, b Backup, f Failure) (ok bool, err error)

	// AbandonedVerifications returns up to limit verifying backups whose lease
	// ran out by now.
	AbandonedVerifications(ctx context.Context, now time.Time, limit int) ([]Backup, error)

	// OverdueUploads returns up to limit pending backups past their deadline.
	OverdueUploads(ctx context.Context, now time.Time, limit int) ([]Backup, error)

	// ClaimPurges hands out objects that are due to be deleted, up to limit of
	// each kind (see Purge), and hides them from others until the given time.
	ClaimPurges(ctx context.Context, now, until time.Time, limit int) ([]Purge, error)

	// FinishPurge records that an object was deleted at the given time. One that
	// an upload might bring back is purged again: at the backup's deadline, when
	// its upload URL has expired, and a day later, for an upload that began in
	// time and was slow.
	FinishPurge(ctx context.Context, p Purge, now time.Time) error

	// ForgetIdempotencyKeys removes those made before the given time.
	ForgetIdempotencyKeys(ctx context.Context, before time.Time) error
}

// Lease is the right to verify a backup, until a time, after which any other
// process may take it.
type Lease struct {
	Owner string
	Now   time.Time
	Until time.Time
}

// Verified is what the verification of a backup found.
type Verified struct {
	Checksum      Checksum
	ObjectVersion string
	At            time.Time
	Event         Event
}

// Failure is why and when a backup failed.
type Failure struct {
	Text    string
	At      time.Time
	Overdue bool
	Event   Event
}

// Purge is an object to delete: entirely, if nothing refers to it any more, or
// all versions but the one that a completed backup keeps.
type Purge struct {
	ObjectKey string `db:"object_key"`
	// Keep is the version that stays; "" if none does.
	Keep string `db:"keep_version"`
	// Final is from when on no upload can bring the object back.
	Final time.Time `db:"final_at"`
}
