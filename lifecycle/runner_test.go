package lifecycle_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox"
	"github.com/backlox/lox/lifecycle"
)

// claims are the claims of a job in a bubble of synctest.
type claims struct {
	begun time.Time

	mu    sync.Mutex
	at    []time.Duration
	asked []int
}

func newClaims() *claims { return &claims{begun: time.Now()} }

func (c *claims) note(n int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at, c.asked = append(c.at, time.Since(c.begun)), append(c.asked, n)
}

// times returns the times of the claims from one on.
func (c *claims) times(from int) []time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.at[from:])
}

// run runs jobs until stop is called, or the test ends.
func run(t *testing.T, cfg lifecycle.RunnerConfig, jobs ...lifecycle.Job) (stop func()) {
	t.Helper()
	if cfg.Log == nil {
		cfg.Log = discard
	}
	r := lifecycle.NewRunner(cfg, jobs...)
	ctx, cancel := context.WithCancel(t.Context())
	var running sync.WaitGroup
	running.Go(func() { r.Run(ctx) })
	stop = func() {
		cancel()
		running.Wait()
	}
	t.Cleanup(stop)
	return stop
}

// value returns a job's metric in a registry. For a histogram it returns the number of
// observations.
func value(t *testing.T, registry *prometheus.Registry, name, job string) float64 {
	t.Helper()
	families, err := registry.Gather()
	require.NoError(t, err)
	for _, family := range families {
		if family.GetName() != name {
			continue
		}
		for _, m := range family.GetMetric() {
			if m.GetLabel()[0].GetName() == "name" && m.GetLabel()[0].GetValue() == job {
				return m.GetGauge().GetValue() + m.GetCounter().GetValue() + float64(m.GetHistogram().GetSampleCount())
			}
		}
	}
	require.Failf(t, "no such metric", "%s of %s", name, job)
	return 0
}

func seconds(of ...int) (durations []time.Duration) {
	for _, n := range of {
		durations = append(durations, time.Duration(n)*time.Second)
	}
	return durations
}

// A job claims only what it can work on at once, and claims again when it has free slots.
func TestJobClaimsOnlyFreeSlots(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		const most = 3
		c := newClaims()
		var left, running, peak atomic.Int64
		left.Store(10)
		registry := prometheus.NewPedanticRegistry()
		run(t, lifecycle.RunnerConfig{Metrics: registry}, lifecycle.Job{
			Name: "count", Interval: time.Hour, Concurrency: most,
			Claim: func(_ context.Context, _ time.Time, n int) (items []lifecycle.Item, _ error) {
				c.note(n)
				for ; n > 0 && left.Load() > 0; n-- {
					takes := time.Duration(left.Add(-1)) * time.Second // each ends at another time
					items = append(items, lifecycle.Item{Do: func(context.Context) error {
						now := running.Add(1)
						defer running.Add(-1)
						peak.Store(max(peak.Load(), now))
						<-time.After(takes)
						return nil
					}})
				}
				return items, nil
			},
			Backlog: func(context.Context, time.Time) (lox.Backlog, error) {
				return lox.Backlog{Due: int(left.Load()), Oldest: time.Now().Add(-time.Minute)}, nil
			},
		})
		synctest.Wait()
		assert.InDelta(t, most, value(t, registry, "lox_job_running", "count"), 0)
		<-time.After(time.Minute)
		assert.EqualValues(t, most, peak.Load())
		assert.Zero(t, left.Load())
		c.mu.Lock()
		asked := slices.Clone(c.asked)
		c.mu.Unlock()
		assert.Equal(t, []int{most, 1, 1, 1}, asked[:4], "each time one is done")
		assert.Zero(t, value(t, registry, "lox_job_running", "count"))
		assert.InDelta(t, 10, value(t, registry, "lox_job_seconds", "count"), 0)
		assert.Zero(t, value(t, registry, "lox_job_waiting", "count"))
		assert.Zero(t, value(t, registry, "lox_job_oldest_seconds", "count"), "nothing waits")
		<-time.After(time.Hour)
		assert.Len(t, c.times(len(asked)), 1, "one after the interval")
	})
}

