package ratelimit

import (
	"context"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/ulule/limiter/v3"
)

// fallback counts in Redis while that works, and in this process while it
// doesn't. The first failure stops all requests from going to Redis, so that a
// Redis that hangs holds up none but those that already wait; a goroutine looks
// for it from then on, and lets them go there again.
type fallback struct {
	redis   taker
	memory  *Memory
	ping    func(context.Context) error
	timeout time.Duration // of Redis
	every   time.Duration // how often to look for it
	log     *slog.Logger

	// phase grows with each change: even while Redis works, odd while it is down.
	phase   atomic.Uint64
	failed  chan struct{}
	cancel  context.CancelFunc
	stopped chan struct{}

	down      prometheus.Gauge
	decisions prometheus.Counter
}

// start looks for Redis, once now, and from the first failure on in the
// background.
func (f *fallback) start(registry prometheus.Registerer) {
	f.down = prometheus.NewGauge(prometheus.GaugeOpts{
		Name: "lox_ratelimit_redis_down",
		Help: "1 while rate limits are counted in this process because Redis fails, else 0.",
	})
	f.decisions = prometheus.NewCounter(prometheus.CounterOpts{
		Name: "lox_ratelimit_fallback_decisions_total",
		Help: "Rate limit decisions made in this process because Redis failed.",
	})
	if registry != nil {
		registry.MustRegister(f.down, f.decisions)
	}
	ctx, cancel := context.WithCancel(context.Background())
	f.failed, f.cancel, f.stopped = make(chan struct{}, 1), cancel, make(chan struct{})
	if err := f.ping(ctx); err != nil {
		f.fail(ctx, 0, err)
	}
	go f.watch(ctx)
}

func (f *fallback) close() {
	f.cancel()
	<-f.stopped
}

// Take is that of Counters.
func (f *fallback) Take(ctx context.Context, key string, rates ...limiter.Rate) (taken bool, windows []Window, err error) {
	return f.decide(ctx, func(c taker) (bool, []Window, error) { return c.Take(ctx, key, rates...) })
}

// PeekAll is that of Counters.
func (f *fallback) PeekAll(ctx context.Context, key string, rates ...limiter.Rate) (room bool, windows []Window, err error) {
	return f.decide(ctx, func(c taker) (bool, []Window, error) { return c.PeekAll(ctx, key, rates...) })
}

// Exchange is that of Counters. A hit that was counted in Redis before that failed
// isn't given back: this process hasn't counted it. One that was counted here before
// Redis came back is given back there, so that for each request under way at that
// moment one hit more than the limit is possible.
func (f *fallback) Exchange(ctx context.Context, back Refund, key string, rates ...limiter.Rate) (taken bool, windows []Window, err error) {
	return f.decide(ctx, func(c taker) (bool, []Window, error) { return c.Exchange(ctx, back, key, rates...) })
}

func (f *fallback) decide(ctx context.Context, by func(taker) (bool, []Window, error)) (bool, []Window, error) {
	if phase := f.phase.Load(); isUp(phase) {
		begun := time.Now()
		ok, windows, err := by(f.redis)
		if err == nil {
			return ok, windows, nil
		}
		if ended(ctx) && time.Since(begun) < f.timeout {
			return false, nil, err // the caller gave up: Redis still had time
		}
		f.fail(ctx, phase, err)
	}
	f.decisions.Inc()
	return by(f.memory)
}

func isUp(phase uint64) bool { return phase%2 == 0 }

// ended says whether a context has, be it that its timer didn't fire yet: a
// connection may keep the deadline a little more strictly.
func ended(ctx context.Context) bool {
	deadline, ok := ctx.Deadline()
	return ctx.Err() != nil || ok && !time.Now().Before(deadline)
}

// fail ends the phase in which a call that failed began. If it is over already,
// the failure is old: Redis may have come back since.
func (f *fallback) fail(ctx context.Context, phase uint64, err error) {
	if !f.phase.CompareAndSwap(phase, phase+1) {
		return
	}
	f.down.Set(1)
	f.log.WarnContext(ctx, "Redis fails: rate limits are counted in this process until it is back", "error", err)
	f.failed <- struct{}{} // has room: the last one was taken before Redis was said to be back
}

// watch waits for Redis to fail, then for it to come back.
func (f *fallback) watch(ctx context.Context) {
	defer close(f.stopped)
	for {
		select {
		case <-f.failed:
		case <-ctx.Done():
			return
		}
		since := time.Now()
		if !f.await(ctx) {
			return
		}
		f.log.InfoContext(ctx, "Redis is back: rate limits are counted there again", "after", time.Since(since))
		f.down.Set(0)
		f.phase.Add(1)
	}
}

// await looks for Redis until it is back, or ctx ends. It begins with a pause: a
// Redis that works only for some must not be left and come back to all the time.
func (f *fallback) await(ctx context.Context) (back bool) {
	tick := time.NewTicker(f.every)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			if f.ping(ctx) == nil {
				return true
			}
		case <-ctx.Done():
			return false
		}
	}
}
