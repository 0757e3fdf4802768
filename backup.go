package lox

import (
	"database/sql/driver"
	"encoding/json"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"
)

// Status is where a backup stands.
type Status string

// A backup begins pending, is perhaps verifying for a while, and ends completed
// or failed.
const (
	StatusPending   Status = "pending"
	StatusVerifying Status = "verifying"
	StatusCompleted Status = "completed"
	StatusFailed    Status = "failed"
)

// Backup is one stored file, or the room reserved for one.
type Backup struct {
	ID     BackupID `db:"id"`
	Tenant TenantID `db:"tenant_id"`
	Name   string   `db:"name"`
	Status Status   `db:"status"`
	// Size is in bytes, as declared and as stored. Of a pending stream it is what its parts
	// have reserved so far.
	Size int64 `db:"size_bytes"`
	// PartSize is the size of all parts but the last, in bytes, and 0 if the file is uploaded by
	// one PUT.
	PartSize int64 `db:"part_size_bytes"`
	// Stream says that the size isn't known before the upload is complete.
	Stream bool `db:"stream"`
	// UploadID is the store's name for the upload in parts, "" until the first part is asked for.
	UploadID string `db:"upload_id"`
	// VerifiedBytes are how many were read so far by the verification.
	VerifiedBytes int64    `db:"verified_bytes"`
	ContentType   string   `db:"content_type"`
	Metadata      Metadata `db:"metadata"`
	// Declared is what the client said the checksum would be, if it did.
	Declared *Checksum `db:"declared_checksum"`
	// Checksum is set once the stored bytes are verified.
	Checksum *Checksum `db:"checksum"`
	// ObjectVersion names the verified bytes in a versioned bucket.
	ObjectVersion string `db:"object_version"`
	// Failure says why a backup failed, in words for its owner.
	Failure         string     `db:"failure"`
	CreatedAt       time.Time  `db:"created_at"`
	UploadExpiresAt time.Time  `db:"upload_expires_at"`
	CompletedAt     *time.Time `db:"completed_at"`
}

// NewBackup is what a client asks for when it creates a backup.
type NewBackup struct {
	Name string
	// Size is in bytes, 0 for a stream.
	Size int64
	// Multipart says whether the file is uploaded in parts; nil leaves it to its size.
	Multipart *bool
	// MaxSize is the most that a stream may have, in bytes; 0 for as much as parts of
	// StreamPartSize hold.
	MaxSize     int64
	ContentType string
	Metadata    Metadata
	Checksum    *Checksum
}

// MaxMetadataBytes is the most that keys and values of a backup's metadata may
// come to.
const MaxMetadataBytes = 16 << 10

// Check returns a validation error that names every field which is wrong, or
// nil. It guards what the API's schema can't say; the rest is checked there
// too.
func (n NewBackup) Check() error {
	problems := map[string]string{}
	switch length := utf8.RuneCountInString(n.Name); {
	case length == 0:
		problems["name"] = "Name is required"
	case length > 255:
		problems["name"] = "Must be at most 255 characters"
	default:
		if problem := textProblem(n.Name); problem != "" {
			problems["name"] = problem
		}
	}
	n.checkSize(problems)
	if problem := n.Metadata.problem(nil); problem != "" {
		problems["metadata"] = problem
	}
	return invalidBody(problems)
}

// Pending returns the backup that n becomes, its upload URL valid for ttl.
func (n NewBackup) Pending(tenant TenantID, now time.Time, ttl time.Duration) Backup {
	now = Seconds(now)
	return Backup{
		ID: NewBackupID(), Tenant: tenant, Name: n.Name, Status: StatusPending, Size: n.Size, PartSize: n.partSize(), Stream: n.Size == 0,
		ContentType: n.ContentType, Metadata: n.Metadata, Declared: n.Checksum,
		CreatedAt: now, UploadExpiresAt: now.Add(ttl),
	}
}

// ObjectKey is where the bytes are kept. It is never used again, not even for
// the same name.
func (b Backup) ObjectKey() string { return b.Tenant.String() + "/" + b.ID.String() }

// ParseObjectKey returns the ids in the key of a backup's object. Keys are ordered by their
// bytes as backups are by tenant and id.
func ParseObjectKey(key string) (tenant TenantID, id BackupID, ok bool) {
	tenantText, idText, ok := strings.Cut(key, "/")
	return tenant, id, ok && tenant.UnmarshalText([]byte(tenantText)) == nil && id.UnmarshalText([]byte(idText)) == nil
}

// An upload that began just before its URL expired may last for a while: as
// long as it takes at the slowest speed that is put up with, but not less than
// graceMin.
const (
	graceMin   = 15 * time.Minute
	slowUpload = 1 << 20 // bytes per second
)

// Deadline is when an unfinished upload counts as failed. One in parts has PartsGrace from
// when the latest of their URLs has expired.
func (b Backup) Deadline() time.Time {
	if b.PartSize > 0 {
		return b.UploadExpiresAt.Add(PartsGrace)
	}
	grace := time.Duration(b.Size/slowUpload) * time.Second
	return b.UploadExpiresAt.Add(max(grace, graceMin))
}

// Why backups fail, as their owners read it.
const (
	// FailureUploadTimeout: it was not completed by its deadline. The words are
	// the published document's.
	FailureUploadTimeout = "Upload timeout exceeded"
	// FailureChecksum: the stored bytes are not those that were declared.
	FailureChecksum = "The uploaded bytes do not match the declared checksum"
	// FailureObjectLost: the object vanished or shrank while it was verified.
	FailureObjectLost = "The uploaded file is gone from the store"
	// FailureLost: the backup was completed, and its object is gone, or isn't what it was.
	FailureLost = "The stored file was lost after the backup was completed"
)

// Metadata is what a client wants to be told again about a backup.
type Metadata map[string]string

// problem says what is wrong, or returns "". Keys that were there before are as good
// as they were.
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

// Seconds cuts a time to what LOX keeps and shows: UTC, whole seconds.
func Seconds(t time.Time) time.Time { return t.UTC().Truncate(time.Second) }
