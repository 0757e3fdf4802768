package s3embed

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/s3"
	vgwbackend "github.com/versity/versitygw/backend"
	"github.com/versity/versitygw/backend/posix"
	"github.com/versity/versitygw/s3err"
	"github.com/versity/versitygw/s3response"
)

// backend offers of versitygw's posix backend what it can make durable and
// whole, under absolute bucket paths. Every method that is not overridden
// answers 501 NotImplemented.
type backend struct {
	vgwbackend.BackendUnsupported

	root    string
	reserve int64
	posix   *posix.Posix
	log     *slog.Logger
	dirs    durableDirs
	uploads keyedMutex
}

var _ vgwbackend.Backend = (*backend)(nil)

func newBackend(cfg Config, root string, px *posix.Posix) *backend {
	return &backend{root: root, reserve: cfg.Reserve, posix: px, log: cfg.Logger}
}

func (b *backend) String() string { return "LOX embedded S3" }

// NormalizeObjectKey gives the key under which the posix backend files key.
func (b *backend) NormalizeObjectKey(bucket, key string) string {
	return b.posix.NormalizeObjectKey(bucket, key)
}

// bucket returns the directory of a bucket that exists. The name comes from
// the URL and was checked by versitygw; it is checked again because it becomes
// a path.
func (b *backend) bucket(name *string) (string, error) {
	dir, err := b.bucketDir(name)
	if err != nil {
		return "", err
	}
	if _, err := os.Lstat(dir); errors.Is(err, fs.ErrNotExist) {
		return "", s3err.GetBucketErr(s3err.ErrNoSuchBucket, *name)
	} else if err != nil {
		return "", b.fail("find bucket", err)
	}
	return dir, nil
}

func (b *backend) bucketDir(name *string) (string, error) {
	if name == nil || *name == "" || strings.HasPrefix(*name, ".") || strings.ContainsAny(*name, "/\x00") {
		return "", s3err.GetAPIError(s3err.ErrInvalidBucketName)
	}
	return filepath.Join(b.root, *name), nil
}

// object returns the directory of the bucket that key is in. The staging
// directory, which lies inside it, holds no keys.
func (b *backend) object(bucket, key *string) (string, error) {
	if key == nil || *key == "" {
		return "", s3err.GetAPIError(s3err.ErrNoSuchKey)
	}
	if first, _, _ := strings.Cut(filepath.Clean(*key), "/"); first == posix.MetaTmpDir || first == ".." {
		return "", s3err.GetAPIError(s3err.ErrBadRequest)
	}
	return b.bucket(bucket)
}

// fail turns an error that has no S3 form into InternalError, and logs it.
// versitygw would print it to standard error.
func (b *backend) fail(what string, err error) error {
	if err == nil {
		return nil
	}
	if known, ok := errors.AsType[s3err.S3Error](err); ok {
		return known
	}
	b.log.Error(what, "error", err)
	return s3err.GetAPIError(s3err.ErrInternalError)
}

// CreateBucket makes a bucket, with the directory for staging inside it: if it
// were missing, versitygw would fall back to named temporary files, which
// survive a crash.
func (b *backend) CreateBucket(_ context.Context, in *s3.CreateBucketInput, _ []byte) error {
	if in.ObjectLockEnabledForBucket != nil && *in.ObjectLockEnabledForBucket {
		return s3err.GetAPIError(s3err.ErrNotImplemented)
	}
	dir, err := b.bucketDir(in.Bucket)
	if err != nil {
		return err
	}
	switch err := os.Mkdir(dir, 0o700); {
	case errors.Is(err, fs.ErrExist):
		// There is one owner. A crash may have come between this and the
		// next step.
		if err := b.makeStaging(dir); err != nil {
			return b.fail("create bucket", err)
		}
		return s3err.GetBucketErr(s3err.ErrBucketAlreadyOwnedByYou, *in.Bucket)
	case err != nil:
		return b.fail("create bucket", err)
	}
	return b.fail("create bucket", b.makeStaging(dir))
}

