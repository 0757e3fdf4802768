package server_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox"
	"github.com/backlox/lox/ratelimit/redistest"
	"github.com/backlox/lox/server"
)

var (
	freeUploads  = lox.PlanFree.RateLimit(lox.RateUploads)
	freeAPICalls = lox.PlanFree.RateLimit(lox.RateAPICalls)
)

// postUnder sends a create, with an idempotency key unless that is "".
func (h *testenv) postUnder(t testing.TB, body, key string) response {
	t.Helper()
	r := request{method: http.MethodPost, path: backupsPath, body: strings.NewReader(body)}
	if key != "" {
		r.header = http.Header{"Idempotency-Key": {key}}
	}
	return h.send(t, r)
}

// asAPICall checks that a response counts as the nth API call of a minute.
func (r response) asAPICall(t testing.TB, n int64) {
	t.Helper()
	r.counted(t, freeAPICalls, freeAPICalls.PerMinute-n, freeAPICalls.PerHour-n)
}

func (r response) asUpload(t testing.TB, n int64) {
	t.Helper()
	r.counted(t, freeUploads, freeUploads.PerMinute-n, freeUploads.PerHour-n)
}

// counting runs a test with a tenant of plan Free, once with counters in memory and once in Redis.
func counting(t *testing.T, s setup, test func(t *testing.T, h *testenv)) {
	t.Run("memory", func(t *testing.T) {
		t.Parallel()
		test(t, planned(t, lox.PlanFree, s))
	})
	t.Run("Redis", func(t *testing.T) {
		t.Parallel()
		h := planned(t, lox.PlanFree, s)
		h.countIn(t, redistest.Start(t))
		test(t, h)
	})
}

const small = `{"name":"a","size_bytes":1}`

// Creates are refused for every reason. They count as API calls and not as uploads.
func TestRefusedCreateDoesNotCountAsUpload(t *testing.T) {
	t.Parallel()
	counting(t, setup{quota: 1000}, func(t *testing.T, h *testenv) {
		readOnly := h.newKey(t, nil, lox.Scopes{lox.ScopeBackupsRead})
		first := h.postUnder(t, small, aKey)
		require.Equal(t, http.StatusCreated, first.status, "%s", first.body)
		first.asUpload(t, 1)
		for n, refuse := range []func() response{
			func() response { return h.postUnder(t, `{"name":"","size_bytes":1}`, "") },
			func() response { return h.postUnder(t, `{"name":`, "") },
			func() response { return h.postUnder(t, `{"name":"a","size_bytes":1e3}`, "") }, // the generated code refuses it
			func() response { return h.postUnder(t, `{"name":"`+strings.Repeat("a", 1<<20)+`"}`, "") },
			func() response { return h.postUnder(t, `{"name":"a","size_bytes":1001}`, "") },
			func() response { return h.postUnder(t, `{"name":"a","size_bytes":1001}`, "another key") },
			func() response { return h.postUnder(t, `{"name":"b","size_bytes":1}`, aKey) },
			func() response {
				return h.send(t, request{
					method: http.MethodPost, path: backupsPath, body: strings.NewReader(small),
					header: http.Header{"Authorization": {"Bearer " + readOnly}},
				})
			},
			func() response { return h.postUnder(t, small, aKey) },
		} {
			r := refuse()
			require.NotEqual(t, http.StatusTooManyRequests, r.status, "%d: %s", n, r.body)
			assert.Equal(t, r.status == http.StatusCreated, r.header.Get("Idempotent-Replayed") == "true", "%d: %s", n, r.body)
			r.asAPICall(t, int64(n)+1)
		}
		second := h.postUnder(t, small, "")
		require.Equal(t, http.StatusCreated, second.status, "%s", second.body)
		second.asUpload(t, 2)
		third := h.postUnder(t, small, "")
		third.refused(t, http.StatusTooManyRequests, lox.CodeRateLimited, nil)
		third.asUpload(t, 2)
	})
}

// Creates are repeated after the uploads of the minute are used up: they return the existing backup
// and do nothing else.
func TestReplayDoesNotCountAsUpload(t *testing.T) {
	t.Parallel()
	counting(t, setup{}, func(t *testing.T, h *testenv) {
		first := h.postUnder(t, small, aKey)
		require.Equal(t, http.StatusCreated, first.status)
		require.Equal(t, http.StatusCreated, h.postUnder(t, small, "").status)
		again := h.postUnder(t, small, aKey)
		require.Equal(t, http.StatusCreated, again.status, "%s", again.body)
		assert.Equal(t, first.header.Get("Location"), again.header.Get("Location"))
		assert.Equal(t, "true", again.header.Get("Idempotent-Replayed"))
		assert.Empty(t, again.header.Get("Retry-After"))
		again.asAPICall(t, 1)

		for _, key := range []string{"another key", ""} { // the first counts as an API call
			fresh := h.postUnder(t, small, key)
			fresh.refused(t, http.StatusTooManyRequests, lox.CodeRateLimited, nil)
			fresh.asUpload(t, 2)
			assert.NotEmpty(t, fresh.header.Get("Retry-After"))
		}
		other := h.postUnder(t, `{"name":"b","size_bytes":1}`, aKey)
		other.refused(t, http.StatusUnprocessableEntity, lox.CodeIdempotencyMismatch, nil)
		other.asAPICall(t, 3)
		assert.Equal(t, 2, h.state(t).Backups)

		for n := range freeAPICalls.PerMinute - 3 {
			h.call(t, lox.RateAPICalls).asAPICall(t, n+4)
		}
		h.postUnder(t, small, aKey).refused(t, http.StatusTooManyRequests, lox.CodeRateLimited, nil)
	})
}

