package webhooks

import (
	"cmp"
	"context"
	"crypto/rand"
	"log/slog"
	mathrand "math/rand/v2"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/backlox/lox"
)

// Defaults of Config.
const (
	DefaultConcurrency = 512
	DefaultPerWebhook  = 16
	DefaultLease       = time.Minute
	DefaultPoll        = 15 * time.Second
	DefaultGrace       = 5 * time.Second
	DefaultKeep        = 30 * 24 * time.Hour
)

// Config sets the pace of a Dispatcher. Zero values mean the defaults.
type Config struct {
	// Concurrency is how many deliveries are under way at once in this process,
	// PerWebhook how many to one webhook in all processes, PerHost how many to one
	// host or address in this process. A negative PerHost is no bound, nor is there
	// one a second then, for clocks that stand still.
	Concurrency, PerWebhook, PerHost int
	// Lease is how long deliveries are hidden from other processes: if this one
	// dies, they are sent anew after it. It must be well over the transport's
	// timeout.
	Lease time.Duration
	// Poll is the longest pause between looks for deliveries that are due.
	Poll time.Duration
	// Grace is how long what is under way may go on at a stop.
	Grace time.Duration
	// Keep is how long deliveries are remembered after they are over: see
	// ForgetDeliveries.
	Keep time.Duration
	// Clock tells the time. The default is time.Now.
	Clock func() time.Time
	// MayClaim, if not nil, keeps deliveries to other processes while it returns false: as
	// while the clock of the process can't be trusted.
	MayClaim func() bool
	// Random returns numbers from 0 to 1, without the latter, for the jitter of
	// the schedule. The default is math/rand/v2's.
	Random func() float64
	// Metrics, if not nil, gets lox_webhook_attempt_duration_seconds,
	// lox_webhook_deliveries_in_flight and lox_webhook_lag_seconds.
	Metrics prometheus.Registerer
}

func (c Config) withDefaults() Config {
	c.Concurrency = cmp.Or(c.Concurrency, DefaultConcurrency)
	c.PerWebhook = cmp.Or(c.PerWebhook, DefaultPerWebhook)
	c.PerHost = cmp.Or(c.PerHost, DefaultPerHost)
	c.Lease = cmp.Or(c.Lease, DefaultLease)
	c.Poll = cmp.Or(c.Poll, DefaultPoll)
	c.Grace = cmp.Or(c.Grace, DefaultGrace)
	c.Keep = cmp.Or(c.Keep, DefaultKeep)
	if c.Clock == nil {
		c.Clock = time.Now
	}
	if c.Random == nil {
		c.Random = mathrand.Float64
	}
	return c
}

const (
	// storeTimeout bounds every call of the store, so that what was claimed by a
	// slow one has most of its lease before it.
	storeTimeout = 10 * time.Second
	// busyPoll is the pause when deliveries are due that may not be sent yet:
	// they hide from NextDelivery what is due after them.
	busyPoll = time.Second
	// minPause is the first of the pauses, each twice as long, when deliveries are
	// due that the store doesn't hand out: it does so in a moment if their webhook
	// was just being changed, or later if other processes are busy with it.
	minPause = 20 * time.Millisecond
	// finishPause is that between tries to record an attempt.
	finishPause = time.Second
	// maxBackoff is the longest pause between claims that fail.
	maxBackoff = 30 * time.Second
)

// Transport tries a delivery. Sender is one.
type Transport interface {
	Send(ctx context.Context, d lox.Dispatch) Answer
}

// Dispatcher has deliveries sent when they are due. Any number of processes may
// dispatch from one store: each delivery is leased to one of them at a time.
type Dispatcher struct {
	store     lox.DispatchStore
	transport Transport
	log       *slog.Logger
	cfg       Config
	metrics   *metrics

	slots   *slots
	budgets *budgets
	due     chan struct{} // something may have become due
	freed   chan struct{} // a slot was given back

	owner    string        // of this process's claims
	withheld time.Duration // the latest of the pauses that begin with minPause
}

// NewDispatcher returns a Dispatcher, for Run.
func NewDispatcher(store lox.DispatchStore, transport Transport, log *slog.Logger, cfg Config) *Dispatcher {
	cfg = cfg.withDefaults()
	s := newSlots(cfg.Concurrency, cfg.PerWebhook)
	return &Dispatcher{
		store: store, transport: transport, log: log, cfg: cfg, metrics: newMetrics(cfg.Metrics, s),
		owner: rand.Text(), slots: s, budgets: newBudgets(cfg.PerHost, cfg.Clock),
		due: make(chan struct{}, 1), freed: make(chan struct{}, 1),
	}
}

