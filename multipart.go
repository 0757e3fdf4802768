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
	// MaxParts is how many parts an upload has at most.
	MaxParts = 10_000
	// MinPartSize is the smallest size of all parts but the last, in bytes: more than S3's,
	// since each part costs a request.
	MinPartSize = 8 << 20
	// StreamPartSize is that of an upload whose size isn't known, in bytes, unless it asks for
	// more room than MaxParts of them have.
	StreamPartSize = 32 << 20
	// MaxSize is the largest backup, in bytes: 48.8 TiB.
	MaxSize = MaxParts * MaxSinglePut
)

// partSizeUnit is what the size of parts is a multiple of, in bytes.
const partSizeUnit = 1 << 20

// PartSize returns the size, in bytes, of all parts but the last of an upload of size bytes:
// the smallest multiple of 1 MiB, and not less than least, by which MaxParts suffice.
func PartSize(size, least int64) int64 {
	each := (size + MaxParts - 1) / MaxParts
	return max(least, (each+partSizeUnit-1)/partSizeUnit*partSizeUnit)
}

// PartCount returns how many parts of partSize bytes, the last of which may be smaller, an
// upload of size bytes has.
func PartCount(size, partSize int64) int { return int((size + partSize - 1) / partSize) }

// PartsGrace is how long an upload in parts may go on after the latest URL of a part has
// expired: a part that began before may be slow, and a client that was cut off may come back.
const PartsGrace = 24 * time.Hour

// multipart reports whether the file is uploaded in parts.
func (n NewBackup) multipart() bool {
	if n.Multipart != nil {
		return *n.Multipart
	}
	return n.Size > MaxSinglePut
}

// partSize is Backup.PartSize.
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

// checkSize notes what is wrong with the size, by field.
func (n NewBackup) checkSize(problems map[string]string) {
	switch {
	case n.Size < 0:
		problems["size_bytes"] = "Must be a positive integer"
	case n.Size > MaxSize:
		problems["size_bytes"] = fmt.Sprintf("Must be at most %d bytes (48.8 TiB)", int64(MaxSize))
	case n.Size == 0 && !n.multipart():
		problems["size_bytes"] = "Size is required, unless multipart is true"
	case n.Size > MaxSinglePut && !n.multipart():
		problems["multipart"] = fmt.Sprintf("Must be true for more than %d bytes (5 GiB)", int64(MaxSinglePut))
	}
	switch {
	case n.MaxSize < 0 || n.MaxSize > MaxSize:
		problems["max_size_bytes"] = fmt.Sprintf("Must be 1 to %d bytes (48.8 TiB)", int64(MaxSize))
	case n.MaxSize > 0 && (n.Size > 0 || !n.multipart()):
		problems["max_size_bytes"] = "Must be absent, unless the backup is a stream: multipart true, and no size_bytes"
	}
}

// Parts names the upload of the backup, which is one in parts.
func (b Backup) Parts() PartsOf {
	return PartsOf{Key: b.ObjectKey(), UploadID: b.UploadID, PartSize: b.PartSize}
}

// PartCount is how many parts the backup has, and 0 for a stream.
func (b Backup) PartCount() int {
	if b.Stream {
		return 0
	}
	return PartCount(b.Size, b.PartSize)
}

// RequestedPart is a part whose upload URL is asked for.
type RequestedPart struct {
	Number int
	// Size is in bytes, 0 for what follows from the number.
	Size     int64
	Checksum *Checksum
}

// PartUploads returns what the URLs of the parts admit, which work for ttl, and how many bytes the
// backup has at least then. A validation error names every part that is wrong.
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

// Uploaded is what a client says of its upload when it completes a backup.
type Uploaded struct {
	// Size is in bytes, 0 if the client doesn't say it.
	Size int64
	// Checksum is nil if the client doesn't say it.
	Checksum *Checksum
}

// Check returns a validation error if the backup isn't what the client says of it, or if a stream's
// size is missing.
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

// With returns a pending backup with what the client says of its upload.
func (b Backup) With(u Uploaded) Backup {
	if b.Stream {
		b.Size = u.Size
	}
	b.Declared = cmp.Or(b.Declared, u.Checksum)
	return b
}

// PartsOf names an upload in parts.
type PartsOf struct {
	// Key is that of the object that the parts become.
	Key string
	// UploadID is what BeginParts returned.
	UploadID string
	// PartSize is the size of all parts but the last, in bytes.
	PartSize int64
}

// PartUpload says what one presigned PUT of a part admits: exactly Size bytes.
type PartUpload struct {
	PartsOf

	// Number is 1 to MaxParts.
	Number int
	// Size is PartSize, or less for the last part.
	Size int64
	// Checksum, when the client declared one, is signed, and the store refuses other bytes.
	Checksum *Checksum
	// Expires is how long the URL is valid, in whole seconds.
	Expires time.Duration
}

// Part is one that the store has.
type Part struct {
	Number int
	Size   int64
	// Checksum is the SHA-256 of the part if the store tells it, else nil.
	Checksum *Checksum
	// Modified is when the part was stored, by the clock of the store.
	Modified time.Time
}

// UnfinishedParts is an upload in parts that is neither assembled nor aborted, as the store
// lists it.
type UnfinishedParts struct {
	Key, UploadID string
	// Begun is when it was begun, by the clock of the store.
	Begun time.Time
}

// PartStore takes objects in parts, in any order and several at once. A part that is uploaded
// again replaces the one before. Nothing of an upload is an object until AssembleParts. Its methods
// return an Error with CodeUnavailable when the store can't be reached or has failed, and with
// CodeUploadIncomplete where noted.
type PartStore interface {
	// BeginParts begins an upload in parts, and returns its id. Of one that is never used the
	// store keeps nothing but, perhaps, an entry in UnfinishedParts.
	BeginParts(ctx context.Context, key string) (uploadID string, err error)

	// PresignPart computes the upload URL of a part. It needs no network. Once the upload is
	// assembled or aborted, the store refuses the URL.
	PresignPart(ctx context.Context, p PartUpload) (PresignedUpload, error)

	// Parts returns up to limit parts whose bytes are all there, in the order of their numbers,
	// from the first above after on. CodeUploadIncomplete: there is no such upload, any more.
	Parts(ctx context.Context, of PartsOf, after, limit int) ([]Part, error)

	// AssembleParts makes the parts the object, of size bytes, in place of an earlier one, and
	// ends the upload. It is done once however often it is called: that the object is there and the upload
	// is gone is no error. CodeUploadIncomplete: a part is missing, has another size, or
	// is one too many for size; nothing has changed then.
	AssembleParts(ctx context.Context, of PartsOf, size int64) error

	// AbortParts ends an upload and removes its parts, also those that are being uploaded. One that
	// is gone is no error. An object that the parts became stays.
	AbortParts(ctx context.Context, of PartsOf) error

	// UnfinishedParts yields the uploads in parts that are in the store, in any order, those of
	// others than LOX included. It keeps a bounded part of them in memory. An error is the last that it yields.
	UnfinishedParts(ctx context.Context) iter.Seq2[UnfinishedParts, error]
}

// HashState is how far the SHA-256 of an object has got: it goes on from there later, also in
// another process.
type HashState struct {
	// ETag and Version are those of the object that was read: a state says nothing about
	// another one.
	ETag    string `json:"etag"`
	Version string `json:"version,omitempty"`
	// Bytes is how many bytes of the object are in State.
	Bytes int64 `json:"bytes"`
	// State is that of crypto/sha256, as its MarshalBinary writes it.
	State []byte `json:"state"`
}

// Value gives the database JSON, or an empty text for the zero HashState.
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
