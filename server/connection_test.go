package server_test

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox/server"
)

// acceptOne is a listener that accepts the connections which a test gives it.
type acceptOne chan net.Conn

func (l acceptOne) Accept() (net.Conn, error) { return <-l, nil }
func (l acceptOne) Close() error              { return nil }
func (l acceptOne) Addr() net.Addr            { return &net.TCPAddr{} }

// accept has a budget accept a connection.
func (b budget) accept(t testing.TB, nc net.Conn) net.Conn {
	t.Helper()
	o := make(acceptOne, 1)
	o <- nc
	accepted, err := b.Listener(o).Accept()
	require.NoError(t, err)
	return accepted
}

// endpoint is the server's end of a connection from any address.
type endpoint struct {
	net.Conn
	from   net.Addr
	closed chan struct{}
}

func newEndpoint(from net.Addr) *endpoint { return &endpoint{from: from, closed: make(chan struct{})} }

func (e *endpoint) RemoteAddr() net.Addr { return e.from }
func (e *endpoint) LocalAddr() net.Addr  { return &net.TCPAddr{} }

func (e *endpoint) Write(p []byte) (int, error) { return len(p), nil }

func (e *endpoint) Close() error {
	close(e.closed)
	return nil
}

func (e *endpoint) isClosed() bool {
	select {
	case <-e.closed:
		return true
	default:
		return false
	}
}

// TestConnectionAddress checks which addresses count as one client.
func TestConnectionAddress(t *testing.T) {
	t.Parallel()
	tcp := func(addr string) net.Addr {
		return net.TCPAddrFromAddrPort(netip.AddrPortFrom(netip.MustParseAddr(addr), 4711))
	}
	exempt := func(addr netip.Addr) bool {
		return netip.MustParsePrefix("10.0.0.0/8").Contains(addr) || netip.MustParsePrefix("fe80:0:0:1::/64").Contains(addr)
	}
	for name, test := range map[string]struct {
		first, second net.Addr
		one           bool
	}{
		"the same":                      {tcp("192.0.2.1"), tcp("192.0.2.1"), true},
		"two of IPv4":                   {tcp("192.0.2.1"), tcp("192.0.2.2"), false},
		"IPv4 written as IPv6":          {tcp("192.0.2.1"), tcp("::ffff:192.0.2.1"), true},
		"two of IPv4 written as IPv6":   {tcp("::ffff:192.0.2.1"), tcp("::ffff:192.0.2.2"), false},
		"one network of IPv6":           {tcp("2001:db8::1"), tcp("2001:db8::ffff:ffff:ffff:ffff"), true},
		"two networks of IPv6":          {tcp("2001:db8::1"), tcp("2001:db8:0:1::1"), false},
		"one network on two interfaces": {tcp("fe80::1%eth0"), tcp("fe80::2%eth1"), true},
		"exempt":                        {tcp("10.0.0.1"), tcp("10.0.0.1"), false},
		"exempt, written as IPv6":       {tcp("::ffff:10.0.0.1"), tcp("::ffff:10.0.0.1"), false},
		"exempt, of an interface":       {tcp("fe80:0:0:1::1%eth0"), tcp("fe80:0:0:1::1%eth0"), false},
		"no address":                    {&net.UnixAddr{Name: "@"}, &net.UnixAddr{Name: "@"}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBudget(server.ConnectionsConfig{Total: 2, PerAddress: 1, Exempt: exempt})
			first, second := newEndpoint(test.first), newEndpoint(test.second)
			b.accept(t, first)
			b.accept(t, second)
			assert.Equal(t, test.one, first.isClosed(), "the second replaces the first")
			assert.False(t, second.isClosed())
			b.accept(t, newEndpoint(tcp("198.51.100.1")))
			b.accept(t, newEndpoint(tcp("198.51.100.2")))
			assert.True(t, second.isClosed(), "the total is for everybody")
			assert.Equal(t, 2, b.open(t))
		})
	}
}

