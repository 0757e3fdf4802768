package s3

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/minio/minio-go/v7"

	"github.com/backlox/lox/blob"
)

// failure turns an error of the store into CodeUnavailable. If ctx has ended, it wraps the
// error of ctx. It doesn't wrap a deadline of this package, because callers would take it
// for their own.
func failure(ctx context.Context, what string, err error) error {
	if err == nil {
		return nil
	}
	if ctxErr := ctx.Err(); ctxErr != nil {
		return fmt.Errorf("%s: %w", what, ctxErr)
	}
	if errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) {
		err = fmt.Errorf("%s: no answer in time: %v", what, err) //nolint:errorlint // see above
	} else {
		err = fmt.Errorf("%s: %w", what, err)
	}
	return blob.Unavailable(err)
}

// missing is like failure, but returns CodeUploadIncomplete for an object that was deleted
// or replaced.
func missing(ctx context.Context, what string, err error) error {
	if ctx.Err() == nil && objectMissing(err) {
		return blob.Incomplete(fmt.Errorf("%s: %w", what, err))
	}
	return failure(ctx, what, err)
}

// objectMissing reports whether the store has answered that the object does not exist. A missing
// bucket is a failure of the store instead: otherwise all backups would count as never
// uploaded.
func objectMissing(err error) bool {
	resp := minio.ToErrorResponse(err)
	switch resp.Code {
	case minio.NoSuchKey, minio.NoSuchVersion, minio.PreconditionFailed:
		return true
	case minio.MethodNotAllowed: // the version is a delete marker
		return true
	}
	return resp.StatusCode == http.StatusPreconditionFailed
}