// claimed is a delivery that is this process's until a time.
type claimed struct {
	item  lox.Dispatch
	until time.Time
	pass  *pass
}

// Run dispatches until ctx ends. Then it claims no more, gives what is under way
// Config.Grace to end and ten seconds to be recorded, and returns; what was
// broken off is sent anew after its lease, by whichever process is there. Run
// once.
func (d *Dispatcher) Run(ctx context.Context) {
	sending, abort := context.WithCancel(context.WithoutCancel(ctx))
	defer abort()
	var background, deliveries sync.WaitGroup
	background.Go(func() { d.store.WatchDeliveries(ctx, func() { signal(d.due) }) })

	var backoff time.Duration
	for ctx.Err() == nil {
		pause, err := d.claim(ctx, func(c claimed) {
			deliveries.Go(func() { d.deliver(sending, c) })
		})
		switch {
		case err == nil && backoff > 0:
			d.log.InfoContext(ctx, "webhook deliveries can be claimed again")
			backoff = 0
		case err != nil && ctx.Err() == nil:
			if backoff == 0 {
				d.log.ErrorContext(ctx, "webhook deliveries can't be claimed; trying on", "error", err)
			}
			backoff = min(max(2*backoff, time.Second), maxBackoff)
			wait(ctx, backoff)
			continue
		}
		d.rest(ctx, pause)
	}
	defer time.AfterFunc(d.cfg.Grace, abort).Stop()
	deliveries.Wait()
	background.Wait()
}

// claim begins as many deliveries as are due and may be sent, and returns how
// long to wait for the next.
//
// A stop doesn't break it off: what it has claimed just then is sent rather than
// left to its lease, and PostgreSQL has no statement to complain of.
func (d *Dispatcher) claim(ctx context.Context, begin func(claimed)) (time.Duration, error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), storeTimeout)
	defer cancel()
	c := d.slots.ask()
	if c.Limit == 0 || d.cfg.MayClaim != nil && !d.cfg.MayClaim() {
		return d.cfg.Poll, nil
	}
	c.Owner, c.Now = d.owner, d.cfg.Clock()
	c.Until = c.Now.Add(d.cfg.Lease)
	c.BusyHosts = d.budgets.busyHosts()
	heldBack := false // webhooks, which may have hidden what is due to others
	c.Allot = func(due []lox.DueWebhook) []lox.Allotment {
		due = d.slots.share(due, c.SilentLimit)
		given := d.budgets.allot(due, c.Limit)
		for i, w := range due {
			heldBack = heldBack || given[i].Deliveries < w.Waiting
		}
		return given
	}
	got, err := d.store.ClaimDeliveries(ctx, c)
	passes := d.budgets.begin(got)
	if err != nil {
		return 0, err
	}
	d.slots.take(c, got)
	items := make([]claimed, len(got))
	for i, item := range got {
		items[i] = claimed{item: item, until: c.Until, pass: passes[i]}
	}
	d.metrics.claimed(items, c.Now)
	for _, item := range items {
		begin(item)
	}
	switch left, worthwhile := d.slots.outlook(); {
	case worthwhile:
		return 0, nil
	case left:
		return min(busyPoll, d.cfg.Poll), nil
	}
	at, ok, err := d.store.NextDelivery(ctx)
	if err != nil || !ok {
		return d.cfg.Poll, err
	}
	pause := at.Sub(d.cfg.Clock())
	if pause > 0 || len(got) > 0 || heldBack {
		d.withheld = 0
	}
	if pause <= 0 {
		d.withheld = min(max(2*d.withheld, minPause), busyPoll)
		pause = d.withheld
	}
	return min(pause, d.cfg.Poll), nil
}

// rest waits until something is due, slots are free for what was left, or the
// pause is over.
func (d *Dispatcher) rest(ctx context.Context, pause time.Duration) {
	timer := time.NewTimer(pause)
	defer timer.Stop()
	for {
		select {
		case <-d.freed:
			if _, worthwhile := d.slots.outlook(); worthwhile {
				return
			}
		case <-d.due:
			return
		case <-timer.C:
			return
		case <-ctx.Done():
			return
		}
	}
}

func signal(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default: // said already
	}
}

// wait returns after a pause, or false when ctx ends before.
func wait(ctx context.Context, pause time.Duration) bool {
	timer := time.NewTimer(pause)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}
