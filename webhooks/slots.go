package webhooks

import (
	"slices"
	"sync"

	"github.com/backlox/lox"
)

// slots counts the deliveries in flight, in all and to each webhook. From the free slots
// follows how many deliveries may be claimed.
//
// A claimed delivery is sent at once and never queued: so no delivery spends its lease
// waiting for a slow receiver, and a stopped process leaves few leases. A webhook gets
// no deliveries until half of its slots are free, and then all of them at once, so that
// a long queue of one receiver needs few claims. The last quarter of all slots is
// reserved for webhooks without a delivery in flight, one slot for each: so hanging
// receivers, however many, can't block the others.
//
// A silent webhook is one that did not answer its latest attempt, or had none yet.
// Silent webhooks can't use that quarter. All silent webhooks of a tenant share two
// slots, or one while half of the slots for silent webhooks are taken. So thousands of
// hanging receivers don't slow down those that answer, and a new webhook still gets a
// slot.
type slots struct {
	all, each int // the number of slots, in all and for one webhook

	mu       sync.Mutex
	taken    int
	to       map[lox.WebhookID]int
	silent   int                  // taken slots of silent webhooks
	ofTenant map[lox.TenantID]int // taken slots of silent webhooks, by tenant
	// The latest claim may have left due deliveries: to the webhooks in left, to silent
	// webhooks of the tenants in leftOf, to any silent webhook if silentCut is set, and to
	// any webhook if cut is set.
	left           map[lox.WebhookID]bool
	leftOf         map[lox.TenantID]bool
	cut, silentCut bool
}

func newSlots(all, each int) *slots {
	return &slots{all: all, each: each, to: map[lox.WebhookID]int{}, ofTenant: map[lox.TenantID]int{}}
}

// One in reserve slots is reserved for webhooks without a delivery in flight.
const reserve = 4

// terms returns how many deliveries may be claimed in all, how many a webhook may have in
// flight, and how many of its slots must be free before it gets any.
func (s *slots) terms() (limit, most, free int) {
	if limit = s.all - s.taken - s.all/reserve; limit > 0 {
		return limit, s.each, max(1, s.each/2)
	}
	return s.all - s.taken, 1, 1
}

// silentPerClaim is how many deliveries to silent webhooks a claim gets at most. The next
// claim, which may be for a new event, waits until they are started.
const silentPerClaim = 64

// silentFree returns how many slots are free for silent webhooks.
func (s *slots) silentFree() int { return max(0, s.all-s.all/reserve-s.silent) }

// silentPerTenant returns how many slots all silent webhooks of a tenant may have together
// while silent webhooks have taken slots.
func (s *slots) silentPerTenant(taken int) int {
	if taken >= (s.all-s.all/reserve)/2 {
		return 1
	}
	return 2
}

// claim returns the limits of the next claim. Limit is 0 if nothing may be claimed.
func (s *slots) claim() lox.DeliveryClaim {
	s.mu.Lock()
	defer s.mu.Unlock()
	limit, most, free := s.terms()
	c := lox.DeliveryClaim{Limit: limit, PerWebhook: most, SilentLimit: min(limit, s.silentFree(), silentPerClaim)}
	s.silentCut = c.SilentLimit == 0
	for tenant, n := range s.ofTenant {
		if n >= s.silentPerTenant(s.silent) {
			c.BusyTenants = append(c.BusyTenants, tenant)
		}
	}
	for webhook, n := range s.to {
		if n+free > most {
			c.Busy = append(c.Busy, webhook)
		}
	}
	return c
}

// take counts the claimed deliveries, and stores which due deliveries the claim may have left.
func (s *slots) take(c lox.DeliveryClaim, got []lox.Dispatch) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.left, s.cut = map[lox.WebhookID]bool{}, len(got) == c.Limit
	for _, webhook := range c.Busy {
		s.left[webhook] = true
	}
	s.leftOf = map[lox.TenantID]bool{}
	for _, tenant := range c.BusyTenants {
		s.leftOf[tenant] = true
	}
	silent := 0
	for _, d := range got {
		if !d.Answers {
			silent++
			s.ofTenant[d.Tenant]++
			s.leftOf[d.Tenant] = true
		}
		s.taken++
		if s.to[d.Webhook]++; s.to[d.Webhook] >= c.PerWebhook {
			s.left[d.Webhook] = true
		}
	}
	s.silent += silent
}

// limitSilent reduces the due deliveries of silent webhooks to those that may be claimed.
func (s *slots) limitSilent(due []lox.DueWebhook, limit int) []lox.DueWebhook {
	s.mu.Lock()
	defer s.mu.Unlock()
	due = slices.Clone(due)
	given, all, seen := map[lox.TenantID]int{}, 0, 0
	for i := range due {
		w := &due[i]
		if w.Answers {
			continue
		}
		seen++
		free := s.silentPerTenant(s.silent+all) - s.ofTenant[w.Tenant] - given[w.Tenant]
		w.Waiting = max(0, min(w.Waiting, free, limit-all))
		given[w.Tenant] += w.Waiting
		all += w.Waiting
	}
	// If the store has returned limit silent webhooks, there may be more.
	s.silentCut = seen >= limit
	return due
}

// free frees the slot of a delivery.
func (s *slots) free(d lox.Dispatch) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.taken--
	if s.to[d.Webhook]--; s.to[d.Webhook] == 0 {
		delete(s.to, d.Webhook)
	}
	if d.Answers {
		return
	}
	s.silent--
	if s.ofTenant[d.Tenant]--; s.ofTenant[d.Tenant] == 0 {
		delete(s.ofTenant, d.Tenant)
	}
}

// outlook reports whether the latest claim may have left due deliveries, and whether
// another claim could get some of them now.
func (s *slots) outlook() (left, worthwhile bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	limit, most, free := s.terms()
	if s.cut {
		return true, limit > 0
	}
	for webhook := range s.left {
		if s.to[webhook]+free <= most {
			return true, true
		}
	}
	if limit > 0 && s.silentFree() > 0 {
		for tenant := range s.leftOf {
			if s.ofTenant[tenant] < s.silentPerTenant(s.silent) {
				return true, true
			}
		}
		if s.silentCut {
			return true, true
		}
	}
	return len(s.left) > 0 || len(s.leftOf) > 0 || s.silentCut, false
}

// inFlight returns how many slots are taken.
func (s *slots) inFlight() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.taken
}
