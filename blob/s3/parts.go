package s3

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"iter"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/minio/minio-go/v7"

	"github.com/backlox/lox"
	"github.com/backlox/lox/blob"
)

var _ lox.PartStore = (*Store)(nil)

const (
	// assembleRounds is how often the parts are listed at most if one of them is replaced
	// meanwhile.
	assembleRounds = 3
	// abortRounds is how often an upload is aborted at most while parts still arrive.
	abortRounds = 5
)

// BeginParts implements lox.PartStore. The upload has no checksum algorithm, because with one Amazon
// S3 requires a checksum for each part.
func (s *Store) BeginParts(ctx context.Context, key string) (uploadID string, err error) {
	within, cancel := context.WithTimeout(ctx, requestTimeout)
	defer cancel()
	uploadID, err = s.api.NewMultipartUpload(within, s.bucket, key, minio.PutObjectOptions{})
	return uploadID, failure(ctx, "begin upload in parts", err)
}

// PresignPart computes the upload URL of a part. The size is signed as in PresignPut. A declared
// checksum is signed as the hash of the payload (AWS Signature Version 4), which stores compare with
// the hash of the body.
func (s *Store) PresignPart(ctx context.Context, p lox.PartUpload) (lox.PresignedUpload, error) {
	if p.Number < 1 || p.Number > lox.MaxParts {
		return lox.PresignedUpload{}, fmt.Errorf("presign part: number %d: want 1 to %d", p.Number, lox.MaxParts)
	}
	if most := min(p.PartSize, lox.MaxSinglePut); p.Size < 1 || p.Size > most {
		return lox.PresignedUpload{}, fmt.Errorf("presign part: size %d: want 1 to %d", p.Size, most)
	}
	if p.UploadID == "" {
		return lox.PresignedUpload{}, errors.New("presign part: no upload id")
	}
	headers := map[string]string{"Content-Length": strconv.FormatInt(p.Size, 10)}
	if p.Checksum != nil {
		headers[payloadHash] = hex.EncodeToString(p.Checksum[:])
	}
	query := url.Values{"partNumber": {strconv.Itoa(p.Number)}, "uploadId": {p.UploadID}}
	to, err := s.presigner.sign(ctx, http.MethodPut, p.Key, validity{expires: p.Expires}, query, signedHeaders(headers), p.Size)
	if err != nil {
		return lox.PresignedUpload{}, fmt.Errorf("presign part: %w", err)
	}
	return lox.PresignedUpload{URL: to, Headers: headers}, nil
}

// Parts implements lox.PartStore. S3 doesn't report the SHA-256 with which it has verified a part.
func (s *Store) Parts(ctx context.Context, of lox.PartsOf, after, limit int) ([]lox.Part, error) {
	listed, err := s.listParts(ctx, of, after, limit)
	if err != nil {
		return nil, incomplete(ctx, "list parts", err)
	}
	return asParts(listed), nil
}

// listParts lists up to limit parts by as many requests as it takes.
func (s *Store) listParts(ctx context.Context, of lox.PartsOf, after, limit int) (parts []minio.ObjectPart, err error) {
	for limit > 0 && after < lox.MaxParts {
		page, err := s.pageOfParts(ctx, of, after, min(limit, maxPage))
		if err != nil {
			return nil, err
		}
		parts, limit = append(parts, page.ObjectParts...), limit-len(page.ObjectParts)
		if !page.IsTruncated {
			break
		}
		if page.NextPartNumberMarker <= after {
			return nil, fmt.Errorf("the list of parts after part %d continues with those after part %d", after, page.NextPartNumberMarker)
		}
		after = page.NextPartNumberMarker
	}
	return parts, nil
}

func (s *Store) pageOfParts(ctx context.Context, of lox.PartsOf, after, limit int) (minio.ListObjectPartsResult, error) {
	ctx, cancel := context.WithTimeout(ctx, requestTimeout)
	defer cancel()
	page, err := s.api.ListObjectParts(ctx, s.bucket, of.Key, of.UploadID, after, limit)
	return page, permitted(err, "s3:ListMultipartUploadParts on the objects")
}

func asParts(listed []minio.ObjectPart) []lox.Part {
	parts := make([]lox.Part, len(listed))
	for i, p := range listed {
		parts[i] = lox.Part{Number: p.PartNumber, Size: p.Size, Modified: p.LastModified}
		if sum, err := lox.ChecksumFromBase64(p.ChecksumSHA256); err == nil {
			parts[i].Checksum = &sum
		}
	}
	return parts
}

// AssembleParts implements lox.PartStore. The request names the ETags of the checked parts, and S3
// refuses it if one of them was replaced since.
func (s *Store) AssembleParts(ctx context.Context, of lox.PartsOf, size int64) error {
	within, cancel := context.WithTimeout(ctx, assembleTimeout)
	defer cancel()
	var err error
	for range assembleRounds {
		if err = s.assembleOnce(within, of, size); minio.ToErrorResponse(err).Code != minio.InvalidPart {
			break
		}
	}
	if noUpload(err) {
		return s.assembled(ctx, of.Key, size, err)
	}
	if lox.CodeOf(err) == lox.CodeUploadIncomplete {
		return err
	}
	return failure(ctx, "assemble parts", err)
}

