package ratelimit

import (
	"bufio"
	"context"
	"fmt"
	"strings"
	"time"
)

// Health is the state that a Redis reports.
type Health struct {
	Version   string
	RoundTrip time.Duration
	// Policy is its maxmemory-policy, the behaviour when its memory is full, or "" if it doesn't report it.
	Policy string
}

// Inspect checks the Redis at a URL, in the form of Config.RedisURL. It pings all masters of a cluster,
// and reads the Health of one of them.
func Inspect(ctx context.Context, url string, timeout time.Duration) (h Health, err error) {
	r, err := newRedis(url, timeout)
	if err != nil {
		return h, err
	}
	defer func() { _ = r.Close() }()
	// The first ping also connects, so the second one is measured.
	for range 2 {
		began := time.Now()
		if err := r.Ping(ctx); err != nil {
			return h, fmt.Errorf("ping: %w", err)
		}
		h.RoundTrip = time.Since(began)
	}
	// CONFIG GET would not do: hosted Redis services refuse it.
	for _, section := range []string{"server", "memory"} {
		info, err := r.client.Info(ctx, section).Result()
		if err != nil {
			return h, fmt.Errorf("info %s: %w", section, err)
		}
		for lines := bufio.NewScanner(strings.NewReader(info)); lines.Scan(); {
			switch name, value, _ := strings.Cut(strings.TrimSpace(lines.Text()), ":"); name {
			case "redis_version":
				h.Version = value
			case "maxmemory_policy":
				h.Policy = value
			}
		}
	}
	return h, nil
}
