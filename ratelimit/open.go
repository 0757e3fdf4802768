package ratelimit

import (
	"cmp"
	"log/slog"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

const (
	// defaultTimeout is ample for a Redis in the same data centre, which answers in well
	// under a millisecond, and little for the requests that wait when it hangs.
	defaultTimeout = 250 * time.Millisecond
	// probeInterval is the pause between two probes of a Redis that failed.
	probeInterval = 250 * time.Millisecond
)

// Config says where requests are counted. The zero value does so in this
// process.
type Config struct {
	// RedisURL is that of the Redis which all servers share, as NewRedis takes
	// it. If it is empty, each server counts for itself.
	RedisURL string
	// Timeout is how long a decision may wait for Redis before it is made in this
	// process. The default is 250 ms.
	Timeout time.Duration
	// Log is told when Redis fails, and when it is back. The default is
	// slog.Default.
	Log *slog.Logger
	// Metrics, if not nil, gets lox_ratelimit_redis_down and
	// lox_ratelimit_fallback_decisions_total. Without Redis there are none.
	Metrics prometheus.Registerer
	// Clock tells the time to what is counted in this process. The default is
	// time.Now.
	Clock func() time.Time
}

// Open returns a Limiter. It fails only if RedisURL is wrong: a Redis that is
// down is logged, done without, and used as soon as it is there.
func Open(cfg Config) (*Limiter, error) {
	if cfg.Clock == nil {
		cfg.Clock = time.Now
	}
	memory := NewMemory(cfg.Clock)
	if cfg.RedisURL == "" {
		return &Limiter{memory: memory}, nil
	}
	timeout := cmp.Or(cfg.Timeout, defaultTimeout)
	redis, err := NewRedis(cfg.RedisURL, timeout)
	if err != nil {
		return nil, err
	}
	l := &Limiter{
		redis: redis, memory: memory, timeout: timeout,
		every: probeInterval,
		log:   cmp.Or(cfg.Log, slog.Default()),
	}
	l.start(cfg.Metrics)
	return l, nil
}
