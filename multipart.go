package lox

import (
	"context"
	"iter"
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
	ETag, Version string
	// Bytes is how many bytes of the object are in State.
	Bytes int64
	// State is that of crypto/sha256, as its MarshalBinary writes it.
	State []byte
}
