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
	CreateBackup(ctx context.Context, b Backup, by Actor) error

	// CreateBackupOnce is CreateBackup under an idempotency key: when the key
	// was used before with the same request it returns that backup, its upload
	// expiry moved to b's while it is pending, and replayed. CodeIdempotency-
	// Mismatch: the key came with another request; CodeIdempotencyConflict:
	// that request is still being worked on, or (Final) its backup was deleted.
	CreateBackupOnce(ctx context.Context, b Backup, key IdempotencyKey, by Actor) (_ Backup, replayed bool, err error)

	// ReplayBackup is CreateBackupOnce that creates nothing: found is false if the key
	// was not used before.
	ReplayBackup(ctx context.Context, b Backup, key IdempotencyKey, by Actor) (_ Backup, found bool, err error)

	// RenewUpload moves the expiry of a pending backup's upload URL, records that, and
	// returns the backup. One in another status, or in parts, is returned as it is. CodeBackupNotFound.
	RenewUpload(ctx context.Context, tenant TenantID, id BackupID, now, expires time.Time, by Actor) (Backup, error)

	// IssueParts notes that upload URLs of parts are issued, records it and returns the backup:
	// it reserves more of the quota if the parts of a stream need it, moves the expiry, and keeps the store's id of
	// the upload unless the backup has one. One that isn't pending is returned as it is.
	// CodeBackupNotFound; CodeQuotaExceeded: there is no room, and nothing has changed.
	IssueParts(ctx context.Context, tenant TenantID, id BackupID, p IssuedParts, by Actor) (Backup, error)

	// Backup returns one. CodeBackupNotFound.
	Backup(ctx context.Context, tenant TenantID, id BackupID) (Backup, error)

	// Backups returns a page, newest first, with the exact number of all that
	// match.
	Backups(ctx context.Context, tenant TenantID, q BackupQuery) (BackupPage, error)

	// DeleteBackup removes one in any status, gives its room back and has its
	// object purged. CodeBackupNotFound.
	DeleteBackup(ctx context.Context, tenant TenantID, id BackupID, now time.Time, by Actor) error

	// DownloadBackup returns one and, if it is completed, records the event that a
	// download URL is issued, which a crash of the database within a second may lose. What
	// the same actor asks for again from the same address within a minute may be left out.
	// CodeBackupNotFound.
	DownloadBackup(ctx context.Context, tenant TenantID, id BackupID, e Event) (Backup, error)
}

// IssuedParts are parts whose upload URLs are issued.
type IssuedParts struct {
	Count int
	// Size is how many bytes the backup has at least with these parts.
	Size int64
	// UploadID is what PartStore.BeginParts returned, "" if the backup has an upload already.
	UploadID     string
	Now, Expires time.Time
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
	// Name is the exact name and NamePrefix what it begins with, byte by byte. "" is any.
	Name, NamePrefix string
	// Metadata are keys and values that a backup must have, all of them and perhaps
	// others. At most MaxMetadataFilters.
	Metadata Metadata
	Limit    int
	Offset   int
	// After is where the page before this one ended, instead of an Offset.
	After *Position
}

// MaxMetadataFilters is by how many keys of metadata a list is filtered at most: each is
// looked up in an index.
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
	// Next is where this page ends, nil on the last one.
	Next *Position
}

