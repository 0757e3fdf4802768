package lox

import (
	"database/sql/driver"
	"encoding/json"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"
)

// Status is the state of a backup.
type Status string

// A backup begins as pending, may be verifying for a while, and ends as completed
// or failed.
const (
	StatusPending   Status = "pending"
	StatusVerifying Status = "verifying"
	StatusCompleted Status = "completed"
	StatusFailed    Status = "failed"
)

// Backup is one stored file, or a file whose upload is still expected.
type Backup struct {
	ID     BackupID `db:"id"`
	Tenant TenantID `db:"tenant_id"`
	Name   string   `db:"name"`
	Status Status   `db:"status"`
	// Size is in bytes, as declared and as stored. For a pending stream it is the number of
	// bytes that its parts have reserved so far.
	Size int64 `db:"size_bytes"`
	// PartSize is the size in bytes of every part except the last, and 0 if one PUT uploads the
	// file.
	PartSize int64 `db:"part_size_bytes"`
	// Stream means that the size isn't known before the upload is complete.
	Stream bool `db:"stream"`
	// UploadID is the store's name for the upload in parts, "" until the first part is asked for.
	UploadID string `db:"upload_id"`
	// VerifiedBytes is how many bytes the verification has read so far.
	VerifiedBytes int64    `db:"verified_bytes"`
	ContentType   string   `db:"content_type"`
	Metadata      Metadata `db:"metadata"`
	// Declared is the checksum that the client declared, nil if it declared none.
	Declared *Checksum `db:"declared_checksum"`
	// Checksum is set once the stored bytes are verified.
	Checksum *Checksum `db:"checksum"`
	// ObjectVersion names the verified bytes in a versioned bucket.
	ObjectVersion string `db:"object_version"`
	// Failure says why a backup failed. Its owner reads this text.
	Failure         string     `db:"failure"`
	CreatedAt       time.Time  `db:"created_at"`
	UploadExpiresAt time.Time  `db:"upload_expires_at"`
	CompletedAt     *time.Time `db:"completed_at"`
}

// NewBackup is a client's request for a backup.
type NewBackup struct {
	Name string
	// Size is in bytes, 0 for a stream.
	Size int64
	// Multipart says whether the file is uploaded in parts. Nil means that the size decides.
	Multipart *bool
	// MaxSize is the largest size of a stream, in bytes. 0 means what MaxParts parts of
	// StreamPartSize hold.
	MaxSize     int64
	ContentType string
	Metadata    Metadata
	Checksum    *Checksum
}

// MaxMetadataBytes is the largest sum of the lengths of all keys and values of a
// backup's metadata.
const MaxMetadataBytes = 16 << 10

// Check returns a validation error that names every invalid field, or nil. It has
// the rules that the API's schema cannot express. The schema has the lengths and
// the ranges.
func (n NewBackup) Check() error {
	problems := map[string]string{}
	if problem := textProblem(n.Name); problem != "" {
		problems["name"] = problem
	}
	n.checkSize(problems)
	if problem := n.Metadata.problem(nil); problem != "" {
		problems["metadata"] = problem
	}
	return invalidBody(problems)
}

// Pending returns a pending backup made from n, whose upload URL is valid for ttl.
func (n NewBackup) Pending(tenant TenantID, now time.Time, ttl time.Duration) Backup {
	now = Seconds(now)
	return Backup{
		ID: NewBackupID(), Tenant: tenant, Name: n.Name, Status: StatusPending, Size: n.Size, PartSize: n.partSize(), Stream: n.Size == 0,
		ContentType: n.ContentType, Metadata: n.Metadata, Declared: n.Checksum,
		CreatedAt: now, UploadExpiresAt: now.Add(ttl),
	}
}

// ObjectKey is the key of the backup's object in the store. No other backup ever
// gets the same key, not even one of the same name.
func (b Backup) ObjectKey() string { return b.Tenant.String() + "/" + b.ID.String() }

// ParseObjectKey returns the ids in the key of a backup's object. The byte order of keys
// is the order of backups by tenant and id.
func ParseObjectKey(key string) (tenant TenantID, id BackupID, ok bool) {
	tenantText, idText, ok := strings.Cut(key, "/")
	return tenant, id, ok && tenant.UnmarshalText([]byte(tenantText)) == nil && id.UnmarshalText([]byte(idText)) == nil
}

// An upload that began just before its URL expired may go on: as long as its
// size takes at minUploadSpeed, and at least minGrace.
const (
	minGrace       = 15 * time.Minute
	minUploadSpeed = 1 << 20 // bytes per second
)

// Deadline is when an unfinished upload counts as failed. An upload in parts has PartsGrace
// after the last of its URLs has expired.
func (b Backup) Deadline() time.Time {
	if b.PartSize > 0 {
		return b.UploadExpiresAt.Add(PartsGrace)
	}
	grace := time.Duration(b.Size/minUploadSpeed) * time.Second
	return b.UploadExpiresAt.Add(max(grace, minGrace))
}

// Why backups fail. Owners read these texts.
const (
	// FailureUploadTimeout: the backup was not completed by its deadline. The API
	// document prints this text.
	FailureUploadTimeout = "Upload timeout exceeded"
	// FailureChecksum: the stored bytes do not have the declared checksum.
	FailureChecksum = "The uploaded bytes do not match the declared checksum"
	// FailureObjectLost: the object disappeared or became shorter during verification.
	FailureObjectLost = "The uploaded file is gone from the store"
	// FailureLost: the backup was completed, and later its object was missing or changed.
	FailureLost = "The stored file was lost after the backup was completed"
)

// Metadata are keys and values that a client stores with a backup.
type Metadata map[string]string

// problem says what is wrong, or returns "". It accepts the keys of before without a
// check: an older release may have accepted them under other rules.
func (m Metadata) problem(before Metadata) string {
	size := 0
	for key, value := range m {
		size += len(key) + len(value)
		if _, kept := before[key]; !kept && (key == "" || utf8.RuneCountInString(key) > 128 || textProblem(key) != "") {
			return "Keys must be 1 to 128 characters, without control and invisible characters"
		}
		if strings.ContainsRune(value, 0) {
			return "Values must not contain NUL"
		}
	}
	if len(m) > 50 {
		return "Must have at most 50 keys"
	}
	if size > MaxMetadataBytes {
		return fmt.Sprintf("Keys and values must come to at most %d bytes", MaxMetadataBytes)
	}
	return ""
}

// Value gives the database a JSON object.
func (m Metadata) Value() (driver.Value, error) {
	if len(m) == 0 {
		return "{}", nil
	}
	b, err := json.Marshal(m)
	return string(b), err
}

// Scan reads a JSON object from the database.
func (m *Metadata) Scan(src any) error {
	b, ok := src.([]byte)
	if !ok {
		return fmt.Errorf("scan metadata: want JSON, have %T", src)
	}
	if string(b) == "{}" {
		*m = nil
		return nil
	}
	return json.Unmarshal(b, (*map[string]string)(m))
}

// Seconds truncates a time to whole seconds in UTC, the precision that LOX stores and shows.
func Seconds(t time.Time) time.Time { return t.UTC().Truncate(time.Second) }
