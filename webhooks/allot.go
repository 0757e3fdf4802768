package webhooks

import (
	"maps"
	"math"
	"slices"
	"time"

	"github.com/backlox/lox"
)

const (
	// maxWaiting bounds how many tenants' hosts wait for attempts to end, since every
	// claim names them all. Any others are asked about again after a pause.
	maxWaiting = 1000
	// patience is how long they wait for a quarter of the host, so that a claim gets
	// several deliveries. After it they take what is left.
	patience = 100 * time.Millisecond
)

// waiter is one of them.
type waiter struct {
	full  *budget // it had no room
	since time.Time
}

// line is what waits of one tenant for one machine: the address to which the hosts
// led last, or the host itself while that isn't known.
type line struct {
	own   *budget // the tenant's at that machine
	queue []*queued
}

// queued is a webhook in a line.
type queued struct {
	lox.DueWebhook
	index   int // among the webhooks that are due
	budgets []*budget
}

// lines has those first whose latest attempt was longest ago, so that a tenant
// which always has something due leaves the next attempt to others.
func (b *budgets) lines(due []lox.DueWebhook) (lines []*line) {
	known := map[*budget]*line{}
	for i, w := range due {
		of := b.of(w.TenantHost)
		own := of[len(of)-1]
		if known[own] == nil {
			known[own] = &line{own: own}
			lines = append(lines, known[own])
		}
		known[own].queue = append(known[own].queue, &queued{w, i, of})
	}
	slices.SortStableFunc(lines, func(a, b *line) int { return a.own.next.Compare(b.own.next) })
	return lines
}

// allot says how many deliveries each webhook gets, limit of them in all. Lines take
// turns, and so do the webhooks in one. What is given counts at once, for the
// webhooks that come after it and for addresses that are dialed meanwhile, until
// begin knows what was claimed.
func (b *budgets) allot(due []lox.DueWebhook, limit int) []lox.Allotment {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.breakPromises()
	now, given, lines := b.clock(), make([]lox.Allotment, len(due)), b.lines(due)
	for limit > 0 && len(lines) > 0 {
		lines = slices.DeleteFunc(lines, func(l *line) bool {
			if limit == 0 {
				return false
			}
			got := b.turn(l, given, now)
			if got {
				limit--
			}
			return !got
		})
	}
	return given
}

// turn gives a line one delivery. It returns false if the line gets no more.
func (b *budgets) turn(l *line, given []lox.Allotment, now time.Time) bool {
	for len(l.queue) > 0 {
		w := l.queue[0]
		l.queue = l.queue[1:]
		if given[w.index].Deliveries == w.Waiting {
			continue
		}
		n, until, full := b.least(w.budgets, now)
		if n == 0 {
			given[w.index].NotBefore = b.putOff(w.TenantHost, until, full, now)
			continue
		}
		for _, of := range w.budgets {
			of.promised++
		}
		b.promised = append(b.promised, w.budgets...)
		given[w.index].Deliveries++
		l.queue = append(l.queue, w)
		return true
	}
	return false
}

// putOff returns when a webhook may get more. That is zero if it stays due, and
// claims leave it out until attempts end.
func (b *budgets) putOff(to lox.TenantHost, until time.Time, full *budget, now time.Time) time.Time {
	switch {
	case full == nil:
		return until
	case len(b.waiting) >= maxWaiting:
		return now.Add(hostPause)
	}
	b.waiting[to] = waiter{full, now}
	return time.Time{}
}

func (b *budgets) breakPromises() {
	for _, of := range b.promised {
		of.promised = 0
	}
	b.promised = nil
}

// busyHosts are those that claims leave out. Of what waits for one host or address
// to have room, the next claim gets no more than there is room for, and first what
// has waited longest.
func (b *budgets) busyHosts() (busy []lox.TenantHost) {
	b.mu.Lock()
	defer b.mu.Unlock()
	now, asking := b.clock(), map[*budget]int{}
	for _, to := range slices.SortedFunc(maps.Keys(b.waiting), func(x, y lox.TenantHost) int {
		return b.waiting[x].since.Compare(b.waiting[y].since)
	}) {
		w := b.waiting[to]
		if n := b.claimable(to, w, now); n <= asking[w.full] {
			busy = append(busy, to)
			continue
		}
		asking[w.full]++
		delete(b.waiting, to)
	}
	return busy
}

// claimable returns how many deliveries a claim may get of what waits, or 0 if it
// isn't worth one yet. What may be put off until a time is always worth it.
func (b *budgets) claimable(to lox.TenantHost, w waiter, now time.Time) int {
	n, _, full := b.least(b.of(to), now)
	switch {
	case n == 0 && full == nil:
		return math.MaxInt32
	case n >= b.most/4, now.Sub(w.since) >= patience:
		return n
	}
	return 0
}
