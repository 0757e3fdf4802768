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
	// assembleRounds bounds how often the parts are listed anew because one of them was replaced
	// meanwhile.
	assembleRounds = 3
	// abortRounds bounds how often an upload is aborted in which parts still arrive.
	abortRounds = 5
)

// BeginParts implements lox.PartStore. The upload has no checksum algorithm: Amazon S3 would want
// one of each part then.
func (s *Store) BeginParts(ctx context.Context, key string) (uploadID string, err error) {
	within, cancel := context.WithTimeout(ctx, requestTimeout)
	defer cancel()
	uploadID, err = s.api.NewMultipartUpload(within, s.bucket, key, minio.PutObjectOptions{})
	return uploadID, failure(ctx, "begin upload in parts", err)
}

// PresignPart computes the upload URL of a part. Its size is signed as that of a single upload is.
// A declared checksum is signed as the hash of the payload (AWS Signature Version 4), which stores
// compare with that of the body.
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

// Parts implements lox.PartStore. S3 doesn't tell the SHA-256 of parts by which they were verified.
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
			return nil, fmt.Errorf("the list goes on after part %d with what is after part %d", after, page.NextPartNumberMarker)
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

// AssembleParts implements lox.PartStore. The parts become the object as they were when they were
// checked: S3 is told their ETags, and refuses when one was replaced since.
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

// assembleOnce returns the error of S3 as it is, and CodeUploadIncomplete if the parts aren't right.
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

// assembled is what to say of an upload that is gone: nothing, if it has become the object.
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

// abort aborts an upload until nothing is left of it. Amazon S3 may store a part that is being
// uploaded although the upload is aborted, and has it aborted again then (API Reference,
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

// UnfinishedParts implements lox.PartStore: a request for each thousand. MinIO lists those only
// that were begun by way of the same node since its start, and removes all of them by itself.
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
				yield(lox.UnfinishedParts{}, failure(ctx, "list uploads in parts", errors.New("the list doesn't go on")))
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

// noUpload says that the store answered that there is no such upload in parts.
func noUpload(err error) bool {
	return minio.ToErrorResponse(err).Code == minio.NoSuchUpload
}

// incomplete is failure, but for an upload that is gone.
func incomplete(ctx context.Context, what string, err error) error {
	if ctx.Err() == nil && noUpload(err) {
		return blob.NoUpload(fmt.Errorf("%s: %w", what, err))
	}
	return failure(ctx, what, err)
}

// permitted adds to the refusal of a request which permission it needs.
func permitted(err error, permission string) error {
	if minio.ToErrorResponse(err).Code != minio.AccessDenied {
		return err
	}
	return fmt.Errorf("the S3 key needs %s: %w", permission, err)
}
