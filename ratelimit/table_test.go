package ratelimit_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox"
	"github.com/backlox/lox/ratelimit"
	"github.com/backlox/lox/ratelimit/redistest"
)

// The table of the published document: limits per minute and per hour.
var table = map[lox.Plan]map[lox.RateClass][2]int64{
	lox.PlanFree:       {lox.RateAPICalls: {10, 60}, lox.RateUploads: {2, 5}, lox.RateDownloads: {3, 20}},
	lox.PlanSolo:       {lox.RateAPICalls: {30, 300}, lox.RateUploads: {5, 50}, lox.RateDownloads: {10, 100}},
	lox.PlanPro:        {lox.RateAPICalls: {100, 1000}, lox.RateUploads: {20, 200}, lox.RateDownloads: {40, 400}},
	lox.PlanBusiness:   {lox.RateAPICalls: {300, 2500}, lox.RateUploads: {50, 500}, lox.RateDownloads: {100, 1000}},
	lox.PlanEnterprise: {lox.RateAPICalls: {1000, 8000}, lox.RateUploads: {150, 1500}, lox.RateDownloads: {300, 3000}},
}

// eachRow runs a test for every plan and class of the table.
func eachRow(t *testing.T, test func(t *testing.T, plan lox.Plan, class lox.RateClass, perMinute, perHour int64)) {
	for plan, classes := range table {
		for class, limits := range classes {
			t.Run(fmt.Sprintf("%s/%s", plan, class), func(t *testing.T) { test(t, plan, class, limits[0], limits[1]) })
		}
	}
}

func decide(t *testing.T, l *ratelimit.Limiter, plan lox.Plan, class lox.RateClass) lox.RateDecision {
	t.Helper()
	d, err := l.Take(t.Context(), "tenant", class, plan.RateLimit(class))
	require.NoError(t, err)
	return d
}

// Takes the minute's limit each minute until the hour's is used up. Each minute it takes one more,
// which must be refused and not counted.
func TestLimitTableByMinute(t *testing.T) {
	t.Parallel()
	eachRow(t, func(t *testing.T, plan lox.Plan, class lox.RateClass, perMinute, perHour int64) {
		t.Parallel()
		c := &clock{}
		l := open(t, ratelimit.Config{Clock: c.now})
		hourLeft := perHour
		for passed := time.Duration(0); hourLeft > 0; passed += time.Minute {
			minuteLeft := perMinute
			for minuteLeft > 0 && hourLeft > 0 {
				minuteLeft, hourLeft = minuteLeft-1, hourLeft-1
				assert.Equal(t, lox.RateDecision{
					Allowed: true,
					Minute:  lox.RateWindow{Limit: perMinute, Remaining: minuteLeft, Reset: time.Minute},
					Hour:    lox.RateWindow{Limit: perHour, Remaining: hourLeft, Reset: time.Hour - passed},
				}, decide(t, l, plan, class))
			}
			c.pass(20 * time.Second)
			want := lox.RateDecision{
				Minute: lox.RateWindow{Limit: perMinute, Remaining: minuteLeft, Reset: 40 * time.Second},
				Hour:   lox.RateWindow{Limit: perHour, Remaining: hourLeft, Reset: time.Hour - passed - 20*time.Second},
			}
			peeked, err := l.Peek(t.Context(), "tenant", class, plan.RateLimit(class))
			require.NoError(t, err)
			assert.Equal(t, want, peeked)
			assert.Equal(t, want, decide(t, l, plan, class))
			retry := want.Minute.Reset
			if hourLeft == 0 {
				retry = want.Hour.Reset // the longer one
			}
			assert.Equal(t, retry, want.RetryAfter())
			c.pass(40 * time.Second)
		}
		assert.False(t, decide(t, l, plan, class).Allowed, "the minute is free again, the hour isn't")
		c.pass(time.Hour)
		assert.True(t, decide(t, l, plan, class).Allowed)
	})
}

// The same with Redis, whose clock can't be set: a minute ends when its counter is deleted.
func TestLimitTableOnRedis(t *testing.T) {
	t.Parallel()
	s := redistest.Start(t)
	eachRow(t, func(t *testing.T, plan lox.Plan, class lox.RateClass, perMinute, perHour int64) {
		l := open(t, ratelimit.Config{RedisURL: s.URL, Timeout: patient})
		counters := openRedis(t, s.URL)
		key := string(class) + ":tenant"
		defer func() { require.NoError(t, s.Client().FlushAll(t.Context()).Err()) }()
		hourLeft := perHour
		for hourLeft > 0 {
			minuteLeft := perMinute
			for minuteLeft > 0 && hourLeft > 0 {
				minuteLeft, hourLeft = minuteLeft-1, hourLeft-1
				d := decide(t, l, plan, class)
				assert.True(t, d.Allowed)
				assert.Equal(t, minuteLeft, d.Minute.Remaining)
				assert.Equal(t, hourLeft, d.Hour.Remaining)
			}
			d := decide(t, l, plan, class)
			assert.False(t, d.Allowed)
			assert.Equal(t, minuteLeft, d.Minute.Remaining)
			assert.Equal(t, hourLeft, d.Hour.Remaining)
			want := time.Minute
			if hourLeft == 0 {
				want = time.Hour
			}
			assert.InDelta(t, want, d.RetryAfter(), float64(45*time.Second))
			assert.LessOrEqual(t, d.RetryAfter(), want)
			_, err := counters.Reset(t.Context(), key, minute(perMinute))
			require.NoError(t, err)
		}
		d := decide(t, l, plan, class)
		assert.False(t, d.Allowed, "the minute is free again, the hour isn't")
		assert.Equal(t, perMinute, d.Minute.Remaining)
	})
}

func TestSubjectsAndClassesAreCountedSeparately(t *testing.T) {
	t.Parallel()
	l := open(t, ratelimit.Config{})
	limit := lox.RateLimit{PerMinute: 1, PerHour: 1}
	for _, class := range []lox.RateClass{lox.RateAPICalls, lox.RateUploads, lox.RateDownloads} {
		for _, subject := range []string{"", "a", ":a", "uploads:a", "2001:db8::1", "::1", "1"} {
			for _, want := range []bool{true, false} {
				d, err := l.Take(t.Context(), subject, class, limit)
				require.NoError(t, err)
				assert.Equal(t, want, d.Allowed, "%s %q", class, subject)
			}
		}
	}
}

func TestWithoutRedis(t *testing.T) {
	t.Parallel()
	l := open(t, ratelimit.Config{})
	assert.NoError(t, l.Ping(t.Context()))
}
