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
	"github.com/backlox/lox/webhooks"
)

// memory is a webhooks.Store that follows the port's contract.
type memory struct {
	// latency is the duration of each call.
	latency time.Duration

	mu       sync.Mutex
	queue    []*row // the pending ones, by the time when they are due
	rows     map[lox.DeliveryID]*row
	hooks    map[lox.WebhookID]*lox.Webhook
	order    []lox.WebhookID             // of hooks, the oldest first
	due      map[lox.WebhookID]time.Time // when the first unclaimed delivery is due
	answer   map[lox.WebhookID]bool      // whether they answered their latest attempt
	watchers []func()
	tenants  []lox.TenantID

	down     error // the error of every call
	mute     bool  // no delivery is notified
	claims   int
	looked   int // webhooks that claims looked at
	putBacks int
	finished []lox.FinishedAttempt
	events   []lox.Event // of disabled webhooks
	old      int64       // old deliveries to remove
	forgot   []time.Time
}

type row struct {
	lox.Dispatch
	until time.Time
}

func newMemory() *memory {
	return &memory{rows: map[lox.DeliveryID]*row{}, hooks: map[lox.WebhookID]*lox.Webhook{}, due: map[lox.WebhookID]time.Time{}, answer: map[lox.WebhookID]bool{}}
}

var _ webhooks.Store = (*memory)(nil)

// hook adds a webhook of a new tenant.
func (m *memory) hook(url string) *lox.Webhook { return m.add(lox.NewTenantID(), url) }

// hookOf adds a webhook of the tenant with that number.
func (m *memory) hookOf(tenant int, url string) *lox.Webhook { return m.add(m.tenant(tenant), url) }

func (m *memory) add(tenant lox.TenantID, url string) *lox.Webhook {
	w := &lox.Webhook{ID: lox.NewWebhookID(), Tenant: tenant, URL: url, Enabled: true}
	m.with(func() { m.hooks[w.ID], m.order = w, append(m.order, w.ID) })
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
				Secret: w.Secret, RequestID: "of-complete",
			}}
			m.rows[r.ID] = r
			m.dueBy(w.ID, now)
			m.enqueue(r)
			ids = append(ids, r.ID)
		}
		for _, due := range m.watchers {
			if !m.mute {
				due()
			}
		}
	})
	return ids
}

// tenant returns the same tenant for the same number.
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

// get returns the present state of a delivery.
func (m *memory) get(id lox.DeliveryID) (d lox.Dispatch) {
	m.with(func() { d = m.rows[id].Dispatch })
	return d
}

// attempts returns the recorded attempts of a delivery.
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

// underWay returns the number of claimed deliveries.
func (m *memory) underWay() (n int) {
	m.with(func() {
		for _, r := range m.queue {
			if r.Claim != "" && r.until.After(time.Now()) {
				n++
			}
		}
	})
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

// call begins a call of one of the port's methods.
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
		waiting, underWay := map[lox.WebhookID][]*row{}, map[lox.WebhookID]int{}
		for _, r := range m.queue {
			if r.Claim != "" && !r.until.After(c.Now) {
				r.Claim = ""
				m.dueBy(r.Webhook, *r.NextAt)
			}
			if r.Claim != "" {
				underWay[r.Webhook]++
			} else {
				waiting[r.Webhook] = append(waiting[r.Webhook], r)
			}
		}
		due := m.dueWebhooks(c, waiting, underWay)
		if len(due) == 0 {
			return
		}
		for i, given := range c.Allot(due) {
			w := due[i].ID
			for _, r := range waiting[w][:given.Deliveries] {
				r.Claim, r.until = fmt.Sprint(c.Owner, m.claims), c.Until // the same process may claim it again
				r.FailingSince, r.Answers = m.hooks[w].FailingSince, m.answer[w]
				got = append(got, r.Dispatch)
			}
			delete(m.due, w)
			if left := waiting[w][given.Deliveries:]; len(left) > 0 {
				m.dueBy(w, latest(*left[0].NextAt, given.NotBefore))
			}
		}
		slices.SortStableFunc(got, func(a, b lox.Dispatch) int { return a.NextAt.Compare(*b.NextAt) })
	})
	return got, err
}

// dueWebhooks returns the webhooks with due deliveries, the longest due first.
func (m *memory) dueWebhooks(c lox.DeliveryClaim, waiting map[lox.WebhookID][]*row, underWay map[lox.WebhookID]int) (due []lox.DueWebhook) {
	for _, id := range m.order {
		w := m.hooks[id]
		to := lox.TenantHost{Tenant: w.Tenant, Host: hostOf(w.URL)}
		at, ok := m.due[id]
		if !ok || at.After(c.Now) || !w.Enabled || slices.Contains(c.Busy, id) || slices.Contains(c.BusyHosts, to) || underWay[id] >= c.PerWebhook {
			continue
		}
		n := 0
		for n < len(waiting[id]) && n < c.PerWebhook-underWay[id] && !waiting[id][n].NextAt.After(c.Now) {
			n++
		}
		due = append(due, lox.DueWebhook{TenantHost: to, ID: id, Waiting: n, Answers: m.answer[id]})
	}
	slices.SortStableFunc(due, func(a, b lox.DueWebhook) int { return m.due[a.ID].Compare(m.due[b.ID]) })
	limits := map[bool]int{true: c.Limit, false: c.SilentLimit}
	due = slices.DeleteFunc(due, func(w lox.DueWebhook) bool {
		if limits[w.Answers] == 0 || !w.Answers && slices.Contains(c.BusyTenants, w.Tenant) {
			return true
		}
		limits[w.Answers]--
		return false
	})
	m.looked += len(due)
	return due
}

// dueBy makes a webhook due at a time, unless it is due earlier.
func (m *memory) dueBy(w lox.WebhookID, at time.Time) {
	if before, ok := m.due[w]; !ok || at.Before(before) {
		m.due[w] = at
	}
}

func latest(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
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
		m.putBacks++
		r.Claim, r.until = "", time.Time{}
		m.dueBy(r.Webhook, at)
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
			m.dueBy(r.Webhook, *f.NextAt)
		}
		w := m.hooks[r.Webhook]
		if !f.Unsigned {
			m.answer[w.ID] = f.Answered
		}
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
	sooner := func(t time.Time) {
		if !ok || t.Before(at) {
			at, ok = t, true
		}
	}
	err = m.call(ctx, func() {
		for id, t := range m.due {
			if m.hooks[id].Enabled {
				sooner(t)
			}
		}
		for _, r := range m.queue {
			if r.Claim != "" {
				sooner(r.until)
			}
		}
	})
	return at, ok, err
}

func (m *memory) WatchDeliveries(ctx context.Context, due func()) {
	m.with(func() { m.watchers = append(m.watchers, due) })
	<-ctx.Done()
}

func (m *memory) ForgetDeliveries(ctx context.Context, before time.Time, limit int) (removed int64, err error) {
	err = m.call(ctx, func() {
		removed = min(m.old, int64(limit))
		m.old -= removed
		m.forgot = append(m.forgot, before)
	})
	return removed, err
}
