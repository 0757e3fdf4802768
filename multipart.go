package lox

import (
	"cmp"
	"context"
	"database/sql/driver"
	"encoding/json"
	"fmt"
	"iter"
	"strconv"
	"time"
)

// The limits of an upload in parts. Source: Amazon S3 User Guide, "Amazon S3 multipart upload
// limits": 1 to 10,000 parts, each of up to 5 GiB, all but the last of at least 5 MiB.
const (
	// MaxParts is the largest number of parts of an upload.
	MaxParts = 10_000
	// MinPartSize is the smallest part size, in bytes. It is larger than S3's, because each
	// part costs a request. The last part may be smaller.
	MinPartSize = 8 << 20
	// StreamPartSize is the part size of a stream, in bytes, unless the largest size of the
	// stream needs more than MaxParts parts of this size.
	StreamPartSize = 32 << 20
	// MaxSize is the largest backup, in bytes: 48.8 TiB.
	MaxSize = MaxParts * MaxSinglePut
)

// Part sizes are multiples of partSizeUnit bytes.
const partSizeUnit = 1 << 20

// PartSize returns the part size, in bytes, for an upload of size bytes: the smallest multiple
// of 1 MiB, but at least least, with which the upload has no more than MaxParts parts.
func PartSize(size, least int64) int64 {
	each := (size + MaxParts - 1) / MaxParts
	return max(least, (each+partSizeUnit-1)/partSizeUnit*partSizeUnit)
}

// PartCount returns how many parts an upload of size bytes has. Every part except the last
// has partSize bytes.
func PartCount(size, partSize int64) int { return int((size + partSize - 1) / partSize) }

// PartsGrace is how long an upload in parts may go on after the last URL of a part has
// expired: a part that began before may be slow, and a disconnected client may come back.
const PartsGrace = 24 * time.Hour

// multipart reports whether the file is uploaded in parts.
func (n NewBackup) multipart() bool {
	if n.Multipart != nil {
		return *n.Multipart
	}
	return n.Size > MaxSinglePut
}

// partSize returns the Backup.PartSize for n.
func (n NewBackup) partSize() int64 {
	switch {
	case !n.multipart():
		return 0
	case n.Size == 0:
		return PartSize(n.MaxSize, StreamPartSize)
	default:
		return PartSize(n.Size, MinPartSize)
	}
}

// checkSize adds the problems with the size to problems, by field. The API's schema has the ranges.
func (n NewBackup) checkSize(problems map[string]string) {
	switch {
	case n.Size == 0 && !n.multipart():
		problems["size_bytes"] = "Size is required, unless multipart is true"
	case n.Size > MaxSinglePut && !n.multipart():
		problems["multipart"] = fmt.Sprintf("Must be true for more than %d bytes (5 GiB)", int64(MaxSinglePut))
	}
	if n.MaxSize > 0 && (n.Size > 0 || !n.multipart()) {
		problems["max_size_bytes"] = "Must be absent, unless the backup is a stream: multipart true, and no size_bytes"
	}
}

// Parts names the backup's upload in parts. The backup must be one that is uploaded in parts.
func (b Backup) Parts() PartsOf {
	return PartsOf{Key: b.ObjectKey(), UploadID: b.UploadID, PartSize: b.PartSize}
}

// PartCount returns how many parts the backup has, 0 for a stream.
func (b Backup) PartCount() int {
	if b.Stream {
		return 0
	}
	return PartCount(b.Size, b.PartSize)
}

// RequestedPart is a part whose upload URL a client requests.
type RequestedPart struct {
	Number int
	// Size is in bytes. 0 means the size that follows from the number.
	Size     int64
	Checksum *Checksum
}

// PartUploads returns what to sign for the requested parts, valid for ttl, and the least number
// of bytes that the backup has with these parts. A validation error names every invalid part.
func (b Backup) PartUploads(parts []RequestedPart, ttl time.Duration) (uploads []PartUpload, size int64, err error) {
	problems, seen := map[string]string{}, map[int]bool{}
	for i, p := range parts {
		field := "parts." + strconv.Itoa(i) + "."
		u := PartUpload{PartsOf: b.Parts(), Number: p.Number, Size: b.PartSize, Checksum: p.Checksum, Expires: ttl}
		count := b.PartCount()
		if p.Number == count {
			u.Size = b.Size - int64(count-1)*b.PartSize
		}
		switch {
		case p.Number < 1 || p.Number > MaxParts:
			problems[field+"part_number"] = "Must be an integer between 1 and " + strconv.Itoa(MaxParts)
		case count > 0 && p.Number > count:
			problems[field+"part_number"] = "Must be at most " + strconv.Itoa(count)
		case seen[p.Number]:
			problems[field+"part_number"] = "Must be there once"
		case p.Size == 0:
		case b.Stream && p.Size > 0 && p.Size <= b.PartSize:
			u.Size = p.Size
		case b.Stream:
			problems[field+"size_bytes"] = fmt.Sprintf("Must be 1 to %d", b.PartSize)
		case p.Size != u.Size:
			problems[field+"size_bytes"] = fmt.Sprintf("Must be %d", u.Size)
		}
		seen[p.Number] = true
		size = max(size, int64(p.Number-1)*b.PartSize+u.Size)
		uploads = append(uploads, u)
	}
	return uploads, size, invalidBody(problems)
}

