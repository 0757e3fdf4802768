package blob

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	"github.com/minio/minio-go/v7"

	"github.com/backlox/lox"
)

// Stat describes the current version of an object. CodeUploadIncomplete: there
// is none.
func (s *Store) Stat(ctx context.Context, key string) (lox.Object, error) {
	within, cancel := context.WithTimeout(ctx, requestTimeout)
	defer cancel()
	info, err := s.api.StatObject(within, s.bucket, key, minio.StatObjectOptions{Checksum: true})
	if ctx.Err() == nil && gone(err) {
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
		Size:        info.Size,
		ContentType: info.ContentType,
		ETag:        info.ETag,
		Version:     info.VersionID,
		Checksum:    fullChecksum(info),
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

// Hash reads the very object that Stat described and returns its SHA-256.
// CodeUploadIncomplete: it is gone, was replaced since, or is not o.Size bytes
// long.
func (s *Store) Hash(ctx context.Context, key string, o lox.Object) (lox.Checksum, error) {
	opts := minio.GetObjectOptions{VersionID: o.Version}
	if o.ETag != "" {
		if err := opts.SetMatchETag(o.ETag); err != nil {
			return lox.Checksum{}, fmt.Errorf("hash blob: %w", err)
		}
	}
	reading, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	watch := time.AfterFunc(stallTimeout, func() { cancel(errStalled) })
	defer watch.Stop()

	body, info, _, err := s.api.GetObject(reading, s.bucket, key, opts)
	if err != nil {
		return lox.Checksum{}, missing(ctx, "hash blob", cause(reading, err))
	}
	defer func() { _ = body.Close() }()
	if info.Size != o.Size {
		return lox.Checksum{}, incomplete(fmt.Errorf("hash blob: %d bytes are stored, not %d", info.Size, o.Size))
	}

	buf, ok := buffers.Get().(*[bufferSize]byte)
	if !ok {
		buf = new([bufferSize]byte)
	}
	defer buffers.Put(buf)
	hash := sha256.New()
	var read int64
	for {
		n, err := body.Read(buf[:])
		hash.Write(buf[:n])
		read += int64(n)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return lox.Checksum{}, failure(ctx, "hash blob", cause(reading, err))
		}
		watch.Reset(stallTimeout)
	}
	if read != o.Size {
		return lox.Checksum{}, failure(ctx, "hash blob", fmt.Errorf("got %d bytes of %d", read, o.Size))
	}
	return lox.Checksum(hash.Sum(nil)), nil
}

var errStalled = fmt.Errorf("no bytes for %v", stallTimeout)

// cause prefers the reason why ctx was canceled to the error that it led to.
func cause(ctx context.Context, err error) error {
	if c := context.Cause(ctx); c != nil {
		return c
	}
	return err
}

const bufferSize = 1 << 20

var buffers sync.Pool // of *[bufferSize]byte
