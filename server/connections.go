package server

import (
	"crypto/tls"
	"log/slog"
	"math"
	"net"
	"net/http"
	"net/netip"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"golang.org/x/sys/unix"
)

const (
	// reservedDescriptors are left for the database, Redis, webhooks, listeners and other files of the
	// process.
	reservedDescriptors = 256
	// descriptorsEach is how many descriptors a connection may need: its own, and one for the file that it
	// uploads or downloads.
	descriptorsEach = 2
	// leastConnections and mostConnections bound the default of Total. Beyond mostConnections, the memory
	// of connections matters more than their descriptors.
	leastConnections = 16
	mostConnections  = 1 << 16
	// addressShare is the divisor for one client's default share: a quarter of all connections.
	addressShare = 4
	// siteConnections times the maximum of a client is the maximum of a site: half of all connections by
	// default. One /48 network of IPv6 must not be able to take all of them.
	siteConnections = 2
	// limitWarningInterval is the least time between two warnings.
	limitWarningInterval = time.Minute
)

// ConnectionsConfig configures Connections.
type ConnectionsConfig struct {
	// Total is how many connections may be open at once. The default is computed from the process's limit
	// of descriptors.
	Total int
	// PerAddress is how many of them one client may have: an IPv4 address, or a /64 network of IPv6. The
	// default is a quarter of Total. A /48 network may have twice as many.
	PerAddress int
	// Exempt reports whether only Total limits an address: a proxy has the connections of many clients. The
	// address is never an IPv4-mapped one. Several goroutines call Exempt at once. Nil means that no
	// address is exempt.
	Exempt func(netip.Addr) bool
	Log    *slog.Logger
	// Metrics may be nil.
	Metrics prometheus.Registerer
}

func (c ConnectionsConfig) withDefaults() ConnectionsConfig {
	if c.Total <= 0 {
		c.Total = connectionsWithin(descriptorLimit())
	}
	if c.PerAddress <= 0 {
		c.PerAddress = max(1, c.Total/addressShare)
	}
	if c.Exempt == nil {
		c.Exempt = func(netip.Addr) bool { return false }
	}
	return c
}

// descriptorLimit returns how many descriptors the process may have. Go raised it to the hard limit when
// the process started.
func descriptorLimit() uint64 {
	var limit unix.Rlimit
	if unix.Getrlimit(unix.RLIMIT_NOFILE, &limit) != nil {
		return 0
	}
	return limit.Cur
}

// connectionsWithin returns how many connections a limit of descriptors allows.
func connectionsWithin(descriptors uint64) int {
	descriptors = min(descriptors, math.MaxInt32) // RLIM_INFINITY doesn't fit an int
	return min(max((int(descriptors)-reservedDescriptors)/descriptorsEach, leastConnections), mostConnections)
}

// Connections is one budget of connections for all HTTP listeners of a process, so that connections never
// use up the descriptors that everything else needs. A new connection beyond the budget of its address, of
// its site or of all replaces the longest idle connection of that address, that site or all. If none is
// idle, the new connection is closed.
type Connections struct {
	cfg     ConnectionsConfig
	refused prometheus.Counter

	mu      sync.Mutex
	open    int
	idle    idleList
	clients map[netip.Prefix]*connClient
	warned  time.Time
}

// connClient is a client or a site that has connections open.
type connClient struct {
	network netip.Prefix
	site    *connClient // the site of a client; nil if it has none
	open    int
	idle    idleList
}

// NewConnections returns an empty budget.
func NewConnections(cfg ConnectionsConfig) *Connections {
	cs := &Connections{
		cfg: cfg.withDefaults(),
		refused: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "lox_http_connections_refused_total",
			Help: "Connections that were closed as soon as they came, because the limit was reached and none was idle.",
		}),
		idle:    idleList{place: placeInAll},
		clients: map[netip.Prefix]*connClient{},
	}
	open := prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "lox_http_connections",
		Help: "Open connections of all HTTP listeners.",
	}, func() float64 { return float64(cs.count()) })
	if cfg.Metrics != nil {
		cfg.Metrics.MustRegister(open, cs.refused)
	}
	return cs
}

// Listener returns l with its connections counted. The [http.Server] that accepts them must have Track as
// its ConnState: otherwise a connection never becomes idle again after it has received something. Its
// Accept returns the errors of l.
func (cs *Connections) Listener(l net.Listener) net.Listener { return &trackedListener{l, cs} }

// Track is for [http.Server.ConnState]: it records which connections are idle.
func (cs *Connections) Track(nc net.Conn, state http.ConnState) {
	c, ok := nc.(*trackedConn)
	secure, isTLS := nc.(*tls.Conn)
	if isTLS {
		c, ok = secure.NetConn().(*trackedConn)
	}
	if !ok {
		return // accepted by a listener that isn't counted
	}
	switch state {
	case http.StateIdle:
		cs.markIdle(c, isTLS && secure.ConnectionState().NegotiatedProtocol == "h2")
	case http.StateActive, http.StateHijacked:
		cs.markBusy(c)
	default:
		// A new connection is idle from its admission on, and Close released a closed one.
	}
}

