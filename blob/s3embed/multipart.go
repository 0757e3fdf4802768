package s3embed

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/versity/versitygw/backend/posix"
	"github.com/versity/versitygw/s3err"
	"github.com/versity/versitygw/s3response"
)

// uploadDir is where the posix backend keeps the parts of an upload.
func uploadDir(bucket, key, id string) string {
	return filepath.Join(bucket, posix.MetaTmpMultipartDir, fmt.Sprintf("%x", sha256.Sum256([]byte(key))), id)
}

// upload locates a multipart upload and checks that its id, which becomes part
// of a path, is one.
func (b *backend) upload(bucket, key, id *string) (bucketPath, dir string, err error) {
	bucketPath, err = b.object(bucket, key)
	if err != nil {
		return "", "", err
	}
	if id == nil || len(*id) != uuidLen || filepath.Base(*id) != *id {
		return "", "", s3err.GetNoSuchUploadErr(deref(id))
	}
	return bucketPath, uploadDir(bucketPath, *key, *id), nil
}

func (b *backend) CreateMultipartUpload(ctx context.Context, in s3response.CreateMultipartUploadInput) (s3response.InitiateMultipartUploadResult, error) {
	none := s3response.InitiateMultipartUploadResult{}
	name := deref(in.Bucket)
	dir, err := b.object(in.Bucket, in.Key)
	if err != nil {
		return none, err
	}
	if in.ObjectLockMode != "" || in.ObjectLockLegalHoldStatus != "" {
		return none, s3err.GetAPIError(s3err.ErrNotImplemented)
	}
	in.Bucket = &dir
	out, err := b.posix.CreateMultipartUpload(unstopped(ctx), in)
	if err != nil {
		return none, b.fail("create multipart upload", err)
	}
	out.Bucket = name
	return out, b.fail("create multipart upload", syncDirs(uploadDir(dir, *in.Key, out.UploadId), dir))
}

// UploadPart stores a part: whole and durable. A part whose upload was aborted
// while it was sent is dropped; the posix backend would bring the directory of
// the upload back to life.
func (b *backend) UploadPart(ctx context.Context, in *s3.UploadPartInput) (*s3.UploadPartOutput, error) {
	bucket, dir, err := b.upload(in.Bucket, in.Key, in.UploadId)
	if err != nil {
		return nil, err
	}
	in.Body, err = b.admit(in.Body, in.ContentLength)
	if err != nil {
		return nil, err
	}
	in.Bucket = &bucket

	unlock := func() {}
	defer func() { unlock() }()
	out, err := b.posix.UploadPartWithPostFunc(unstopped(ctx), in, func(f *os.File) error {
		if err := fsync(f); err != nil {
			return err
		}
		unlock = b.uploads.lock(dir)
		_, err := os.Stat(dir)
		return err
	})
	if err != nil {
		if _, statErr := os.Stat(dir); errors.Is(statErr, fs.ErrNotExist) {
			return nil, s3err.GetNoSuchUploadErr(*in.UploadId)
		}
		return nil, b.fail("upload part", err)
	}
	part := filepath.Join(dir, strconv.Itoa(int(*in.PartNumber)))
	if err := errors.Join(syncFile(part), syncDir(dir)); err != nil {
		_ = os.Remove(part)
		return nil, b.fail("upload part", fmt.Errorf("sync: %w", err))
	}
	return out, nil
}

// CompleteMultipartUpload assembles the parts into a new object: durable, and
// only if there is none. A second call waits for the first; the posix backend
// would answer it with success before there is an object.
func (b *backend) CompleteMultipartUpload(ctx context.Context, in *s3.CompleteMultipartUploadInput) (s3response.CompleteMultipartUploadResult, string, error) {
	none := s3response.CompleteMultipartUploadResult{}
	name := in.Bucket
	bucket, dir, err := b.upload(in.Bucket, in.Key, in.UploadId)
	if err != nil {
		return none, "", err
	}
	if in.MultipartUpload == nil {
		return none, "", s3err.GetAPIError(s3err.ErrMalformedXML)
	}
	defer b.uploads.lock(dir)()
	size, err := sizeOf(dir)
	if err != nil {
		return none, "", b.fail("complete multipart upload", err)
	}
	// The parts are copied before they are removed.
	if _, err := b.admit(nil, &size); err != nil {
		return none, "", err
	}
	in.Bucket = &bucket
	in.IfMatch, in.IfNoneMatch = nil, new("*")

	epoch := b.dirs.epoch()
	left := len(in.MultipartUpload.Parts)
	out, version, err := b.posix.CompleteMultipartUploadWithCopy(unstopped(ctx), in, func(from, to *os.File) (bool, error) {
		_, err := io.Copy(to, from)
		if left--; err == nil && left == 0 {
			err = fsync(to)
		}
		if err != nil {
			// The posix backend would go on with a copy of its own, from
			// where this one stopped, and ignore what Sync said.
			_ = to.Close()
		}
		return true, err
	})
	if err != nil {
		return none, "", b.fail("complete multipart upload", err)
	}
	out.Bucket = name
	path := filepath.Join(bucket, *in.Key)
	// The object is not removed when this fails: its parts are gone.
	return out, version, b.fail("complete multipart upload", b.settle(path, bucket, epoch))
}

func (b *backend) AbortMultipartUpload(ctx context.Context, in *s3.AbortMultipartUploadInput) error {
	bucket, dir, err := b.upload(in.Bucket, in.Key, in.UploadId)
	if err != nil {
		return err
	}
	defer b.uploads.lock(dir)()
	in.Bucket = &bucket
	if err := b.posix.AbortMultipartUpload(unstopped(ctx), in); err != nil {
		return b.fail("abort multipart upload", err)
	}
	return b.fail("abort multipart upload", syncNearest(filepath.Dir(dir), bucket))
}

func (b *backend) ListMultipartUploads(ctx context.Context, in *s3.ListMultipartUploadsInput) (s3response.ListMultipartUploadsResult, error) {
	name := deref(in.Bucket)
	dir, err := b.bucket(in.Bucket)
	if err != nil {
		return s3response.ListMultipartUploadsResult{}, err
	}
	in.Bucket = &dir
	out, err := b.posix.ListMultipartUploads(unstopped(ctx), in)
	out.Bucket = name
	return out, b.fail("list multipart uploads", err)
}

func (b *backend) ListParts(ctx context.Context, in *s3.ListPartsInput) (s3response.ListPartsResult, error) {
	name := deref(in.Bucket)
	bucket, _, err := b.upload(in.Bucket, in.Key, in.UploadId)
	if err != nil {
		return s3response.ListPartsResult{}, err
	}
	in.Bucket = &bucket
	out, err := b.posix.ListParts(unstopped(ctx), in)
	out.Bucket = name
	return out, b.fail("list parts", err)
}

// sizeOf adds up the files in dir; it is 0 when there is no dir.
func sizeOf(dir string) (total int64, err error) {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return 0, nil
	}
	for _, e := range entries {
		if info, err := e.Info(); err == nil {
			total += info.Size()
		}
	}
	return total, err
}
