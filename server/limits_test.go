package server_test

import (
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox"
	"github.com/backlox/lox/ratelimit"
	"github.com/backlox/lox/ratelimit/redistest"
)

var (
	plans   = []lox.Plan{lox.PlanFree, lox.PlanSolo, lox.PlanPro, lox.PlanBusiness, lox.PlanEnterprise}
	classes = []lox.RateClass{lox.RateAPICalls, lox.RateUploads, lox.RateDownloads}
)

// planned is a testenv with a tenant on a plan, and with that plan's limits.
func planned(t testing.TB, plan lox.Plan, s setup) *testenv {
	t.Helper()
	s.limits = lox.Plan.RateLimit
	h := open(t, s)
	_, err := h.store.UpdateTenant(t.Context(), h.tenant.ID, time.Now(), lox.Operator("test"), func(tenant *lox.Tenant) error {
		tenant.Plan = plan
		return nil
	})
	require.NoError(t, err)
	h.restart() // no request was sent yet, so the server looks up the key
	return h
}

// call makes a request of a class. The request may fail, because it is counted before.
func (h *testenv) call(t testing.TB, class lox.RateClass) response {
	t.Helper()
	r := request{method: http.MethodGet, path: "/api/v1/storage"}
	switch class {
	case lox.RateUploads:
		r = request{method: http.MethodPost, path: backupsPath, body: strings.NewReader(`{"name":"a","size_bytes":1}`)}
	case lox.RateDownloads:
		r.path = backupsPath + "/" + lox.NewBackupID().String() + "/download"
	case lox.RateAPICalls:
	}
	return h.send(t, r)
}

// number reads a numeric header.
func (r response) number(t testing.TB, header string) int64 {
	t.Helper()
	n, err := strconv.ParseInt(r.header.Get(header), 10, 64)
	require.NoError(t, err, header)
	return n
}

func (r response) limited() bool { return r.status == http.StatusTooManyRequests }

// TestAllLimits uses up the minute and the hour of every plan and class in the published table.
func TestAllLimits(t *testing.T) {
	t.Parallel()
	for _, plan := range plans {
		t.Run(string(plan), func(t *testing.T) {
			t.Parallel()
			h := planned(t, plan, setup{quota: 1 << 40})
			for _, class := range classes {
				h.exhaust(t, class, plan.RateLimit(class))
			}
		})
	}
}

func (h *testenv) exhaust(t *testing.T, class lox.RateClass, limit lox.RateLimit) {
	t.Helper()
	for n := range limit.PerMinute {
		h.call(t, class).counted(t, limit, limit.PerMinute-n-1, limit.PerHour-n-1)
	}
	over := h.call(t, class)
	over.refused(t, http.StatusTooManyRequests, lox.CodeRateLimited, nil)
	over.counted(t, limit, 0, limit.PerHour-limit.PerMinute) // the hour was not charged
	assert.Equal(t, over.number(t, "X-RateLimit-Reset"), over.number(t, "Retry-After"))

	// Most of the hour without HTTP: a minute's limit each minute.
	left := limit.PerHour - limit.PerMinute
	for left > 3 {
		h.clock.advance(time.Minute)
		for range min(limit.PerMinute, left-3) {
			d, err := h.limiter.Take(t.Context(), h.tenant.ID.String(), class, limit)
			require.NoError(t, err)
			require.True(t, d.Allowed)
			left--
		}
	}
	h.clock.advance(time.Minute)
	n := min(left, limit.PerMinute)
	for i := range n {
		h.call(t, class).counted(t, limit, limit.PerMinute-i-1, left-i-1)
	}
	if left > n { // Free: two a minute
		h.clock.advance(time.Minute)
		n, left = left-n, left-n
		for i := range n {
			h.call(t, class).counted(t, limit, limit.PerMinute-i-1, left-i-1)
		}
	}
	over = h.call(t, class)
	over.refused(t, http.StatusTooManyRequests, lox.CodeRateLimited, nil)
	over.counted(t, limit, limit.PerMinute-n, 0) // the minute was not charged
	assert.Equal(t, over.number(t, "X-RateLimit-Reset-Hour"), over.number(t, "Retry-After"))
	h.clock.advance(time.Minute)
	require.True(t, h.call(t, class).limited(), "the minute is over, the hour isn't")
	h.clock.advance(time.Duration(over.number(t, "Retry-After")) * time.Second)
	require.False(t, h.call(t, class).limited(), "allowed after Retry-After")
}

// counted checks a response's headers about the limits.
func (r response) counted(t testing.TB, limit lox.RateLimit, minuteLeft, hourLeft int64) {
	t.Helper()
	require.Equal(t, limit.PerMinute, r.number(t, "X-RateLimit-Limit"), "%d %s", r.status, r.body)
	require.Equal(t, limit.PerHour, r.number(t, "X-RateLimit-Limit-Hour"))
	require.Equal(t, minuteLeft, r.number(t, "X-RateLimit-Remaining"))
	require.Equal(t, hourLeft, r.number(t, "X-RateLimit-Remaining-Hour"))
}

