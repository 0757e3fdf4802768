package client

import (
	"context"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/backlox/lox"
)

// answers answers the first n requests instead of the server. asked counts all requests.
func (h *testenv) answers(n int64, answer func(http.ResponseWriter, *http.Request)) (asked *atomic.Int64) {
	asked = new(atomic.Int64)
	h.before.Store(new(func(w http.ResponseWriter, r *http.Request) bool {
		if asked.Add(1) > n {
			return false
		}
		answer(w, r)
		return true
	}))
	return asked
}

// refuses returns an error response of LOX.
func refuses(status int, code, retryAfter string) func(http.ResponseWriter, *http.Request) {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		if retryAfter != "" {
			w.Header().Set("Retry-After", retryAfter)
		}
		w.WriteHeader(status)
		_, _ = io.WriteString(w, `{"error":{"code":"`+code+`","message":"The reason","details":{"size_bytes":"Too \u001b[2Jlarge","a":"b"}}}`)
	}
}

// TestClientWaitsForTheRateLimit uses up the API calls of a minute on the real server: the client waits
// as long as the server says, and then repeats the request.
func TestClientWaitsForTheRateLimit(t *testing.T) {
	t.Parallel()
	h := open(t, func(lox.Plan, lox.RateClass) lox.RateLimit { return lox.RateLimit{PerMinute: 2, PerHour: 4} })
	h.must("ls")
	h.must("ls")
	assert.Empty(t, h.paused)
	r := h.run("ls", "--json")
	assert.Equal(t, result{err: "The server asks to wait 60 s: Too Many Requests\n"}, r)
	assert.Equal(t, []time.Duration{time.Minute}, h.paused)

	// The hour's are used up: that is too long to wait.
	h.must("ls")
	said := h.fails(exitFailed, "ls")
	assert.Contains(t, said, "\nTry again in 59 min\n")
	assert.Len(t, h.paused, 1)
}

func TestRequestsAreRetriedByMethodAndStatus(t *testing.T) {
	t.Parallel()
	h := open(t, nil)
	webhook := h.newWebhook("https://example.com/hook")
	for _, c := range []struct {
		args   []string
		status int
		times  int64  // how often the server refuses
		after  string // Retry-After
		asked  int64  // how many requests are sent
		code   int
	}{
		{[]string{"ls"}, 503, 3, "2", 4, 0},
		{[]string{"ls"}, 503, 4, "2", 4, exitFailed},
		{[]string{"ls"}, 429, 3, "0", 4, 0},
		{[]string{"ls"}, 429, 4, "1", 4, exitFailed},
		{[]string{"ls"}, 503, 1, "66", 1, exitFailed},
		{[]string{"ls"}, 503, 1, "", 2, 0},
		{[]string{"ls"}, 500, 1, "", 1, exitFailed},
		{[]string{"ls"}, 502, 1, "1", 1, exitFailed},
		// After a 503, a request that changes something may have been carried out.
		{[]string{"keys", "create", "--quiet"}, 503, 1, "1", 1, exitFailed},
		{[]string{"keys", "create", "--quiet"}, 429, 1, "1", 2, 0},
		{[]string{"webhooks", "disable", webhook}, 503, 1, "1", 1, exitFailed},
		{[]string{"webhooks", "disable", webhook}, 429, 1, "1", 2, 0},
	} {
		asked := h.answers(c.times, refuses(c.status, "unavailable", c.after))
		r := h.run(c.args...)
		assert.Equal(t, c.code, r.code, "%+v: %s", c, r.err)
		assert.Equal(t, c.asked, asked.Load(), "%+v", c)
	}
}

func TestRetryWaitsAreBounded(t *testing.T) {
	t.Parallel()
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	for attempt := 1; attempt < attempts; attempt++ {
		for _, header := range []string{"", "soon", "-1", "Wed, 21 Oct 2015 07:28:00 GMT"} {
			wait, again := retryAfter(r, &http.Response{StatusCode: http.StatusServiceUnavailable, Header: http.Header{"Retry-After": {header}}}, attempt)
			assert.True(t, again)
			assert.GreaterOrEqual(t, wait, time.Second<<(attempt-1))
			assert.Less(t, wait, time.Second<<(attempt-1)+time.Second)
		}
	}
}

func TestErrorResponsesAreReported(t *testing.T) {
	t.Parallel()
	h := open(t, nil)
	const fields = "lox: The reason\n  a: b\n  size_bytes: Too \\x1b[2Jlarge\n"
	for _, c := range []struct {
		status     int
		code       string
		exit       int
		retryAfter string
		want       string
	}{
		{400, "validation_error", exitUsage, "", fields},
		{400, "invalid_state", exitFailed, "", fields},
		{400, "checksum_mismatch", exitMismatch, "", fields},
		{401, "authentication_error", exitRefused, "", fields},
		{403, "permission_denied", exitRefused, "", fields},
		{403, "quota_exceeded", exitFull, "", fields},
		{403, "backup_locked", exitFailed, "", fields},
		{404, "not_found", exitNotFound, "", fields},
		{409, "idempotency_conflict", exitFailed, "", fields},
		{429, "rate_limited", exitFailed, "3000", strings.TrimSuffix(fields, "\n") + "\nTry again in 50 min\n"},
		{500, "internal_error", exitFailed, "", fields},
		{507, "insufficient_storage", exitFull, "", fields},
	} {
		h.answers(1, refuses(c.status, c.code, c.retryAfter))
		assert.Equal(t, c.want, h.fails(c.exit, "ls"), c.code)
	}
}

