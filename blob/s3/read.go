package s3

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/minio/minio-go/v7"

	"github.com/backlox/lox"
	"github.com/backlox/lox/blob"
)

// Stat describes the current version of an object. CodeUploadIncomplete: there
// is none.
func (s *Store) Stat(ctx context.Context, key string) (lox.Object, error) {
	within, cancel := context.WithTimeout(ctx, requestTimeout)
	defer cancel()
	info, err := s.api.StatObject(within, s.bucket, key, minio.StatObjectOptions{Checksum: true})
	if ctx.Err() == nil && objectMissing(err) {
		// The answer to HEAD has no body to say whether it is the object or
		// the bucket that isn't there. A backup must not be taken for never
		// uploaded because somebody lost the bucket.
		if err := s.findBucket(within); err != nil {
			return lox.Object{}, failure(ctx, "stat blob", err)
		}
	}
	if err != nil {
		return lox.Object{}, missing(ctx, "stat blob", err)
	}
	return lox.Object{
		Size:     info.Size,
		ETag:     info.ETag,
		Version:  info.VersionID,
		Checksum: fullChecksum(info),
	}, nil
}

// fullChecksum returns the SHA-256 of the whole object if the store has one.
// That of a multipart upload is a hash of the parts' hashes, is of type
// COMPOSITE and ends with "-" and the number of parts.
func fullChecksum(info minio.ObjectInfo) *lox.Checksum {
	if info.ChecksumMode != "" && info.ChecksumMode != "FULL_OBJECT" || strings.Contains(info.ChecksumSHA256, "-") {
		return nil
	}
	sum, err := lox.ChecksumFromBase64(info.ChecksumSHA256)
	if err != nil {
		return nil
	}
	return &sum
}

// Hash reads the object o, as Stat has described it, from a state on, and returns its
// SHA-256. CodeUploadIncomplete: the object was deleted or replaced since, or is not o.Size
// bytes long.
func (s *Store) Hash(
	ctx context.Context, key string, o lox.Object, from lox.HashState, save func(lox.HashState),
) (lox.Checksum, error) {
	digest := blob.NewDigest(o, from, save)
	reading, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	watch := time.AfterFunc(stallTimeout, func() { cancel(errStalled) })
	defer watch.Stop()
	body, err := s.open(reading, key, o, digest)
	if err != nil {
		if lox.CodeOf(err) == lox.CodeUploadIncomplete {
			return lox.Checksum{}, err
		}
		return lox.Checksum{}, missing(ctx, "hash blob", cause(reading, err))
	}
	defer func() { _ = body.Close() }()
	if err := digest.Read(reading, body, func() { watch.Reset(stallTimeout) }); err != nil {
		return lox.Checksum{}, failure(ctx, "hash blob", cause(reading, err))
	}
	if digest.Bytes() != o.Size {
		return lox.Checksum{}, failure(ctx, "hash blob", fmt.Errorf("got %d bytes of %d", digest.Bytes(), o.Size))
	}
	return digest.Sum(), nil
}

var errStalled = fmt.Errorf("no bytes for %v", stallTimeout)

// open returns the bytes of the object o that digest has not hashed yet.
func (s *Store) open(ctx context.Context, key string, o lox.Object, digest *blob.Digest) (io.ReadCloser, error) {
	opts := minio.GetObjectOptions{VersionID: o.Version}
	if o.ETag != "" {
		if err := opts.SetMatchETag(o.ETag); err != nil {
			return nil, fmt.Errorf("hash blob: %w", err)
		}
	}
	// A range has a byte at least: of an object that was hashed to its end the last one shows that
	// it is still there.
	first := max(0, min(digest.Bytes(), o.Size-1))
	if first > 0 {
		if err := opts.SetRange(first, 0); err != nil {
			return nil, fmt.Errorf("hash blob: %w", err)
		}
	}
	body, found, header, err := s.api.GetObject(ctx, s.bucket, key, opts)
	if minio.ToErrorResponse(err).Code == minio.InvalidRange {
		return nil, blob.Incomplete(fmt.Errorf("hash blob: fewer than %d bytes are stored: %w", first+1, err))
	}
	if err != nil {
		return nil, err
	}
	if first > 0 && header.Get("Content-Range") == "" { // it has no ranges
		digest.Restart()
		first = 0
	}
	if found.Size != o.Size-first {
		_ = body.Close()
		return nil, blob.Incomplete(fmt.Errorf("hash blob: %d bytes are stored, not %d", found.Size+first, o.Size))
	}
	if _, err := io.CopyN(io.Discard, body, digest.Bytes()-first); err != nil {
		_ = body.Close()
		return nil, err
	}
	return body, nil
}

// cause returns the reason why ctx was cancelled, or else the error.
func cause(ctx context.Context, err error) error {
	if c := context.Cause(ctx); c != nil {
		return c
	}
	return err
}
