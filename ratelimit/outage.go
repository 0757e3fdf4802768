package ratelimit

import (
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// start probes Redis once, and starts the goroutine that probes it again after each failure.
func (l *Limiter) start(registry prometheus.Registerer) {
	l.down = prometheus.NewGauge(prometheus.GaugeOpts{
		Name: "lox_ratelimit_redis_down",
		Help: "1 while rate limits are counted in this process because Redis fails, else 0.",
	})
	l.decisions = prometheus.NewCounter(prometheus.CounterOpts{
		Name: "lox_ratelimit_fallback_decisions_total",
		Help: "Rate limit decisions made in this process because Redis failed.",
	})
	if registry != nil {
		registry.MustRegister(l.down, l.decisions)
	}
	ctx, cancel := context.WithCancel(context.Background())
	l.failed, l.cancel, l.stopped = make(chan struct{}, 1), cancel, make(chan struct{})
	if err := l.redis.Ping(ctx); err != nil {
		l.redisFailed(ctx, 0, err)
	}
	go l.watch(ctx)
}

func isUp(phase uint64) bool { return phase%2 == 0 }

// ended reports whether a context has ended, even if its timer hasn't fired yet: a connection may observe
// the deadline a little earlier.
func ended(ctx context.Context) bool {
	deadline, ok := ctx.Deadline()
	return ctx.Err() != nil || ok && !time.Now().Before(deadline)
}

// redisFailed ends the phase in which a failed call began. If that phase is over already, the failure is
// old: Redis may have come back since.
func (l *Limiter) redisFailed(ctx context.Context, phase uint64, err error) {
	if !l.phase.CompareAndSwap(phase, phase+1) {
		return
	}
	l.down.Set(1)
	l.log.WarnContext(ctx, "Redis is unreachable: rate limits are counted in this process until it is reachable again", "error", err)
	l.failed <- struct{}{} // never blocks: watch received the previous failure before it began a new phase
}

// watch waits until Redis fails, then until it is back, and so on until ctx ends.
func (l *Limiter) watch(ctx context.Context) {
	defer close(l.stopped)
	for {
		select {
		case <-l.failed:
		case <-ctx.Done():
			return
		}
		since := time.Now()
		if !l.await(ctx) {
			return
		}
		l.log.InfoContext(ctx, "Redis is reachable again: rate limits are counted there", "after", time.Since(since))
		l.down.Set(0)
		l.phase.Add(1)
	}
}

// await probes Redis until it is back, or ctx ends. It begins with a pause: a Redis that works only for
// some requests must not make the Limiter switch back and forth all the time.
func (l *Limiter) await(ctx context.Context) (back bool) {
	tick := time.NewTicker(l.every)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			if l.redis.Ping(ctx) == nil {
				return true
			}
		case <-ctx.Done():
			return false
		}
	}
}
