package s3

import (
	"context"
	"fmt"
	"net/http"

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
	if !s.versioned {
		return failure(ctx, "delete blob", absentIsFine(s.api.RemoveObject(within, s.bucket, key, minio.RemoveObjectOptions{})))
	}
	for range deleteRounds {
		versions, err := s.versions(within, key)
		if refused(err) {
			// No versions after all, or not ours to see.
			return failure(ctx, "delete blob", absentIsFine(s.api.RemoveObject(within, s.bucket, key, minio.RemoveObjectOptions{})))
		}
		if err != nil {
			return failure(ctx, "delete blob: list versions", err)
		}
		if len(versions) == 0 {
			return nil
		}
		for _, v := range versions {
			if err := absentIsFine(s.api.RemoveObject(within, s.bucket, key, minio.RemoveObjectOptions{VersionID: v})); err != nil {
				return failure(ctx, "delete blob: version "+v, err)
			}
		}
	}
	return failure(ctx, "delete blob", fmt.Errorf("new versions kept arriving for %d rounds", deleteRounds))
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
	switch minio.ToErrorResponse(err).StatusCode {
	case http.StatusForbidden, http.StatusMethodNotAllowed, http.StatusNotImplemented:
		return err != nil
	}
	return false
}

func absentIsFine(err error) error {
	switch minio.ToErrorResponse(err).Code {
	case minio.NoSuchKey, minio.NoSuchVersion, minio.NoSuchUpload:
		return nil
	}
	return err
}
