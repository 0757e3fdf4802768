package s3embed

import (
	"io"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sys/unix"
)

const (
	// stall is how long a peer may neither send what is being read nor take
	// what is being written. An upload holds its declared size on the disk
	// for as long as it lasts.
	stall = 2 * time.Minute
	// linger and lingerBytes bound what is still read after an answer that
	// came before the end of the body, such as 403 to a large upload. Closing
	// at once would send RST, and the client might never see the answer.
	linger      = 5 * time.Second
	lingerBytes = 1 << 30
)

// listener hands out connections that don't stall and close gently, and keeps
// track of them so that they can be cut off.
type listener struct {
	*net.TCPListener

	once     sync.Once
	mu       sync.Mutex
	conns    map[*conn]struct{}
	draining bool
}

func newListener(ln *net.TCPListener) *listener {
	return &listener{TCPListener: ln, conns: map[*conn]struct{}{}}
}

func (l *listener) Accept() (net.Conn, error) {
	tcp, err := l.AcceptTCP()
	if err != nil {
		return nil, err
	}
	if raw, err := tcp.SyscallConn(); err == nil {
		// Best effort: without it, a stalled download only ends with the peer.
		_ = raw.Control(func(fd uintptr) {
			_ = unix.SetsockoptInt(int(fd), unix.IPPROTO_TCP, unix.TCP_USER_TIMEOUT, int(stall.Milliseconds()))
		})
	}
	c := &conn{TCPConn: tcp, l: l}
	l.mu.Lock()
	l.conns[c] = struct{}{}
	l.mu.Unlock()
	return c, nil
}

// Close may be called by Stop and by the HTTP server, in any order: a server
// that has not begun to serve doesn't know its listener yet.
func (l *listener) Close() (err error) {
	l.once.Do(func() { err = l.TCPListener.Close() })
	return err
}

// drain makes connections close without lingering from now on, and closes those
// that never sent anything: clients open some in advance, and fasthttp takes
// them for busy.
func (l *listener) drain() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.draining = true
	for c := range l.conns {
		if !c.started.Load() {
			_ = c.TCPConn.Close()
		}
	}
}

// abort cuts off all connections.
func (l *listener) abort() {
	l.mu.Lock()
	defer l.mu.Unlock()
	for c := range l.conns {
		_ = c.TCPConn.Close()
	}
}

// conn embeds a TCPConn rather than a net.Conn to keep its ReadFrom, by which
// downloads go out with sendfile.
type conn struct {
	*net.TCPConn
	l        *listener
	started  atomic.Bool // something was received
	deadline bool        // of reading, set by the server itself
	closed   sync.Once
}

func (c *conn) SetReadDeadline(t time.Time) error {
	c.deadline = !t.IsZero()
	return c.TCPConn.SetReadDeadline(t)
}

func (c *conn) SetDeadline(t time.Time) error {
	c.deadline = !t.IsZero()
	return c.TCPConn.SetDeadline(t)
}

func (c *conn) Read(p []byte) (int, error) {
	if !c.deadline {
		if err := c.TCPConn.SetReadDeadline(time.Now().Add(stall)); err != nil {
			return 0, err
		}
	}
	n, err := c.TCPConn.Read(p)
	if n > 0 && !c.started.Load() {
		c.started.Store(true)
	}
	return n, err
}

// Close says goodbye, then reads what the peer still sends, for a while and in
// the background.
func (c *conn) Close() (err error) {
	c.closed.Do(func() {
		c.l.mu.Lock()
		draining := c.l.draining
		c.l.mu.Unlock()
		if draining || c.CloseWrite() != nil {
			err = c.finish()
			return
		}
		go func() {
			_ = c.TCPConn.SetReadDeadline(time.Now().Add(linger))
			_, _ = io.CopyN(io.Discard, c.TCPConn, lingerBytes)
			_ = c.finish()
		}()
	})
	return err
}

func (c *conn) finish() error {
	c.l.mu.Lock()
	delete(c.l.conns, c)
	c.l.mu.Unlock()
	return c.TCPConn.Close()
}
