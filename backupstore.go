package lox

import (
	"time"
)

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

// Work is a kind of work that lifecycle.Store finds.
type Work string

// The kinds of work.
const (
	WorkVerify Work = "verify" // see ClaimVerifications
	WorkExpire Work = "expire" // see OverdueUploads
	WorkPurge  Work = "purge"  // see ClaimPurges
	// WorkDeliver are deliveries to enabled webhooks: see webhooks.Store.ClaimDeliveries.
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
