package ratelimit_test

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/ulule/limiter/v3"
	"github.com/ulule/limiter/v3/drivers/store/tests"

	"github.com/backlox/lox/ratelimit"
)

func minute(limit int64) limiter.Rate { return limiter.Rate{Period: time.Minute, Limit: limit} }
func hour(limit int64) limiter.Rate   { return limiter.Rate{Period: time.Hour, Limit: limit} }

// take takes, and returns what each window has left.
func take(t testing.TB, c ratelimit.Counters, key string, rates ...limiter.Rate) (taken bool, remaining []int64) {
	t.Helper()
	taken, windows, err := c.Count(t.Context(), takeOf(key, rates...))
	require.NoError(t, err)
	return taken, remainders(t, windows, rates)
}

func peek(t testing.TB, c ratelimit.Counters, key string, rates ...limiter.Rate) (fits bool, remaining []int64) {
	t.Helper()
	fits, windows, err := c.Count(t.Context(), peekOf(key, rates...))
	require.NoError(t, err)
	return fits, remainders(t, windows, rates)
}

func remainders(t testing.TB, windows []ratelimit.Window, rates []limiter.Rate) (remaining []int64) {
	t.Helper()
	require.Len(t, windows, len(rates))
	for i, w := range windows {
		assert.Equal(t, rates[i].Limit, w.Limit)
		assert.Positive(t, w.Left)
		assert.LessOrEqual(t, w.Left, rates[i].Period)
		remaining = append(remaining, w.Remaining())
	}
	return remaining
}

func TestLibrarySuite(t *testing.T) {
	t.Parallel()
	eachStore(t, func(t *testing.T, f fixture) {
		tests.TestStoreSequentialAccess(t, f)
		if !testing.Short() { // 250,000 hits
			tests.TestStoreConcurrentAccess(t, f)
		}
	})
}

func TestLimitIsExact(t *testing.T) {
	t.Parallel()
	eachStore(t, func(t *testing.T, f fixture) {
		for name, rates := range map[string][]limiter.Rate{
			"by the first":  {minute(100), hour(1_000)},
			"by the second": {minute(1_000), hour(100)},
		} {
			taken := together(2_000, func(int) bool {
				taken, _, err := f.Count(t.Context(), takeOf(name, rates...))
				return assert.NoError(t, err) && taken
			})
			assert.Equal(t, 100, taken, name)
			_, windows, err := f.Count(t.Context(), peekOf(name, rates...))
			require.NoError(t, err)
			assert.EqualValues(t, 100, windows[0].Count, name)
			assert.EqualValues(t, 100, windows[1].Count, name)
		}
	})
}

func TestRefusedHitIsNotCounted(t *testing.T) {
	t.Parallel()
	eachStore(t, func(t *testing.T, f fixture) {
		for name, rates := range map[string][]limiter.Rate{
			"by the first":  {minute(2), hour(9)},
			"by the second": {minute(9), hour(2)},
		} {
			for range 2 {
				taken, _ := take(t, f, name, rates...)
				assert.True(t, taken, name)
			}
			_, before := peek(t, f, name, rates...)
			for range 3 {
				taken, after := take(t, f, name, rates...)
				assert.False(t, taken, name)
				assert.Equal(t, before, after, name)
			}
			assert.ElementsMatch(t, []int64{0, 7}, before, name)
		}
	})
}

func TestRefusedHitStartsNoWindow(t *testing.T) {
	t.Parallel()
	eachStore(t, func(t *testing.T, f fixture) {
		taken, windows, err := f.Count(t.Context(), takeOf("k", minute(0), hour(5)))
		require.NoError(t, err)
		assert.False(t, taken)
		assert.Equal(t, []ratelimit.Window{{Period: time.Minute, Limit: 0, Left: time.Minute}, {Period: time.Hour, Limit: 5, Left: time.Hour}}, windows)
		_, peeked, err := f.Count(t.Context(), peekOf("k", minute(0), hour(5)))
		require.NoError(t, err)
		assert.Equal(t, windows, peeked)
	})
}