// TestDocumentedLimitExample reproduces the headers that the published document shows, with the
// same numbers and spelling.
func TestDocumentedLimitExample(t *testing.T) {
	t.Parallel()
	h := planned(t, lox.PlanPro, setup{})
	for _, burst := range []struct {
		requests int
		then     time.Duration
	}{{100, 100 * time.Second}, {3, 638 * time.Second}, {4, 15 * time.Second}} {
		for range burst.requests {
			require.Equal(t, http.StatusOK, h.call(t, lox.RateAPICalls).status)
		}
		h.clock.advance(burst.then)
	}
	conn, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", h.http.Listener.Addr().String())
	require.NoError(t, err)
	defer func() { _ = conn.Close() }()
	_, err = fmt.Fprintf(conn, "GET /api/v1/storage HTTP/1.1\r\nHost: lox\r\nConnection: close\r\nAuthorization: Bearer %s\r\n\r\n", h.key)
	require.NoError(t, err)
	raw, err := io.ReadAll(conn)
	require.NoError(t, err)
	for _, line := range []string{
		"X-RateLimit-Limit: 100", "X-RateLimit-Remaining: 95", "X-RateLimit-Reset: 45",
		"X-RateLimit-Limit-Hour: 1000", "X-RateLimit-Remaining-Hour: 892", "X-RateLimit-Reset-Hour: 2847",
		`RateLimit-Policy: "minute";q=100;w=60, "hour";q=1000;w=3600`, `RateLimit: "minute";r=95;t=45, "hour";r=892;t=2847`,
	} {
		assert.Contains(t, string(raw), "\r\n"+line+"\r\n")
	}
	assert.NotContains(t, string(raw), "Retry-After")
}

// 2,000 requests are sent at once to two servers that share their counters, in memory or in Redis.
func TestLimitsUnderLoad(t *testing.T) {
	t.Parallel()
	t.Run("memory", func(t *testing.T) {
		t.Parallel()
		h := planned(t, lox.PlanPro, setup{})
		underLoad(t, h, h.second(t))
	})
	t.Run("Redis", func(t *testing.T) {
		t.Parallel()
		redis := redistest.Start(t)
		h := planned(t, lox.PlanPro, setup{})
		h.countIn(t, redis)
		second := h.second(t)
		second.countIn(t, redis) // with its own connections
		underLoad(t, h, second)
	})
}

// countIn has the testenv count requests in a Redis.
func (h *testenv) countIn(t testing.TB, redis *redistest.Server) {
	t.Helper()
	limiter, err := ratelimit.Open(ratelimit.Config{
		RedisURL: redis.URL, Timeout: 30 * time.Second, // on a busy machine, Redis must still count
		Log: slog.New(slog.NewJSONHandler(h.log, nil)),
	})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, limiter.Close()) })
	h.limiter = limiter
	h.restart()
}

func underLoad(t *testing.T, first, second *testenv) {
	t.Helper()
	var passed, refused atomic.Int64
	const requests = 2000
	rush(requests, func(n int64) {
		server := first
		if n%2 == 0 {
			server = second
		}
		if r := server.call(t, lox.RateAPICalls); r.limited() {
			refused.Add(1)
		} else {
			passed.Add(1)
		}
	})
	assert.EqualValues(t, 100, passed.Load())
	assert.EqualValues(t, requests-100, refused.Load())
	first.call(t, lox.RateAPICalls).counted(t, lox.PlanPro.RateLimit(lox.RateAPICalls), 0, 900)
}

// rush calls work n times, with many calls at once.
func rush(n int64, work func(n int64)) {
	var next atomic.Int64
	var wg sync.WaitGroup
	for range 64 {
		wg.Go(func() {
			for i := next.Add(1); i <= n; i = next.Add(1) {
				work(i)
			}
		})
	}
	wg.Wait()
}

// Redis is killed during requests: all are answered and counted, it is logged once, and Redis is
// used again when it is back.
func TestRedisFails(t *testing.T) {
	t.Parallel()
	redis := redistest.Start(t)
	h := open(t, setup{})
	h.countIn(t, redis)
	const warning, relief = "Redis is unreachable", "Redis is reachable again"
	var remaining atomic.Int64
	rush(1500, func(n int64) {
		if n == 500 {
			redis.Kill()
		}
		r := h.call(t, lox.RateAPICalls)
		if assert.Equal(t, http.StatusOK, r.status, "%s", r.body) {
			remaining.Store(r.number(t, "X-RateLimit-Remaining"))
		}
	})
	assert.Less(t, remaining.Load(), int64(1e6)-100, "requests were counted on")
	assert.Equal(t, 1, strings.Count(h.log.String(), warning))
	assert.NotContains(t, h.log.String(), relief)
	redis.Revive()
	eventually(t, "Redis is found", func() bool { return strings.Contains(h.log.String(), relief) })
	h.call(t, lox.RateAPICalls).counted(t, h.limits("", ""), 1e6-1, 1e6-1) // it counts from 0
	assert.Equal(t, 1, strings.Count(h.log.String(), warning))
	assert.Equal(t, 1, strings.Count(h.log.String(), relief))
}

