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
	// attempts is how often something is tried in a row without getting further.
	attempts = 8
	// longestPause bounds the pauses between attempts that grow twofold from a second.
	longestPause = 30 * time.Second
	// longestAsked is how long a server may ask to wait, or the transfer fails: longer than any
	// minute's limit of requests, and shorter than an hour's.
	longestAsked = 65 * time.Second
	// enough is how many bytes an attempt must bring to count as getting further. It
	// bounds how often a file can be tried at all.
	enough = 1 << 20
	// answerSize is more than any answer of the API has, in bytes.
	answerSize = 1 << 20
)

// retry does something until it succeeds, fails for good, or has failed so often in a
// row that it won't succeed. do returns how many bytes it brought.
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

// pauseAfter is how long to wait after so many failures in a row, if another attempt may help.
func pauseAfter(err error, failed int) (time.Duration, bool) {
	answer, answered := errors.AsType[*ResponseError](err)
	_, line := errors.AsType[*lineError](err)
	switch {
	case !line && (!answered || !answer.temporary()):
		return 0, false
	case answered && answer.RetryAfter > longestAsked:
		return 0, false
	case answered && answer.RetryAfter > 0:
		return answer.RetryAfter + rand.N(time.Second), true //nolint:gosec // it keeps clients apart, and no secret
	}
	pause := min(time.Second<<(failed-1), longestPause)
	return pause/2 + rand.N(pause), true //nolint:gosec // as above
}

// call makes a request to the API, again if need be, and returns what the answer holds,
// and the same as the server wrote it. What is repeated must do no harm.
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

// once makes one attempt at a request to the API, and returns the body of a success.
func once(ctx context.Context, timeout time.Duration, request func(context.Context) (*http.Response, error)) (json.RawMessage, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, timeout, fmt.Errorf("the server doesn't answer: nothing came within %s", timeout))
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

// broken is an error of the network. The URL isn't in it: whoever has it has the file.
func broken(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		err = context.Cause(ctx)
	}
	if outer, ok := errors.AsType[*url.Error](err); ok {
		err = outer.Err
	}
	return &lineError{err}
}