// Creates with new idempotency keys are sent after the uploads of the minute are used up: the
// database gets no more queries than there are API calls.
func TestNewIdempotencyKeysAreLimited(t *testing.T) {
	t.Parallel()
	asked := &countedReplays{}
	h := planned(t, lox.PlanFree, setup{backups: func(real server.BackupStore) server.BackupStore {
		asked.BackupStore = real
		return asked
	}})
	for range freeUploads.PerMinute {
		require.Equal(t, http.StatusCreated, h.postUnder(t, small, "").status)
	}
	for n := range 3 * freeAPICalls.PerMinute {
		r := h.postUnder(t, small, fmt.Sprint("key ", n))
		r.refused(t, http.StatusTooManyRequests, lox.CodeRateLimited, nil)
		r.asUpload(t, freeUploads.PerMinute)
		assert.NotEmpty(t, r.header.Get("Retry-After"))
	}
	assert.Equal(t, freeAPICalls.PerMinute, asked.n.Load())
}

// countedReplays counts the lookups of earlier requests.
type countedReplays struct {
	server.BackupStore
	n atomic.Int64
}

func (s *countedReplays) ReplayBackup(ctx context.Context, b lox.Backup, key lox.IdempotencyKey, by lox.Actor) (lox.Backup, bool, error) {
	s.n.Add(1)
	return s.BackupStore.ReplayBackup(ctx, b, key, by)
}

// Refused creates are limited, and a valid create doesn't count as an API call.
func TestRefusedCreatesAreLimited(t *testing.T) {
	t.Parallel()
	counting(t, setup{quota: 1000}, func(t *testing.T, h *testenv) {
		for n := range freeAPICalls.PerMinute {
			h.postUnder(t, `{}`, "").asAPICall(t, n+1)
		}
		for range 3 {
			r := h.postUnder(t, `{}`, "")
			r.refused(t, http.StatusTooManyRequests, lox.CodeRateLimited, nil)
			r.asAPICall(t, freeAPICalls.PerMinute)
		}
		require.Equal(t, http.StatusCreated, h.postUnder(t, small, "").status)
		tooMuch := h.postUnder(t, `{"name":"a","size_bytes":1001}`, "")
		tooMuch.refused(t, http.StatusTooManyRequests, lox.CodeRateLimited, nil)
		tooMuch.asAPICall(t, freeAPICalls.PerMinute)
		h.postUnder(t, small, "").asUpload(t, 2)
	})
}

// Bodies that are far larger than any create are sent when no API calls are left, and then a valid
// create.
func TestLargeBodyCountsBeforeItIsRead(t *testing.T) {
	t.Parallel()
	h := planned(t, lox.PlanFree, setup{})
	padded := small + strings.Repeat(" ", 100<<10)
	for name, body := range map[string]io.Reader{
		"of known length":   strings.NewReader(padded),
		"of unknown length": struct{ io.Reader }{strings.NewReader(padded)},
	} {
		r := h.send(t, request{method: http.MethodPost, path: backupsPath, body: body})
		require.Equal(t, http.StatusCreated, r.status, "%s: %s", name, r.body)
	}
	r := h.send(t, request{method: http.MethodPost, path: backupsPath, body: struct{ io.Reader }{strings.NewReader(`{}`)}})
	require.Equal(t, http.StatusBadRequest, r.status, "%s", r.body)
	r.asAPICall(t, 1)
	for range freeAPICalls.PerMinute - 1 {
		h.call(t, lox.RateAPICalls)
	}
	for _, header := range []string{
		"Content-Length: 1000000\r\n\r\n",
		"Transfer-Encoding: chunked\r\n\r\n50000\r\n" + strings.Repeat(" ", 0x50000) + "\r\n", // and more to come, of which net/http drops 256 KiB
	} {
		conn, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", h.http.Listener.Addr().String())
		require.NoError(t, err)
		defer func() { _ = conn.Close() }()
		require.NoError(t, conn.SetDeadline(time.Now().Add(30*time.Second)))
		_, err = fmt.Fprintf(conn, "POST %s HTTP/1.1\r\nHost: lox\r\nContent-Type: application/json\r\nAuthorization: Bearer %s\r\n%s", backupsPath, h.key, header)
		require.NoError(t, err)
		status, err := bufio.NewReader(conn).ReadString('\n')
		require.NoError(t, err, "it must not wait for the body")
		assert.Contains(t, status, "429")
	}
}

