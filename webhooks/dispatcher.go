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
	defaultConcurrency = 512
	defaultPerWebhook  = 16
	defaultLease       = time.Minute
	defaultPoll        = 15 * time.Second
	defaultGrace       = 5 * time.Second
)

// Config sets the pace of a Dispatcher. Zero values mean the defaults.
type Config struct {
	// Concurrency is how many attempts this process makes at once. PerWebhook bounds those
	// to one webhook in all processes, PerHost those to one host or address in this process.
	// A negative PerHost means no bound, and no pause between attempts to a failing host
	// either: tests whose clock stands still need that.
	Concurrency, PerWebhook, PerHost int
	// Lease is how long claimed deliveries are hidden from other processes. If this process
	// dies, they are sent again after it. It must be much longer than the transport's
	// timeout.
	Lease time.Duration
	// Poll is the longest pause between two claims.
	Poll time.Duration
	// Grace is how long running attempts may go on after a stop.
	Grace time.Duration
	// Clock tells the time. The default is time.Now.
	Clock func() time.Time
	// MayClaim, if not nil, stops this process from claiming while it returns false, for
	// example while its clock is wrong.
	MayClaim func() bool
	// Random returns numbers from 0 up to but not including 1, for the jitter of the
	// schedule. The default is math/rand/v2.Float64.
	Random func() float64
	// Metrics, if not nil, gets lox_webhook_attempt_duration_seconds,
	// lox_webhook_deliveries_in_flight and lox_webhook_lag_seconds.
	Metrics prometheus.Registerer
}

func (c Config) withDefaults() Config {
	c.Concurrency = cmp.Or(c.Concurrency, defaultConcurrency)
	c.PerWebhook = cmp.Or(c.PerWebhook, defaultPerWebhook)
	c.PerHost = cmp.Or(c.PerHost, defaultPerHost)
	c.Lease = cmp.Or(c.Lease, defaultLease)
	c.Poll = cmp.Or(c.Poll, defaultPoll)
	c.Grace = cmp.Or(c.Grace, defaultGrace)
	if c.Clock == nil {
		c.Clock = time.Now
	}
	if c.Random == nil {
		c.Random = mathrand.Float64
	}
	return c
}

const (
	// storeTimeout bounds every call of the store, so that most of a lease is left even
	// after a slow claim.
	storeTimeout = 10 * time.Second
	// busyPoll is the pause while there are due deliveries that must not be sent yet:
	// NextDelivery returns their time and not that of later ones.
	busyPoll = time.Second
	// minPause is the first pause while the store doesn't hand out due deliveries. It
	// doubles each time. The reason is a short lock of their webhook, or other processes
	// that have enough of its deliveries.
	minPause = 20 * time.Millisecond
	// finishPause is the pause between tries to record an attempt.
	finishPause = time.Second
	// maxBackoff is the longest pause between failing claims.
	maxBackoff = 30 * time.Second
)

// Transport makes one attempt of a delivery. Sender is a Transport.
type Transport interface {
	Send(ctx context.Context, d lox.Dispatch) Answer
}

// Dispatcher sends deliveries when they are due. Any number of processes may dispatch
// from one store: each delivery is leased to one of them at a time.
type Dispatcher struct {
	store     Store
	transport Transport
	log       *slog.Logger
	cfg       Config
	metrics   *metrics

	slots   *slots
	budgets *budgets
	due     chan struct{} // signals that a delivery may have become due
	freed   chan struct{} // signals that a slot is free

	owner      string        // the owner of this process's claims
	emptyPause time.Duration // the latest pause after a claim that got none of the due deliveries
}

// NewDispatcher returns a Dispatcher, for Run.
func NewDispatcher(store Store, transport Transport, log *slog.Logger, cfg Config) *Dispatcher {
	cfg = cfg.withDefaults()
	s := newSlots(cfg.Concurrency, cfg.PerWebhook)
	return &Dispatcher{
		store: store, transport: transport, log: log, cfg: cfg, metrics: newMetrics(cfg.Metrics, s),
		owner: rand.Text(), slots: s, budgets: newBudgets(cfg.PerHost, cfg.Clock),
		due: make(chan struct{}, 1), freed: make(chan struct{}, 1),
	}
}

// claimed is a delivery that is leased to this process until a time.
type claimed struct {
	item   lox.Dispatch
	until  time.Time
	permit *permit
}

// Run dispatches until ctx ends. Then it claims no more, gives running attempts
// Config.Grace to end and ten seconds to be recorded, and returns. Any process sends
// interrupted deliveries again after their leases. Call Run once.
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
				d.log.ErrorContext(ctx, "webhook deliveries can't be claimed; will retry", "error", err)
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

// claim claims as many due deliveries as may be sent now, calls begin for each, and
// returns how long to wait before the next claim.
//
// The end of ctx doesn't interrupt it: otherwise deliveries just claimed would wait
// until their leases end, and PostgreSQL would log a cancelled statement.
func (d *Dispatcher) claim(ctx context.Context, begin func(claimed)) (time.Duration, error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), storeTimeout)
	defer cancel()
	c := d.slots.claim()
	if c.Limit == 0 || d.cfg.MayClaim != nil && !d.cfg.MayClaim() {
		return d.cfg.Poll, nil
	}
	c.Owner, c.Now = d.owner, d.cfg.Clock()
	c.Until = c.Now.Add(d.cfg.Lease)
	c.BusyHosts = d.budgets.busyHosts()
	limited := false // whether a webhook got fewer deliveries than are due
	c.Allot = func(due []lox.DueWebhook) []lox.Allotment {
		due = d.slots.limitSilent(due, c.SilentLimit)
		allotments := d.budgets.allot(due, c.Limit)
		for i, w := range due {
			limited = limited || allotments[i].Deliveries < w.Waiting
		}
		return allotments
	}
	got, err := d.store.ClaimDeliveries(ctx, c)
	permits := d.budgets.begin(got)
	if err != nil {
		return 0, err
	}
	d.slots.take(c, got)
	items := make([]claimed, len(got))
	for i, item := range got {
		items[i] = claimed{item: item, until: c.Until, permit: permits[i]}
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
	if pause > 0 || len(got) > 0 || limited {
		d.emptyPause = 0
	}
	if pause <= 0 {
		d.emptyPause = min(max(2*d.emptyPause, minPause), busyPoll)
		pause = d.emptyPause
	}
	return min(pause, d.cfg.Poll), nil
}

// rest waits until a delivery may be due, until slots are free for deliveries that the
// latest claim left, or until the pause is over.
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
	default: // a signal is pending already
	}
}

// wait returns true after a pause, or false if ctx ends first.
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
