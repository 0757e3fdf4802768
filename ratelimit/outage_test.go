package ratelimit_test

import (
	"context"
	"log/slog"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox"
	"github.com/backlox/lox/ratelimit"
	"github.com/backlox/lox/ratelimit/redistest"
)

// logbook records log entries.
type logbook struct {
	slog.Handler

	mu      sync.Mutex
	entries []slog.Record
	texts   []string
}

func (l *logbook) Enabled(context.Context, slog.Level) bool { return true }

func (l *logbook) Handle(_ context.Context, r slog.Record) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.entries = append(l.entries, r)
	r.Attrs(func(a slog.Attr) bool {
		l.texts = append(l.texts, r.Time.Format(time.StampMilli)+" "+r.Level.String()+" "+a.String())
		return true
	})
	return nil
}

// levels returns the levels of the entries in order.
func (l *logbook) levels() (levels []slog.Level) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, r := range l.entries {
		levels = append(levels, r.Level)
	}
	return levels
}

// await waits until there are entries of these levels, and checks that there are no others.
func (l *logbook) await(t *testing.T, want ...slog.Level) {
	t.Helper()
	require.Eventually(t, func() bool { return len(l.levels()) >= len(want) }, 10*time.Second, time.Millisecond)
	got := l.levels()
	l.mu.Lock()
	defer l.mu.Unlock()
	require.Equal(t, want, got, "%q", l.texts)
}

// traffic is many goroutines that call Take. They pause a little, because otherwise they would
// delay each other more than Redis does.
type traffic struct {
	t     *testing.T
	ended chan struct{}
	once  sync.Once
	group sync.WaitGroup
	taken atomic.Int64
	worst atomic.Int64 // nanoseconds
}

func startTraffic(t *testing.T, l *ratelimit.Limiter) *traffic {
	t.Helper()
	tr := &traffic{t: t, ended: make(chan struct{})}
	ctx := context.WithoutCancel(t.Context()) // the test's context ends before its cleanups
	t.Cleanup(func() { tr.end() })
	for range 50 {
		tr.group.Go(func() {
			pause := time.NewTicker(5 * time.Millisecond)
			defer pause.Stop()
			for {
				select {
				case <-tr.ended:
					return
				case <-pause.C:
				}
				begun := time.Now()
				d, err := l.Take(ctx, "tenant", lox.RateAPICalls, ample)
				if !assert.NoError(t, err) || !assert.True(t, d.Allowed) {
					return
				}
				tr.taken.Add(1)
				for took, worst := int64(time.Since(begun)), tr.worst.Load(); took > worst; worst = tr.worst.Load() {
					if tr.worst.CompareAndSwap(worst, took) {
						break
					}
				}
			}
		})
	}
	return tr
}

// flow waits until some more requests were decided.
func (tr *traffic) flow() {
	tr.t.Helper()
	want := tr.taken.Load() + 500
	require.Eventually(tr.t, func() bool { return tr.taken.Load() >= want }, 10*time.Second, time.Millisecond)
}

// end returns the longest duration of a request.
func (tr *traffic) end() time.Duration {
	tr.once.Do(func() { close(tr.ended) })
	tr.group.Wait()
	return time.Duration(tr.worst.Load())
}

// Redis fails and recovers. No request may fail or be delayed, and it is logged once. Not parallel,
// because it measures how long requests take.
func TestRedisOutageUnderLoad(t *testing.T) {
	// Longer than the default, so that a busy machine isn't taken for a Redis that hangs.
	const timeout = time.Second
	for name, start := range map[string]func(testing.TB) *redistest.Server{"one": redistest.Start, "cluster": redistest.StartCluster} {
		for how, outage := range map[string]struct{ begin, end func(*redistest.Server) }{
			"killed": {(*redistest.Server).Kill, (*redistest.Server).Revive},
			"hung":   {(*redistest.Server).Stop, (*redistest.Server).Resume},
		} {
			t.Run(name+"/"+how, func(t *testing.T) {
				s := start(t)
				log, metrics := &logbook{}, prometheus.NewRegistry()
				l := open(t, ratelimit.Config{RedisURL: s.URL, Timeout: timeout, Log: slog.New(log), Metrics: metrics})
				tr := startTraffic(t, l)
				var levels []slog.Level
				for range 2 {
					tr.flow()
					require.Eventually(t, func() bool { return value(t, metrics, "lox_ratelimit_redis_down") == 0 }, time.Second, time.Millisecond)
					outage.begin(s)
					levels = append(levels, slog.LevelWarn)
					log.await(t, levels...)
					tr.flow()
					assert.Equal(t, 1, value(t, metrics, "lox_ratelimit_redis_down"))
					require.Error(t, l.Ping(t.Context()))
					outage.end(s)
					levels = append(levels, slog.LevelInfo)
					log.await(t, levels...)
				}
				decided := value(t, metrics, "lox_ratelimit_fallback_decisions_total")
				assert.GreaterOrEqual(t, decided, 1_000)
				tr.flow()
				worst := tr.end()
				t.Log("longest decision:", worst)
				assert.Less(t, worst, timeout+250*time.Millisecond)
				log.await(t, levels...)
			})
		}
	}
}

func TestRedisIsDownAtStart(t *testing.T) {
	t.Parallel()
	s := redistest.Start(t)
	s.Kill()
	log, metrics := &logbook{}, prometheus.NewRegistry()
	l := open(t, ratelimit.Config{RedisURL: s.URL, Log: slog.New(log), Metrics: metrics})
	log.await(t, slog.LevelWarn)
	limit := lox.RateLimit{PerMinute: 2, PerHour: 9}
	for _, want := range []bool{true, true, false} {
		d, err := l.Take(t.Context(), "tenant", lox.RateUploads, limit)
		require.NoError(t, err)
		assert.Equal(t, want, d.Allowed)
	}
	assert.Equal(t, 3, value(t, metrics, "lox_ratelimit_fallback_decisions_total"))
	s.Revive()
	log.await(t, slog.LevelWarn, slog.LevelInfo)
	require.Eventually(t, func() bool {
		_, err := l.Take(t.Context(), "other", lox.RateUploads, limit)
		require.NoError(t, err)
		return s.Client().Exists(t.Context(), "lox:{limit:other}:uploads:60000").Val() == 1
	}, 10*time.Second, time.Millisecond)
}

// value reads a gauge or a counter.
func value(t *testing.T, metrics prometheus.Gatherer, name string) int {
	t.Helper()
	families, err := metrics.Gather()
	require.NoError(t, err)
	for _, f := range families {
		if f.GetName() == name {
			return int(f.GetMetric()[0].GetGauge().GetValue() + f.GetMetric()[0].GetCounter().GetValue())
		}
	}
	t.Fatal("no metric", name)
	return 0
}