// Refused and valid creates arrive at the same moment: all uploads of the limit go to creates that
// succeed.
func TestConcurrentRefusedCreates(t *testing.T) {
	t.Parallel()
	counting(t, setup{}, func(t *testing.T, h *testenv) {
		limits := map[lox.RateClass]lox.RateLimit{
			lox.RateUploads: {PerMinute: 50, PerHour: 50}, lox.RateAPICalls: {PerMinute: 1000, PerHour: 1000},
		}
		h.limits = func(_ lox.Plan, class lox.RateClass) lox.RateLimit { return limits[class] }
		h.restart()
		statuses := make([]int, 150)
		rush(150, func(n int64) {
			body := `{"name":"","size_bytes":1}`
			if n%3 == 0 {
				body = fmt.Sprintf(`{"name":"%d","size_bytes":1}`, n)
			}
			statuses[n-1] = h.postUnder(t, body, "").status
		})
		for i, status := range statuses {
			want := http.StatusBadRequest
			if (i+1)%3 == 0 {
				want = http.StatusCreated
			}
			assert.Equal(t, want, status)
		}
		assert.Equal(t, 50, h.state(t).Backups)
		h.postUnder(t, small, "").counted(t, limits[lox.RateUploads], 0, 0)
		h.postUnder(t, `{}`, "").counted(t, limits[lox.RateAPICalls], 1000-101, 1000-101)
	})
}

// A create is refused after the minute in which it arrived has ended. The next minute's uploads are
// not refunded.
func TestUploadOfEarlierWindowIsNotRefunded(t *testing.T) {
	t.Parallel()
	var h *testenv
	h = planned(t, lox.PlanFree, setup{quota: 1000, backups: func(real server.BackupStore) server.BackupStore {
		return slowCreates{real, func() {
			h.clock.advance(time.Minute)
			_, err := h.limiter.Take(t.Context(), h.tenant.ID.String(), lox.RateUploads, freeUploads)
			require.NoError(t, err)
		}}
	}})
	r := h.postUnder(t, `{"name":"a","size_bytes":1001}`, "")
	require.Equal(t, http.StatusForbidden, r.status, "%s", r.body)
	d, err := h.limiter.Peek(t.Context(), h.tenant.ID.String(), lox.RateUploads, freeUploads)
	require.NoError(t, err)
	assert.EqualValues(t, 1, d.Minute.Remaining)
	assert.EqualValues(t, 4, d.Hour.Remaining, "of the hour, which is the same, it is given back")
}

// slowCreates calls a function before it creates a backup.
type slowCreates struct {
	server.BackupStore
	before func()
}

func (s slowCreates) CreateBackup(ctx context.Context, b lox.Backup, by lox.Actor) error {
	s.before()
	return s.BackupStore.CreateBackup(ctx, b, by)
}

// The client disconnects when the backup is created and the answer isn't sent. The create must
// count as an upload, not as an API call.
func TestCreateCountsIfClientDisconnects(t *testing.T) {
	t.Parallel()
	made := make(chan struct{})
	h := planned(t, lox.PlanFree, setup{backups: func(real server.BackupStore) server.BackupStore { return lateAnswers{real, made} }})
	ctx, hangUp := context.WithCancel(t.Context())
	go func() {
		<-made
		hangUp()
	}()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, h.http.URL+backupsPath, strings.NewReader(small))
	require.NoError(t, err)
	r.Header = http.Header{"Authorization": {"Bearer " + h.key}, "Content-Type": {"application/json"}}
	_, err = http.DefaultClient.Do(r)
	require.ErrorIs(t, err, context.Canceled)
	h.restart() // waits for the end of the request
	assert.Equal(t, 1, h.state(t).Backups)
	for class, want := range map[lox.RateClass]int64{
		lox.RateUploads: freeUploads.PerMinute - 1, lox.RateAPICalls: freeAPICalls.PerMinute,
	} {
		d, err := h.limiter.Peek(t.Context(), h.tenant.ID.String(), class, lox.PlanFree.RateLimit(class))
		require.NoError(t, err)
		assert.Equal(t, want, d.Minute.Remaining, class)
	}
}

// lateAnswers creates a backup, and returns only when the request has ended.
type lateAnswers struct {
	server.BackupStore
	made chan<- struct{}
}

func (s lateAnswers) CreateBackup(ctx context.Context, b lox.Backup, by lox.Actor) error {
	if err := s.BackupStore.CreateBackup(ctx, b, by); err != nil {
		return err
	}
	close(s.made)
	<-ctx.Done()
	return lox.Errorf(lox.CodeUnavailable, "The request was cancelled").Because(ctx.Err())
}