// assembleOnce returns the unchanged error of S3, or CodeUploadIncomplete if the parts are not exactly
// those of the size.
func (s *Store) assembleOnce(ctx context.Context, of lox.PartsOf, size int64) error {
	listed, err := s.listParts(ctx, of, 0, lox.MaxParts)
	if err != nil {
		return err
	}
	if err := lox.CheckParts(asParts(listed), size, of.PartSize); err != nil {
		return err
	}
	parts := make([]minio.CompletePart, len(listed))
	for i, p := range listed {
		parts[i] = minio.CompletePart{PartNumber: p.PartNumber, ETag: strings.Trim(p.ETag, `"`)}
	}
	// Amazon S3 begins an answer 200 at once and may put an error into it: minio-go reads it.
	_, err = s.api.CompleteMultipartUpload(ctx, s.bucket, of.Key, of.UploadID, parts, minio.PutObjectOptions{})
	return err
}

// assembled returns the error for an upload that no longer exists: nil if its object exists.
func (s *Store) assembled(ctx context.Context, key string, size int64, cause error) error {
	o, err := s.Stat(ctx, key)
	switch {
	case lox.CodeOf(err) == lox.CodeUploadIncomplete:
		return blob.NoUpload(fmt.Errorf("assemble parts: %w", cause))
	case err != nil:
		return err
	case o.Size != size:
		return blob.NoUpload(fmt.Errorf("assemble parts: the object has %d bytes, not %d: %w", o.Size, size, cause))
	}
	return nil
}

// AbortParts implements lox.PartStore.
func (s *Store) AbortParts(ctx context.Context, of lox.PartsOf) error {
	within, cancel := context.WithTimeout(ctx, requestTimeout)
	defer cancel()
	return failure(ctx, "abort upload in parts", s.abort(within, of))
}

// abort aborts an upload until none of its parts is left. Amazon S3 may store a part whose upload was
// running during the abort, and then the upload must be aborted again (API Reference,
// "AbortMultipartUpload").
func (s *Store) abort(ctx context.Context, of lox.PartsOf) error {
	for range abortRounds {
		err := s.api.AbortMultipartUpload(ctx, s.bucket, of.Key, of.UploadID)
		if noUpload(err) {
			return nil
		}
		if err != nil {
			return permitted(err, "s3:AbortMultipartUpload on the objects")
		}
		left, err := s.pageOfParts(ctx, of, 0, 1)
		if noUpload(err) || err == nil && len(left.ObjectParts) == 0 {
			return nil
		}
		if err != nil {
			return err
		}
	}
	return fmt.Errorf("parts kept arriving for %d rounds", abortRounds)
}

// UnfinishedParts implements lox.PartStore. It needs one request for each thousand uploads. MinIO lists
// only uploads that were begun through the same node since its start, and removes old ones itself.
func (s *Store) UnfinishedParts(ctx context.Context) iter.Seq2[lox.UnfinishedParts, error] {
	return func(yield func(lox.UnfinishedParts, error) bool) {
		var key, upload string
		for {
			page, err := s.pageOfUploads(ctx, key, upload)
			if err != nil {
				yield(lox.UnfinishedParts{}, failure(ctx, "list uploads in parts", err))
				return
			}
			for _, u := range page.Uploads {
				if !yield(lox.UnfinishedParts{Key: u.Key, UploadID: u.UploadID, Begun: u.Initiated}, nil) {
					return
				}
			}
			if !page.IsTruncated {
				return
			}
			if page.NextKeyMarker == key && page.NextUploadIDMarker == upload {
				yield(lox.UnfinishedParts{}, failure(ctx, "list uploads in parts", errors.New("the list does not continue")))
				return
			}
			key, upload = page.NextKeyMarker, page.NextUploadIDMarker
		}
	}
}

func (s *Store) pageOfUploads(ctx context.Context, key, upload string) (minio.ListMultipartUploadsResult, error) {
	ctx, cancel := context.WithTimeout(ctx, requestTimeout)
	defer cancel()
	page, err := s.api.ListMultipartUploads(ctx, s.bucket, "", key, upload, "", maxPage)
	return page, permitted(err, "s3:ListBucketMultipartUploads on the bucket")
}

// noUpload reports whether the store has answered that the upload in parts does not exist.
func noUpload(err error) bool {
	return minio.ToErrorResponse(err).Code == minio.NoSuchUpload
}

// incomplete is like failure, but returns CodeUploadIncomplete for an upload that no longer exists.
func incomplete(ctx context.Context, what string, err error) error {
	if ctx.Err() == nil && noUpload(err) {
		return blob.NoUpload(fmt.Errorf("%s: %w", what, err))
	}
	return failure(ctx, what, err)
}

// permitted adds the required permission to the error of a refused request.
func permitted(err error, permission string) error {
	if minio.ToErrorResponse(err).Code != minio.AccessDenied {
		return err
	}
	return fmt.Errorf("the S3 key needs %s: %w", permission, err)
}