func (cs *Connections) count() int {
	cs.mu.Lock()
	defer cs.mu.Unlock()
	return cs.open
}

// admit counts a new connection, or reports that it must be closed.
func (cs *Connections) admit(c *trackedConn) bool {
	client, site := cs.clientOf(c.RemoteAddr())
	cs.mu.Lock()
	limit, replaced := cs.limitReached(client, site)
	admitted := limit == "" || replaced != nil
	if replaced != nil {
		cs.remove(replaced)
	}
	if admitted {
		cs.add(c, client, site)
	}
	warn := limit != "" && time.Since(cs.warned) >= limitWarningInterval
	if warn {
		cs.warned = time.Now()
	}
	cs.mu.Unlock()

	if replaced != nil {
		_ = replaced.Conn.Close() // its server notices at the next Read
	}
	if !admitted {
		cs.refused.Inc()
	}
	if warn {
		cs.cfg.Log.Warn("the limit of connections "+limit+" is reached: idle connections are closed to admit new ones, and new ones are closed if none is idle",
			"from", c.RemoteAddr().String(), "total", cs.cfg.Total, "per_address", cs.cfg.PerAddress)
	}
	return admitted
}

// limitReached names the limit that one more connection of a client would exceed,
// if any, and the connection to close for it, if one is idle.
func (cs *Connections) limitReached(client, site netip.Prefix) (limit string, replaced *trackedConn) {
	switch of, at := cs.clients[client], cs.clients[site]; {
	case of != nil && of.open >= cs.cfg.PerAddress:
		return "of an address", of.idle.first
	case at != nil && at.open >= siteConnections*cs.cfg.PerAddress:
		return "of a /48 network", at.idle.first
	case cs.open >= cs.cfg.Total:
		return "of all addresses", cs.idle.first
	default:
		return "", nil
	}
}

// clientOf returns the client and the site that a connection counts for, see networksOf. Neither is valid
// if only Total limits the connection.
func (cs *Connections) clientOf(peer net.Addr) (client, site netip.Prefix) {
	tcp, ok := peer.(*net.TCPAddr)
	if !ok {
		return client, site
	}
	addr := tcp.AddrPort().Addr().Unmap().WithZone("")
	if !addr.IsValid() || cs.cfg.Exempt(addr) {
		return client, site
	}
	return networksOf(addr)
}

func (cs *Connections) add(c *trackedConn, client, site netip.Prefix) {
	cs.open++
	if client.IsValid() {
		c.client = cs.counted(client, placeInClient)
		if site.IsValid() && c.client.site == nil {
			c.client.site = cs.counted(site, placeInSite)
		}
		for n := range c.client.andSite {
			n.open++
		}
	}
	cs.enlist(c)
}

func (cs *Connections) counted(network netip.Prefix, place int) *connClient {
	if cs.clients[network] == nil {
		cs.clients[network] = &connClient{network: network, idle: idleList{place: place}}
	}
	return cs.clients[network]
}

// andSite yields a client, which may be nil, and its site.
func (c *connClient) andSite(yield func(*connClient) bool) {
	for ; c != nil; c = c.site {
		if !yield(c) {
			return
		}
	}
}

// remove stops counting a connection that is counted.
func (cs *Connections) remove(c *trackedConn) {
	if c.state.Load() == connIdle {
		cs.delist(c)
	}
	c.state.Store(connClosed)
	cs.open--
	for n := range c.client.andSite {
		n.open--
		if n.open == 0 {
			delete(cs.clients, n.network)
		}
	}
}

// release stops counting a connection. Calls after the first do nothing.
func (cs *Connections) release(c *trackedConn) {
	cs.mu.Lock()
	defer cs.mu.Unlock()
	if c.state.Load() != connClosed {
		cs.remove(c)
	}
}

func (cs *Connections) markIdle(c *trackedConn, multiplexed bool) {
	cs.mu.Lock()
	defer cs.mu.Unlock()
	c.multiplexed = multiplexed
	if c.state.Load() == connBusy {
		cs.enlist(c)
	}
}

func (cs *Connections) markBusy(c *trackedConn) {
	if c.state.Load() != connIdle {
		return // with HTTP/1, Read has marked it busy before
	}
	cs.mu.Lock()
	defer cs.mu.Unlock()
	if c.state.Load() == connIdle {
		cs.delist(c)
	}
}

// received records that a connection has received bytes, and reports whether it is still open. With HTTP/1
// the bytes begin a request. With HTTP/2 they may be a ping, and Track reports when a request begins.
func (cs *Connections) received(c *trackedConn) bool {
	cs.mu.Lock()
	defer cs.mu.Unlock()
	if c.state.Load() == connIdle && !c.multiplexed {
		cs.delist(c)
	}
	return c.state.Load() != connClosed
}

func (cs *Connections) enlist(c *trackedConn) {
	c.state.Store(connIdle)
	cs.idle.append(c)
	for n := range c.client.andSite {
		n.idle.append(c)
	}
}

func (cs *Connections) delist(c *trackedConn) {
	c.state.Store(connBusy)
	cs.idle.remove(c)
	for n := range c.client.andSite {
		n.idle.remove(c)
	}
}
