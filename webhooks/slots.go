package webhooks

import (
	"slices"
	"sync"

	"github.com/backlox/lox"
)

// slots counts the deliveries under way, in all and to each webhook, and so
// decides what may be claimed.
//
// What is claimed is sent at once, never queued: nothing waits under a lease
// behind a receiver that hangs, and a process that stops leaves little behind.
// So that a long queue to one receiver still takes few claims, a webhook gets
// none until half of its slots are free, and then all of them at once. The last
// quarter of all slots is for webhooks that have none, one to each: receivers
// that hang, be they many, can't keep the others from being served.
//
// Webhooks that did not answer their latest attempt, or had none yet, have a quarter
// less, and a tenant has two slots for all of its own, or one when half of these are
// taken. So thousands of receivers that hang take nothing from those that answer, and
// leave room for a new one.
type slots struct {
	all, each int // how many there are

	mu       sync.Mutex
	taken    int
	to       map[lox.WebhookID]int
	silent   int // those of the taken that are to webhooks which have not answered
	ofTenant map[lox.TenantID]int
	// The latest claim may have left deliveries that are due to the webhooks in
	// left, to silent ones of the tenants in leftOf or of any tenant if silentCut is set,
	// and to any at all if cut is.
	left           map[lox.WebhookID]bool
	leftOf         map[lox.TenantID]bool
	cut, silentCut bool
}

func newSlots(all, each int) *slots {
	return &slots{all: all, each: each, to: map[lox.WebhookID]int{}, ofTenant: map[lox.TenantID]int{}}
}

// reserve is the share of the slots, one in so many, that is kept for webhooks
// that have none.
const reserve = 4

// terms returns how many may be claimed in all, how many a webhook may have, and
// how many of those must be free for it to get any.
func (s *slots) terms() (limit, most, free int) {
	if limit = s.all - s.taken - s.all/reserve; limit > 0 {
		return limit, s.each, max(1, s.each/2)
	}
	return s.all - s.taken, 1, 1
}

// silentPerClaim is how many deliveries to webhooks that have not answered a claim gets: the
// next one, which may be for an event just now, waits for that long.
const silentPerClaim = 64

// silentFree is how many slots are free for webhooks that have not answered.
func (s *slots) silentFree() int { return max(0, s.all-s.all/reserve-s.silent) }

// silentPerTenant is how many of them a tenant may have while so many are taken.
func (s *slots) silentPerTenant(taken int) int {
	if taken >= (s.all-s.all/reserve)/2 {
		return 1
	}
	return 2
}

// ask returns what may be claimed now; Limit 0 if nothing may.
func (s *slots) ask() lox.DeliveryClaim {
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

// take counts what was claimed, and notes what may have been left.
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

// share leaves of what is due to webhooks that have not answered as much as may be claimed.
func (s *slots) share(due []lox.DueWebhook, limit int) []lox.DueWebhook {
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
		room := s.silentPerTenant(s.silent+all) - s.ofTenant[w.Tenant] - given[w.Tenant]
		w.Waiting = max(0, min(w.Waiting, room, limit-all))
		given[w.Tenant] += w.Waiting
		all += w.Waiting
	}
	// Behind the webhooks of these tenants may be those of others.
	s.silentCut = seen >= limit
	return due
}

// free gives back the slot of a delivery.
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

// outlook tells whether the latest claim may have left deliveries that are due,
// and whether another claim may get some of them by now.
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

// underWay is how many slots are taken.
func (s *slots) underWay() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.taken
}
