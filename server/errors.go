package server

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/backlox/lox"
	"github.com/backlox/lox/gen/api"
	"github.com/backlox/lox/openapi/respond"
)

// statuses maps each code to its HTTP status. Nothing else picks the status of an error.
var statuses = map[lox.Code]int{
	lox.CodeValidation:          http.StatusBadRequest,
	lox.CodeInvalidState:        http.StatusBadRequest,
	lox.CodeUploadIncomplete:    http.StatusBadRequest,
	lox.CodeUploadExpired:       http.StatusBadRequest,
	lox.CodeChecksumMismatch:    http.StatusBadRequest,
	lox.CodeAuthentication:      http.StatusUnauthorized,
	lox.CodePermissionDenied:    http.StatusForbidden,
	lox.CodeQuotaExceeded:       http.StatusForbidden,
	lox.CodeBackupNotFound:      http.StatusNotFound,
	lox.CodeNotFound:            http.StatusNotFound,
	lox.CodeMethodNotAllowed:    http.StatusMethodNotAllowed,
	lox.CodeIdempotencyConflict: http.StatusConflict,
	lox.CodePayloadTooLarge:     http.StatusRequestEntityTooLarge,
	lox.CodeUnsupportedMedia:    http.StatusUnsupportedMediaType,
	lox.CodeIdempotencyMismatch: http.StatusUnprocessableEntity,
	lox.CodeRateLimited:         http.StatusTooManyRequests,
	lox.CodeInternal:            http.StatusInternalServerError,
	lox.CodeUnavailable:         http.StatusServiceUnavailable,
}

// retryAfter is how many seconds a client is asked to wait: when the database or the store is down or too
// slow, and when another request holds an idempotency key.
var retryAfter = map[lox.Code]string{
	lox.CodeUnavailable:         "5",
	lox.CodeIdempotencyConflict: "1",
}

// errorHandler writes an error as the document's envelope.
func errorHandler(log *slog.Logger, limits *limits) echo.HTTPErrorHandler {
	return func(err error, c echo.Context) {
		if c.Response().Committed {
			return
		}
		limits.writeLimitHeaders(c)
		e := publicError(err)
		if strings.HasPrefix(c.Request().URL.Path, "/v1/") && errors.Is(err, echo.ErrNotFound) {
			e = lox.Errorf(lox.CodeNotFound, "No such endpoint: the paths of the API begin with %s/v1", BasePath)
		}
		header := c.Response().Header()
		if e.Code == lox.CodeAuthentication {
			header.Set(echo.HeaderWWWAuthenticate, "Bearer")
		}
		if seconds, ok := retryAfter[e.Code]; ok && !e.Final {
			header.Set(echo.HeaderRetryAfter, seconds)
		}
		if err := writeError(c, statuses[e.Code], e); err != nil {
			log.DebugContext(c.Request().Context(), "write error response", "error", err)
		}
	}
}

func writeError(c echo.Context, status int, e *lox.Error) error {
	return respond.JSON(c.Response(), status, nil, api.ErrorResponse{Error: api.ErrorBody{
		Code: api.ErrorCode(e.Code), Message: e.Public, Details: e.Details,
	}})
}

// publicError returns the part of any error that the client may see.
func publicError(err error) *lox.Error {
	if e, ok := errors.AsType[*lox.Error](err); ok {
		return e
	}
	if errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) {
		return lox.Errorf(lox.CodeUnavailable, "The request took too long, try again later").Because(err)
	}
	if e, ok := errors.AsType[*echo.HTTPError](err); ok {
		return fromEcho(e)
	}
	return lox.Errorf(lox.CodeInternal, "Server error, try again later").Because(err)
}

// fromEcho translates errors of Echo and of the generated code.
func fromEcho(e *echo.HTTPError) *lox.Error {
	switch e.Code {
	case http.StatusNotFound:
		return lox.Errorf(lox.CodeNotFound, "No such endpoint")
	case http.StatusMethodNotAllowed:
		return lox.Errorf(lox.CodeMethodNotAllowed, "This endpoint does not support the method")
	case http.StatusRequestEntityTooLarge:
		return lox.Errorf(lox.CodePayloadTooLarge, "The request body must be at most 1 MiB")
	case http.StatusBadRequest:
		return lox.Errorf(lox.CodeValidation, "Invalid request").Because(e)
	default:
		return lox.Errorf(lox.CodeInternal, "Server error, try again later").Because(e)
	}
}
