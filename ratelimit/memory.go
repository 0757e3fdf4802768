package ratelimit

import (
	"context"
	"hash/maphash"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/ulule/limiter/v3"

	"github.com/backlox/lox"
)

const (
	// shards is the number of locks over which keys are spread; a power of two.
	shards = 64
	// swept is how many keys are checked for each window that begins. So the share of expired keys stays
	// below about 1/swept: from that share on, each new key deletes at least one expired key on average.
	// Redis expires keys in the same way.
	swept = 8
	// maxKeys is the maximum number of keys in a shard: a million keys of tenants and a million of
	// addresses, of some 126 bytes each.
	maxKeys = 1 << 20 / shards
	// A map is replaced by a smaller one once it has at most 1/shrinkAt of its peak number of keys, if that
	// peak was at least shrinkFrom. Go's maps never give memory back.
	shrinkAt, shrinkFrom = 8, 1024
)

// memoryStore keeps counters in this process. It has no clean-up goroutine: whenever a window begins, it
// checks a few keys and deletes those whose windows are over.
type memoryStore struct {
	clock func() time.Time
	epoch time.Time // the ends of windows are offsets from it, which are smaller than a time.Time
	seed  maphash.Seed
	// shards are the shards of tenants, then those of addresses: a flood from many addresses must not push
	// out the counters of tenants.
	shards [2 * shards]shard
}

// shard has all counters of its keys, so that one lock covers all rates of a key, and all keys of a
// subject.
type shard struct {
	mu   sync.Mutex
	keys map[string][]counter // one counter for each period: a few
	peak int                  // the maximum number of keys since the map was made
	_    [40]byte             // padding, so that each shard has its own cache line
}

// counter is a window that has begun, and may be over.
type counter struct {
	period time.Duration
	ends   time.Duration // offset from the epoch
	count  int64
}

var _ counterStore = (*memoryStore)(nil)

// newMemory returns counters whose windows follow a clock, such as time.Now.
func newMemory(clock func() time.Time) *memoryStore {
	m := &memoryStore{clock: clock, epoch: clock(), seed: maphash.MakeSeed()}
	for i := range m.shards {
		m.shards[i].keys = map[string][]counter{}
	}
	return m
}

// Count implements counterStore. It never fails.
func (m *memoryStore) Count(_ context.Context, r request) (fits bool, windows []window, err error) {
	s := m.shard(r.Key) // also the shard of r.Back.Key
	s.mu.Lock()
	defer s.mu.Unlock()
	fits, windows = s.count(r, m.clock().Sub(m.epoch))
	return fits, windows, nil
}

// Get implements limiter.Store: it counts a hit even beyond the limit.
func (m *memoryStore) Get(ctx context.Context, key string, rate limiter.Rate) (limiter.Context, error) {
	return m.Increment(ctx, key, 1, rate)
}

// Increment implements limiter.Store.
func (m *memoryStore) Increment(ctx context.Context, key string, count int64, rate limiter.Rate) (limiter.Context, error) {
	_, windows, err := m.Count(ctx, request{Op: opAdd, Hits: count, Key: key, Rates: []limiter.Rate{rate}})
	return windows[0].context(m.clock(), rate), err
}

// Peek implements limiter.Store.
func (m *memoryStore) Peek(ctx context.Context, key string, rate limiter.Rate) (limiter.Context, error) {
	_, windows, err := m.Count(ctx, request{Op: opPeek, Hits: 1, Key: key, Rates: []limiter.Rate{rate}})
	return windows[0].context(m.clock(), rate), err
}

// Reset implements limiter.Store: it deletes the window.
func (m *memoryStore) Reset(_ context.Context, key string, rate limiter.Rate) (limiter.Context, error) {
	s := m.shard(key)
	s.mu.Lock()
	defer s.mu.Unlock()
	if i := indexOf(s.keys[key], rate.Period); i >= 0 {
		s.keys[key][i].ends = 0
	}
	return window{Limit: rate.Limit, Left: rate.Period}.context(m.clock(), rate), nil
}

func (m *memoryStore) shard(key string) *shard {
	subject := subjectOf(key)
	of := maphash.String(m.seed, subject) % shards
	if strings.HasPrefix(subject, lox.RateAddress) {
		of += shards
	}
	return &m.shards[of]
}

// count carries out a request. The caller holds the lock of the shard.
func (s *shard) count(r request, now time.Duration) (fits bool, windows []window) {
	windows = make([]window, len(r.Rates))
	counters := s.keys[r.Key]
	fits = true
	for i, rate := range r.Rates {
		w := windowOf(counters, rate, now)
		fits = fits && w.Count+r.Hits <= w.Limit
		windows[i] = w
	}
	if r.Op == opPeek || r.Op == opTake && !fits {
		return fits, windows
	}
	begun := false
	for i := range windows {
		w := &windows[i]
		begun = begun || w.Count == 0
		w.Count = max(0, w.Count+r.Hits)
		c := counter{period: w.Period, ends: now + w.Left, count: w.Count}
		if j := indexOf(counters, w.Period); j >= 0 {
			counters[j] = c
			continue
		}
		if counters == nil {
			counters = make([]counter, 0, len(windows))
		}
		counters = append(counters, c)
		s.keys[r.Key] = counters
	}
	s.giveBack(r.Back, now)
	if begun {
		s.sweep(now)
	}
	if len(s.keys) > maxKeys {
		s.forgetOne()
	}
	return fits, windows
}

// giveBack subtracts a hit from each window that is still the one in which the hit was counted.
func (s *shard) giveBack(back refund, now time.Duration) {
	counters := s.keys[back.Key]
	for _, w := range back.Windows {
		i := indexOf(counters, w.Period)
		if i < 0 {
			continue
		}
		if left := counters[i].ends - now; left > 0 && left <= w.Left && counters[i].count > 0 {
			counters[i].count--
		}
	}
}

func indexOf(counters []counter, period time.Duration) int {
	for i := range counters {
		if counters[i].period == period {
			return i
		}
	}
	return -1
}

// windowOf returns the current window of a rate, or one that begins now.
func windowOf(counters []counter, rate limiter.Rate, now time.Duration) window {
	w := window{Period: rate.Period, Limit: rate.Limit, Left: rate.Period}
	if i := indexOf(counters, rate.Period); i >= 0 && counters[i].ends > now {
		w.Count, w.Left = counters[i].count, counters[i].ends-now
	}
	return w
}

// forgetOne deletes any key to make space for a new one: a client that can send from a million addresses
// must not fill the memory.
func (s *shard) forgetOne() {
	for key := range s.keys {
		delete(s.keys, key)
		return
	}
}

// sweep checks a few keys and deletes those whose windows are all over. The choice is random: Go begins
// each iteration at a random place.
func (s *shard) sweep(now time.Duration) {
	s.peak = max(s.peak, len(s.keys))
	seen := 0
	for key, counters := range s.keys {
		if !slices.ContainsFunc(counters, func(c counter) bool { return c.ends > now }) {
			delete(s.keys, key)
		}
		if seen++; seen == swept {
			break
		}
	}
	if s.peak < shrinkFrom || len(s.keys) > s.peak/shrinkAt {
		return
	}
	smaller := make(map[string][]counter, len(s.keys))
	maps.Copy(smaller, s.keys)
	s.keys, s.peak = smaller, len(smaller)
}
