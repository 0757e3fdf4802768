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
	// clockSamples are asked for each time: the fastest answer says most.
	clockSamples = 3
	// ClockWarning is an offset that the log warns of.
	ClockWarning = 2 * time.Second
	// ClockRefusal is an offset from which on nothing is leased.
	ClockRefusal = 30 * time.Second
	// clockReminder is how often the log is told as long as an offset lasts.
	clockReminder = time.Hour
	// maxStandstill is how long the time stands still, at most, when a comparison finds that it
	// is ahead. A larger step back is one that the database's own clock has made.
	maxStandstill = 2 * time.Second

	clockSQL = `select clock_timestamp()`
)

// ClockConfig is what a Clock works with.
type ClockConfig struct {
	Log *slog.Logger
	// Metrics, if not nil, gets lox_clock_offset_seconds.
	Metrics prometheus.Registerer
	// Raw is this machine's clock. The default is time.Now.
	Raw func() time.Time
}

// Clock tells the time of the database, so that servers whose clocks differ judge leases and
// deadlines alike, and write times in one order. Between two comparisons it goes on by this machine's
// monotonic clock, so that a step of the machine's time changes nothing.
type Clock struct {
	store  *Store
	cfg    ClockConfig
	offset prometheus.Gauge

	anchor atomic.Pointer[anchor]
	last   atomic.Int64 // the latest time that was told, in nanoseconds since 1970

	mu sync.Mutex
	// told is what the log was last told, and when.
	told   slog.Level
	toldAt time.Time
}

// anchor is a moment by two clocks.
type anchor struct {
	raw, database time.Time
	// offset is how far this machine's clock is ahead, slack by how much that may be wrong.
	offset, slack time.Duration
}

// NewClock returns a Clock that has compared the clocks. CodeUnavailable.
func (s *Store) NewClock(ctx context.Context, cfg ClockConfig) (*Clock, error) {
	if cfg.Raw == nil {
		cfg.Raw = time.Now
	}
	c := &Clock{store: s, cfg: cfg, offset: prometheus.NewGauge(prometheus.GaugeOpts{
		Name: "lox_clock_offset_seconds",
		Help: "How far this server's clock is ahead of the database's. Negative: behind. From 30 on, in either direction, this server leases nothing.",
	})}
	if cfg.Metrics != nil {
		cfg.Metrics.MustRegister(c.offset)
	}
	return c, c.Compare(ctx)
}

// Run compares the clocks again and again until ctx ends. While the database doesn't answer, the
// time goes on by this machine's clock.
func (c *Clock) Run(ctx context.Context) {
	tick := time.NewTicker(clockEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			_ = c.Compare(ctx) // whoever needs the database finds out, too
		}
	}
}

// Compare compares the clocks once. CodeUnavailable.
func (c *Clock) Compare(ctx context.Context) error {
	const what = "compare clocks"
	ctx, cancel := context.WithTimeout(ctx, clockTimeout)
	defer cancel()
	// A connection first: to wait for one is no part of the way to the database.
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
		// The answer is half of the way old.
		a.raw = began.Add(trip / 2)
		a.offset, a.slack = a.raw.Round(0).Sub(a.database), trip/2
		if best == nil || a.slack < best.slack {
			best = &a
		}
	}
	c.anchor.Store(best)
	c.offset.Set(best.offset.Seconds())
	c.tell(ctx, best)
	return nil
}

// Now returns the time of the database. It doesn't go back, unless the database's clock does by
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

// Agrees reports whether this machine's clock is near enough to the database's to lease
// anything. Beyond that something is wrong with the machine that nobody knows.
func (c *Clock) Agrees() bool {
	a := c.anchor.Load()
	return a != nil && a.surely() < ClockRefusal
}

// surely is how far the clocks are apart at least.
func (a *anchor) surely() time.Duration { return max(0, a.offset.Abs()-a.slack) }

// tell has the log say that the clocks are apart, when that begins, gets worse or ends, and once
// an hour.
func (c *Clock) tell(ctx context.Context, a *anchor) {
	level, message := slog.LevelInfo, "this machine's clock agrees with the database's again"
	switch apart := a.surely(); {
	case apart >= ClockRefusal:
		level, message = slog.LevelError, "this machine's clock is far from the database's: this server leases nothing"
	case apart >= ClockWarning:
		level, message = slog.LevelWarn, "this machine's clock differs from the database's"
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	now := c.cfg.Raw()
	if level == c.told && (level == slog.LevelInfo || now.Sub(c.toldAt) < clockReminder) {
		return
	}
	c.told, c.toldAt = level, now
	c.cfg.Log.Log(ctx, level, message, "ahead_seconds", a.offset.Seconds(), "advice", "have it set by NTP, as by chrony or systemd-timesyncd")
}
