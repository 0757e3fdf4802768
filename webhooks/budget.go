package webhooks

import (
	"container/list"
	"math"
	"net/netip"
	"sync"
	"time"

	"github.com/backlox/lox"
)

// Limits on what this process sends to one host. A host is a name or an address in a URL,
// with any port. Each address that names resolve to has limits too, because many names may
// resolve to one machine.
const (
	// defaultPerHost is how many attempts to a host are in flight at once, of all tenants.
	// One tenant gets at most three quarters of these, so that its hanging receivers don't
	// block other tenants at the same host.
	defaultPerHost = 16
	// hostPause is the time between the beginnings of two attempts to a host that isn't
	// answering 2xx. An unknown host counts as not answering, so that the first attempt
	// shows whether it works.
	hostPause = time.Second
	// hostMemory is for how long a 2xx to any tenant shows that a host works: later failures
	// may be due to the paths of other tenants.
	hostMemory = 10 * time.Second
	// maxBudgets bounds the memory: a budget takes about 300 bytes. A budget with attempts in
	// flight is never dropped. A host whose budget was dropped counts as unknown.
	maxBudgets = 1 << 15
)

// outcome is what an attempt shows about its host.
type outcome int

const (
	outcomeUnknown   outcome = iota // the attempt was interrupted, or not made
	outcomeSucceeded                // 2xx
	outcomeFailed                   // anything else
)

// budget counts the attempts to a host or an address, of all tenants or of one tenant.
type budget struct {
	key       string
	tenants   bool      // whether it is the budget of one tenant
	inFlight  int       // attempts
	allotted  int       // attempts that the running claim may begin
	latest    outcome   // the outcome of the latest finished attempt
	succeeded time.Time // when the latest 2xx came
	next      time.Time // hostPause after the beginning of the latest attempt

	address netip.Addr    // the address to which a host resolved last; unset in the budget of an address
	idle    *list.Element // the element of budgets.idle while nothing is in flight
}

// answering reports whether more than one attempt a second may be made.
func (b *budget) answering(now time.Time) bool {
	if b.succeeded.IsZero() {
		return false
	}
	return b.latest == outcomeSucceeded || !b.tenants && now.Sub(b.succeeded) < hostMemory
}

// budgets are the budgets of all recently used hosts.
type budgets struct {
	most  int // attempts in flight to one host; negative means no bound
	clock func() time.Time

	mu       sync.Mutex
	all      map[string]*budget
	idle     *list.List                // of *budget, the most recently used first
	allotted []*budget                 // the budgets with allotted attempts, once for each
	waiting  map[lox.TenantHost]waiter // hosts that wait for attempts to end
}

func newBudgets(most int, clock func() time.Time) *budgets {
	return &budgets{
		most: most, clock: clock, all: map[string]*budget{}, idle: list.New(), waiting: map[lox.TenantHost]waiter{},
	}
}

// of returns the budgets that limit the deliveries of a tenant to a host: those of the
// host, and those of the address to which it resolved last. In each pair the budget of
// all tenants comes first, and that of the tenant second.
func (b *budgets) of(to lox.TenantHost) []*budget {
	all, own := b.pair(to.Tenant, to.Host)
	if !all.address.IsValid() {
		return []*budget{all, own}
	}
	allThere, ownThere := b.pair(to.Tenant, addressKey(all.address))
	return []*budget{all, own, allThere, ownThere}
}

// pair returns the budget of all tenants for a host or an address, and that of the tenant.
func (b *budgets) pair(tenant lox.TenantID, key string) (all, own *budget) {
	return b.get(key, false), b.get(tenant.String()+" "+key, true)
}

// addressKey returns the key of an address. All addresses of an IPv6 /64 network have the
// same key, because one machine may have all of them.
func addressKey(addr netip.Addr) string {
	addr = addr.Unmap().WithZone("")
	if addr.Is6() {
		network, _ := addr.Prefix(64) // never fails for IPv6
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

// freeOf returns how many attempts may begin. If none may, until is when one may, or zero
// if an attempt in flight must end first.
//
// An answering host may have b.most attempts in flight, and a tenant three quarters of
// these. Another host gets one attempt a second, even while earlier ones hang. A tenant
// gets one attempt a second there, and only after its previous one has ended.
func (b *budgets) freeOf(of *budget, now time.Time) (n int, until time.Time) {
	if b.most < 0 {
		return math.MaxInt32, now
	}
	begun, most := of.inFlight+of.allotted, b.most
	if of.tenants {
		most -= b.most / 4
	}
	switch {
	case of.answering(now):
		return max(0, most-begun), time.Time{}
	case of.allotted == 0 && !now.Before(of.next) && (begun == 0 || !of.tenants && begun < most):
		return 1, now
	case begun > 0 && of.latest == outcomeUnknown:
		return 0, time.Time{} // the first attempt shows whether the host works
	case of.allotted == 0 && now.Before(of.next):
		return 0, of.next
	}
	return 0, now.Add(hostPause)
}

// minFree returns how many attempts all of some budgets allow. If that is 0, it returns
// when to ask again, or else the budget in which an attempt must end first.
func (b *budgets) minFree(of []*budget, now time.Time) (n int, until time.Time, full *budget) {
	n = math.MaxInt32
	for _, one := range of {
		free, at := b.freeOf(one, now)
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
