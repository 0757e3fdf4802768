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

// maxDials is how many addresses of a name an attempt tries at most: a name may
// have thousands.
const maxDials = 8

var errTooManyAddresses = errors.New("the attempt has tried as many addresses as it may")

// pass is the right to make one attempt. It counts for the host, and for each
// address that is dialed.
type pass struct {
	budgets   *budgets
	tenant    lox.TenantID
	host, own *budget
	failing   bool // the host was, when the attempt began

	addresses []*held
	carrier   *held // the address of the connection that the request went by
	dials     int
	ended     bool
}

// held is an address that the attempt counts for. It isn't tried if the host led
// there last and leads elsewhere now.
type held struct {
	all, own *budget
	tried    bool
}

// begin gives the right to attempts that were claimed just now, one for each. It
// ends what allot has promised, also if nothing was claimed.
func (b *budgets) begin(got []lox.Dispatch) []*pass {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.breakPromises()
	now, passes := b.clock(), make([]*pass, len(got))
	for i, d := range got {
		host, own := b.pair(d.Tenant, d.Host)
		p := &pass{budgets: b, tenant: d.Tenant, host: host, own: own}
		p.failing = host.latest == outcomeFailed || own.latest == outcomeFailed
		b.take(now, host, own)
		if host.address.IsValid() {
			p.hold(host.address, now)
		}
		passes[i] = p
	}
	return passes
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

// end counts an attempt that is over, and notes what it has shown.
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

// find returns what is held of an address, or nil.
func (p *pass) find(addr netip.Addr) *held {
	key := addressKey(addr)
	at := slices.IndexFunc(p.addresses, func(h *held) bool { return h.all.key == key })
	if at < 0 {
		return nil
	}
	return p.addresses[at]
}

// hold counts the attempt for an address that it doesn't count for yet.
func (p *pass) hold(addr netip.Addr, now time.Time) *held {
	all, own := p.budgets.pair(p.tenant, addressKey(addr))
	p.budgets.take(now, all, own)
	h := &held{all: all, own: own}
	p.addresses = append(p.addresses, h)
	return h
}

// busyError keeps an attempt from an address that has no room.
type busyError struct{ until time.Time }

// Error says so for the log.
func (e busyError) Error() string { return fmt.Sprintf("the address has no room until %s", e.until) }

// dial counts an address that is about to be connected to, or refuses it.
func (p *pass) dial(addr netip.Addr) error {
	b := p.budgets
	b.mu.Lock()
	defer b.mu.Unlock()
	now := b.clock()
	if p.ended { // the transport connects on behalf of attempts that are over, too
		return busyError{now}
	}
	if p.dials++; p.dials > maxDials {
		return errTooManyAddresses
	}
	// Also of one without room: the next claim asks that address for some.
	p.host.address = addr
	h := p.find(addr)
	if h == nil {
		all, own := b.pair(p.tenant, addressKey(addr))
		if n, _, _ := b.least([]*budget{all, own}, now); n == 0 {
			return busyError{now.Add(hostPause)}
		}
		h = p.hold(addr, now)
	}
	h.tried = true
	return nil
}

// connected counts the address of the connection that the request goes by. It may
// have been made for another attempt, and there is no way to refuse it any more.
func (p *pass) connected(addr netip.Addr) {
	p.budgets.mu.Lock()
	defer p.budgets.mu.Unlock()
	if p.ended {
		return
	}
	h := p.find(addr)
	if h == nil {
		h = p.hold(addr, p.budgets.clock())
	}
	h.tried, p.carrier, p.host.address = true, h, addr
}

// tried reports whether any address was connected to, with or without success.
func (p *pass) tried() bool {
	p.budgets.mu.Lock()
	defer p.budgets.mu.Unlock()
	return slices.ContainsFunc(p.addresses, func(h *held) bool { return h.tried })
}

// end gives the right back. It returns true if something that waited for that is
// worth a claim now.
//
// A 2xx is that of the address which it came from: the others that were dialed may
// be machines of somebody else that refused the connection or never answered, and
// must not get more attempts because of it.
func (p *pass) end(o outcome) (worthwhile bool) {
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
		case o == outcomeSucceeded && h != p.carrier:
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

type passKey struct{}

// withPass has the Sender count what it dials.
func withPass(ctx context.Context, p *pass) context.Context {
	return context.WithValue(ctx, passKey{}, p)
}

// passOf is nil outside of a Dispatcher.
func passOf(ctx context.Context) *pass {
	p, _ := ctx.Value(passKey{}).(*pass)
	return p
}
