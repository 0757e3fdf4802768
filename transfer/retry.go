package transfer

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"time"
)

const (
	// attempts is how many attempts in a row may fail without progress.
	attempts = 8
	// longestPause bounds the pauses between attempts. They start at one second and double each time.
	longestPause = 30 * time.Second
	// longestAsked is the longest wait that a server may ask for: if it asks for more, the transfer fails. It is
	// longer than the wait for any limit of requests per minute, and shorter than that for a limit per hour.
	longestAsked = 65 * time.Second
	// enough is how many bytes an attempt must transfer to count as progress. It bounds the total number of
	// attempts for a file.
	enough = 1 << 20
	// answerSize is larger than any answer of the API, in bytes.
	answerSize = 1 << 20
)

// retry calls do until it succeeds, fails for good, or has failed too often in a row. do returns how many bytes it
// has transferred.
func (t *transfer) retry(ctx context.Context, do func() (int64, error)) error {
	for failed := 1; ; failed++ {
		n, err := do()
		if err == nil {
			return nil
		}
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if n >= enough {
			failed = 1
		}
		pause, again := pauseAfter(err, failed)
		if !again || failed >= attempts {
			return err
		}
		t.Retrying(err, pause)
		if err := t.Wait(ctx, pause); err != nil {
			return err
		}
	}
}

// pauseAfter returns how long to wait after so many failures in a row, and whether another attempt may help.
func pauseAfter(err error, failed int) (time.Duration, bool) {
	answer, answered := errors.AsType[*ResponseError](err)
	_, line := errors.AsType[*lineError](err)
	switch {
	case !line && (!answered || !answer.temporary()):
		return 0, false
	case answered && answer.RetryAfter > longestAsked:
		return 0, false
	case answered && answer.RetryAfter > 0:
		return answer.RetryAfter + rand.N(time.Second), true //nolint:gosec // it spreads the requests of clients, and protects no secret
	}
	pause := min(time.Second<<(failed-1), longestPause)
	return pause/2 + rand.N(pause), true //nolint:gosec // as above
}

// call makes a request to the API, repeats it if necessary, and returns the value of the answer and the JSON text
// that the server sent. The request must be safe to repeat.
func call[T any](ctx context.Context, t *transfer, request func(context.Context) (*http.Response, error)) (value T, raw json.RawMessage, err error) {
	err = t.retry(ctx, func() (int64, error) {
		raw, err = once(ctx, t.request, request)
		return 0, err
	})
	if err != nil {
		return value, nil, err
	}
	if err := json.Unmarshal(raw, &value); err != nil {
		return value, nil, fmt.Errorf("the server's answer can't be read: %w", err)
	}
	return value, raw, nil
}

// once makes one attempt at a request to the API, and returns the body of a successful answer.
func once(ctx context.Context, timeout time.Duration, request func(context.Context) (*http.Response, error)) (json.RawMessage, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, timeout, fmt.Errorf("the server doesn't answer: no response within %s", timeout))
	defer cancel()
	resp, err := request(ctx)
	if err != nil {
		return nil, broken(ctx, err)
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode < http.StatusOK || resp.StatusCode >= http.StatusMultipleChoices {
		return nil, responseError(resp, false)
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, answerSize))
	if err != nil {
		return nil, broken(ctx, err)
	}
	return body, nil
}

// broken returns a network error without the URL: anybody who knows the URL can get the file.
func broken(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		err = context.Cause(ctx)
	}
	if outer, ok := errors.AsType[*url.Error](err); ok {
		err = outer.Err
	}
	return &lineError{err}
}