func (b *backend) makeStaging(bucket string) error {
	staging := filepath.Join(bucket, posix.MetaTmpDir)
	if err := os.MkdirAll(staging, 0o700); err != nil {
		return fmt.Errorf("make staging directory: %w", err)
	}
	return syncDirs(staging, b.root)
}

func (b *backend) HeadBucket(_ context.Context, in *s3.HeadBucketInput) (*s3.HeadBucketOutput, error) {
	if _, err := b.bucket(in.Bucket); err != nil {
		return nil, err
	}
	return &s3.HeadBucketOutput{}, nil
}

// GetBucketAcl answers that nobody but the owner has access. versitygw asks
// before every operation on a bucket.
func (b *backend) GetBucketAcl(_ context.Context, in *s3.GetBucketAclInput) ([]byte, error) {
	_, err := b.bucket(in.Bucket)
	return nil, err
}

// GetBucketPolicy answers that there is none.
func (b *backend) GetBucketPolicy(context.Context, string) ([]byte, error) {
	return nil, s3err.GetAPIError(s3err.ErrNoSuchBucketPolicy)
}

// GetBucketCors answers that there is none.
func (b *backend) GetBucketCors(context.Context, string) ([]byte, error) {
	return nil, s3err.GetAPIError(s3err.ErrNoSuchCORSConfiguration)
}

// GetBucketVersioning answers that the bucket never had versions.
func (b *backend) GetBucketVersioning(_ context.Context, name string) (s3response.GetBucketVersioningOutput, error) {
	_, err := b.bucket(&name)
	return s3response.GetBucketVersioningOutput{}, err
}

// GetObjectLockConfiguration answers that there is none. versitygw asks before
// every write and delete.
func (b *backend) GetObjectLockConfiguration(context.Context, string) ([]byte, error) {
	return nil, s3err.GetAPIError(s3err.ErrObjectLockConfigurationNotFound)
}

func (b *backend) HeadObject(ctx context.Context, in *s3.HeadObjectInput) (*s3.HeadObjectOutput, error) {
	dir, err := b.object(in.Bucket, in.Key)
	if err != nil {
		return nil, err
	}
	in.Bucket = &dir
	out, err := b.posix.HeadObject(unstopped(ctx), in)
	return out, b.fail("head object", err)
}

func (b *backend) GetObject(ctx context.Context, in *s3.GetObjectInput) (*s3.GetObjectOutput, error) {
	dir, err := b.object(in.Bucket, in.Key)
	if err != nil {
		return nil, err
	}
	in.Bucket = &dir
	out, err := b.posix.GetObject(unstopped(ctx), in)
	return out, b.fail("get object", err)
}

func (b *backend) ListObjectsV2(ctx context.Context, in *s3.ListObjectsV2Input) (s3response.ListObjectsV2Result, error) {
	name := in.Bucket
	dir, err := b.bucket(name)
	if err != nil {
		return s3response.ListObjectsV2Result{}, err
	}
	in.Bucket = &dir
	out, err := b.posix.ListObjectsV2(unstopped(ctx), in)
	out.Name = name
	return out, b.fail("list objects", err)
}

// DeleteObject removes an object; when it returns, it stays removed.
func (b *backend) DeleteObject(ctx context.Context, in *s3.DeleteObjectInput) (*s3.DeleteObjectOutput, error) {
	dir, err := b.object(in.Bucket, in.Key)
	if err != nil {
		return nil, err
	}
	in.Bucket = &dir
	parent := filepath.Dir(filepath.Join(dir, *in.Key))
	b.dirs.forget(parent, dir)
	out, err := b.posix.DeleteObject(unstopped(ctx), in)
	if err != nil {
		return nil, b.fail("delete object", err)
	}
	return out, b.fail("delete object", syncNearest(parent, dir))
}

// unstopped is the context of a request that goes on while the server stops.
// fasthttp ends the contexts of its requests as soon as it is told to stop; those
// in flight shall end by themselves, or be cut off by Stop.
func unstopped(ctx context.Context) context.Context { return context.WithoutCancel(ctx) }
