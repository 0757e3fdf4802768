package webhooks

import (
	"container/list"
	"math"
	"net/netip"
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
	// maxBudgets bounds the memory: each of these takes some 300 bytes. What is under
	// way is never forgotten; of what is forgotten nothing is known, so that it gets
	// one attempt at first.
	maxBudgets = 1 << 15
)

// outcome is what an attempt has shown of its host.
type outcome int

const (
	outcomeUnknown   outcome = iota // it was broken off, or not sent
	outcomeSucceeded                // 2xx
	outcomeFailed                   // anything else
)

// budget is what is known of a host or an address: in all, or of one tenant's
// attempts there.
type budget struct {
	key       string
	tenants   bool      // it is one tenant's
	inFlight  int       // attempts
	promised  int       // attempts that begin once the claim under way has its deliveries
	latest    outcome   // of the attempts that are over
	succeeded time.Time // when the latest 2xx came
	next      time.Time // a pause after the latest attempt began

	address netip.Addr    // where the host led to last; of hosts alone
	idle    *list.Element // in budgets.idle while nothing is in flight
}

// answering reports whether more than one attempt a second may be made.
func (b *budget) answering(now time.Time) bool {
	if b.succeeded.IsZero() {
		return false
	}
	return b.latest == outcomeSucceeded || !b.tenants && now.Sub(b.succeeded) < hostMemory
}

// budgets are those of all hosts that deliveries went to lately.
type budgets struct {
	most  int // in flight to one host; negative is no bound
	clock func() time.Time

	mu       sync.Mutex
	all      map[string]*budget
	idle     *list.List                // of *budget, the latest used in front
	promised []*budget                 // those with promises, once for each
	waiting  map[lox.TenantHost]waiter // for attempts to end
}

func newBudgets(most int, clock func() time.Time) *budgets {
	return &budgets{
		most: most, clock: clock, all: map[string]*budget{}, idle: list.New(), waiting: map[lox.TenantHost]waiter{},
	}
}

// of returns the budgets that count for what a tenant sends to a host: those of the
// host, and those of the address to which it led last. The tenant's follows
// everybody's each time.
func (b *budgets) of(to lox.TenantHost) []*budget {
	all, own := b.pair(to.Tenant, to.Host)
	if !all.address.IsValid() {
		return []*budget{all, own}
	}
	allThere, ownThere := b.pair(to.Tenant, addressKey(all.address))
	return []*budget{all, own, allThere, ownThere}
}

// pair returns everybody's budget of a host or an address, and the tenant's.
func (b *budgets) pair(tenant lox.TenantID, key string) (all, own *budget) {
	return b.get(key, false), b.get(tenant.String()+" "+key, true)
}

// addressKey takes an IPv6 network of 64 bits for one address: one machine may
// have all of them.
func addressKey(addr netip.Addr) string {
	addr = addr.Unmap().WithZone("")
	if addr.Is6() {
		network, _ := addr.Prefix(64) // of IPv6 there always is one
		return "address " + network.String()
	}
	return "address " + addr.String()
}

func (b *budgets) get(key string, tenants bool) *budget {
	if known := b.all[key]; known != nil {
		if known.idle != nil {
			b.idle.MoveToFront(known.idle)
		}
		return known
	}
	for len(b.all) >= maxBudgets && b.idle.Len() > 0 {
		oldest := b.idle.Remove(b.idle.Back()).(*budget) //nolint:forcetypeassert // nothing else is in it
		delete(b.all, oldest.key)
	}
	made := &budget{key: key, tenants: tenants}
	made.idle = b.idle.PushFront(made)
	b.all[key] = made
	return made
}

// room returns how many attempts may begin. If none may, until is when one may, or
// zero if that is known only when an attempt under way ends.
//
// Answering, a host has as many under way as it may, and a tenant three quarters
// of these. Otherwise a host gets one a second, even while they hang, and a tenant
// one a second that waits for the one before.
func (b *budgets) room(of *budget, now time.Time) (n int, until time.Time) {
	if b.most < 0 {
		return math.MaxInt32, now
	}
	begun, most := of.inFlight+of.promised, b.most
	if of.tenants {
		most -= b.most / 4
	}
	switch {
	case of.answering(now):
		return max(0, most-begun), time.Time{}
	case of.promised == 0 && !now.Before(of.next) && (begun == 0 || !of.tenants && begun < most):
		return 1, now
	case begun > 0 && of.latest == outcomeUnknown:
		return 0, time.Time{} // the first attempt will show what the host is
	case of.promised == 0 && now.Before(of.next):
		return 0, of.next
	}
	return 0, now.Add(hostPause)
}

// least returns the room that all of some budgets have. If there is none, it returns
// when to ask again, or the budget in which an attempt must end before.
func (b *budgets) least(of []*budget, now time.Time) (n int, until time.Time, full *budget) {
	n = math.MaxInt32
	for _, one := range of {
		free, at := b.room(one, now)
		n = min(n, free)
		switch {
		case free > 0:
		case at.IsZero():
			full = one
		case at.After(until):
			until = at
		}
	}
	if !until.IsZero() {
		full = nil
	}
	return n, until, full
}
