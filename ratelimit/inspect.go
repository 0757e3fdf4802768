package ratelimit

import (
	"bufio"
	"context"
	"fmt"
	"strings"
	"time"
)

// Health is what a Redis says of itself.
type Health struct {
	Version   string
	RoundTrip time.Duration
	// Policy is what it does when its memory is full (maxmemory-policy), "" if it
	// doesn't tell.
	Policy string
}

// Inspect asks the Redis at a URL, as NewRedis takes it; of a cluster all masters, and one
// of them for its health.
func Inspect(ctx context.Context, url string, timeout time.Duration) (h Health, err error) {
	r, err := NewRedis(url, timeout)
	if err != nil {
		return h, err
	}
	defer func() { _ = r.Close() }()
	// The first one connects.
	for range 2 {
		began := time.Now()
		if err := r.Ping(ctx); err != nil {
			return h, fmt.Errorf("ping: %w", err)
		}
		h.RoundTrip = time.Since(began)
	}
	// Not CONFIG GET, which hosted ones refuse.
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
