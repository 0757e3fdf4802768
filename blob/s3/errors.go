package s3

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/minio/minio-go/v7"

	"github.com/backlox/lox/blob"
)

// failure turns an error of the store into CodeUnavailable. When it is ctx that
// ended, the caller's deadline or cancellation stays recognisable; a deadline of
// our own does not look like one.
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

// missing is failure, but for an object that is gone or was replaced.
func missing(ctx context.Context, what string, err error) error {
	if ctx.Err() == nil && gone(err) {
		return blob.Incomplete(fmt.Errorf("%s: %w", what, err))
	}
	return failure(ctx, what, err)
}

// gone says that the store answered that there is no such object. A bucket
// that is gone is a failure of the store instead: nobody should conclude that
// a backup was never uploaded.
func gone(err error) bool {
	resp := minio.ToErrorResponse(err)
	switch resp.Code {
	case minio.NoSuchKey, minio.NoSuchVersion, minio.PreconditionFailed:
		return true
	case minio.MethodNotAllowed: // the version is a delete marker
		return true
	}
	return resp.StatusCode == http.StatusPreconditionFailed
}
