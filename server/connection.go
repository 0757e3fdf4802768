package server

import (
	"errors"
	"io"
	"net"
	"sync/atomic"
)

// trackedListener is a listener whose connections count in a budget.
type trackedListener struct {
	net.Listener

	connections *Connections
}

// Accept returns the next connection within the budget, and closes those beyond it. It doesn't wrap the
// listener's errors: when descriptors run out (EMFILE), [http.Server] tries again after a pause, but only
// if it recognizes the error.
func (l *trackedListener) Accept() (net.Conn, error) {
	for {
		nc, err := l.Listener.Accept()
		if err != nil {
			return nil, err
		}
		c := &trackedConn{Conn: nc, connections: l.connections}
		if l.connections.admit(c) {
			return c, nil
		}
		_ = nc.Close()
	}
}

// The states of a trackedConn.
const (
	connBusy int32 = iota
	connIdle
	connClosed
)

// trackedConn is a connection that counts in a budget until it is closed.
type trackedConn struct {
	net.Conn

	connections *Connections
	// state is written under the lock of connections. Read loads it without the lock.
	state atomic.Int32

	// The lock of connections guards the following fields.

	client      *connClient // nil if the connection counts only in the total
	multiplexed bool        // speaks HTTP/2
	neighbours  [places]struct{ before, after *trackedConn }
}

// Read fails once the connection was closed in favour of another, even if the bytes came just before: a
// request that can't be answered must not be carried out.
func (c *trackedConn) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	if n > 0 && c.state.Load() != connBusy && !c.connections.received(c) {
		return 0, &net.OpError{Op: "read", Net: "tcp", Source: c.LocalAddr(), Addr: c.RemoteAddr(), Err: net.ErrClosed}
	}
	return n, err
}

// Close closes the connection before it stops counting it: the other way round, an uncounted descriptor
// would still be in use.
func (c *trackedConn) Close() error {
	err := c.Conn.Close()
	c.connections.release(c)
	return err
}

// ReadFrom delegates to the TCP connection, which sends files with sendfile.
func (c *trackedConn) ReadFrom(r io.Reader) (int64, error) {
	if to, ok := c.Conn.(io.ReaderFrom); ok {
		return to.ReadFrom(r)
	}
	return io.Copy(struct{ io.Writer }{c.Conn}, r)
}

// CloseWrite delegates to the TCP connection. [http.Server] calls it so that a client sees the answer to a
// request whose body the server didn't read.
func (c *trackedConn) CloseWrite() error {
	if half, ok := c.Conn.(interface{ CloseWrite() error }); ok {
		return half.CloseWrite()
	}
	return errors.ErrUnsupported
}

// The lists that hold an idle connection, as indexes of its neighbours.
const (
	placeInAll = iota
	placeInClient
	placeInSite
	places
)

// idleList holds idle connections in order, the longest idle first. The links are in the connections
// themselves, so adding and removing one takes the same short time however many there are, and no memory.
type idleList struct {
	place       int
	first, last *trackedConn
}

func (l *idleList) append(c *trackedConn) {
	c.neighbours[l.place].before = l.last
	if l.last != nil {
		l.last.neighbours[l.place].after = c
	} else {
		l.first = c
	}
	l.last = c
}

func (l *idleList) remove(c *trackedConn) {
	n := &c.neighbours[l.place]
	if n.before != nil {
		n.before.neighbours[l.place].after = n.after
	} else {
		l.first = n.after
	}
	if n.after != nil {
		n.after.neighbours[l.place].before = n.before
	} else {
		l.last = n.before
	}
	n.before, n.after = nil, nil
}
