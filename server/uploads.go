package server

import (
	"bytes"
	"context"
	"errors"
	"io"
	"maps"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/backlox/lox"
	"github.com/backlox/lox/gen/api"
)

// unchargedBody is the size of a body, in bytes, up to which it is read and validated before the request is
// counted: more than most creates need, and too little to cost much. A request with a larger body counts as
// an API call first.
const unchargedBody = 2 << 10

// charge is the class and the decision that a request was counted with.
type charge struct {
	lox.RateCharge
	at time.Time // the time just before it was counted
}

// upload answers a request of the class Uploads. The request counts as an upload only if it creates a
// backup. It counts as an API call if it is refused, or if it returns a backup that was made before.
// countUploads counts valid requests; upload counts those that are refused before they reach it.
func (l *limits) upload(c echo.Context, next echo.HandlerFunc) error {
	notes := observed(c.Request().Context())
	err := permit(notes.principal, notes.op)
	if err == nil && isLarge(c) {
		if err := l.count(c, lox.RateAPICalls); err != nil {
			return err
		}
	}
	if err == nil {
		err = next(c)
	}
	if err != nil && !notes.counted {
		if err := l.count(c, lox.RateAPICalls); err != nil {
			return err
		}
	}
	return err
}

// countUploads counts a valid request of the class Uploads before it is carried out, and changes that to an
// API call if the request created nothing. Requests of other classes were counted before.
func (l *limits) countUploads(next api.StrictHandlerFunc, _ string) api.StrictHandlerFunc {
	return func(c echo.Context, request any) (any, error) {
		notes := observed(c.Request().Context())
		if notes.op.class != lox.RateUploads {
			return next(c, request)
		}
		create, _ := request.(api.CreateBackupRequestObject)
		if err := l.count(c, lox.RateUploads); err != nil {
			if lox.CodeOf(err) != lox.CodeRateLimited || create.Params.IdempotencyKey == "" {
				return nil, err
			}
			return l.replay(c, err, func() (any, error) { return next(c, request) })
		}
		response, err := next(c, request)
		if made, ok := response.(api.CreateBackup201JSONResponse); err == nil && ok && made.Headers.IdempotentReplayed == nil {
			return response, nil
		}
		if err != nil && statuses[publicError(err).Code] >= http.StatusInternalServerError {
			// The backup may still have been made, such as when the client disconnects.
			return nil, err
		}
		if err := l.count(c, lox.RateAPICalls); err != nil {
			return nil, err
		}
		return response, err
	}
}

// replay answers a create whose tenant has no uploads left, but which may be a replay of an earlier create.
// If it isn't, replay returns exhausted, with the headers of that refusal.
func (l *limits) replay(c echo.Context, exhausted error, create func() (any, error)) (any, error) {
	header := c.Response().Header()
	refused := header.Clone()
	// Looking for the earlier request costs as much as any API call.
	err := l.count(c, lox.RateAPICalls)
	var response any
	if err == nil {
		observed(c.Request().Context()).replayOnly = true
		response, err = create()
	}
	if lox.CodeOf(err) == lox.CodeRateLimited || errors.Is(err, errNotReplayed) {
		maps.Copy(header, refused)
		return nil, exhausted
	}
	header.Del(echo.HeaderRetryAfter)
	return response, err
}

// count counts a request in a class, in place of the class in which it was counted before. CodeRateLimited:
// the class is at its limit. The request then stays counted where it was, so that no request is free of
// limits.
func (l *limits) count(c echo.Context, class lox.RateClass) error {
	notes := observed(c.Request().Context())
	notes.counted = true
	subject, limit := notes.principal.Tenant.String(), l.of(notes.principal.Plan, class)
	// The context of the request may have ended, which may be why the request failed. It must still be
	// counted in the right class. The limiter bounds the time itself.
	ctx := context.WithoutCancel(c.Request().Context())
	at := l.clock()
	var d lox.RateDecision
	var err error
	switch {
	case notes.charge == nil:
		d, err = l.limiter.Take(ctx, subject, class, limit)
	case notes.charge.Class == class:
		return applyDecision(c, notes.charge.Decision, nil)
	default:
		back := notes.charge.RateCharge
		back.Age = at.Sub(notes.charge.at)
		d, err = l.limiter.Exchange(ctx, subject, back, class, limit)
	}
	if err := applyDecision(c, d, err); err != nil {
		return err
	}
	notes.charge = &charge{lox.RateCharge{Class: class, Decision: d}, at}
	return nil
}

// isLarge reports whether a body is larger than unchargedBody. If its length isn't known, isLarge reads at
// most one byte more than unchargedBody, and puts the bytes back.
func isLarge(c echo.Context) bool {
	r := c.Request()
	if r.ContentLength >= 0 {
		return r.ContentLength > unchargedBody
	}
	head, err := io.ReadAll(io.LimitReader(r.Body, unchargedBody+1))
	rest := io.Reader(r.Body)
	if err != nil {
		rest = failing{err}
	}
	r.Body = struct {
		io.Reader
		io.Closer
	}{io.MultiReader(bytes.NewReader(head), rest), r.Body}
	return len(head) > unchargedBody
}

// failing is a reader that always returns its error.
type failing struct{ error }

// Read returns the error.
func (f failing) Read([]byte) (int, error) { return 0, f.error }
