package lox

import (
	"context"
	"iter"
	"time"
)

// MaxSinglePut is the largest object, in bytes, that S3 takes in one PUT.
// Source: Amazon S3 User Guide, "Uploading objects" (5 GiB).
const MaxSinglePut = 5 << 30

// Upload says what one presigned PUT accepts: an object of exactly Size bytes
// under Key.
type Upload struct {
	Key  string
	Size int64
	// ContentType is signed unless it is empty. With an empty one the store accepts any type.
	ContentType string
	// Checksum is signed unless it is nil: then the store refuses other bytes.
	Checksum *Checksum
	// Signed is when the URL begins to be valid; zero means now.
	Signed time.Time
	// Expires is how long the URL is valid, in whole seconds.
	Expires time.Duration
}

// PresignedUpload is a URL to PUT to and the headers that must be sent with
// it, as they were signed.
type PresignedUpload struct {
	// URL is absolute, or a path such as "/storage/upload/…" if the server of the API
	// serves the store itself.
	URL     string
	Headers map[string]string
}

// Download says what a presigned GET returns.
type Download struct {
	Key string
	// Version selects the verified version of the object. It is empty when the
	// bucket is not versioned.
	Version string
	// Filename is the name under which clients save the answer. The answer is an
	// attachment even if it is empty. An empty ContentType means
	// application/octet-stream. The headers of the upload never appear in the
	// answer.
	Filename    string
	ContentType string
	Expires     time.Duration
}

// Object describes a stored object.
type Object struct {
	Size int64
	ETag string
	// Version is empty when the bucket is not versioned.
	Version string
	// Checksum is the SHA-256 of the whole object if the store has verified one
	// during the upload, else nil.
	Checksum *Checksum
}

// BlobStore keeps the bytes of backups. Its methods return an Error with
// CodeUnavailable when the store can't be reached or answers with a failure of
// its own, and with CodeUploadIncomplete where noted.
type BlobStore interface {
	OwnObjects
	PartStore

	// HasSpace fails with CodeUnavailable if the store has no space now for an upload
	// of size bytes. It reserves nothing.
	HasSpace(ctx context.Context, size int64) error

	// PresignPut computes an upload URL. It needs no network.
	PresignPut(ctx context.Context, u Upload) (PresignedUpload, error)

	// PresignGet computes a download URL, absolute or a path like the URL of a
	// PresignedUpload. The URL also serves ranges. It needs no network.
	PresignGet(ctx context.Context, d Download) (url string, err error)

	// Stat describes the current version of an object. CodeUploadIncomplete:
	// there is none.
	Stat(ctx context.Context, key string) (Object, error)

	// Hash reads the object o, as Stat has described it, and returns the SHA-256 of its
	// bytes. If from belongs to the same object, it continues from there, else it begins at
	// the first byte. save, if it isn't nil, gets the state after every MiB. The goroutine
	// that hashes calls save, so save must return at once. CodeUploadIncomplete: the object
	// was deleted or replaced since, or is not o.Size bytes long.
	Hash(ctx context.Context, key string, o Object, from HashState, save func(HashState)) (Checksum, error)

	// StopUpload ends a running upload of the object, without waiting for its end, if
	// uploads go through this process. Call it after the deletion of the backup, so that
	// no other upload begins. Delete removes what the upload may have stored. StopUpload
	// needs no network.
	StopUpload(key string)

	// Delete removes all versions of an object. A missing object is no error.
	Delete(ctx context.Context, key string) error

	// DeleteOthers removes all versions of an object except one and returns how many it
	// removed, even if it fails before the end. It removes none if that version doesn't
	// exist, or if the store keeps no versions.
	DeleteOthers(ctx context.Context, key, version string) (removed int, err error)

	// DeleteAll does what Delete does, or DeleteOthers for a Purge with Keep, for many
	// objects. If one request can delete many objects, it uses few requests. Bytes
	// uploaded meanwhile may stay. It returns one result for each purge, in the same order.
	// If the store refuses a request because of missing permissions, such as to list
	// versions, that is an error.
	DeleteAll(ctx context.Context, purges []Purge) []Purged
}

// Purged is the result of a Purge.
type Purged struct {
	// Removed is how many versions or files were removed, even if Err is set; 0 if the
	// store doesn't report it.
	Removed int
	// Err is why some bytes may not be deleted. CodeUnavailable.
	Err error
}

// ObjectLister lists the objects of a store, to compare them with the database. A
// list is no snapshot: an object that is added or deleted meanwhile may be in it or
// not. The list includes foreign objects in the same place, such as files that LOX
// did not write, but not the OwnObjects.
type ObjectLister interface {
	// Objects yields all versions of all objects in the byte order of their keys. The
	// versions of one key follow each other. It holds a bounded number of them in memory.
	// It ends after the first error: CodeUnavailable.
	Objects(ctx context.Context) iter.Seq2[StoredObject, error]

	// Versions returns the versions of one key, none if there is no such object.
	// CodeUnavailable.
	Versions(ctx context.Context, key string) ([]StoredObject, error)
}

// StoredObject is one version of an object, as a list shows it.
type StoredObject struct {
	Key string
	// Version is empty if the store keeps none, or doesn't list them.
	Version string
	Size    int64
	// Modified is when it was stored, by the clock of the store.
	Modified time.Time
	// Latest means that a download without a version returns this one.
	Latest bool
	// Deleted means a delete marker, which a deletion without a version leaves. It has no bytes.
	Deleted bool
}