// A new plan counts from the next request on.
func TestPlanChange(t *testing.T) {
	t.Parallel()
	h := planned(t, lox.PlanFree, setup{})
	for range 10 {
		require.False(t, h.call(t, lox.RateAPICalls).limited())
	}
	require.True(t, h.call(t, lox.RateAPICalls).limited())
	_, err := h.store.UpdateTenant(t.Context(), h.tenant.ID, time.Now(), lox.Operator("test"), func(tenant *lox.Tenant) error {
		tenant.Plan = lox.PlanPro
		return nil
	})
	require.NoError(t, err)
	var r response
	eventually(t, "the server hears of it", func() bool {
		r = h.call(t, lox.RateAPICalls)
		return !r.limited()
	})
	r.counted(t, lox.PlanPro.RateLimit(lox.RateAPICalls), 100-11, 1000-11)
}

// Requests without a valid key are counted by address, with the Free plan's limit of API calls, so
// that keys can't be guessed quickly.
func TestLimitsWithoutKey(t *testing.T) {
	t.Parallel()
	h := planned(t, lox.PlanPro, setup{unwatched: true}) // a watch would look up keys again
	free := lox.PlanFree.RateLimit(lox.RateAPICalls)
	require.Equal(t, http.StatusOK, h.call(t, lox.RateAPICalls).status)
	asked := h.keys.asked.Load()
	guesses := []string{"", "lox_", swapLast(h.key), lox.NewAPIKey()}
	for n := range free.PerMinute {
		r := h.guess(t, guesses[int(n)%len(guesses)])
		r.refused(t, http.StatusUnauthorized, lox.CodeAuthentication, nil)
		r.counted(t, free, free.PerMinute-n-1, free.PerHour-n-1)
	}
	assert.Equal(t, asked+1, h.keys.asked.Load(), "only the well-formed one was looked for, and that once")
	for _, guess := range guesses {
		r := h.guess(t, guess)
		r.refused(t, http.StatusTooManyRequests, lox.CodeRateLimited, nil)
		r.counted(t, free, 0, free.PerHour-free.PerMinute)
	}
	assert.Equal(t, http.StatusOK, h.status(t, h.newKey(t, nil, nil)), "a valid key is found all the same")

	const enough = 100 // unknown keys, including the valid one
	for h.keys.asked.Load() < asked+enough {
		require.True(t, h.guess(t, lox.NewAPIKey()).limited())
	}
	for range 10 {
		require.True(t, h.guess(t, lox.NewAPIKey()).limited())
	}
	assert.Equal(t, asked+enough, h.keys.asked.Load(), "nothing is looked for any more")
	assert.Equal(t, http.StatusOK, h.call(t, lox.RateAPICalls).status, "a known key still works")
	h.clock.advance(time.Minute)
	h.guess(t, lox.NewAPIKey()).refused(t, http.StatusUnauthorized, lox.CodeAuthentication, nil)
}

// A valid key isn't counted as unknown for its address because something about it has changed.
func TestChangedKeyIsNotUnknown(t *testing.T) {
	t.Parallel()
	h := planned(t, lox.PlanPro, setup{})
	require.Equal(t, http.StatusOK, h.call(t, lox.RateAPICalls).status)
	for range 150 {
		h.guess(t, lox.NewAPIKey())
	}
	require.True(t, h.guess(t, lox.NewAPIKey()).limited())
	_, err := h.store.UpdateTenant(t.Context(), h.tenant.ID, time.Now(), lox.Operator("test"), func(tenant *lox.Tenant) error {
		tenant.Plan = lox.PlanBusiness
		return nil
	})
	require.NoError(t, err)
	eventually(t, "the server hears of it", func() bool {
		r := h.call(t, lox.RateAPICalls)
		require.Equal(t, http.StatusOK, r.status)
		return r.number(t, "X-RateLimit-Limit") == 300
	})
}

func (h *testenv) guess(t testing.TB, key string) response {
	t.Helper()
	return h.send(t, request{method: http.MethodGet, path: backupsPath, header: http.Header{"Authorization": {"Bearer " + key}}})
}

// Methods and paths that a client makes up don't become labels of metrics, which would fill the
// memory.
func TestUnknownRoutesAddNoMetricSeries(t *testing.T) {
	t.Parallel()
	h := open(t, setup{})
	for n := range 50 {
		for _, authorization := range []string{"", "Bearer " + h.key} {
			h.send(t, request{
				method: fmt.Sprintf("BREW%d", n), path: backupsPath, header: http.Header{"Authorization": {authorization}},
			})
			h.send(t, request{
				method: http.MethodGet, path: fmt.Sprintf("/api/v1/%d", n), header: http.Header{"Authorization": {authorization}},
			})
		}
	}
	families, err := h.metrics.Gather()
	require.NoError(t, err)
	for _, family := range families {
		assert.LessOrEqual(t, len(family.GetMetric()), 5, family.GetName())
	}
}

// second starts another server on the same stores and the same counters.
func (h *testenv) second(t testing.TB) *testenv {
	t.Helper()
	other := *h
	other.boot()
	t.Cleanup(other.stop)
	return &other
}