func TestBacklogIsCounted(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		registry := prometheus.NewPedanticRegistry()
		since := time.Now()
		var fails atomic.Bool
		run(t, lifecycle.RunnerConfig{Metrics: registry}, lifecycle.Job{
			Name: "stuck", Interval: time.Second,
			Claim: func(context.Context, time.Time, int) ([]lifecycle.Item, error) { return nil, nil },
			Backlog: func(context.Context, time.Time) (lox.Backlog, error) {
				if fails.Load() {
					panic("broken")
				}
				return lox.Backlog{Due: 7, Oldest: since}, nil
			},
		})
		<-time.After(40 * time.Second)
		synctest.Wait()
		assert.InDelta(t, 7, value(t, registry, "lox_job_waiting", "stuck"), 0)
		assert.InDelta(t, 30, value(t, registry, "lox_job_oldest_seconds", "stuck"), 0, "as counted 10 s ago")
		fails.Store(true)
		<-time.After(time.Minute)
		assert.InDelta(t, 30, value(t, registry, "lox_job_oldest_seconds", "stuck"), 0)
	})
}

func TestJobBacksOffWhenClaimFails(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := newClaims()
		var fails atomic.Bool
		fails.Store(true)
		registry := prometheus.NewPedanticRegistry()
		var out bytes.Buffer
		stop := run(t, lifecycle.RunnerConfig{Metrics: registry, Log: slog.New(slog.NewTextHandler(&out, nil))}, lifecycle.Job{
			Name: "away", Interval: 5 * time.Second,
			Claim: func(_ context.Context, _ time.Time, n int) ([]lifecycle.Item, error) {
				c.note(n)
				if len(c.times(0)) == 3 {
					panic("a claim")
				}
				if fails.Load() {
					return nil, errors.New("no database")
				}
				return nil, nil
			},
		})
		<-time.After(200 * time.Second)
		assert.Equal(t, seconds(0, 1, 3, 7, 15, 31, 63, 123, 183), c.times(0))
		fails.Store(false)
		<-time.After(60 * time.Second)
		assert.Equal(t, seconds(243, 248, 253, 258), c.times(9))
		assert.InDelta(t, 9, value(t, registry, "lox_job_failed_total", "away"), 0)
		fails.Store(true)
		<-time.After(9 * time.Second)
		assert.Equal(t, seconds(263, 264, 266), c.times(13), "it begins anew")
		stop()
		assert.Equal(t, 8+3, strings.Count(out.String(), `msg="a job could not claim work" job=away error="no database"`))
		assert.Contains(t, out.String(), "panic: a claim")
	})
}

func TestJobBacksOffWhenItemsFail(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := newClaims()
		var fails atomic.Bool
		fails.Store(true)
		registry := prometheus.NewPedanticRegistry()
		run(t, lifecycle.RunnerConfig{Metrics: registry}, lifecycle.Every("upkeep", time.Hour, func(context.Context, time.Time) error {
			c.note(1)
			if fails.Load() {
				return errors.New("no database")
			}
			return nil
		}))
		<-time.After(20 * time.Second)
		assert.Equal(t, seconds(0, 1, 3, 7, 15), c.times(0), "sooner than in an hour")
		assert.InDelta(t, 1, value(t, registry, "lox_job_waiting", "upkeep"), 0)
		assert.InDelta(t, 15, value(t, registry, "lox_job_oldest_seconds", "upkeep"), 0)
		fails.Store(false)
		<-time.After(2 * time.Hour)
		assert.Equal(t, seconds(31, 31+3600), c.times(5))
		assert.InDelta(t, 5, value(t, registry, "lox_job_failed_total", "upkeep"), 0)
		assert.Zero(t, value(t, registry, "lox_job_waiting", "upkeep"))
	})
}

