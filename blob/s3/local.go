package s3

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"

	"github.com/minio/minio-go/v7"

	"github.com/backlox/lox"
	"github.com/backlox/lox/blob"
)

// Local is a store in this process. What is said of an object, and its bytes, are
// had from it without a request.
type Local interface {
	// Open returns the bytes of an object and what HEAD says of it.
	// fs.ErrNotExist: there is no such object, although there is the bucket.
	Open(bucket, key string) (io.ReadCloser, lox.Object, error)
}

func (s *Store) statLocal(ctx context.Context, key string) (lox.Object, error) {
	body, o, err := s.openLocal(ctx, "stat blob", key)
	if err != nil {
		return lox.Object{}, err
	}
	return o, failure(ctx, "stat blob", body.Close())
}

func (s *Store) openLocal(ctx context.Context, what, key string) (io.ReadCloser, lox.Object, error) {
	if err := ctx.Err(); err != nil {
		return nil, lox.Object{}, failure(ctx, what, err)
	}
	body, o, err := s.local.Open(s.bucket, key)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, lox.Object{}, blob.Incomplete(fmt.Errorf("%s: %w", what, err))
	}
	return body, o, failure(ctx, what, err)
}

// open returns the bytes of the very object that Stat described.
func (s *Store) open(ctx context.Context, key string, o lox.Object) (io.ReadCloser, error) {
	var body io.ReadCloser
	var found lox.Object
	var err error
	if s.local != nil {
		body, found, err = s.openLocal(ctx, "hash blob", key)
	} else {
		body, found, err = s.openRemote(ctx, key, o.Version, o.ETag)
	}
	if err != nil {
		return nil, err
	}
	if found.Size != o.Size || found.ETag != o.ETag {
		_ = body.Close()
		return nil, blob.Incomplete(fmt.Errorf("hash blob: %d bytes with ETag %q are stored, not %d with %q", found.Size, found.ETag, o.Size, o.ETag))
	}
	return body, nil
}

// openRemote asks for an object of that version and ETag, if given.
func (s *Store) openRemote(ctx context.Context, key, version, etag string) (io.ReadCloser, lox.Object, error) {
	opts := minio.GetObjectOptions{VersionID: version}
	if etag != "" {
		if err := opts.SetMatchETag(etag); err != nil {
			return nil, lox.Object{}, fmt.Errorf("hash blob: %w", err)
		}
	}
	body, info, _, err := s.api.GetObject(ctx, s.bucket, key, opts)
	return body, lox.Object{Size: info.Size, ETag: etag}, err
}