// LifecycleStore moves backups along without a request. Unlike BackupStore, the
// methods that look for work see every tenant's.
type LifecycleStore interface {
	// Backup returns one. CodeBackupNotFound.
	Backup(ctx context.Context, tenant TenantID, id BackupID) (Backup, error)

	// Lease makes a pending backup verifying, or takes over a verifying one
	// whose lease ran out, or renews the owner's own, until the given time. It returns how far the hash has
	// got. ok is false if the backup is in another state, gone, or someone else's. A pending backup
	// gets b.Size if it is a stream, and b.Declared unless it has a declared checksum.
	Lease(ctx context.Context, b Backup, l Lease) (hashed HashState, ok bool, err error)

	// Release lets others take over a lease of the owner's from l.Now on.
	Release(ctx context.Context, b Backup, l Lease) error

	// ExtendUpload lets a pending backup in parts wait until a time, at least, and records that.
	ExtendUpload(ctx context.Context, b Backup, until, now time.Time, by Actor) error

	// Complete makes a pending or verifying backup completed and records the
	// event. With an ObjectVersion it has the object's other versions purged at
	// the deadline, and once more a day later. ok is false if the backup is in
	// another state or gone.
	Complete(ctx context.Context, b Backup, v Verified) (ok bool, err error)

	// Fail makes a pending or verifying backup failed, gives its room back,
	// records the event and has the object purged. With Overdue, only a pending
	// one past its deadline. ok is false if there was nothing to fail.
	Fail(ctx context.Context, b Backup, f Failure) (ok bool, err error)

	// ClaimVerifications leases up to limit verifying backups whose lease ran out by
	// l.Now, the longest first. No other process gets the same.
	ClaimVerifications(ctx context.Context, l Lease, limit int) ([]Verification, error)

	// OverdueUploads returns up to limit pending backups past their deadline, the
	// longest first, but for those in except. Other processes may get the same: Fail
	// is for one of them.
	OverdueUploads(ctx context.Context, now time.Time, except []BackupID, limit int) ([]Backup, error)

	// ClaimPurges hands out up to limit objects that are due to be deleted, the
	// longest due first, and hides them from others until the given time.
	ClaimPurges(ctx context.Context, now, until time.Time, limit int) ([]Purge, error)

	// FinishPurges records that objects were deleted at the given time, with their events.
	// One that an upload might bring back is purged again: at the backup's deadline, when
	// its upload URL has expired, and a day later, for an upload that began in
	// time and was slow.
	FinishPurges(ctx context.Context, done []FinishedPurge, now time.Time) error

	// PurgesDue is the Backlog of WorkPurge, counted up to MaxPurgesDue.
	PurgesDue(ctx context.Context, now time.Time) (Backlog, error)

	// ForgetIdempotencyKeys removes up to limit of those made before the given time,
	// and returns how many.
	ForgetIdempotencyKeys(ctx context.Context, before time.Time, limit int) (int64, error)

	// ForgetWebhooks removes up to limit deliveries of a webhook that was deleted, and the
	// webhook when it has no more. more is true until there is no such webhook.
	ForgetWebhooks(ctx context.Context, limit int) (more bool, err error)

	// ForgetBackups removes up to limit failed backups that were created before a time, in
	// the name of by, and returns how many.
	ForgetBackups(ctx context.Context, before, now time.Time, limit int, by Actor) (int64, error)

	// ForgetRevokedKeys removes up to limit API keys that were revoked before a time, and
	// returns how many. No event says so: nothing shows a revoked key.
	ForgetRevokedKeys(ctx context.Context, before time.Time, limit int) (int64, error)

	// ForgetCounters looks at up to limit rows of counters, from a place on, and removes
	// those that count nothing: of days before a time, and of content types. It returns the
	// place where it ended, which is the zero CounterPlace behind the last row.
	ForgetCounters(ctx context.Context, before time.Time, from CounterPlace, limit int) (next CounterPlace, err error)

	// Backlog counts what is due of some work and is not leased, up to MaxBacklog.
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

// MaxBacklog is up to which number work is counted, and MaxPurgesDue that of purges for
// their metric, which takes a database 20 ms.
const (
	MaxBacklog   = 1000
	MaxPurgesDue = 100_000
)

// CounterPlace is a place among the rows of counters: behind one of a tenant's days or content
// types.
type CounterPlace struct {
	// Types says that the days are done.
	Types       bool
	Tenant      TenantID
	Day         time.Time
	ContentType string
}

// Backlog is how much work is due.
type Backlog struct {
	Due int
	// Oldest is since when the longest due is; zero if nothing is due.
	Oldest time.Time
}

// Lease is the right to verify a backup, until a time, after which any other
// process may take it.
type Lease struct {
	Owner string
	Now   time.Time
	Until time.Time
	// RequestID is that of the request for which the backup is verified, "" if there is
	// none. The backup keeps the first that it gets: see Verification.
	RequestID string
	// Hashed is kept for who goes on with the verification, unless it is zero.
	Hashed HashState
}

// Verification is a backup that was claimed to be verified.
type Verification struct {
	Backup
	// RequestID is that of the request that began the verification, "" if none did.
	RequestID string `db:"verify_request_id"`
	// Hashed is how far the verification before has got.
	Hashed HashState `db:"hash_state"`
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
	// Recorded says that the record has the deletion of the object: this is to make sure
	// that no upload has brought it back.
	Recorded bool `db:"recorded"`
	// RequestID is that of the request that deleted the backup, or whose verification had it
	// fail. "" if there was none, and with Keep.
	RequestID string `db:"request_id"`
	// UploadID is that of the upload in parts that is to be aborted, "" if there is none.
	UploadID string `db:"upload_id"`
}

// FinishedPurge is a Purge that was carried out.
type FinishedPurge struct {
	Purge
	// Event is nil if there is nothing new to record.
	Event *Event
}
