package webhooks

import (
	"container/list"
	"context"
	"errors"
	"fmt"
	"math"
	"net/netip"
	"slices"
	"sync"
	"time"

	"github.com/backlox/lox"
)

// What this process sends to one host at most. A host is a name or an address in
// a URL, whatever the port, and also each address that names lead to: many names
// may lead to one machine.
const (
	// DefaultPerHost is how many attempts to a host are under way at once, of all
	// tenants. One tenant has three quarters of these at most, so that receivers which
	// hang leave room for others at the same host.
	DefaultPerHost = 16
	// hostPause is from the beginning of an attempt to that of the next one at a host
	// that isn't answering 2xx. An unknown host counts as one of these, so that the
	// first attempt shows what it is.
	hostPause = time.Second
	// hostMemory is for how long a 2xx to any tenant shows that a host works: what
	// fails since then may be the paths of others.
	hostMemory = 10 * time.Second
	// minLook is the shortest pause until another look at a host that may have room
	// at any moment, since an attempt is under way there.
	minLook = 20 * time.Millisecond
	// maxBudgets bounds the memory: each of these takes some 300 bytes. What is under
	// way is never forgotten; of what is forgotten nothing is known, so that it gets
	// one attempt at first.
	maxBudgets = 1 << 15
	// maxDials is how many addresses of a name an attempt tries at most: a name may
	// have thousands.
	maxDials = 8
)

var errTooManyAddresses = errors.New("the attempt has tried as many addresses as it may")

// budget is what is known of a host, an address, or what a tenant has there.
type budget struct {
	key      string
	tenants  bool      // it is one tenant's
	inFlight int       // attempts
	healthy  bool      // the latest answer was 2xx
	failing  bool      // the latest answer was anything else
	answered time.Time // when the latest 2xx came
	next     time.Time // when an attempt may begin unless it is answering

	address netip.Addr    // what was dialed last; of hosts alone
	idle    *list.Element // in budgets.idle while nothing is in flight
}

// answering reports whether more than one attempt a second may be made.
func (b *budget) answering(now time.Time) bool {
	if b.answered.IsZero() {
		return false
	}
	return b.healthy || !b.tenants && now.Sub(b.answered) < hostMemory
}

// budgets are those of all hosts that deliveries went to lately.
type budgets struct {
	most  int // in flight to one host
	clock func() time.Time

	mu   sync.Mutex
	all  map[string]*budget
	idle *list.List // of *budget, the latest used in front
	busy map[string]*budget
}

func newBudgets(most int, clock func() time.Time) *budgets {
	return &budgets{most: most, clock: clock, all: map[string]*budget{}, idle: list.New(), busy: map[string]*budget{}}
}

func hostKeys(tenant lox.TenantID, host string) [2]string {
	return [2]string{host, tenant.String() + " " + host}
}

// addressKeys takes an IPv6 network of 64 bits for one address: one machine may
// have all of them.
func addressKeys(tenant lox.TenantID, addr netip.Addr) [2]string {
	addr = addr.Unmap().WithZone("")
	host := "address " + addr.String()
	if addr.Is6() {
		network, _ := addr.Prefix(64) // of IPv6 there always is one
		host = "address " + network.String()
	}
	return [2]string{host, tenant.String() + " " + host}
}

// get returns a budget. The first of two keys is everybody's, the second one the
// tenant's.
func (b *budgets) get(keys [2]string) (all, own *budget) {
	return b.one(keys[0], false), b.one(keys[1], true)
}

func (b *budgets) one(key string, tenants bool) *budget {
	if known := b.all[key]; known != nil {
		if known.idle != nil {
			b.idle.MoveToFront(known.idle)
		}
		return known
	}
	for len(b.all) >= maxBudgets && b.idle.Len() > 0 {
		b.forget(b.idle.Back())
	}
	made := &budget{key: key, tenants: tenants}
	made.idle = b.idle.PushFront(made)
	b.all[key] = made
	return made
}

func (b *budgets) forget(oldest *list.Element) {
	delete(b.all, b.idle.Remove(oldest).(*budget).key) //nolint:forcetypeassert // nothing else is in it
}

// room returns how many attempts may begin, and if none may, when perhaps. A tenant
// has one attempt at a time at a host that isn't answering it.
func (b *budgets) room(of *budget, now time.Time) (int, time.Time) {
	free, answering := b.most-of.inFlight, of.answering(now)
	if of.tenants {
		free -= b.most / 4
	}
	switch {
	case b.most < 0:
		return math.MaxInt32, now
	case answering && free > 0:
		return free, now
	case !answering && now.Before(of.next) && of.inFlight == 0:
		return 0, of.next
	case !answering && !now.Before(of.next) && (of.inFlight == 0 || !of.tenants && free > 0):
		return 1, now
	}
	// The longer the latest attempt takes, the less it is likely to end soon.
	lasted := now.Sub(of.next.Add(-hostPause))
	return 0, now.Add(min(max(lasted, minLook), hostPause))
}

