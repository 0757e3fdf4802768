package s3embed

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"

	"github.com/versity/versitygw/s3api/middlewares"
	"github.com/versity/versitygw/s3err"
	"github.com/versity/versitygw/s3response"
)

// PutObject stores a new object: whole, durable, and only if there is none.
func (b *backend) PutObject(ctx context.Context, in s3response.PutObjectInput) (s3response.PutObjectOutput, error) {
	none := s3response.PutObjectOutput{}
	dir, err := b.object(in.Bucket, in.Key)
	if err != nil {
		return none, err
	}
	if in.ObjectLockMode != "" || in.ObjectLockLegalHoldStatus != "" || deref(in.Tagging) != "" {
		// They would be stored after the object, in a step of their own.
		return none, s3err.GetAPIError(s3err.ErrNotImplemented)
	}
	in.Body, err = b.admit(in.Body, in.ContentLength)
	if err != nil {
		return none, err
	}
	in.Bucket = &dir
	in.IfMatch, in.IfNoneMatch = nil, new("*")

	epoch := b.dirs.epoch()
	// The bytes are synced before the object gets its name: otherwise a power
	// failure could leave the name with a hole behind it.
	out, err := b.posix.PutObjectWithPostFunc(unstopped(ctx), in, fsync)
	if err != nil {
		return none, b.fail("put object", err)
	}
	path := filepath.Join(dir, *in.Key)
	if err := b.settle(path, dir, epoch); err != nil {
		// Not acknowledged, so not kept: it may be gone after a power failure.
		_ = os.Remove(path)
		return none, b.fail("put object", fmt.Errorf("sync: %w", err))
	}
	return out, nil
}

// settle makes a file that was just linked into place durable, name and all.
func (b *backend) settle(path, top string, epoch uint64) error {
	if err := syncFile(path); err != nil {
		return err
	}
	return b.dirs.sync(filepath.Dir(path), top, epoch)
}

// admit checks that the disk has room for the declared size, which versitygw
// allocates at once, and returns a body that is an error unless it has exactly
// that size.
func (b *backend) admit(body io.Reader, declared *int64) (io.Reader, error) {
	if declared == nil {
		return nil, s3err.GetAPIError(s3err.ErrMissingContentLength)
	}
	if *declared < 0 {
		return nil, s3err.GetAPIError(s3err.ErrInvalidRequest)
	}
	if b.reserve >= 0 {
		free, err := freeSpace(b.root)
		if err != nil {
			return nil, b.fail("put object", err)
		}
		if *declared > math.MaxInt64-b.reserve || free < *declared+b.reserve {
			b.log.Warn("refusing an upload: not enough free space", "bytes", *declared, "free", free, "reserve", b.reserve)
			return nil, s3err.GetAPIError(s3err.ErrNoSpaceLeftOnDevice)
		}
	}
	whole := &wholeBody{r: body, left: *declared}
	if sum, ok := body.(middlewares.ChecksumReader); ok {
		return &wholeChecksumBody{wholeBody: whole, sum: sum}, nil
	}
	return whole, nil
}

// wholeBody ends with io.EOF only after exactly the declared number of bytes.
// fasthttp reports the end of the connection as the end of the body, and
// versitygw takes it for one: a client that went away would leave a truncated
// object.
type wholeBody struct {
	r    io.Reader
	left int64
}

func (w *wholeBody) Read(p []byte) (int, error) {
	n, err := w.r.Read(p)
	w.left -= int64(n)
	switch {
	case w.left < 0:
		return n, s3err.GetAPIError(s3err.ErrIncompleteBody)
	case err == nil || w.left == 0 && errors.Is(err, io.EOF):
		return n, err
	}
	if _, ok := errors.AsType[s3err.S3Error](err); ok {
		return n, err // a checksum or signature of the body that didn't match
	}
	return n, s3err.GetAPIError(s3err.ErrIncompleteBody)
}

// wholeChecksumBody keeps what versitygw asks of the body of an upload that has
// its checksum in a trailer.
type wholeChecksumBody struct {
	*wholeBody
	sum middlewares.ChecksumReader
}

var _ middlewares.ChecksumReader = (*wholeChecksumBody)(nil)

func (w *wholeChecksumBody) Algorithm() string { return w.sum.Algorithm() }
func (w *wholeChecksumBody) Checksum() string  { return w.sum.Checksum() }

func deref(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}
