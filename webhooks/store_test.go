package webhooks_test

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/backlox/lox"
)

// memory is a lox.DispatchStore that keeps the port's contract.
type memory struct {
	// latency is that of each call.
	latency time.Duration

	mu       sync.Mutex
	queue    []*row // those that are pending, by when they are due
	rows     map[lox.DeliveryID]*row
	hooks    map[lox.WebhookID]*lox.Webhook
	watchers []func()
	tenants  []lox.TenantID

	down     error // what every call fails with
	claims   int
	later    map[lox.WebhookID]time.Time // of those whose hosts have no room
	finished []lox.FinishedAttempt
	events   []lox.Event // of webhooks that were disabled
	old      int64       // deliveries to forget
	forgot   []time.Time
}

type row struct {
	lox.Dispatch
	until time.Time
}

func newMemory() *memory {
	return &memory{rows: map[lox.DeliveryID]*row{}, hooks: map[lox.WebhookID]*lox.Webhook{}, later: map[lox.WebhookID]time.Time{}}
}

var _ lox.DispatchStore = (*memory)(nil)

// hook adds a webhook.
func (m *memory) hook(url string) *lox.Webhook {
	w := &lox.Webhook{ID: lox.NewWebhookID(), Tenant: lox.NewTenantID(), URL: url, Enabled: true}
	m.with(func() { m.hooks[w.ID] = w })
	return w
}

// send adds deliveries to a webhook that are due now.
func (m *memory) send(w *lox.Webhook, n int) (ids []lox.DeliveryID) {
	m.with(func() {
		now := time.Now()
		for range n {
			r := &row{Dispatch: lox.Dispatch{
				Delivery: lox.Delivery{
					ID: lox.NewDeliveryID(), Tenant: w.Tenant, Webhook: w.ID, Event: lox.NewEventID(),
					Type: lox.EventBackupCompleted, Status: lox.DeliveryPending, CreatedAt: now, NextAt: &now,
				},
				Payload: []byte(completedPayload), URL: w.URL, Host: hostOf(w.URL),
				Secret: w.Secret,
			}}
			m.rows[r.ID] = r
			delete(m.later, w.ID)
			m.enqueue(r)
			ids = append(ids, r.ID)
		}
		for _, due := range m.watchers {
			due()
		}
	})
	return ids
}

// tenant is the same one for the same number.
func (m *memory) tenant(i int) (id lox.TenantID) {
	m.with(func() {
		for len(m.tenants) <= i {
			m.tenants = append(m.tenants, lox.NewTenantID())
		}
		id = m.tenants[i]
	})
	return id
}

func (m *memory) with(do func()) {
	m.mu.Lock()
	defer m.mu.Unlock()
	do()
}

// get returns a delivery as it stands.
func (m *memory) get(id lox.DeliveryID) (d lox.Dispatch) {
	m.with(func() { d = m.rows[id].Dispatch })
	return d
}

// attempts returns what was recorded of a delivery.
func (m *memory) attempts(id lox.DeliveryID) (all []lox.FinishedAttempt) {
	m.with(func() {
		for _, f := range m.finished {
			if f.Dispatch.ID == id {
				all = append(all, f)
			}
		}
	})
	return all
}

func (m *memory) pending() (n int) {
	m.with(func() { n = len(m.queue) })
	return n
}

func (m *memory) enqueue(r *row) {
	at, _ := slices.BinarySearchFunc(m.queue, *r.NextAt, func(r *row, t time.Time) int {
		if r.NextAt.After(t) {
			return 1
		}
		return -1
	})
	m.queue = slices.Insert(m.queue, at, r)
}