// Room implements the field of lox.DeliveryClaim.
func (b *budgets) Room(tenant lox.TenantID, host string) lox.HostRoom {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := b.clock()
	all, own := b.get(hostKeys(tenant, host))
	room := lox.HostRoom{NotBefore: now}
	add := func(to *int, of *budget) {
		n, at := b.room(of, now)
		*to = min(*to, n)
		if n == 0 && at.After(room.NotBefore) {
			room.NotBefore = at
		}
	}
	room.Host, room.Tenant = math.MaxInt32, math.MaxInt32
	add(&room.Host, all)
	add(&room.Tenant, own)
	if all.address.IsValid() {
		addrAll, addrOwn := b.get(addressKeys(tenant, all.address))
		add(&room.Host, addrAll)
		add(&room.Tenant, addrOwn)
	}
	return room
}

// busyHosts are the hosts to which nothing may be claimed until a half of what was
// under way has ended: many small claims would cost more.
func (b *budgets) busyHosts() (hosts []string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for host := range b.busy {
		hosts = append(hosts, host)
	}
	return hosts
}

// pass is the right to make one attempt. It counts for the host, and for each
// address that is dialed.
type pass struct {
	budgets *budgets
	tenant  lox.TenantID
	host    string
	failing bool // the host was, when the attempt began

	held  []*budget
	dials int
	ended bool
}

// begin gives the right to an attempt that was claimed just now. If the host's
// address has no room, it returns nil and when there may be some.
func (b *budgets) begin(d lox.Dispatch) (*pass, time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := b.clock()
	p := &pass{budgets: b, tenant: d.Tenant, host: d.Host}
	all, own := b.get(hostKeys(d.Tenant, d.Host))
	p.failing = all.failing || own.failing
	if all.address.IsValid() {
		if at, ok := p.hold(all.address, now, false); !ok {
			return nil, at
		}
	}
	p.take(all, now)
	p.take(own, now)
	if b.most > 0 && 2*all.inFlight > b.most && all.answering(now) {
		b.busy[d.Host] = all
	}
	return p, now
}

// hold counts the attempt for an address, if there is room or it must be. It
// returns when there may be room otherwise.
func (p *pass) hold(addr netip.Addr, now time.Time, must bool) (time.Time, bool) {
	all, own := p.budgets.get(addressKeys(p.tenant, addr))
	if slices.Contains(p.held, all) {
		return now, true
	}
	if !must {
		for _, of := range []*budget{all, own} {
			if n, at := p.budgets.room(of, now); n == 0 {
				return at, false
			}
		}
	}
	p.take(all, now)
	p.take(own, now)
	return now, true
}

func (p *pass) take(of *budget, now time.Time) {
	if of.idle != nil {
		p.budgets.idle.Remove(of.idle)
		of.idle = nil
	}
	of.inFlight++
	of.next = now.Add(hostPause)
	p.held = append(p.held, of)
}

// busyError keeps an attempt from an address that has no room.
type busyError struct{ until time.Time }

// Error says so for the log.
func (e busyError) Error() string { return fmt.Sprintf("the address has no room until %s", e.until) }

// dial counts an address that is about to be connected to.
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
	b.one(p.host, false).address = addr
	if until, ok := p.hold(addr, now, false); !ok {
		return busyError{until}
	}
	return nil
}

// reuse counts the address of a connection that is used again.
func (p *pass) reuse(addr netip.Addr) {
	p.budgets.mu.Lock()
	defer p.budgets.mu.Unlock()
	if !p.ended {
		p.hold(addr, p.budgets.clock(), true)
	}
}

// What an attempt has shown of its host.
type outcome int

const (
	untold   outcome = iota // it was broken off, or not sent
	answered                // 2xx
	unwell                  // anything else
)

// end gives the right back. It returns true if deliveries that were held back may
// be claimed now.
func (p *pass) end(o outcome) (worthwhile bool) {
	b := p.budgets
	b.mu.Lock()
	defer b.mu.Unlock()
	now := b.clock()
	p.ended = true
	for _, of := range p.held {
		if o != untold {
			of.healthy, of.failing = o == answered, o == unwell
		}
		if o == answered {
			of.answered = now
		}
		if of.inFlight--; of.inFlight == 0 {
			of.idle = b.idle.PushFront(of)
		}
	}
	if of := b.busy[p.host]; of != nil && 2*of.inFlight <= b.most {
		delete(b.busy, p.host)
		return true
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