// If only some items fail, by an error, a panic or their deadline, the job doesn't pause.
func TestFailedItemDoesNotDelayOthers(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		registry := prometheus.NewPedanticRegistry()
		var out bytes.Buffer
		log := slog.New(slog.NewTextHandler(&out, nil))
		begun, next := time.Now(), 0
		var done []time.Duration
		var mu sync.Mutex
		stop := run(t, lifecycle.RunnerConfig{Metrics: registry, Log: log}, lifecycle.Job{
			Name: "mixed", Interval: time.Hour, Concurrency: 4, Deadline: 3 * time.Second,
			Claim: func(_ context.Context, _ time.Time, n int) (items []lifecycle.Item, _ error) {
				for ; n > 0 && next < 30; n-- {
					next++
					i := next
					item := lifecycle.Item{About: slog.Int("item", i), Do: func(ctx context.Context) error {
						<-time.After(10 * time.Millisecond)
						switch i {
						case 1:
							return errors.New("broken")
						case 2:
							panic("stumbled")
						case 3, 4:
							<-ctx.Done()
							return ctx.Err()
						}
						mu.Lock()
						defer mu.Unlock()
						done = append(done, time.Since(begun))
						return nil
					}}
					if i == 4 {
						item.Deadline = time.Minute
					}
					items = append(items, item)
				}
				return items, nil
			},
		})
		<-time.After(2 * time.Second)
		mu.Lock()
		require.Len(t, done, 26)
		assert.Less(t, done[25], time.Second)
		mu.Unlock()
		assert.InDelta(t, 2, value(t, registry, "lox_job_running", "mixed"), 0)
		<-time.After(2 * time.Second)
		assert.InDelta(t, 3, value(t, registry, "lox_job_failed_total", "mixed"), 0)
		assert.InDelta(t, 1, value(t, registry, "lox_job_running", "mixed"), 0, "it has a deadline of its own")
		<-time.After(time.Minute)
		stop()
		assert.InDelta(t, 4, value(t, registry, "lox_job_failed_total", "mixed"), 0)
		assert.InDelta(t, 30, value(t, registry, "lox_job_seconds", "mixed"), 0)
		for _, line := range []string{
			`level=ERROR msg="a job failed" job=mixed item=1 error=broken`, `job=mixed item=2 error="panic: stumbled\ngoroutine `,
			`job=mixed item=3 error="context deadline exceeded"`, `job=mixed item=4 error="context deadline exceeded"`,
		} {
			assert.Contains(t, out.String(), line)
		}
	})
}

func TestBatchesRunWithoutPause(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := newClaims()
		var left atomic.Int64
		left.Store(3)
		run(t, lifecycle.RunnerConfig{}, lifecycle.Batches("forget", time.Hour, func(ctx context.Context, _ time.Time) (bool, error) {
			c.note(1)
			until, ok := ctx.Deadline()
			assert.True(t, ok)
			assert.LessOrEqual(t, time.Until(until), 10*time.Second)
			<-time.After(time.Second)
			return left.Add(-1) > 0, nil
		}))
		<-time.After(3 * time.Hour)
		assert.Equal(t, seconds(0, 1, 2, 2+1+3600, 2+1+3600+1+3600), c.times(0))
	})
}

// An item that is interrupted by a stop has not failed.
func TestStopIsNotFailure(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		registry := prometheus.NewPedanticRegistry()
		ended := false
		stop := run(t, lifecycle.RunnerConfig{Metrics: registry}, lifecycle.Every("slow", time.Hour, func(ctx context.Context, _ time.Time) error {
			<-ctx.Done()
			<-time.After(time.Second)
			ended = true
			return ctx.Err()
		}))
		synctest.Wait()
		stop()
		assert.True(t, ended)
		assert.Zero(t, value(t, registry, "lox_job_failed_total", "slow"))
	})
}