func TestServerThatIsNotLOXIsReported(t *testing.T) {
	t.Parallel()
	h := open(t, nil)
	base := "lox: the server at " + h.url + " answered "
	for _, c := range []struct {
		status  int
		header  http.Header
		body    string
		want    string
		partial bool
	}{
		{200, http.Header{"Content-Type": {"text/html"}}, "<html>", base + "200 OK, and doesn't seem to be LOX: is the URL right?\n", false},
		{404, http.Header{"Content-Type": {"text/html"}}, "<html>", base + "404 Not Found, and doesn't seem to be LOX: is the URL right?\n", false},
		{404, http.Header{"Content-Type": {"application/json"}}, `{"message":"no route"}`, base + "404 Not Found, and doesn't seem to be LOX: is the URL right?\n", false},
		{502, http.Header{"Content-Type": {"text/html"}}, "<html>", base + "502 Bad Gateway, and doesn't seem to be LOX: is the URL right?\n", false},
		{301, http.Header{"Location": {"https://backups.example.com/"}}, "", base + "301 Moved Permanently, and doesn't seem to be LOX: is the URL right? It redirects to https://backups.example.com/\n", false},
		{200, http.Header{"Content-Type": {"application/json"}}, `{"backups":`, "lox: the server's answer can't be read: ", true},
		{200, http.Header{"Content-Type": {"application/json"}}, `[]`, "lox: the server's answer can't be read: ", true},
		{200, http.Header{"Content-Type": {"application/json"}}, `{"backups":7}`, "lox: the server's answer can't be read: ", true},
	} {
		asked := h.answers(9, func(w http.ResponseWriter, _ *http.Request) {
			maps.Copy(w.Header(), c.header)
			w.WriteHeader(c.status)
			_, _ = io.WriteString(w, c.body)
		})
		said := h.fails(exitFailed, "ls")
		if c.partial {
			assert.Contains(t, said, c.want)
		} else {
			assert.Equal(t, c.want, said)
		}
		assert.Equal(t, int64(1), asked.Load(), "a redirect is not followed with the key")
	}
}

func TestUnreachableServerIsReported(t *testing.T) {
	t.Parallel()
	h := open(t, nil)
	closed := httptest.NewServer(http.NotFoundHandler())
	closed.Close()
	assert.Regexp(t, `^lox: the server at `+closed.URL+`/api doesn't answer: dial tcp \S+: connect: connection refused\n$`, h.fails(exitFailed, "ls", "--url", closed.URL))

	ended := make(chan struct{})
	h.answers(1, func(_ http.ResponseWriter, r *http.Request) {
		<-r.Context().Done()
		close(ended)
	})
	h.program.timeout = 50 * time.Millisecond
	assert.Equal(t, "lox: the server at "+h.url+" doesn't answer: no response within 50ms\n", h.fails(exitFailed, "ls"))
	<-ended

	// An incomplete response.
	h.program.timeout = requestTimeout
	h.answers(1, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Content-Length", "1000")
		_, _ = io.WriteString(w, `{"backups":[`)
	})
	assert.Contains(t, h.fails(exitFailed, "ls"), "doesn't answer: unexpected EOF\n")
}

func TestInterruptedRequestEnds(t *testing.T) {
	t.Parallel()
	h := open(t, nil)
	ctx, cancel := context.WithCancel(t.Context())
	h.answers(1, func(_ http.ResponseWriter, r *http.Request) {
		cancel()
		<-r.Context().Done()
	})
	assert.Equal(t, result{err: "lox: interrupted\n", code: exitFailed}, h.runContext(ctx, "ls"))

	// While the client waits between two attempts.
	ctx, cancel = context.WithCancel(t.Context())
	h.program.pause = func(ctx context.Context, d time.Duration) error {
		cancel()
		return pause(ctx, d)
	}
	h.answers(1, refuses(429, "rate_limited", "60"))
	assert.Contains(t, h.runContext(ctx, "ls").err, "lox: interrupted\n")
}

func TestRequestsHaveAUserAgent(t *testing.T) {
	t.Parallel()
	h := open(t, nil)
	var agent atomic.Value
	h.answers(1, func(w http.ResponseWriter, r *http.Request) {
		agent.Store(r.UserAgent() + " " + strconv.Itoa(len(r.Header.Get("Authorization"))))
		refuses(500, "internal_error", "")(w, r)
	})
	h.fails(exitFailed, "ls")
	assert.Equal(t, "lox/1.2.3 "+strconv.Itoa(len("Bearer "+h.key)), agent.Load())
}