// The clients of one /48 network of IPv6 can take half of all connections together.
func TestConnectionsPerSite(t *testing.T) {
	t.Parallel()
	b := newBudget(server.ConnectionsConfig{Total: 8})
	at := func(network, n int) *endpoint {
		addr := netip.MustParseAddr(fmt.Sprintf("2001:db8:%x:%x::1", network, n))
		return newEndpoint(net.TCPAddrFromAddrPort(netip.AddrPortFrom(addr, 4711)))
	}
	var all []*endpoint
	for n := range 6 {
		all = append(all, at(1, n))
		b.accept(t, all[n])
	}
	for n, e := range all {
		assert.Equal(t, n < 2, e.isClosed(), "%d: those that were idle for longest make room", n)
	}
	assert.Equal(t, 4, b.open(t))
	for n := range 4 {
		b.accept(t, at(2, n))
	}
	assert.Equal(t, 8, b.open(t), "the rest is for others")
	assert.False(t, all[2].isClosed())
	assert.Contains(t, b.log.String(), "of a /48 network")
}

// reading is a connection on which data arrives when the test says so, even just after it was
// closed.
type reading struct {
	*endpoint
	begun, arrive chan struct{}
}

func (r reading) Read(p []byte) (int, error) {
	close(r.begun)
	<-r.arrive
	return copy(p, getRequest), nil
}

// A request arrives at the moment when its connection is closed for a new one.
func TestConnectionReplacedWhileItReads(t *testing.T) {
	t.Parallel()
	b := newBudget(server.ConnectionsConfig{Total: 1})
	r := reading{newEndpoint(&net.TCPAddr{}), make(chan struct{}), make(chan struct{})}
	old := b.accept(t, r)
	read := make(chan error)
	go func() {
		n, err := old.Read(make([]byte, 100))
		assert.Zero(t, n)
		read <- err
	}()
	<-r.begun
	b.accept(t, newEndpoint(&net.TCPAddr{}))
	assert.True(t, r.isClosed())
	close(r.arrive)
	assert.ErrorIs(t, <-read, net.ErrClosed, "a request that can't be answered must not be carried out")
}

// The server may report an idle connection as idle again, and a closed connection as idle if it is
// closed at the same time.
func TestConnectionIdleAfterClose(t *testing.T) {
	t.Parallel()
	b := newBudget(server.ConnectionsConfig{Total: 1})
	closed := b.accept(t, newEndpoint(&net.TCPAddr{}))
	require.NoError(t, closed.Close())
	b.Track(closed, http.StateIdle)
	assert.Zero(t, b.open(t))
	for range 2 {
		idle := newEndpoint(&net.TCPAddr{})
		b.Track(b.accept(t, idle), http.StateIdle)
		b.accept(t, newEndpoint(&net.TCPAddr{}))
		assert.True(t, idle.isClosed())
		assert.Equal(t, 1, b.open(t))
	}
}

// capable is a connection with the abilities of a TCP connection.
type capable struct {
	*endpoint
	from   io.Reader
	halved bool
}

func (c *capable) ReadFrom(r io.Reader) (int64, error) {
	c.from = r
	return 0, nil
}

func (c *capable) CloseWrite() error {
	c.halved = true
	return nil
}

// The server can still use sendfile and close one direction.
func TestConnectionKeepsAbilities(t *testing.T) {
	t.Parallel()
	type abilities interface {
		io.ReaderFrom
		CloseWrite() error
	}
	b := newBudget(server.ConnectionsConfig{Total: 2})
	file := strings.NewReader("a file")

	able := &capable{endpoint: newEndpoint(&net.UnixAddr{})}
	nc := b.accept(t, able).(abilities)
	_, err := nc.ReadFrom(file)
	require.NoError(t, err)
	assert.Same(t, file, able.from)
	require.NoError(t, nc.CloseWrite())
	assert.True(t, able.halved)

	nc = b.accept(t, newEndpoint(&net.UnixAddr{})).(abilities)
	n, err := nc.ReadFrom(file)
	require.NoError(t, err)
	assert.Equal(t, file.Size(), n)
	assert.Error(t, nc.CloseWrite())
}
