package ratelimit

import (
	"cmp"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/logging"
	"github.com/redis/go-redis/v9/maintnotifications"
)

const rightURL = "want redis://user:password@host:6379/0, rediss:// for TLS, or unix:///path/to/socket; " +
	"for a cluster, add ?addr=host2:6379&addr=host3:6379; " +
	"in the password, percent-encode all but letters and digits"

// newClient returns a client with a short timeout: a caller that waits for Redis can count in this process
// instead. Timeouts in the URL take precedence over the default.
func newClient(raw string, timeout time.Duration) (redis.UniversalClient, error) {
	// go-redis prints to standard error, for the whole process, what this package returns as errors.
	logging.Disable()
	u, err := parseURL(raw)
	if err != nil {
		return nil, err
	}
	// Maintenance notifications say that a node moves. Here that shows as an error anyway, and the
	// notifications would add a round trip to each connect.
	quiet := &maintnotifications.Config{Mode: maintnotifications.ModeDisabled}
	if u.Query().Has("addr") {
		opts, err := redis.ParseClusterURL(raw)
		if err == nil && !slices.Contains([]string{"", "/", "/0"}, u.Path) {
			err = errors.New("a cluster has only database 0")
		}
		if err != nil {
			return nil, fmt.Errorf("redis URL: %w; %s", err, rightURL)
		}
		opts.DialTimeout = cmp.Or(opts.DialTimeout, timeout)
		opts.ReadTimeout = cmp.Or(opts.ReadTimeout, timeout)
		opts.DialerRetries, opts.MaxRetries = 1, -1
		opts.ContextTimeoutEnabled = true
		opts.MaintNotificationsConfig = quiet
		// The pipelines run one at a time, and need no connections of their own.
		opts.PipelinePoolSize = cmp.Or(opts.PipelinePoolSize, -1)
		return redis.NewClusterClient(opts), nil
	}
	opts, err := redis.ParseURL(raw)
	if err != nil {
		return nil, fmt.Errorf("redis URL: %w; %s", err, rightURL)
	}
	opts.DialTimeout = cmp.Or(opts.DialTimeout, timeout)
	opts.ReadTimeout = cmp.Or(opts.ReadTimeout, timeout)
	opts.DialerRetries, opts.MaxRetries = 1, -1
	opts.ContextTimeoutEnabled = true
	opts.MaintNotificationsConfig = quiet
	opts.PipelinePoolSize = cmp.Or(opts.PipelinePoolSize, -1)
	return redis.NewClient(opts), nil
}

// parseURL refuses URLs for which other parsers could show a password in their errors, which quote the text
// that they can't parse: a password with one of :/?#@ in it is cut there, and its rest is read as another
// part of the URL.
func parseURL(raw string) (*url.URL, error) {
	u, err := url.Parse(raw)
	if err != nil || strings.Contains(u.Host+u.Path+u.RawQuery+u.Fragment, "@") ||
		!slices.Contains([]string{"redis", "rediss", "unix"}, u.Scheme) || u.Opaque != "" {
		return nil, errors.New("redis URL: it can't be parsed; " + rightURL)
	}
	return u, nil
}
