package webhooks

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"time"

	"github.com/backlox/lox"
)

// maxDials is how many addresses of a name an attempt connects to at most: a name may
// have thousands.
const maxDials = 8

var errTooManyAddresses = errors.New("the attempt has tried the maximum number of addresses")

// permit is the right to make one attempt. The attempt counts in the budgets of its host
// and of each address that it dials.
type permit struct {
	budgets   *budgets
	tenant    lox.TenantID
	host, own *budget
	failing   bool // whether the latest attempt to the host had failed when this one began

	addresses   []*dialedAddress
	connectedTo *dialedAddress // the address of the connection that carried the request
	dials       int
	ended       bool
}

// dialedAddress is an address in whose budgets the attempt counts. tried stays false if the
// host resolved to it at the previous attempt and not at this one.
type dialedAddress struct {
	all, own *budget
	tried    bool
}

// begin returns a permit for each claimed delivery. It also clears the allotted attempts, even
// if nothing was claimed.
func (b *budgets) begin(got []lox.Dispatch) []*permit {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.clearAllotted()
	now, permits := b.clock(), make([]*permit, len(got))
	for i, d := range got {
		host, own := b.pair(d.Tenant, d.Host)
		p := &permit{budgets: b, tenant: d.Tenant, host: host, own: own}
		p.failing = host.latest == outcomeFailed || own.latest == outcomeFailed
		b.take(now, host, own)
		if host.address.IsValid() {
			p.count(host.address, now)
		}
		permits[i] = p
	}
	return permits
}

// take counts an attempt that begins.
func (b *budgets) take(now time.Time, of ...*budget) {
	for _, one := range of {
		if one.idle != nil {
			b.idle.Remove(one.idle)
			one.idle = nil
		}
		one.inFlight++
		one.next = now.Add(hostPause)
	}
}

// end counts the end of an attempt and stores its outcome.
func (b *budgets) end(o outcome, now time.Time, of ...*budget) {
	for _, one := range of {
		if o != outcomeUnknown {
			one.latest = o
		}
		if o == outcomeSucceeded {
			one.succeeded = now
		}
		if one.inFlight--; one.inFlight == 0 {
			one.idle = b.idle.PushFront(one)
		}
	}
}

// find returns the entry of an address, or nil.
func (p *permit) find(addr netip.Addr) *dialedAddress {
	key := addressKey(addr)
	at := slices.IndexFunc(p.addresses, func(h *dialedAddress) bool { return h.all.key == key })
	if at < 0 {
		return nil
	}
	return p.addresses[at]
}

// count adds an address and counts the attempt in its budgets.
func (p *permit) count(addr netip.Addr, now time.Time) *dialedAddress {
	all, own := p.budgets.pair(p.tenant, addressKey(addr))
	p.budgets.take(now, all, own)
	h := &dialedAddress{all: all, own: own}
	p.addresses = append(p.addresses, h)
	return h
}

// busyError means that an address must get no more attempts until a time.
type busyError struct{ until time.Time }

// Error implements error, for the log.
func (e busyError) Error() string {
	return fmt.Sprintf("the address gets no more attempts until %s", e.until)
}

// dial counts an address before a connection to it is made. It returns an error if the
// address must not get the attempt.
func (p *permit) dial(addr netip.Addr) error {
	b := p.budgets
	b.mu.Lock()
	defer b.mu.Unlock()
	now := b.clock()
	if p.ended { // http.Transport goes on connecting after the end of an attempt
		return busyError{now}
	}
	if p.dials++; p.dials > maxDials {
		return errTooManyAddresses
	}
	// Also if the address is refused below: the next claim must check its budget.
	p.host.address = addr
	h := p.find(addr)
	if h == nil {
		all, own := b.pair(p.tenant, addressKey(addr))
		if n, _, _ := b.minFree([]*budget{all, own}, now); n == 0 {
			return busyError{now.Add(hostPause)}
		}
		h = p.count(addr, now)
	}
	h.tried = true
	return nil
}

// connected counts the address of the connection that carries the request. The connection
// may have been made for another attempt, and can't be refused any more.
func (p *permit) connected(addr netip.Addr) {
	p.budgets.mu.Lock()
	defer p.budgets.mu.Unlock()
	if p.ended {
		return
	}
	h := p.find(addr)
	if h == nil {
		h = p.count(addr, p.budgets.clock())
	}
	h.tried, p.connectedTo, p.host.address = true, h, addr
}

// tried reports whether the attempt has tried to connect to any address.
func (p *permit) tried() bool {
	p.budgets.mu.Lock()
	defer p.budgets.mu.Unlock()
	return slices.ContainsFunc(p.addresses, func(h *dialedAddress) bool { return h.tried })
}

// end ends the attempt. It returns true if a waiting host can be claimed now.
//
// A 2xx counts only for the address that sent it. The other dialed addresses may be other
// machines, which refused the connection or did not answer, so for them the attempt counts
// as failed.
func (p *permit) end(o outcome) (worthwhile bool) {
	b := p.budgets
	b.mu.Lock()
	defer b.mu.Unlock()
	now, over := b.clock(), make([]*budget, 0, 2+2*len(p.addresses))
	p.ended = true
	over = append(over, p.host, p.own)
	b.end(o, now, p.host, p.own)
	for _, h := range p.addresses {
		shown := o
		switch {
		case !h.tried:
			shown = outcomeUnknown
		case o == outcomeSucceeded && h != p.connectedTo:
			shown = outcomeFailed
		}
		b.end(shown, now, h.all, h.own)
		over = append(over, h.all, h.own)
	}
	for to, w := range b.waiting {
		if slices.Contains(over, w.full) && b.claimable(to, w, now) > 0 {
			return true
		}
	}
	return false
}

type permitKey struct{}

// withPermit returns a context with a permit, in which the Sender counts the addresses that
// it dials.
func withPermit(ctx context.Context, p *permit) context.Context {
	return context.WithValue(ctx, permitKey{}, p)
}

// permitOf returns the permit in ctx. It is nil outside of a Dispatcher.
func permitOf(ctx context.Context) *permit {
	p, _ := ctx.Value(permitKey{}).(*permit)
	return p
}
