package ratelimit

import (
	"context"
	"time"

	"github.com/ulule/limiter/v3"

	"github.com/backlox/lox"
)

// Limiter implements lox.RateLimiter. Open makes one.
type Limiter struct {
	counters taker
	redis    *Redis    // nil without Redis
	fallback *fallback // nil without Redis
}

// taker is the part of Counters that Limiter needs.
type taker interface {
	Take(ctx context.Context, key string, rates ...limiter.Rate) (bool, []Window, error)
	PeekAll(ctx context.Context, key string, rates ...limiter.Rate) (bool, []Window, error)
	Exchange(ctx context.Context, back Refund, key string, rates ...limiter.Rate) (bool, []Window, error)
}

var _ lox.RateLimiter = (*Limiter)(nil)

// Take implements lox.RateLimiter. It fails only if ctx ends while Redis is
// waited for.
func (l *Limiter) Take(ctx context.Context, subject string, class lox.RateClass, limit lox.RateLimit) (lox.RateDecision, error) {
	return decide(ctx, l.counters.Take, subject, class, limit)
}

// Peek implements lox.RateLimiter. It fails only if ctx ends while Redis is
// waited for.
func (l *Limiter) Peek(ctx context.Context, subject string, class lox.RateClass, limit lox.RateLimit) (lox.RateDecision, error) {
	return decide(ctx, l.counters.PeekAll, subject, class, limit)
}

// Exchange implements lox.RateLimiter. It fails only if ctx ends while Redis is
// waited for.
func (l *Limiter) Exchange(
	ctx context.Context, subject string, back lox.RateCharge, class lox.RateClass, limit lox.RateLimit,
) (lox.RateDecision, error) {
	refund := Refund{Key: keyOf(back.Class, subject)}
	for period, w := range map[time.Duration]lox.RateWindow{time.Minute: back.Decision.Minute, time.Hour: back.Decision.Hour} {
		if back.Age < w.Reset { // else it is over
			refund.Windows = append(refund.Windows, RefundWindow{Period: period, Left: w.Reset})
		}
	}
	exchange := func(ctx context.Context, key string, rates ...limiter.Rate) (bool, []Window, error) {
		return l.counters.Exchange(ctx, refund, key, rates...)
	}
	return decide(ctx, exchange, subject, class, limit)
}

// Ping says whether Redis can count. An error doesn't keep requests from being
// limited: they are counted in this process meanwhile. Without Redis there is
// nothing that could fail.
func (l *Limiter) Ping(ctx context.Context) error {
	if l.redis == nil {
		return nil
	}
	return l.redis.Ping(ctx)
}

// Close ends the look-out for Redis and closes its connections. Call it once,
// when no more requests come.
func (l *Limiter) Close() error {
	if l.redis == nil {
		return nil
	}
	l.fallback.close()
	return l.redis.Close()
}

type takeFunc func(ctx context.Context, key string, rates ...limiter.Rate) (bool, []Window, error)

func decide(ctx context.Context, take takeFunc, subject string, class lox.RateClass, limit lox.RateLimit) (lox.RateDecision, error) {
	allowed, windows, err := take(ctx, keyOf(class, subject),
		limiter.Rate{Period: time.Minute, Limit: limit.PerMinute},
		limiter.Rate{Period: time.Hour, Limit: limit.PerHour})
	if err != nil {
		return lox.RateDecision{}, err
	}
	return lox.RateDecision{Allowed: allowed, Minute: windows[0].rate(), Hour: windows[1].rate()}, nil
}

// keyOf is what the requests of a subject in a class are counted under. No class has
// a colon in its name, so that no two pairs make the same key.
func keyOf(class lox.RateClass, subject string) string { return string(class) + ":" + subject }

func (w Window) rate() lox.RateWindow {
	return lox.RateWindow{Limit: w.Limit, Remaining: w.Remaining(), Reset: w.Left}
}
