package lox

import (
	"context"
	"iter"
	"time"
)

// MaxSinglePut is the largest object, in bytes, that S3 takes in one PUT.
// Source: Amazon S3 User Guide, "Uploading objects" (5 GiB).
const MaxSinglePut = 5 << 30

// Upload says what one presigned PUT admits: an object of exactly Size bytes
// under Key and nothing else.
type Upload struct {
	Key  string
	Size int64
	// ContentType is signed when it isn't empty; otherwise any type is taken.
	ContentType string
	// Checksum, when the client declared one, is signed, and the store refuses
	// other bytes.
	Checksum *Checksum
	// Signed is when the URL begins to be valid; zero is now.
	Signed time.Time
	// Expires is how long the URL is valid, in whole seconds.
	Expires time.Duration
}

// PresignedUpload is a URL to PUT to and the headers that must be sent with
// it, as they were signed.
type PresignedUpload struct {
	// URL is absolute, or a path at the address of the API, such as
	// "/storage/upload/…", of a store that the API's server is a part of.
	URL     string
	Headers map[string]string
}

// Download says what a presigned GET yields.
type Download struct {
	Key string
	// Version pins the very bytes that were verified. It is empty when the
	// bucket is not versioned.
	Version string
	// Filename is the name under which clients save the answer; it is an
	// attachment also without one. An empty ContentType is
	// application/octet-stream. Neither, nor any other header of the answer,
	// is what the upload was sent with.
	Filename    string
	ContentType string
	Expires     time.Duration
}

// Object is what the store knows of a stored object.
type Object struct {
	Size int64
	ETag string
	// Version is empty when the bucket is not versioned.
	Version string
	// Checksum is the SHA-256 of the whole object if the store verified one
	// on upload, else nil.
	Checksum *Checksum
}

// BlobStore keeps the bytes of backups. Its methods return an Error with
// CodeUnavailable when the store can't be reached or answers with a failure of
// its own, and with CodeUploadIncomplete where noted.
type BlobStore interface {
	OwnObjects
	PartStore

	// HasRoom fails with CodeUnavailable if the store has no room now for an upload
	// of size bytes. It reserves nothing.
	HasRoom(ctx context.Context, size int64) error

	// PresignPut computes an upload URL. It needs no network.
	PresignPut(ctx context.Context, u Upload) (PresignedUpload, error)

	// PresignGet computes a download URL, which also serves ranges: absolute or a
	// path, as that of a PresignedUpload. It needs no network.
	PresignGet(ctx context.Context, d Download) (url string, err error)

	// Stat describes the current version of an object. CodeUploadIncomplete:
	// there is none.
	Stat(ctx context.Context, key string) (Object, error)

	// Hash reads the very object that Stat described and returns the SHA-256
	// of its bytes. It reads on from the state from if that is one of the same
	// object, else from the beginning; the zero HashState is none. save, if it isn't
	// nil, gets the state after every MiB, from the goroutine that hashes: it must
	// return at once. CodeUploadIncomplete: the object is gone, was replaced since, or
	// is not o.Size bytes long.
	Hash(ctx context.Context, key string, o Object, from HashState, save func(HashState)) (Checksum, error)

	// StopUpload ends an upload of the object that is under way, without waiting for
	// it, if uploads go through this process. Who deletes a backup calls it after the
	// backup is gone, so that no other upload begins, and leaves to Delete what may be
	// stored by then. It needs no network.
	StopUpload(key string)

	// Delete removes an object in all its versions. A missing one is no error.
	Delete(ctx context.Context, key string) error

	// DeleteOthers removes all versions of an object but one and says how many
	// they were, also when it fails in the middle. It removes none if that one
	// isn't there, or if the store keeps no versions.
	DeleteOthers(ctx context.Context, key, version string) (removed int, err error)

	// DeleteAll does to each object what Delete, or with Keep DeleteOthers, does to one,
	// by few requests if the store has one for many. What is uploaded meanwhile may
	// stay. It returns as many results, in the same order. What a store
	// refuses because of missing permissions, such as to list versions, is an error.
	DeleteAll(ctx context.Context, purges []Purge) []Purged
}

// Purged is what became of a Purge.
type Purged struct {
	// Removed is how many versions or files were removed, also when it failed in the
	// middle; 0 if the store doesn't tell.
	Removed int
	// Err is why something may be left. CodeUnavailable.
	Err error
}

// ObjectLister lists what a store holds, to compare it with what the database knows.
// A list is no snapshot: what comes or goes meanwhile may be in it or not. It names
// what else lies in the same place, too, such as files that LOX did not write, but not the
// OwnObjects.
type ObjectLister interface {
	// Objects yields all versions of all objects in the byte order of their keys, and
	// those of one key one after another. It keeps a bounded part of them in memory.
	// An error is the last that it yields: CodeUnavailable.
	Objects(ctx context.Context) iter.Seq2[StoredObject, error]

	// Versions returns those of one key, none if there is no such object.
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
	// Latest is what a download without a version would yield.
	Latest bool
	// Deleted is the mark that a deletion without a version leaves: it has no bytes.
	Deleted bool
}
