package ratelimit

import (
	"cmp"
	"log/slog"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

const (
	// defaultTimeout is long for a Redis in the same data centre, which answers in well under a
	// millisecond, and short for the requests that wait when Redis hangs.
	defaultTimeout = 250 * time.Millisecond
	// probeInterval is the pause between two probes of a Redis that failed.
	probeInterval = 250 * time.Millisecond
)

// Config says where requests are counted. The zero value counts in this process.
type Config struct {
	// RedisURL is the URL of the Redis that all servers share: redis://, rediss:// for TLS, or unix:// with
	// the path of a socket. One or more parameters addr= make it a cluster. If it is empty, each server
	// counts by itself.
	RedisURL string
	// Timeout is how long a decision may wait for Redis before this process decides. The default is 250 ms.
	Timeout time.Duration
	// Log gets a record when Redis fails, and when it is back. The default is slog.Default.
	Log *slog.Logger
	// Metrics, if not nil, gets lox_ratelimit_redis_down and lox_ratelimit_fallback_decisions_total.
	// Without Redis, neither exists.
	Metrics prometheus.Registerer
	// Clock is the clock of the counters in this process. The default is time.Now.
	Clock func() time.Time
}

// Open returns a Limiter. It fails only if RedisURL is wrong. If Redis is down, Open logs that, and the
// Limiter counts in this process until Redis works.
func Open(cfg Config) (*Limiter, error) {
	if cfg.Clock == nil {
		cfg.Clock = time.Now
	}
	memory := newMemory(cfg.Clock)
	if cfg.RedisURL == "" {
		return &Limiter{memory: memory}, nil
	}
	timeout := cmp.Or(cfg.Timeout, defaultTimeout)
	redis, err := newRedis(cfg.RedisURL, timeout)
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
