package ratelimit_test

import (
	"math/rand/v2"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/backlox/lox"
	"github.com/backlox/lox/ratelimit"
	"github.com/backlox/lox/ratelimit/redistest"
)

var ample = lox.RateLimit{PerMinute: 1 << 40, PerHour: 1 << 40}

// BenchmarkTake measures a decision on both limits: for one subject, for many, for one that is
// refused, and from many goroutines.
func BenchmarkTake(b *testing.B) {
	b.Run("memory", func(b *testing.B) { benchmarkTake(b, open(b, ratelimit.Config{})) })
	b.Run("redis", func(b *testing.B) {
		benchmarkTake(b, open(b, ratelimit.Config{RedisURL: redistest.Start(b).URL, Timeout: patient}))
	})
}

func benchmarkTake(b *testing.B, l *ratelimit.Limiter) {
	b.Run("one", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if d, err := l.Take(b.Context(), "tenant", lox.RateAPICalls, ample); err != nil || !d.Allowed {
				b.Fatal(d, err)
			}
		}
	})
	subjects := make([]string, 10_000)
	for i := range subjects {
		subjects[i] = "ten_" + strconv.Itoa(i)
	}
	b.Run("many", func(b *testing.B) {
		b.ReportAllocs()
		i := 0
		for b.Loop() {
			_, _ = l.Take(b.Context(), subjects[i%len(subjects)], lox.RateAPICalls, ample)
			i++
		}
	})
	b.Run("refused", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if d, err := l.Take(b.Context(), "refused", lox.RateAPICalls, lox.RateLimit{}); err != nil || d.Allowed {
				b.Fatal(d, err)
			}
		}
	})
	b.Run("parallel", func(b *testing.B) {
		b.ReportAllocs()
		b.SetParallelism(16)
		b.RunParallel(func(pb *testing.PB) {
			for i := rand.IntN(len(subjects)); pb.Next(); i++ {
				_, _ = l.Take(b.Context(), subjects[i%len(subjects)], lox.RateAPICalls, ample)
			}
		})
	})
}

// BenchmarkMemoryNewKeys measures hits of new keys, while keys of more than an hour ago are
// removed.
func BenchmarkMemoryNewKeys(b *testing.B) {
	c := &clock{}
	m := ratelimit.NewMemory(c.now)
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		i++
		c.pass(10 * time.Millisecond)
		_, _, err := m.Count(b.Context(), takeOf(strconv.Itoa(i), minute(10), hour(60)))
		require.NoError(b, err)
	}
}
