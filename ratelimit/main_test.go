package ratelimit_test

import (
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/ulule/limiter/v3"

	"github.com/backlox/lox/ratelimit"
	"github.com/backlox/lox/ratelimit/redistest"
)

// patient is a timeout that no test of Redis' counting reaches.
const patient = 30 * time.Second

var noon = time.Date(2024, 1, 15, 12, 0, 0, 0, time.UTC)

// clock stands still until it is set.
type clock struct{ passed atomic.Int64 }

func (c *clock) now() time.Time       { return noon.Add(time.Duration(c.passed.Load())) }
func (c *clock) pass(d time.Duration) { c.passed.Add(int64(d)) }

// fixture is an implementation of Counters, and a function that makes time pass for it.
type fixture struct {
	ratelimit.Counters
	// pass returns when the window of a key has ended, however long it is.
	pass func(t *testing.T, key string, rate limiter.Rate)
}

func takeOf(key string, rates ...limiter.Rate) ratelimit.Request {
	return ratelimit.Request{Op: ratelimit.Take, Hits: 1, Key: key, Rates: rates}
}

func peekOf(key string, rates ...limiter.Rate) ratelimit.Request {
	return ratelimit.Request{Op: ratelimit.Peek, Hits: 1, Key: key, Rates: rates}
}

func exchangeOf(back ratelimit.Refund, key string, rates ...limiter.Rate) ratelimit.Request {
	return ratelimit.Request{Op: ratelimit.Take, Hits: 1, Key: key, Rates: rates, Back: back}
}

// eachStore runs a test with all implementations.
func eachStore(t *testing.T, test func(*testing.T, fixture)) {
	t.Run("memory", func(t *testing.T) {
		t.Parallel()
		c := &clock{}
		test(t, fixture{ratelimit.NewMemory(c.now), func(_ *testing.T, _ string, rate limiter.Rate) { c.pass(rate.Period) }})
	})
	t.Run("redis", func(t *testing.T) {
		t.Parallel()
		counters := openRedis(t, redistest.Start(t).URL)
		test(t, fixture{counters, func(t *testing.T, key string, rate limiter.Rate) {
			t.Helper()
			require.Eventually(t, func() bool {
				_, windows, err := counters.Count(t.Context(), peekOf(key, rate))
				return err == nil && windows[0].Count == 0
			}, rate.Period+5*time.Second, time.Millisecond)
		}})
	})
}

func openRedis(t testing.TB, url string) *ratelimit.Redis {
	t.Helper()
	counters, err := ratelimit.NewRedis(url, patient)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, counters.Close()) })
	return counters
}

func open(t testing.TB, cfg ratelimit.Config) *ratelimit.Limiter {
	t.Helper()
	l, err := ratelimit.Open(cfg)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, l.Close()) })
	return l
}

// together calls a function n times concurrently, and counts how often it returned true.
func together(n int, call func(i int) bool) int {
	var yes atomic.Int64
	var group sync.WaitGroup
	begin := make(chan struct{})
	for i := range n {
		group.Go(func() {
			<-begin
			if call(i) {
				yes.Add(1)
			}
		})
	}
	close(begin)
	group.Wait()
	return int(yes.Load())
}