func TestPeekCountsNothing(t *testing.T) {
	t.Parallel()
	eachStore(t, func(t *testing.T, f fixture) {
		for want := int64(3); want > 0; want-- {
			for range 5 {
				fits, left := peek(t, f, "k", minute(3), hour(9))
				assert.True(t, fits)
				assert.Equal(t, []int64{want, want + 6}, left)
			}
			taken, left := take(t, f, "k", minute(3), hour(9))
			assert.True(t, taken)
			assert.Equal(t, []int64{want - 1, want + 5}, left)
		}
		fits, left := peek(t, f, "k", minute(3), hour(9))
		assert.False(t, fits)
		assert.Equal(t, []int64{0, 6}, left)
	})
}

// shortPeriod is the length of windows that tests wait for. Redis uses the real clock, so tests
// really wait. It is long enough for what must happen within a window on a busy machine.
const shortPeriod = 2 * time.Second

func TestWindowIsFixed(t *testing.T) {
	t.Parallel()
	eachStore(t, func(t *testing.T, f fixture) {
		short := limiter.Rate{Period: shortPeriod, Limit: 2}
		for range 3 {
			for want := int64(1); want >= 0; want-- {
				taken, left := take(t, f, "k", short, hour(100))
				assert.True(t, taken)
				assert.Equal(t, want, left[0])
			}
			_, before, err := f.Count(t.Context(), peekOf("k", short))
			require.NoError(t, err)
			taken, after, err := f.Count(t.Context(), takeOf("k", short))
			require.NoError(t, err)
			assert.False(t, taken)
			assert.LessOrEqual(t, after[0].Left, before[0].Left, "a hit doesn't move its end")
			f.pass(t, "k", short)
		}
		_, left := peek(t, f, "k", short, hour(100))
		assert.Equal(t, []int64{2, 94}, left)
	})
}

func TestChangedLimitKeepsCount(t *testing.T) {
	t.Parallel()
	eachStore(t, func(t *testing.T, f fixture) {
		for range 4 {
			take(t, f, "k", minute(5), hour(50))
		}
		for _, c := range []struct {
			limit int64
			taken bool
			left  int64
		}{
			{10, true, 5},
			{3, false, 0}, // never negative
			{5, false, 0},
			{6, true, 0},
			{7, true, 0},
			{9, true, 1},
		} {
			taken, left := take(t, f, "k", minute(c.limit), hour(50))
			assert.Equal(t, c.taken, taken, c)
			assert.Equal(t, c.left, left[0], c)
		}
		_, left := peek(t, f, "k", minute(8), hour(50))
		assert.Equal(t, []int64{0, 42}, left)
	})
}

func TestKeysDoNotCollide(t *testing.T) {
	t.Parallel()
	eachStore(t, func(t *testing.T, f fixture) {
		for _, key := range []string{"a", "a:", "a:60000", "a}:60000", "{a", "a}", "{a}", "}a", "}", "{", "{}", "", " ", "a b", "ä", "\x00", "a\r\nb"} {
			taken, left := take(t, f, key, minute(1), hour(3))
			assert.True(t, taken, "%q", key)
			assert.Equal(t, []int64{0, 2}, left, "%q", key)
		}
	})
}

func TestRefundIsLimitedToCount(t *testing.T) {
	t.Parallel()
	eachStore(t, func(t *testing.T, f fixture) {
		for _, c := range []struct{ add, want int64 }{{-1, 3}, {2, 1}, {-1, 2}, {-9, 3}, {9, 0}} {
			got, err := f.Increment(t.Context(), "k", c.add, minute(3))
			require.NoError(t, err)
			assert.Equal(t, c.want, got.Remaining, c)
			assert.Equal(t, c.add == 9, got.Reached, c)
		}
	})
}

// refund is for a hit that was counted just now.
func refund(key string, windows []ratelimit.Window) ratelimit.Refund {
	return ratelimit.Refund{Key: key, Windows: slices.Clone(windows)}
}

