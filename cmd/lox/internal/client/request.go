package client

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"time"
)

const (
	// requestTimeout is how long one attempt may take, including its response: the default time limit of a
	// request on the server.
	requestTimeout = time.Minute
	// maxResponse limits the size of a response, in bytes. No response of LOX is larger.
	maxResponse = 32 << 20
	// attempts is how often a request is made at most.
	attempts = 4
	// longestWait is how long the command waits at most if the server asks for it, else it fails: long enough for
	// a limit per minute, and not for one per hour.
	longestWait = 65 * time.Second
)

// doer sends the requests of the generated client. It turns an error response into an error, and repeats a request
// that the server refused temporarily.
type doer struct {
	target

	agent string
	http  *http.Client
	// attempts is how often a request is made at most.
	attempts int
	timeout  time.Duration
	pause    func(context.Context, time.Duration) error
	notef    func(format string, args ...any)
	// header is the header of the latest response.
	header http.Header
}

func newDoer(p *program, to target) *doer {
	return &doer{
		target: to, agent: "lox/" + p.Version, attempts: attempts, timeout: p.timeout, pause: p.pause,
		// The API never redirects: a server that does isn't LOX, and its target must not get the key.
		http:  &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }},
		notef: func(string, ...any) {},
	}
}

// Do implements the generated client's HttpRequestDoer. The body of the response is in memory.
func (d *doer) Do(r *http.Request) (*http.Response, error) {
	r.Header.Set("Authorization", "Bearer "+d.key)
	r.Header.Set("User-Agent", d.agent)
	for attempt := 1; ; attempt++ {
		resp, body, err := d.once(r)
		if err != nil {
			return nil, err
		}
		d.header = resp.Header
		if refused := d.refusal(resp, body); refused != nil {
			wait, again := retryAfter(r, resp, attempt)
			if !again || attempt >= d.attempts || wait > longestWait {
				return nil, refused
			}
			d.notef("The server asks to wait %s: %s", waitText(wait), http.StatusText(resp.StatusCode))
			if err := d.pause(r.Context(), wait); err != nil {
				return nil, err
			}
			if r.GetBody != nil {
				if r.Body, err = r.GetBody(); err != nil {
					return nil, err
				}
			}
			continue
		}
		resp.Body = io.NopCloser(bytes.NewReader(body))
		return resp, nil
	}
}

// once makes one attempt.
func (d *doer) once(r *http.Request) (*http.Response, []byte, error) {
	ctx, cancel := context.WithTimeout(r.Context(), d.timeout)
	defer cancel()
	resp, err := d.http.Do(r.WithContext(ctx)) //nolint:gosec // the user chooses the server
	var body []byte
	if err == nil {
		body, err = io.ReadAll(io.LimitReader(resp.Body, maxResponse))
		_ = resp.Body.Close()
	}
	switch {
	case err == nil:
		return resp, body, nil
	case r.Context().Err() != nil:
		return nil, nil, errInterrupted
	case ctx.Err() != nil:
		return nil, nil, fmt.Errorf("the server at %s doesn't answer: no response within %s", d.url, d.timeout)
	}
	if outer, ok := errors.AsType[*url.Error](err); ok {
		err = outer.Err // without the method and the URL
	}
	return nil, nil, fmt.Errorf("the server at %s doesn't answer: %w", d.url, err)
}

// retryAfter reports whether another attempt may help, and how long to wait before it. A request that changes something
// isn't repeated after a 503: the server may have carried it out.
func retryAfter(r *http.Request, resp *http.Response, attempt int) (time.Duration, bool) {
	switch {
	case resp.StatusCode == http.StatusTooManyRequests:
	case resp.StatusCode == http.StatusServiceUnavailable && r.Method == http.MethodGet:
	default:
		return 0, false
	}
	if seconds, err := strconv.Atoi(resp.Header.Get("Retry-After")); err == nil && seconds >= 0 {
		return time.Duration(seconds) * time.Second, true
	}
	return time.Second<<(attempt-1) + rand.N(time.Second), true //nolint:gosec // only spreads the retries of clients, and is no secret
}

func waitText(d time.Duration) string {
	if d < time.Minute*2 {
		return fmt.Sprintf("%d s", int64((d+time.Second-1)/time.Second))
	}
	return fmt.Sprintf("%d min", int64((d+time.Minute-1)/time.Minute))
}

func isJSON(h http.Header) bool {
	kind, _, err := mime.ParseMediaType(h.Get("Content-Type"))
	return err == nil && kind == "application/json"
}

// read decodes the body of a response, and also returns it as the server sent it.
func read[T any](resp *http.Response, err error) (value T, raw json.RawMessage, _ error) {
	if err != nil {
		return value, nil, err
	}
	if raw, err = io.ReadAll(resp.Body); err == nil {
		err = json.Unmarshal(raw, &value)
	}
	if err != nil {
		return value, nil, fmt.Errorf("the server's answer can't be read: %w", err)
	}
	return value, raw, nil
}
