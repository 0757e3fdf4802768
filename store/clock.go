package store

import (
	"context"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

const (
	// clockEvery is how often clocks are compared, and clockTimeout how long that may take.
	clockEvery   = 5 * time.Second
	clockTimeout = 5 * time.Second
	// clockSamples is how often a comparison asks for the time. The fastest answer is the most
	// exact one.
	clockSamples = 3
	// clockWarning is the offset from which on a warning is logged.
	clockWarning = 2 * time.Second
	// clockRefusal is the offset from which on this process takes no leases.
	clockRefusal = 30 * time.Second
	// clockReminder is how often the warning is repeated while the offset lasts.
	clockReminder = time.Hour
	// maxStandstill is how long Now returns the same time, at most, after a comparison has shown
	// that it was ahead. If it was further ahead, the clock of the database was set back, and Now
	// goes back too.
	maxStandstill = 2 * time.Second

	clockSQL = `select clock_timestamp()`
)

// ClockConfig configures a Clock.
type ClockConfig struct {
	Log *slog.Logger
	// Metrics, if not nil, gets lox_clock_offset_seconds.
	Metrics prometheus.Registerer
	// Raw is this machine's clock. The default is time.Now.
	Raw func() time.Time
}

// Clock tells the time of the database. So servers whose clocks differ agree on leases and
// deadlines, and their times are in one order. Between two comparisons it uses this machine's
// monotonic clock, so a step of the machine's wall clock has no effect.
type Clock struct {
	store  *Store
	cfg    ClockConfig
	offset prometheus.Gauge

	anchor atomic.Pointer[anchor]
	last   atomic.Int64 // the latest result of Now, in nanoseconds since 1970

	mu sync.Mutex
	// loggedLevel and loggedAt are the level and the time of the latest log line.
	loggedLevel slog.Level
	loggedAt    time.Time
}

// anchor is the same moment by two clocks.
type anchor struct {
	raw, database time.Time
	// offset is how far this machine's clock is ahead, slack the largest error of offset.
	offset, slack time.Duration
}

// NewClock returns a Clock that has compared the clocks. CodeUnavailable.
func (s *Store) NewClock(ctx context.Context, cfg ClockConfig) (*Clock, error) {
	if cfg.Raw == nil {
		cfg.Raw = time.Now
	}
	c := &Clock{store: s, cfg: cfg, offset: prometheus.NewGauge(prometheus.GaugeOpts{
		Name: "lox_clock_offset_seconds",
		Help: "How far this server's clock is ahead of the database's. Negative: behind. From 30 on, in either direction, this server takes no leases.",
	})}
	if cfg.Metrics != nil {
		cfg.Metrics.MustRegister(c.offset)
	}
	return c, c.compare(ctx)
}

// Run compares the clocks regularly until ctx ends. While the database doesn't answer, Clock
// uses the latest comparison.
func (c *Clock) Run(ctx context.Context) {
	tick := time.NewTicker(clockEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			_ = c.compare(ctx) // other calls report that the database is unavailable
		}
	}
}

// compare compares the clocks once. CodeUnavailable.
func (c *Clock) compare(ctx context.Context) error {
	const what = "compare clocks"
	ctx, cancel := context.WithTimeout(ctx, clockTimeout)
	defer cancel()
	// Get a connection first, so that waiting for it does not count as network time.
	conn, err := c.store.db.Connx(ctx)
	if err != nil {
		return wrap(ctx, what, err)
	}
	defer conn.Close()
	var best *anchor
	for range clockSamples {
		var a anchor
		began := c.cfg.Raw()
		if err := conn.GetContext(ctx, &a.database, clockSQL); err != nil {
			return wrap(ctx, what, err)
		}
		trip := c.cfg.Raw().Sub(began)
		// Assume that the database read its clock in the middle of the round trip.
		a.raw = began.Add(trip / 2)
		a.offset, a.slack = a.raw.Round(0).Sub(a.database), trip/2
		if best == nil || a.slack < best.slack {
			best = &a
		}
	}
	c.anchor.Store(best)
	c.offset.Set(best.offset.Seconds())
	c.logOffset(ctx, best)
	return nil
}

// Now returns the time of the database. It goes back only if the database's clock goes back by
// more than two seconds.
func (c *Clock) Now() time.Time {
	a := c.anchor.Load()
	if a == nil {
		return c.cfg.Raw() // the first comparison has failed
	}
	now := a.database.Add(c.cfg.Raw().Sub(a.raw)).UTC()
	for {
		last := c.last.Load()
		if behind := last - now.UnixNano(); behind > 0 && behind <= int64(maxStandstill) {
			return time.Unix(0, last).UTC()
		}
		if c.last.CompareAndSwap(last, now.UnixNano()) {
			return now
		}
	}
}

// Agrees reports whether this machine's clock is near enough to the database's to take leases.
// A larger offset is a sign of an unknown fault of the machine.
func (c *Clock) Agrees() bool {
	a := c.anchor.Load()
	return a != nil && a.minOffset() < clockRefusal
}

// minOffset returns the least possible difference of the clocks.
func (a *anchor) minOffset() time.Duration { return max(0, a.offset.Abs()-a.slack) }

// logOffset logs that the clocks differ: when that begins, gets worse or ends, and once an
// hour.
func (c *Clock) logOffset(ctx context.Context, a *anchor) {
	level, message := slog.LevelInfo, "this machine's clock agrees with the database's again"
	switch offset := a.minOffset(); {
	case offset >= clockRefusal:
		level, message = slog.LevelError, "this machine's clock is far from the database's: this server takes no leases"
	case offset >= clockWarning:
		level, message = slog.LevelWarn, "this machine's clock differs from the database's"
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	now := c.cfg.Raw()
	if level == c.loggedLevel && (level == slog.LevelInfo || now.Sub(c.loggedAt) < clockReminder) {
		return
	}
	c.loggedLevel, c.loggedAt = level, now
	c.cfg.Log.Log(ctx, level, message, "ahead_seconds", a.offset.Seconds(), "advice", "synchronize it by NTP, for example with chrony or systemd-timesyncd")
}
