package lox

import (
	"context"
	"time"
)

// BackupStore keeps backups, their counters, the events of their changes and the
// purges of their objects. Every method that takes a tenant reads only that
// tenant's rows: the id of another tenant's backup is CodeBackupNotFound, as if it
// never existed.
type BackupStore interface {
	// CreateBackup reserves b.Size of the tenant's quota and inserts b, both
	// or neither. CodeQuotaExceeded: less than b.Size of the quota is free.
	CreateBackup(ctx context.Context, b Backup, by Actor) error

	// CreateBackupOnce is CreateBackup with an idempotency key. If the key was used
	// before with the same request, it returns the backup of that request and sets
	// replayed; if that backup is pending, its upload expiry becomes b's.
	// CodeIdempotencyMismatch: the key was used with a different request;
	// CodeIdempotencyConflict: the earlier request is still in progress, or (Final)
	// its backup was deleted.
	CreateBackupOnce(ctx context.Context, b Backup, key IdempotencyKey, by Actor) (_ Backup, replayed bool, err error)

	// ReplayBackup is like CreateBackupOnce, but creates nothing: found is false if the
	// key was not used before.
	ReplayBackup(ctx context.Context, b Backup, key IdempotencyKey, by Actor) (_ Backup, found bool, err error)

	// RenewUpload sets the expiry of a pending backup's upload URL, records the change, and
	// returns the backup. It changes nothing if the backup has another status or is
	// uploaded in parts. CodeBackupNotFound.
	RenewUpload(ctx context.Context, tenant TenantID, id BackupID, now, expires time.Time, by Actor) (Backup, error)

	// IssueParts records that upload URLs of parts are issued, and returns the backup. It
	// reserves more of the quota if the parts of a stream need it, moves the expiry, and
	// stores the upload id unless the backup already has one. It changes nothing if the
	// backup isn't pending. CodeBackupNotFound; CodeQuotaExceeded: the quota is not enough,
	// and nothing has changed.
	IssueParts(ctx context.Context, tenant TenantID, id BackupID, p IssuedParts, by Actor) (Backup, error)

	// Backup returns a backup. CodeBackupNotFound.
	Backup(ctx context.Context, tenant TenantID, id BackupID) (Backup, error)

	// Backups returns a page, newest first, with the exact number of matching
	// backups.
	Backups(ctx context.Context, tenant TenantID, q BackupQuery) (BackupPage, error)

	// DeleteBackup removes a backup in any status, releases its part of the quota and
	// schedules the purge of its object. CodeBackupNotFound.
	DeleteBackup(ctx context.Context, tenant TenantID, id BackupID, now time.Time, by Actor) error

	// DownloadBackup returns a backup and, if it is completed, records the event that a
	// download URL is issued. If the database crashes within a second, the event may be
	// lost. A repeated request of the same actor from the same address within a minute may
	// have no event. CodeBackupNotFound.
	DownloadBackup(ctx context.Context, tenant TenantID, id BackupID, e Event) (Backup, error)
}

// IssuedParts are parts whose upload URLs are issued.
type IssuedParts struct {
	Count int
	// Size is the least number of bytes that the backup has with these parts.
	Size int64
	// UploadID is the result of PartStore.BeginParts, "" if the backup already has an upload.
	UploadID     string
	Now, Expires time.Time
}

// IdempotencyKey marks the retries of one request to create a backup. It is valid
// within one tenant, for IdempotencyLife.
type IdempotencyKey struct {
	Key string
	// Request is a hash of the request.
	Request [32]byte
}

// IdempotencyLife is how long an idempotency key is remembered.
const IdempotencyLife = 24 * time.Hour

// BackupQuery selects a page of backups.
type BackupQuery struct {
	Status Status // "" for any
	// From and To bound created_at: From <= created_at < To. Zero means no bound.
	From, To time.Time
	// Name is the exact name, NamePrefix its beginning, compared byte by byte. "" means any.
	Name, NamePrefix string
	// Metadata are keys and values that a backup must have. It may have more. At most
	// MaxMetadataFilters.
	Metadata Metadata
	Limit    int
	Offset   int
	// After is the end of the page before this one. It replaces Offset.
	After *Position
}

// MaxMetadataFilters is the largest number of metadata keys in a filter: each costs a
// look-up in an index.
const MaxMetadataFilters = 5

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
	// Next is the position where this page ends, nil for the last page.
	Next *Position
}