// call begins one of the port's methods.
func (m *memory) call(ctx context.Context, do func()) error {
	if m.latency > 0 {
		<-time.After(m.latency)
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.down == nil {
		do()
	}
	return m.down
}

func (m *memory) ClaimDeliveries(ctx context.Context, c lox.DeliveryClaim) (got []lox.Dispatch, err error) {
	err = m.call(ctx, func() {
		m.claims++
		per, hosts := map[lox.WebhookID]int{}, rooms{} // under way already
		for _, r := range m.queue {
			if r.until.After(c.Now) {
				per[r.Webhook]++
			}
		}
		for _, r := range m.queue {
			if len(got) == c.Limit || r.NextAt.After(c.Now) {
				break
			}
			if r.until.After(c.Now) || !m.hooks[r.Webhook].Enabled || slices.Contains(c.Busy, r.Webhook) || per[r.Webhook] >= c.PerWebhook {
				continue
			}
			if m.later[r.Webhook].After(c.Now) || slices.Contains(c.BusyHosts, r.Host) || !hosts.take(m, r, c) {
				continue
			}
			per[r.Webhook]++
			r.Claim, r.until = fmt.Sprint(c.Owner, m.claims), c.Until // the same process may claim it again
			got = append(got, r.Dispatch)
		}
	})
	return got, err
}

// rooms are what the hosts of a claim have left.
type rooms map[string]*int

// take takes the room of a delivery, or notes when there may be some.
func (left rooms) take(m *memory, r *row, c lox.DeliveryClaim) bool {
	room := c.Room(r.Tenant, r.Host)
	if min(room.Host, room.Tenant) <= 0 {
		m.later[r.Webhook] = room.NotBefore
		return false
	}
	host, tenant := left.of(r.Host, room.Host), left.of(r.Tenant.String()+r.Host, room.Tenant)
	if min(*host, *tenant) <= 0 {
		return false
	}
	*host--
	*tenant--
	return true
}

func (left rooms) of(key string, room int) *int {
	if left[key] == nil {
		left[key] = &room
	}
	return left[key]
}

func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return strings.TrimRight(strings.ToLower(u.Hostname()), ".")
}

func (m *memory) PutBackDelivery(ctx context.Context, d lox.Dispatch, at time.Time) error {
	return m.call(ctx, func() {
		r := m.rows[d.ID]
		if r.Claim != d.Claim {
			return
		}
		m.dequeue(r)
		r.Claim, r.until, r.NextAt = "", time.Time{}, &at
		m.enqueue(r)
	})
}

func (m *memory) FinishDelivery(ctx context.Context, f lox.FinishedAttempt) error {
	return m.call(ctx, func() {
		r := m.rows[f.Dispatch.ID]
		if r.Claim != f.Dispatch.Claim {
			return
		}
		m.finished = append(m.finished, f)
		m.dequeue(r)
		r.Attempts, r.Tries, r.Status, r.NextAt = f.Attempt.Number, r.Tries+1, f.Status, f.NextAt
		r.Claim, r.until = "", time.Time{}
		if f.NextAt != nil {
			m.enqueue(r)
		}
		w := m.hooks[r.Webhook]
		if f.Status == lox.DeliverySucceeded {
			w.FailingSince = nil
		} else if w.FailingSince == nil && !f.Unsigned {
			ended := f.Attempt.At.Add(f.Attempt.Latency)
			w.FailingSince = &ended
		}
		if f.Disable != "" && w.Enabled && (f.OnlyFailing == nil || w.FailingSince != nil && !w.FailingSince.After(*f.OnlyFailing)) {
			w.Enabled, w.DisabledReason = false, f.Disable
			m.events = append(m.events, f.Event)
		}
	})
}

func (m *memory) dequeue(r *row) {
	if at := slices.Index(m.queue, r); at >= 0 {
		m.queue = slices.Delete(m.queue, at, at+1)
	}
}

func (m *memory) NextDelivery(ctx context.Context) (at time.Time, ok bool, err error) {
	err = m.call(ctx, func() {
		for _, r := range m.queue {
			if ok && !r.NextAt.Before(at) {
				break // they are in that order
			}
			if r.Claim != "" || !m.hooks[r.Webhook].Enabled {
				continue
			}
			due := *r.NextAt
			if later := m.later[r.Webhook]; later.After(due) {
				due = later
			}
			if !ok || due.Before(at) {
				at, ok = due, true
			}
		}
	})
	return at, ok, err
}

func (m *memory) WatchDeliveries(ctx context.Context, due func()) {
	m.with(func() { m.watchers = append(m.watchers, due) })
	<-ctx.Done()
}

func (m *memory) FailAbandoned(ctx context.Context, _ time.Time) error {
	return m.call(ctx, func() {})
}

func (m *memory) ForgetDeliveries(ctx context.Context, before time.Time, limit int) (gone int64, err error) {
	err = m.call(ctx, func() {
		gone = min(m.old, int64(limit))
		m.old -= gone
		m.forgot = append(m.forgot, before)
	})
	return gone, err
}
