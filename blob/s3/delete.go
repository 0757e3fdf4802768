package s3

import (
	"context"
	"fmt"
	"net/http"
	"slices"

	"github.com/minio/minio-go/v7"
)

// deleteRounds is how often the versions of a key are listed at most, if uploads to the
// key arrive during its deletion.
const deleteRounds = 8

// Delete removes all versions of an object, and aborts its uploads in parts. A missing
// object is no error.
func (s *Store) Delete(ctx context.Context, key string) error {
	within, cancel := context.WithTimeout(ctx, requestTimeout)
	defer cancel()
	if err := s.abortUploads(within, key); err != nil {
		return failure(ctx, "delete blob: unfinished uploads", err)
	}
	if !s.Versioned() {
		return failure(ctx, "delete blob", absentIsFine(s.api.RemoveObject(within, s.bucket, key, minio.RemoveObjectOptions{})))
	}
	for range deleteRounds {
		versions, err := s.versions(within, key)
		if unknown(err) { // no versions after all
			return failure(ctx, "delete blob", absentIsFine(s.api.RemoveObject(within, s.bucket, key, minio.RemoveObjectOptions{})))
		}
		if err != nil {
			return failure(ctx, "delete blob: list versions", advised(err))
		}
		if len(versions) == 0 {
			return nil
		}
		for _, v := range versions {
			if err := s.removeVersion(within, key, v); err != nil {
				return failure(ctx, "delete blob: version "+v, advised(err))
			}
		}
	}
	return failure(ctx, "delete blob", fmt.Errorf("new versions kept arriving for %d rounds", deleteRounds))
}

// DeleteOthers removes all versions of an object except one, including delete markers,
// and returns how many it removed. If that version doesn't exist, it removes none: the
// backup was deleted meanwhile, or one of the others may be the last copy of its bytes.
func (s *Store) DeleteOthers(ctx context.Context, key, version string) (removed int, err error) {
	if !s.Versioned() {
		return 0, nil
	}
	within, cancel := context.WithTimeout(ctx, requestTimeout)
	defer cancel()
	versions, err := s.versions(within, key)
	if unknown(err) {
		return 0, nil
	}
	if err != nil {
		return 0, failure(ctx, "delete other versions of blob: list versions", advised(err))
	}
	if !slices.Contains(versions, version) {
		return 0, nil
	}
	for _, v := range versions {
		if v == version {
			continue
		}
		if err := s.removeVersion(within, key, v); err != nil {
			return removed, failure(ctx, "delete other versions of blob: version "+v, advised(err))
		}
		removed++
	}
	return removed, nil
}

func (s *Store) removeVersion(ctx context.Context, key, version string) error {
	return absentIsFine(s.api.RemoveObject(ctx, s.bucket, key, minio.RemoveObjectOptions{VersionID: version}))
}

// versions lists the versions and delete markers of exactly this key. Stores list in
// the order of keys, so the key itself comes before longer keys that begin with it.
func (s *Store) versions(ctx context.Context, key string) ([]string, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var ids []string
	for o := range s.api.Client.ListObjects(ctx, s.bucket, minio.ListObjectsOptions{
		Prefix: key, WithVersions: true, Recursive: true, MaxKeys: 100,
	}) {
		if o.Err != nil {
			return nil, o.Err
		}
		if o.Key != key {
			break
		}
		ids = append(ids, o.VersionID)
	}
	return ids, nil
}

// abortUploads aborts the unfinished uploads of a key, to free the space of their parts.
func (s *Store) abortUploads(ctx context.Context, key string) error {
	list, err := s.api.ListMultipartUploads(ctx, s.bucket, key, "", "", "", 100)
	if refused(err) {
		return nil
	}
	if err != nil {
		return err
	}
	for _, u := range list.Uploads {
		if u.Key != key {
			continue
		}
		if err := absentIsFine(s.api.AbortMultipartUpload(ctx, s.bucket, key, u.UploadID)); err != nil {
			return err
		}
	}
	return nil
}

// refused reports whether the store doesn't have the operation, or denies it to this access
// key.
func refused(err error) bool {
	return unknown(err) || err != nil && minio.ToErrorResponse(err).StatusCode == http.StatusForbidden
}

// unknown reports whether the store doesn't have the operation.
func unknown(err error) bool {
	switch minio.ToErrorResponse(err).StatusCode {
	case http.StatusMethodNotAllowed, http.StatusNotImplemented:
		return err != nil
	}
	return false
}

// advised adds the missing permissions to the error of a refused deletion. Without the
// permissions to list and delete versions, the bytes would stay for ever behind a delete marker.
func advised(err error) error {
	if minio.ToErrorResponse(err).Code != minio.AccessDenied {
		return err
	}
	return fmt.Errorf("the S3 key needs s3:ListBucketVersions on the bucket, and s3:DeleteObject and s3:DeleteObjectVersion on its objects: %w", err)
}

func absentIsFine(err error) error {
	switch minio.ToErrorResponse(err).Code {
	case minio.NoSuchKey, minio.NoSuchVersion, minio.NoSuchUpload:
		return nil
	}
	return err
}