// LifecycleStore changes backups without a request. Unlike the methods of
// BackupStore, the methods that look for work read the rows of every tenant.
type LifecycleStore interface {
	// Backup returns a backup. CodeBackupNotFound.
	Backup(ctx context.Context, tenant TenantID, id BackupID) (Backup, error)

	// Lease leases a backup until l.Until: it makes a pending backup verifying, takes over a
	// verifying one whose lease has expired, or renews the owner's own lease. It returns the
	// saved state of the hash. ok is false if the backup has another status, was deleted, or is
	// leased to another owner. A pending backup gets b.Size if it is a stream, and b.Declared
	// unless it already has a declared checksum.
	Lease(ctx context.Context, b Backup, l Lease) (hashed HashState, ok bool, err error)

	// Release ends the owner's lease at l.Now, so that another process can take the backup.
	Release(ctx context.Context, b Backup, l Lease) error

	// ExtendUpload moves the deadline of a pending backup in parts to a time, unless the
	// deadline is later already, and records that.
	ExtendUpload(ctx context.Context, b Backup, until, now time.Time, by Actor) error

	// Complete makes a pending or verifying backup completed and records the
	// event. With an ObjectVersion it schedules two purges of the object's other
	// versions, at the deadline and a day later. ok is false if the backup has
	// another status or was deleted.
	Complete(ctx context.Context, b Backup, v Verified) (ok bool, err error)

	// Fail makes a pending or verifying backup failed, releases its part of the quota,
	// records the event and schedules the purge of the object. With Overdue, it fails
	// only a pending backup past its deadline. ok is false if it failed no backup.
	Fail(ctx context.Context, b Backup, f Failure) (ok bool, err error)

	// ClaimVerifications leases up to limit verifying backups whose lease expired by
	// l.Now, oldest expiry first. No two processes get the same backup.
	ClaimVerifications(ctx context.Context, l Lease, limit int) ([]Verification, error)

	// OverdueUploads returns up to limit pending backups past their deadline, oldest
	// deadline first, without those in except. Several processes may get the same
	// backup: Fail succeeds for one of them.
	OverdueUploads(ctx context.Context, now time.Time, except []BackupID, limit int) ([]Backup, error)

	// ClaimPurges returns up to limit objects that are due to be deleted, longest due
	// first, and hides them from other processes until the given time.
	ClaimPurges(ctx context.Context, now, until time.Time, limit int) ([]Purge, error)

	// FinishPurges records that objects were deleted at the given time, with their events.
	// An object that an upload might still write is purged again: at the backup's deadline,
	// when its upload URL has expired, and a day later, because a slow upload that began
	// before the expiry may still be running.
	FinishPurges(ctx context.Context, done []FinishedPurge, now time.Time) error

	// PurgesDue is the Backlog of WorkPurge, counted up to MaxPurgesDue.
	PurgesDue(ctx context.Context, now time.Time) (Backlog, error)

	// ForgetIdempotencyKeys removes up to limit idempotency keys made before the given
	// time, and returns how many it removed.
	ForgetIdempotencyKeys(ctx context.Context, before time.Time, limit int) (int64, error)

	// ForgetWebhooks removes up to limit deliveries of a deleted webhook, and then the
	// webhook itself if no delivery is left. more is true unless there was no deleted webhook.
	ForgetWebhooks(ctx context.Context, limit int) (more bool, err error)

	// ForgetBackups removes up to limit failed backups that were created before a time, and
	// returns how many it removed. Their events name the actor by.
	ForgetBackups(ctx context.Context, before, now time.Time, limit int, by Actor) (int64, error)

	// ForgetRevokedKeys removes up to limit API keys that were revoked before a time, and
	// returns how many it removed. It records no event: the API shows no revoked key.
	ForgetRevokedKeys(ctx context.Context, before time.Time, limit int) (int64, error)

	// ForgetCounters reads up to limit rows of counters after the place from, and removes
	// those whose counters are all zero: rows of days before a time, and rows of content
	// types. It returns the place where it ended, or the zero CounterPlace after the last row.
	ForgetCounters(ctx context.Context, before time.Time, from CounterPlace, limit int) (next CounterPlace, err error)

	// Backlog counts the items of some work that are due and not leased, up to MaxBacklog.
	Backlog(ctx context.Context, of Work, now time.Time) (Backlog, error)
}

// Work is a kind of work that LifecycleStore finds.
type Work string

// The kinds of work.
const (
	WorkVerify Work = "verify" // see ClaimVerifications
	WorkExpire Work = "expire" // see OverdueUploads
	WorkPurge  Work = "purge"  // see ClaimPurges
	// WorkDeliver are deliveries to enabled webhooks: see DispatchStore.ClaimDeliveries.
	WorkDeliver Work = "deliver"
)

// A backlog is counted up to MaxBacklog, the purges for their own metric up to
// MaxPurgesDue: that count takes PostgreSQL 20 ms.
const (
	MaxBacklog   = 1000
	MaxPurgesDue = 100_000
)

// CounterPlace is a place in the order of the rows of counters: after a row of a tenant's day
// or content type.
type CounterPlace struct {
	// Types is false for a place among the days, true for one among the content types, which
	// follow the days.
	Types       bool
	Tenant      TenantID
	Day         time.Time
	ContentType string
}

// Backlog is how much work is due.
type Backlog struct {
	Due int
	// Oldest is the due time of the item that has been due longest; zero if nothing is due.
	Oldest time.Time
}

// Lease is the right to verify a backup until a time. After it, any other process
// may take over.
type Lease struct {
	Owner string
	Now   time.Time
	Until time.Time
	// RequestID is the id of the request that asked for the verification, "" if there is
	// none. The backup keeps the first such id: see Verification.
	RequestID string
	// Hashed is saved, unless it is zero, for the process that continues the verification.
	Hashed HashState
}

// Verification is a backup that was claimed for verification.
type Verification struct {
	Backup
	// RequestID is the id of the request that began the verification, "" if no request did.
	RequestID string `db:"verify_request_id"`
	// Hashed is the state that the interrupted verification has saved.
	Hashed HashState `db:"hash_state"`
}

// Verified is the result of a backup's successful verification.
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

// Purge is an object to delete: entirely, if no backup refers to it any more, or
// all versions except the one that a completed backup keeps.
type Purge struct {
	ObjectKey string `db:"object_key"`
	// Keep is the version that stays; "" if no version stays.
	Keep string `db:"keep_version"`
	// Final is the time after which no upload can write the object again.
	Final time.Time `db:"final_at"`
	// Recorded means that an earlier purge has recorded the deletion of the object. This one
	// removes the object if an upload has written it again since.
	Recorded bool `db:"recorded"`
	// RequestID is the id of the request that deleted the backup, or whose verification failed
	// it. "" if there was no request, and always with Keep.
	RequestID string `db:"request_id"`
	// UploadID is the id of the upload in parts to abort, "" if there is none.
	UploadID string `db:"upload_id"`
}

// FinishedPurge is a Purge that was carried out.
type FinishedPurge struct {
	Purge
	// Event is nil if there is nothing new to record.
	Event *Event
}
