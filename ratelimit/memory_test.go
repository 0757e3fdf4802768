package ratelimit_test

import (
	"runtime"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/ulule/limiter/v3"
	"pgregory.net/rapid"

	"github.com/backlox/lox"
	"github.com/backlox/lox/ratelimit"
)

// naive is the simplest implementation of Memory: it never removes a key.
type naive map[string]map[time.Duration]*struct {
	count int64
	ends  time.Time
}

func (n naive) windows(now time.Time, key string, rates []limiter.Rate) (fits bool, windows []ratelimit.Window) {
	fits = true
	for _, r := range rates {
		w := ratelimit.Window{Period: r.Period, Limit: r.Limit, Left: r.Period}
		if c := n[key][r.Period]; c != nil && now.Before(c.ends) {
			w.Count, w.Left = c.count, c.ends.Sub(now)
		}
		fits = fits && w.Count < w.Limit
		windows = append(windows, w)
	}
	return fits, windows
}

func (n naive) add(now time.Time, key string, rates []limiter.Rate, hits int64) {
	_, windows := n.windows(now, key, rates)
	if n[key] == nil {
		n[key] = map[time.Duration]*struct {
			count int64
			ends  time.Time
		}{}
	}
	for i, r := range rates {
		n[key][r.Period] = &struct {
			count int64
			ends  time.Time
		}{max(0, windows[i].Count+hits), now.Add(windows[i].Left)}
	}
}

func TestMemoryMatchesModel(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		c := &clock{}
		memory, model := ratelimit.NewMemory(c.now), naive{}
		drawKey := func(t *rapid.T) string { return rapid.SampledFrom([]string{"a", "b", "c", "d"}).Draw(t, "key") }
		drawRates := func(t *rapid.T) (rates []limiter.Rate) {
			periods := rapid.Permutation([]time.Duration{time.Second, time.Minute, time.Hour}).Draw(t, "periods")
			for _, p := range periods[:rapid.IntRange(1, 3).Draw(t, "rates")] {
				rates = append(rates, limiter.Rate{Period: p, Limit: rapid.Int64Range(0, 6).Draw(t, "limit")})
			}
			return rates
		}
		t.Repeat(map[string]func(*rapid.T){
			"take": func(t *rapid.T) {
				key, rates := drawKey(t), drawRates(t)
				want, _ := model.windows(c.now(), key, rates)
				if want {
					model.add(c.now(), key, rates, 1)
				}
				_, windows := model.windows(c.now(), key, rates)
				taken, got, err := memory.Count(t.Context(), takeOf(key, rates...))
				require.NoError(t, err)
				require.Equal(t, want, taken)
				require.Equal(t, windows, got)
			},
			"peek": func(t *rapid.T) {
				key, rates := drawKey(t), drawRates(t)
				want, windows := model.windows(c.now(), key, rates)
				fits, got, err := memory.Count(t.Context(), peekOf(key, rates...))
				require.NoError(t, err)
				require.Equal(t, want, fits)
				require.Equal(t, windows, got)
			},
			"increment": func(t *rapid.T) {
				key, rates := drawKey(t), drawRates(t)[:1]
				hits := rapid.Int64Range(-3, 3).Draw(t, "hits")
				model.add(c.now(), key, rates, hits)
				_, windows := model.windows(c.now(), key, rates)
				got, err := memory.Increment(t.Context(), key, hits, rates[0])
				require.NoError(t, err)
				require.Equal(t, windows[0].Remaining(), got.Remaining)
				require.Equal(t, windows[0].Count > rates[0].Limit, got.Reached)
			},
			"reset": func(t *rapid.T) {
				key, rates := drawKey(t), drawRates(t)[:1]
				delete(model[key], rates[0].Period)
				_, err := memory.Reset(t.Context(), key, rates[0])
				require.NoError(t, err)
			},
			"pass": func(*rapid.T) {
				c.pass(rapid.SampledFrom([]time.Duration{
					time.Nanosecond, 400 * time.Millisecond, time.Second, 30 * time.Second, time.Minute, time.Hour,
				}).Draw(t, "time"))
			},
		})
	})
}

// More addresses are counted than are kept: some of them are removed, and no tenant is.
func TestFloodFromManyAddressesKeepsTenants(t *testing.T) {
	t.Parallel()
	const tenants, kept, more = 200, 1 << 20, 1 << 17
	c := &clock{}
	m := ratelimit.NewMemory(c.now)
	take := func(key string) {
		_, _, err := m.Count(t.Context(), takeOf(key, minute(10)))
		require.NoError(t, err)
	}
	address := func(n int) string { return "api:" + lox.RateAddress + strconv.Itoa(n) }
	for n := range tenants {
		take("api:" + strconv.Itoa(n))
	}
	for n := range kept + more {
		take(address(n))
	}
	counted := func(key string) int {
		_, windows, err := m.Count(t.Context(), peekOf(key, minute(10)))
		require.NoError(t, err)
		return int(windows[0].Count)
	}
	for n := range tenants {
		require.Equal(t, 1, counted("api:"+strconv.Itoa(n)), "tenant %d", n)
	}
	addresses := 0
	for n := range kept + more {
		addresses += counted(address(n))
	}
	require.LessOrEqual(t, addresses, kept)
}

// Not parallel, because it measures the heap.
func TestMemoryOfExpiredKeysIsReclaimed(t *testing.T) {
	c := &clock{}
	m := ratelimit.NewMemory(c.now)
	before, peak, key := heap(), int64(0), 0
	// Fewer clients every hour.
	for clients := 100_000; clients > 1_000; clients /= 3 {
		for range clients {
			key++
			_, _, err := m.Count(t.Context(), takeOf(strconv.Itoa(key), minute(10), hour(60)))
			require.NoError(t, err)
		}
		peak = max(peak, heap()-before)
		c.pass(time.Hour)
	}
	assert.Less(t, heap()-before, peak/4)
	t.Logf("%d bytes a key, %d of %d kept", peak/100_000, heap()-before, peak)
	runtime.KeepAlive(m)
}

// heap returns the number of bytes in use.
func heap() int64 {
	runtime.GC()
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return int64(stats.HeapAlloc)
}
