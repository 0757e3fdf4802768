package s3

import (
	"context"
	"fmt"
	"net/http"
	"slices"

	"github.com/minio/minio-go/v7"
)

// deleteRounds bounds how often the versions of a key are listed anew, in case
// uploads to it arrive while it is being deleted.
const deleteRounds = 8

// Delete removes an object in all its versions, and what was uploaded of it in
// parts. A missing one is no error.
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

// DeleteOthers removes all versions of an object but one, delete markers as well,
// and says how many they were. If that one isn't there it removes none: the backup
// was deleted meanwhile, or what somebody has left of it is in the others.
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

// versions lists the versions and delete markers of exactly key. Stores list in
// the order of keys, so those of the key itself come before any that merely
// begin with it.
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

// abortUploads gives back the space of parts that were never assembled.
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

// refused says that the store doesn't offer the operation, or not to this key.
func refused(err error) bool {
	return unknown(err) || err != nil && minio.ToErrorResponse(err).StatusCode == http.StatusForbidden
}

// unknown says that the store doesn't offer the operation.
func unknown(err error) bool {
	switch minio.ToErrorResponse(err).StatusCode {
	case http.StatusMethodNotAllowed, http.StatusNotImplemented:
		return err != nil
	}
	return false
}

// advised adds to an error what allows a deletion that the store refuses. What a key may not
// list or delete by version would stay for ever, behind a delete marker.
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
