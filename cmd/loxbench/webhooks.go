package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"sync"
	"time"

	"github.com/backlox/lox"
	"github.com/backlox/lox/server"
	"github.com/backlox/lox/webhooks"
)

// promptBar is the most milliseconds that the median event may take from its
// commit to its receiver, when nothing else is to be done.
const promptBar = 20

// deliveries is how fast events reach a receiver that answers at once.
type deliveries struct {
	Events int     `json:"events"` // one after another
	P50    float64 `json:"p50_ms"` // from the commit to the receiver
	P99    float64 `json:"p99_ms"`
	Drains []drain `json:"drains"`
	Passed bool    `json:"passed"`
}

// drain is the sending of a queue to one webhook.
type drain struct {
	Dispatchers int     `json:"dispatchers"`
	Deliveries  int     `json:"deliveries"`
	Rate        float64 `json:"deliveries_per_second"`
	Twice       int     `json:"sent_twice"` // there may be none
}

// drainers are the numbers of dispatchers that share a queue.
var drainers = []int{1, 3}

const sectionWebhooks = "webhooks"

// webhooks measures those of a tenant.
func (r *report) webhooks(ctx context.Context, h *testbed, s scale, tenant lox.TenantID) (err error) {
	if r.Deliveries, err = deliver(ctx, h, s, tenant); err != nil {
		return err
	}
	d := r.Deliveries
	if !s.gate {
		r.Bars = append(r.Bars, hold("an event, from its commit to its receiver", duration, 0, d.P50, promptBar))
	}
	return nil
}

// deliver measures webhooks of a tenant.
func deliver(ctx context.Context, h *testbed, s scale, tenant lox.TenantID) (*deliveries, error) {
	var key [webhooks.KeySize]byte
	p := &post{h: h, tenant: tenant, box: webhooks.NewSecretBox(key)}
	result := &deliveries{Events: s.events, Passed: true}
	took, err := p.prompt(ctx, s.events)
	if err != nil {
		return nil, fmt.Errorf("one after another: %w", err)
	}
	result.P50, result.P99 = ms(percentile(took, 50)), ms(percentile(took, 99))
	for _, n := range drainers {
		d, err := p.drain(ctx, n, s.queue)
		if err != nil {
			return nil, fmt.Errorf("a queue, %d dispatchers: %w", n, err)
		}
		result.Drains = append(result.Drains, d)
		result.Passed = result.Passed && d.Twice == 0
	}
	return result, nil
}

// post has webhooks made and sent to.
type post struct {
	h      *testbed
	tenant lox.TenantID
	box    *webhooks.SecretBox
}

// hook makes a webhook that leads to a URL.
func (p *post) hook(ctx context.Context, url string) (lox.Webhook, error) {
	w := lox.Webhook{
		ID: lox.NewWebhookID(), Tenant: p.tenant, URL: url, Events: lox.DefaultEvents, Enabled: true, CreatedAt: lox.Seconds(time.Now()),
	}
	w.Secret = p.box.Seal(lox.NewWebhookSecret(), w.ID)
	return w, p.h.store.CreateWebhook(ctx, w, lox.Operator("loxbench"))
}

// dispatch runs as many dispatchers as so many processes would, until stop is
// called, which waits for their end. It returns the store of one of them.
func (p *post) dispatch(ctx context.Context, n int) (one server.WebhookStore, stop func(), err error) {
	var stores []webhooks.Store // all open before any begins
	for range n {
		store, err := p.h.openStore(ctx, "", 0)
		if err != nil {
			return nil, nil, err
		}
		one = store
		stores = append(stores, store)
	}
	ctx, cancel := context.WithCancel(ctx)
	var running sync.WaitGroup
	log := slog.New(slog.NewJSONHandler(io.Discard, nil)) //nolint:sloglint // as in the server
	for _, store := range stores {
		sender := webhooks.NewSender(p.box, webhooks.SenderConfig{AllowPrivate: true})
		d := webhooks.NewDispatcher(store, sender, log, webhooks.Config{})
		running.Go(func() {
			defer sender.Close()
			d.Run(ctx)
		})
	}
	return one, func() {
		cancel()
		running.Wait()
	}, nil
}

