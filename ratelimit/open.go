package ratelimit

import (
	"cmp"
	"log/slog"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// Defaults of Config.
const (
	// DefaultTimeout is ample for a Redis in the same data centre, which answers
	// in well under a millisecond, and little for the requests that are held up
	// when it hangs.
	DefaultTimeout = 250 * time.Millisecond
	// DefaultProbeEvery is how often a failed Redis is looked for.
	DefaultProbeEvery = 250 * time.Millisecond
)

// Config says where requests are counted. The zero value does so in this
// process.
type Config struct {
	// RedisURL is that of the Redis which all servers share, as NewRedis takes
	// it. If it is empty, each server counts for itself.
	RedisURL string
	// Timeout is how long a decision may wait for Redis before it is made in this
	// process. The default is DefaultTimeout.
	Timeout time.Duration
	// ProbeEvery is the pause between looks for a Redis that failed. The default
	// is DefaultProbeEvery.
	ProbeEvery time.Duration
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
		return &Limiter{counters: memory}, nil
	}
	timeout := cmp.Or(cfg.Timeout, DefaultTimeout)
	redis, err := NewRedis(cfg.RedisURL, timeout)
	if err != nil {
		return nil, err
	}
	f := &fallback{
		redis: redis, memory: memory, ping: redis.Ping, timeout: timeout,
		every: cmp.Or(cfg.ProbeEvery, DefaultProbeEvery),
		log:   cmp.Or(cfg.Log, slog.Default()),
	}
	f.start(cfg.Metrics)
	return &Limiter{counters: f, redis: redis, fallback: f}, nil
}
