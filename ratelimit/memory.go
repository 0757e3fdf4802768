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
	// shards is how many locks keys are spread over; a power of two.
	shards = 64
	// swept is how many keys are looked at for each window that begins. While
	// keys come and go evenly, no more than about one of as many is over then:
	// from there on each new key finds an old one to delete. Redis does the same.
	swept = 8
	// maxKeys is the most keys of a shard: a million of tenants and as many of
	// addresses, of some 126 bytes.
	maxKeys = 1 << 20 / shards
	// shrinkAt is to which part of its former size a map must fall to be made
	// anew, if it was worth it: Go's maps never give memory back.
	shrinkAt, shrinkFrom = 8, 1024
)

// Memory keeps counters in this process. No goroutine cleans up behind it: with
// each window that begins, a few keys are looked at, and those whose windows are
// over are forgotten.
type Memory struct {
	clock func() time.Time
	epoch time.Time // windows end at a distance from it, which is smaller than a time.Time
	seed  maphash.Seed
	// shards are those of tenants, then those of addresses: a flood from many
	// addresses must not have the limits of tenants forgotten.
	shards [2 * shards]shard
}

// shard has all counters of its keys, so that one lock covers all rates of one, and
// all keys of a subject.
type shard struct {
	mu   sync.Mutex
	keys map[string][]counter // one counter for each rate's length: a few
	peak int                  // the most keys since the map was made
	_    [40]byte             // to a cache line of its own
}

// counter is a window that was begun, and may be over.
type counter struct {
	period time.Duration
	ends   time.Duration // after the epoch
	count  int64
}

var _ Counters = (*Memory)(nil)

// NewMemory returns counters that read the time from a clock, such as time.Now.
func NewMemory(clock func() time.Time) *Memory {
	m := &Memory{clock: clock, epoch: clock(), seed: maphash.MakeSeed()}
	for i := range m.shards {
		m.shards[i].keys = map[string][]counter{}
	}
	return m
}

// Take implements Counters. It never fails.
func (m *Memory) Take(_ context.Context, key string, rates ...limiter.Rate) (taken bool, windows []Window, err error) {
	taken, windows = m.count(opTake, 1, key, rates)
	return taken, windows, nil
}

// PeekAll implements Counters. It never fails.
func (m *Memory) PeekAll(_ context.Context, key string, rates ...limiter.Rate) (room bool, windows []Window, err error) {
	room, windows = m.count(opPeek, 1, key, rates)
	return room, windows, nil
}

// Exchange implements Counters. It never fails.
func (m *Memory) Exchange(_ context.Context, back Refund, key string, rates ...limiter.Rate) (taken bool, windows []Window, err error) {
	s := m.shard(key) // which is that of both keys
	s.mu.Lock()
	defer s.mu.Unlock()
	now := m.clock().Sub(m.epoch)
	taken, windows = s.count(opTake, 1, key, rates, now)
	if !taken {
		return false, windows, nil
	}
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
	return true, windows, nil
}

// Get implements limiter.Store: it counts a hit whether or not there is room.
func (m *Memory) Get(ctx context.Context, key string, rate limiter.Rate) (limiter.Context, error) {
	return m.Increment(ctx, key, 1, rate)
}

// Increment implements limiter.Store.
func (m *Memory) Increment(_ context.Context, key string, count int64, rate limiter.Rate) (limiter.Context, error) {
	_, windows := m.count(opAdd, count, key, []limiter.Rate{rate})
	return windows[0].context(m.clock(), rate), nil
}

// Peek implements limiter.Store.
func (m *Memory) Peek(_ context.Context, key string, rate limiter.Rate) (limiter.Context, error) {
	_, windows := m.count(opPeek, 1, key, []limiter.Rate{rate})
	return windows[0].context(m.clock(), rate), nil
}

// Reset implements limiter.Store: it forgets the window.
func (m *Memory) Reset(_ context.Context, key string, rate limiter.Rate) (limiter.Context, error) {
	s := m.shard(key)
	s.mu.Lock()
	defer s.mu.Unlock()
	if i := indexOf(s.keys[key], rate.Period); i >= 0 {
		s.keys[key][i].ends = 0
	}
	return Window{Limit: rate.Limit, Left: rate.Period}.context(m.clock(), rate), nil
}

func (m *Memory) shard(key string) *shard {
	subject := subjectOf(key)
	of := maphash.String(m.seed, subject) % shards
	if strings.HasPrefix(subject, lox.RateAddress) {
		of += shards
	}
	return &m.shards[of]
}

// count does an operation on the windows of a key. room is whether all of them
// had room for n more hits.
func (m *Memory) count(op operation, n int64, key string, rates []limiter.Rate) (room bool, windows []Window) {
	s := m.shard(key)
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.count(op, n, key, rates, m.clock().Sub(m.epoch))
}

// count is that of Memory, with the shard locked.
func (s *shard) count(op operation, n int64, key string, rates []limiter.Rate, now time.Duration) (room bool, windows []Window) {
	windows = make([]Window, len(rates))
	counters := s.keys[key]
	room = true
	for i, r := range rates {
		w := windowOf(counters, r, now)
		room = room && w.Count+n <= w.Limit
		windows[i] = w
	}
	if op == opPeek || op == opTake && !room {
		return room, windows
	}
	begun := false
	for i, r := range rates {
		w := &windows[i]
		begun = begun || w.Count == 0
		w.Count = max(0, w.Count+n)
		c := counter{period: r.Period, ends: now + w.Left, count: w.Count}
		if j := indexOf(counters, r.Period); j >= 0 {
			counters[j] = c
			continue
		}
		if counters == nil {
			counters = make([]counter, 0, len(rates))
		}
		counters = append(counters, c)
		s.keys[key] = counters
	}
	if begun {
		s.sweep(now)
	}
	if len(s.keys) > maxKeys {
		s.forgetOne()
	}
	return room, windows
}

func indexOf(counters []counter, period time.Duration) int {
	for i := range counters {
		if counters[i].period == period {
			return i
		}
	}
	return -1
}

// windowOf returns the window that a rate is in, or one that begins now.
func windowOf(counters []counter, rate limiter.Rate, now time.Duration) Window {
	w := Window{Limit: rate.Limit, Left: rate.Period}
	if i := indexOf(counters, rate.Period); i >= 0 && counters[i].ends > now {
		w.Count, w.Left = counters[i].count, counters[i].ends-now
	}
	return w
}

// forgetOne makes room for a new key at the expense of any other: whoever can
// send from a million addresses must not fill the memory.
func (s *shard) forgetOne() {
	for key := range s.keys {
		delete(s.keys, key)
		return
	}
}

// sweep looks at a few keys and deletes those whose windows are all over. Which
// ones is left to chance: Go begins each iteration at a random place.
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