func TestExchangeIsAtomic(t *testing.T) {
	t.Parallel()
	eachStore(t, func(t *testing.T, f fixture) {
		const from, to = "uploads:a}:b", "calls:a}:b"
		uploads, calls := []limiter.Rate{minute(2), hour(5)}, []limiter.Rate{minute(9), hour(1)}
		_, _ = take(t, f, from, uploads...)
		_, windows, err := f.Count(t.Context(), takeOf(from, uploads...))
		require.NoError(t, err)
		taken, got, err := f.Count(t.Context(), exchangeOf(refund(from, windows), to, calls...))
		require.NoError(t, err)
		assert.True(t, taken)
		assert.Equal(t, []int64{8, 0}, remainders(t, got, calls))
		_, left := peek(t, f, from, uploads...)
		assert.Equal(t, []int64{1, 4}, left)

		taken, got, err = f.Count(t.Context(), exchangeOf(refund(from, windows), to, calls...))
		require.NoError(t, err)
		assert.False(t, taken, "the hits do not fit")
		assert.Equal(t, []int64{8, 0}, remainders(t, got, calls))
		_, left = peek(t, f, from, uploads...)
		assert.Equal(t, []int64{1, 4}, left)
	})
}

func TestExchangeRefundIsLimitedToCount(t *testing.T) {
	t.Parallel()
	eachStore(t, func(t *testing.T, f fixture) {
		short := limiter.Rate{Period: shortPeriod, Limit: 3}
		_, windows, err := f.Count(t.Context(), takeOf("uploads:a", short, hour(3)))
		require.NoError(t, err)
		back := refund("uploads:a", windows)
		for range 3 {
			_, _, err := f.Count(t.Context(), exchangeOf(back, "calls:a", minute(99)))
			require.NoError(t, err)
			_, left := peek(t, f, "uploads:a", short, hour(3))
			assert.Equal(t, []int64{3, 3}, left)
		}
		for want := int64(2); want >= 0; want-- {
			_, left := take(t, f, "uploads:a", hour(3))
			assert.Equal(t, []int64{want}, left)
		}
		_, _, err = f.Count(t.Context(), exchangeOf(refund("uploads:nobody", windows), "calls:nobody", minute(99)))
		require.NoError(t, err)
		_, left := peek(t, f, "uploads:nobody", short, hour(3))
		assert.Equal(t, []int64{3, 3}, left)
	})
}

func TestExchangeDoesNotRefundLaterWindow(t *testing.T) {
	t.Parallel()
	eachStore(t, func(t *testing.T, f fixture) {
		short := limiter.Rate{Period: shortPeriod, Limit: 3}
		_, windows, err := f.Count(t.Context(), takeOf("uploads:a", short))
		require.NoError(t, err)
		back := refund("uploads:a", windows)
		back.Windows[0].Left -= shortPeriod * 2 / 3 // as if it had been counted late in its window
		f.pass(t, "uploads:a", short)
		_, left := take(t, f, "uploads:a", limiter.Rate{Period: shortPeriod, Limit: 3})
		require.Equal(t, []int64{2}, left)
		_, _, err = f.Count(t.Context(), exchangeOf(back, "calls:a", minute(99)))
		require.NoError(t, err)
		got, err := f.Peek(t.Context(), "uploads:a", limiter.Rate{Period: shortPeriod, Limit: 3})
		require.NoError(t, err)
		assert.EqualValues(t, 2, got.Remaining)
	})
}

// Hits are exchanged concurrently: no more than the other limit takes.
func TestConcurrentExchanges(t *testing.T) {
	t.Parallel()
	eachStore(t, func(t *testing.T, f fixture) {
		exchanged := together(200, func(int) bool {
			_, windows, err := f.Count(t.Context(), takeOf("uploads:a", minute(1000)))
			if !assert.NoError(t, err) {
				return false
			}
			taken, _, err := f.Count(t.Context(), exchangeOf(refund("uploads:a", windows), "calls:a", minute(150)))
			return assert.NoError(t, err) && taken
		})
		assert.Equal(t, 150, exchanged)
		_, left := peek(t, f, "uploads:a", minute(1000))
		assert.Equal(t, []int64{950}, left)
	})
}