// Uploaded is the size and the checksum that a client states when it completes a backup.
type Uploaded struct {
	// Size is in bytes, 0 if the client doesn't state it.
	Size int64
	// Checksum is nil if the client doesn't state it.
	Checksum *Checksum
}

// Check returns a validation error if the backup has another size or checksum than the client
// states, or if the size of a stream is missing.
func (u Uploaded) Check(b Backup) error {
	problems := map[string]string{}
	open := b.Stream && b.Status == StatusPending
	switch {
	case open && u.Size == 0:
		problems["size_bytes"] = "Size is required for a stream"
	case !open && u.Size > 0 && u.Size != b.Size:
		problems["size_bytes"] = fmt.Sprintf("Must be %d", b.Size)
	}
	if known := cmp.Or(b.Checksum, b.Declared); u.Checksum != nil && known != nil && *u.Checksum != *known {
		problems["checksum"] = "Must be " + known.String()
	}
	return invalidBody(problems)
}

// With returns a pending backup with the size and the checksum that the client states.
func (b Backup) With(u Uploaded) Backup {
	if b.Stream {
		b.Size = u.Size
	}
	b.Declared = cmp.Or(b.Declared, u.Checksum)
	return b
}

// PartsOf names an upload in parts.
type PartsOf struct {
	// Key is the key of the object that the parts become.
	Key string
	// UploadID is the result of BeginParts.
	UploadID string
	// PartSize is the size of every part except the last, in bytes.
	PartSize int64
}

// PartUpload says what one presigned PUT of a part accepts: exactly Size bytes.
type PartUpload struct {
	PartsOf

	// Number is 1 to MaxParts.
	Number int
	// Size is PartSize, or less for the last part.
	Size int64
	// Checksum is signed unless it is nil: then the store refuses other bytes.
	Checksum *Checksum
	// Expires is how long the URL is valid, in whole seconds.
	Expires time.Duration
}

// Part is a stored part.
type Part struct {
	Number int
	Size   int64
	// Checksum is the SHA-256 of the part if the store reports it, else nil.
	Checksum *Checksum
	// Modified is when the part was stored, by the clock of the store.
	Modified time.Time
}

// UnfinishedParts is an upload in parts that is neither assembled nor aborted, as the store
// lists it.
type UnfinishedParts struct {
	Key, UploadID string
	// Begun is when the upload began, by the clock of the store.
	Begun time.Time
}

// PartStore stores objects that are uploaded in parts, in any order and several at once. A
// repeated upload of a part replaces the stored part. The parts are no object until
// AssembleParts. Its methods return an Error with CodeUnavailable when the store can't be
// reached or has failed, and with CodeUploadIncomplete where noted.
type PartStore interface {
	// BeginParts begins an upload in parts, and returns its id. An upload that is never used
	// leaves nothing in the store except, perhaps, an entry in UnfinishedParts.
	BeginParts(ctx context.Context, key string) (uploadID string, err error)

	// PresignPart computes the upload URL of a part. It needs no network. The store refuses
	// the URL after the upload was assembled or aborted.
	PresignPart(ctx context.Context, p PartUpload) (PresignedUpload, error)

	// Parts returns up to limit completely stored parts in the order of their numbers, beginning
	// with the first number above after. CodeUploadIncomplete: the upload does not exist, or no
	// longer.
	Parts(ctx context.Context, of PartsOf, after, limit int) ([]Part, error)

	// AssembleParts joins the parts to the object of size bytes, which replaces an earlier
	// object, and ends the upload. It is idempotent: it succeeds if the object exists and the
	// upload doesn't. CodeUploadIncomplete: a part is missing, has another size, or is beyond
	// size; then nothing has changed.
	AssembleParts(ctx context.Context, of PartsOf, size int64) error

	// AbortParts ends an upload and removes its parts, including those that are being uploaded.
	// A missing upload is no error. If the parts were assembled, the object stays.
	AbortParts(ctx context.Context, of PartsOf) error

	// UnfinishedParts yields the uploads in parts that are in the store, in any order, including
	// those that LOX did not begin. It holds a bounded number of them in memory. It ends after
	// the first error.
	UnfinishedParts(ctx context.Context) iter.Seq2[UnfinishedParts, error]
}

// HashState is a saved state of the SHA-256 of an object, from which the hash can continue
// later, also in another process.
type HashState struct {
	// ETag and Version identify the object that was read. The state is useless for any other.
	ETag    string `json:"etag"`
	Version string `json:"version,omitempty"`
	// Bytes is how many bytes of the object State covers.
	Bytes int64 `json:"bytes"`
	// State is the result of MarshalBinary of the hash in crypto/sha256.
	State []byte `json:"state"`
}

// Value gives the database JSON, or an empty string for the zero HashState.
func (h HashState) Value() (driver.Value, error) {
	if h.Bytes == 0 {
		return "", nil
	}
	text, err := json.Marshal(h)
	return string(text), err
}

// Scan reads what Value has written.
func (h *HashState) Scan(src any) error {
	*h = HashState{}
	switch text := src.(type) {
	case []byte:
		if len(text) == 0 {
			return nil
		}
		return json.Unmarshal(text, h)
	case string:
		return h.Scan([]byte(text))
	default:
		return fmt.Errorf("scan hash state: want JSON, have %T", src)
	}
}