// prompt sends events one after another, each when the one before has arrived,
// and returns what each took from its commit on. They are sent as a server sends its own:
// by the store of its dispatcher. Other servers hear of them every 50 ms.
func (p *post) prompt(ctx context.Context, n int) ([]time.Duration, error) {
	arrived := make(chan time.Time, 1)
	receiver := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { arrived <- time.Now() }))
	defer receiver.Close()
	hook, err := p.hook(ctx, receiver.URL)
	if err != nil {
		return nil, err
	}
	sender, stop, err := p.dispatch(ctx, 1)
	if err != nil {
		return nil, err
	}
	defer stop()
	const warmUp = 5
	var took []time.Duration
	for i := range warmUp + n {
		if _, err := sender.SendEvent(ctx, p.tenant, hook.ID, hook.Event(lox.EventWebhookTest, time.Now(), lox.Operator("loxbench"))); err != nil {
			return nil, err
		}
		committed := time.Now()
		select {
		case at := <-arrived:
			if i >= warmUp {
				took = append(took, max(0, at.Sub(committed))) // it may be there before this process is told
			}
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	return took, nil
}

// drain queues deliveries to one webhook and has them sent.
func (p *post) drain(ctx context.Context, dispatchers, n int) (drain, error) {
	d := drain{Dispatchers: dispatchers, Deliveries: n}
	got := newTally(n)
	receiver := httptest.NewServer(got)
	defer receiver.Close()
	hook, err := p.hook(ctx, receiver.URL)
	if err != nil {
		return d, err
	}
	e := hook.Event(lox.EventWebhookTest, time.Now(), lox.Operator("loxbench"))
	if _, err := p.h.db.ExecContext(ctx, queueDeliveries, p.tenant, hook.ID, e.Type, e.At, e.Payload, n); err != nil {
		return d, err
	}
	_, stop, err := p.dispatch(ctx, dispatchers)
	if err != nil {
		return d, err
	}
	defer stop()
	began := time.Now()
	select {
	case <-got.all:
		d.Rate = float64(n) / time.Since(began).Seconds()
	case <-ctx.Done():
		return d, ctx.Err()
	}
	stop() // what might come twice has come
	d.Twice = got.twice()
	var undone int
	if err := p.h.db.QueryRowContext(ctx, countUndone, hook.ID).Scan(&undone); err != nil {
		return d, err
	}
	if undone > 0 {
		return d, fmt.Errorf("%d deliveries are not recorded as made at once", undone)
	}
	return d, nil
}

// tally is a receiver that counts events.
type tally struct {
	all chan struct{} // closed when so many different ones have come

	mu    sync.Mutex
	want  int
	seen  map[string]bool
	again int
}

func newTally(want int) *tally {
	return &tally{all: make(chan struct{}), want: want, seen: make(map[string]bool, want)}
}

// ServeHTTP counts one.
func (c *tally) ServeHTTP(_ http.ResponseWriter, r *http.Request) {
	id := r.Header.Get("webhook-id")
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.seen[id] {
		c.again++
		return
	}
	c.seen[id] = true
	if len(c.seen) == c.want {
		close(c.all)
	}
}

// twice is how many came that had come before.
func (c *tally) twice() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.again
}

// $1 tenant, $2 webhook, $3 type, $4 time, $5 payload, $6 how many.
const queueDeliveries = `with event as (
	insert into events (id, tenant_id, type, created_at, payload)
	select gen_random_uuid(), $1, $3, $4, $5 from generate_series(1, $6)
	returning id
), delivery as (
	insert into deliveries (id, tenant_id, webhook_id, event_id, type, created_at, next_at)
	select gen_random_uuid(), $1, $2, id, $3, $4, $4 from event
)
update webhooks set due_at = $4 where tenant_id = $1 and id = $2`

const countUndone = `select count(*) from deliveries where webhook_id = $1 and (status <> 'succeeded' or attempts <> 1)`

func (d *deliveries) print(w io.Writer) {
	if d == nil {
		return
	}
	fmt.Fprint(w, "\nEvents on their way to a webhook whose receiver answers at once; latencies in ms, from the commit to the receiver\n\n")
	rows := [][]string{
		{"", "events", "p50", "p99", "events/s", "twice", ""},
		{"one after another", count(d.Events), fmt.Sprintf("%.2f", d.P50), fmt.Sprintf("%.2f", d.P99), "", "", ""},
	}
	for _, q := range d.Drains {
		name := fmt.Sprintf("a queue, dispatchers: %d", q.Dispatchers)
		rows = append(rows, []string{name, count(q.Deliveries), "", "", count(int(q.Rate)), count(q.Twice), okOr("MISSED", q.Twice == 0)})
	}
	printTable(w, rows)
}
