package s3

import (
	"context"
	"iter"
	"strings"

	"github.com/minio/minio-go/v7"

	"github.com/backlox/lox"
)

var _ lox.ObjectLister = (*Store)(nil)

// Objects implements lox.ObjectLister. It needs one request for each thousand versions.
func (s *Store) Objects(ctx context.Context) iter.Seq2[lox.StoredObject, error] {
	return func(yield func(lox.StoredObject, error) bool) {
		for o, err := range s.list(ctx, "", 0) {
			if !strings.HasPrefix(o.Key, lox.OwnPrefix) && !yield(o, err) {
				return
			}
		}
	}
}

// Versions implements lox.ObjectLister.
func (s *Store) Versions(ctx context.Context, key string) ([]lox.StoredObject, error) {
	ctx, cancel := context.WithTimeout(ctx, requestTimeout)
	defer cancel()
	var found []lox.StoredObject
	// The versions of the key itself come before those of longer keys that begin with it.
	for o, err := range s.list(ctx, key, 100) {
		if err != nil {
			return nil, err
		}
		if o.Key != key {
			break
		}
		found = append(found, o)
	}
	return found, nil
}

// list yields the versions of all objects whose keys begin with prefix. If the access key may
// not list versions, it yields the latest ones, without version ids.
func (s *Store) list(ctx context.Context, prefix string, page int) iter.Seq2[lox.StoredObject, error] {
	return func(yield func(lox.StoredObject, error) bool) {
		opts := minio.ListObjectsOptions{Prefix: prefix, Recursive: true, WithVersions: s.Versioned(), MaxKeys: page}
		more, err := s.listOnce(ctx, opts, yield)
		if refused(err) && s.Versioned() {
			opts.WithVersions = false
			more, err = s.listOnce(ctx, opts, yield)
		}
		if err != nil && more {
			yield(lox.StoredObject{}, failure(ctx, "list blobs", err))
		}
	}
}

// listOnce lists until an error, which it returns, or until yield returns false.
func (s *Store) listOnce(
	ctx context.Context, opts minio.ListObjectsOptions, yield func(lox.StoredObject, error) bool,
) (more bool, err error) {
	for o := range s.api.ListObjectsIter(ctx, s.bucket, opts) {
		if o.Err != nil {
			return true, o.Err
		}
		listed := lox.StoredObject{Key: o.Key, Size: o.Size, Modified: o.LastModified, Latest: true}
		if opts.WithVersions {
			listed.Version, listed.Latest, listed.Deleted = o.VersionID, o.IsLatest, o.IsDeleteMarker
		}
		if !yield(listed, nil) {
			return false, nil
		}
	}
	return true, ctx.Err()
}
