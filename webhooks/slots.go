package webhooks

import (
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
type slots struct {
	all, each int // how many there are

	mu    sync.Mutex
	taken int
	to    map[lox.WebhookID]int
	// The latest claim may have left deliveries that are due to the webhooks in
	// left, and to any at all if it was cut.
	left map[lox.WebhookID]bool
	cut  bool
}

func newSlots(all, each int) *slots {
	return &slots{all: all, each: each, to: map[lox.WebhookID]int{}}
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

// ask returns what may be claimed now; Limit 0 if nothing may.
func (s *slots) ask() lox.DeliveryClaim {
	s.mu.Lock()
	defer s.mu.Unlock()
	limit, most, free := s.terms()
	c := lox.DeliveryClaim{Limit: limit, PerWebhook: most}
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
	for _, d := range got {
		s.taken++
		if s.to[d.Webhook]++; s.to[d.Webhook] >= c.PerWebhook {
			s.left[d.Webhook] = true
		}
	}
}

// free gives back the slot of a delivery.
func (s *slots) free(webhook lox.WebhookID) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.taken--
	if s.to[webhook]--; s.to[webhook] == 0 {
		delete(s.to, webhook)
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
	return len(s.left) > 0, false
}

// underWay is how many slots are taken.
func (s *slots) underWay() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.taken
}
