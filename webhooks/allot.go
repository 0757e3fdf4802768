package webhooks

import (
	"maps"
	"math"
	"slices"
	"time"

	"github.com/backlox/lox"
)

const (
	// maxWaiting bounds how many hosts of tenants wait for attempts to end, since every
	// claim names them all. Further ones become due again after hostPause.
	maxWaiting = 1000
	// maxQuarterWait is how long they wait until a quarter of the host's limit is free, so
	// that a claim gets several deliveries. After it any free part is enough.
	maxQuarterWait = 100 * time.Millisecond
)

// waiter says what a host of a tenant waits for.
type waiter struct {
	full  *budget // the budget that is used up
	since time.Time
}

// machineQueue holds the due webhooks of one tenant at one machine: the address to which
// the hosts resolved last, or the host itself while its address isn't known.
type machineQueue struct {
	own      *budget // the tenant's budget of that machine
	webhooks []*queuedWebhook
}

// queuedWebhook is a webhook in a machineQueue.
type queuedWebhook struct {
	lox.DueWebhook
	index   int // in the list of due webhooks
	budgets []*budget
}

// queues groups the due webhooks by tenant and machine. The queue with the earliest latest
// attempt comes first, so that a tenant with constant traffic doesn't keep others waiting.
func (b *budgets) queues(due []lox.DueWebhook) (queues []*machineQueue) {
	byBudget := map[*budget]*machineQueue{}
	for i, w := range due {
		of := b.of(w.TenantHost)
		own := of[len(of)-1]
		if byBudget[own] == nil {
			byBudget[own] = &machineQueue{own: own}
			queues = append(queues, byBudget[own])
		}
		byBudget[own].webhooks = append(byBudget[own].webhooks, &queuedWebhook{w, i, of})
	}
	slices.SortStableFunc(queues, func(a, b *machineQueue) int { return a.own.next.Compare(b.own.next) })
	return queues
}

// allot decides how many deliveries each due webhook gets, at most limit in all. Queues
// take turns, and so do the webhooks of a queue. Allotted deliveries count at once in
// their budgets, also for addresses that are dialed meanwhile. begin replaces them by the
// deliveries that were claimed.
func (b *budgets) allot(due []lox.DueWebhook, limit int) []lox.Allotment {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.clearAllotted()
	now, allotments, queues := b.clock(), make([]lox.Allotment, len(due)), b.queues(due)
	for limit > 0 && len(queues) > 0 {
		queues = slices.DeleteFunc(queues, func(q *machineQueue) bool {
			if limit == 0 {
				return false
			}
			got := b.allotOne(q, allotments, now)
			if got {
				limit--
			}
			return !got
		})
	}
	return allotments
}

// allotOne allots one delivery to a webhook of a queue. It returns false if the queue gets
// no more.
func (b *budgets) allotOne(q *machineQueue, allotments []lox.Allotment, now time.Time) bool {
	for len(q.webhooks) > 0 {
		w := q.webhooks[0]
		q.webhooks = q.webhooks[1:]
		if allotments[w.index].Deliveries == w.Waiting {
			continue
		}
		n, until, full := b.minFree(w.budgets, now)
		if n == 0 {
			allotments[w.index].NotBefore = b.postpone(w.TenantHost, until, full, now)
			continue
		}
		for _, of := range w.budgets {
			of.allotted++
		}
		b.allotted = append(b.allotted, w.budgets...)
		allotments[w.index].Deliveries++
		q.webhooks = append(q.webhooks, w)
		return true
	}
	return false
}

// postpone returns when a webhook becomes due again. It returns the zero time if the
// webhook stays due: then claims leave out its host until attempts end.
func (b *budgets) postpone(to lox.TenantHost, until time.Time, full *budget, now time.Time) time.Time {
	switch {
	case full == nil:
		return until
	case len(b.waiting) >= maxWaiting:
		return now.Add(hostPause)
	}
	b.waiting[to] = waiter{full, now}
	return time.Time{}
}

func (b *budgets) clearAllotted() {
	for _, of := range b.allotted {
		of.allotted = 0
	}
	b.allotted = nil
}

// busyHosts returns the waiting hosts that the next claim leaves out. It releases those
// that have waited longest, and for each used-up budget no more than now fit.
func (b *budgets) busyHosts() (busy []lox.TenantHost) {
	b.mu.Lock()
	defer b.mu.Unlock()
	now, released := b.clock(), map[*budget]int{}
	for _, to := range slices.SortedFunc(maps.Keys(b.waiting), func(x, y lox.TenantHost) int {
		return b.waiting[x].since.Compare(b.waiting[y].since)
	}) {
		w := b.waiting[to]
		if n := b.claimable(to, w, now); n <= released[w.full] {
			busy = append(busy, to)
			continue
		}
		released[w.full]++
		delete(b.waiting, to)
	}
	return busy
}

// claimable returns how many deliveries a claim may get for a waiting host, or 0 if a
// claim would get too few yet. A host with a known time to wait for may always be claimed:
// the claim postpones its webhooks to that time.
func (b *budgets) claimable(to lox.TenantHost, w waiter, now time.Time) int {
	n, _, full := b.minFree(b.of(to), now)
	switch {
	case n == 0 && full == nil:
		return math.MaxInt32
	case n >= b.most/4, now.Sub(w.since) >= maxQuarterWait:
		return n
	}
	return 0
}
