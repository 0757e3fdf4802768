package ratelimit

import (
	"context"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/ulule/limiter/v3"

	"github.com/backlox/lox"
)

// Limiter implements server.RateLimiter. Open makes one.
//
// It counts in Redis while Redis works, and otherwise in this process. The first failure stops all requests
// from going to Redis, so that a Redis that hangs delays only requests that already wait for it. From then
// on a goroutine probes Redis, and lets requests go there again when it works: see outage.go.
type Limiter struct {
	memory  *memoryStore
	redis   remote        // nil without Redis
	timeout time.Duration // bounds each call to Redis
	every   time.Duration // the pause between two probes
	log     *slog.Logger

	// phase grows with each change: even while Redis works, odd while it is down.
	phase   atomic.Uint64
	failed  chan struct{}
	cancel  context.CancelFunc
	stopped chan struct{}

	down      prometheus.Gauge
	decisions prometheus.Counter
}

// remote is the part of Redis that Limiter needs.
type remote interface {
	Count(ctx context.Context, r request) (fits bool, windows []window, err error)
	Ping(ctx context.Context) error
	Close() error
}

// Take implements server.RateLimiter. It fails only if ctx ends while it waits for Redis.
func (l *Limiter) Take(ctx context.Context, subject string, class lox.RateClass, limit lox.RateLimit) (lox.RateDecision, error) {
	return l.decide(ctx, opTake, keyOf(class, subject), limit, refund{})
}

// Peek implements server.RateLimiter. It fails only if ctx ends while it waits for Redis.
func (l *Limiter) Peek(ctx context.Context, subject string, class lox.RateClass, limit lox.RateLimit) (lox.RateDecision, error) {
	return l.decide(ctx, opPeek, keyOf(class, subject), limit, refund{})
}

// Exchange implements server.RateLimiter. It fails only if ctx ends while it waits for Redis. A hit that was
// counted in Redis before Redis failed isn't given back: this process hasn't counted it. A hit that was
// counted in this process before Redis came back is given back in Redis, so each request under way at that
// moment can exceed the limit by one hit.
func (l *Limiter) Exchange(
	ctx context.Context, subject string, back lox.RateCharge, class lox.RateClass, limit lox.RateLimit,
) (lox.RateDecision, error) {
	r := refund{Key: keyOf(back.Class, subject)}
	for period, w := range map[time.Duration]lox.RateWindow{time.Minute: back.Decision.Minute, time.Hour: back.Decision.Hour} {
		if back.Age < w.Reset { // otherwise the window is over
			r.Windows = append(r.Windows, window{Period: period, Left: w.Reset})
		}
	}
	return l.decide(ctx, opTake, keyOf(class, subject), limit, r)
}

// decide counts one hit, in Redis if Redis works, and otherwise in this process.
func (l *Limiter) decide(ctx context.Context, op operation, key string, limit lox.RateLimit, back refund) (lox.RateDecision, error) {
	r := request{Op: op, Hits: 1, Key: key, Back: back, Rates: []limiter.Rate{
		{Period: time.Minute, Limit: limit.PerMinute},
		{Period: time.Hour, Limit: limit.PerHour},
	}}
	if l.redis != nil {
		if phase := l.phase.Load(); isUp(phase) {
			begun := time.Now()
			fits, windows, err := l.redis.Count(ctx, r)
			if err == nil {
				return decision(fits, windows), nil
			}
			if ended(ctx) && time.Since(begun) < l.timeout {
				return lox.RateDecision{}, err // the caller gave up before the timeout of Redis
			}
			l.redisFailed(ctx, phase, err)
		}
		l.decisions.Inc()
	}
	fits, windows, err := l.memory.Count(ctx, r)
	return decision(fits, windows), err
}

func decision(allowed bool, windows []window) lox.RateDecision {
	return lox.RateDecision{Allowed: allowed, Minute: windows[0].rate(), Hour: windows[1].rate()}
}

func (w window) rate() lox.RateWindow {
	return lox.RateWindow{Limit: w.Limit, Remaining: w.Remaining(), Reset: w.Left}
}

// Ping returns an error if Redis can't count. Requests are then still limited: this process counts them.
// Without Redis, Ping never fails.
func (l *Limiter) Ping(ctx context.Context) error {
	if l.redis == nil {
		return nil
	}
	return l.redis.Ping(ctx)
}

// Close ends the probes of Redis and closes its connections. Call it once, after the last request.
func (l *Limiter) Close() error {
	if l.redis == nil {
		return nil
	}
	l.cancel()
	<-l.stopped
	return l.redis.Close()
}

// keyOf returns the key of a subject's requests in a class. No class has a colon in its name, so different
// pairs give different keys.
func keyOf(class lox.RateClass, subject string) string { return string(class) + ":" + subject }
