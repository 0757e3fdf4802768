package server_test

import (
	"encoding/binary"
	"errors"
	"io"
	"net"
	"path/filepath"
	"regexp"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"
)

// pgProxy forwards connections from a store to PostgreSQL. It counts the store's messages by type
// (PostgreSQL, "Message Formats"), and can cut or silence connections.
type pgProxy struct {
	t       testing.TB
	dir     string
	server  string
	counted [256]atomic.Int64

	mu       sync.Mutex
	listener net.Listener
	conns    map[net.Conn]*pgConn
	messages int64
	running  sync.WaitGroup

	// stuck receives what arrives on silent connections.
	stuck chan struct{}
	ended chan struct{}
}

// pgConn is a connection of the store.
type pgConn struct {
	used   int64 // number of its latest message
	silent bool  // it stays open, but nothing is forwarded
}

const socketName = ".s.PGSQL.5432"

var hostOfDSN = regexp.MustCompile(`host='([^']*)'`)

// newPGProxy returns a proxy, and the function before for setup.dsn.
func newPGProxy(t testing.TB) *pgProxy {
	t.Helper()
	p := &pgProxy{
		t: t, dir: t.TempDir(), conns: map[net.Conn]*pgConn{}, stuck: make(chan struct{}, 1000), ended: make(chan struct{}),
	}
	t.Cleanup(func() {
		close(p.ended)
		p.cut()
		p.running.Wait()
	})
	return p
}

func (p *pgProxy) before(dsn string) string {
	p.t.Helper()
	host := hostOfDSN.FindStringSubmatch(dsn)
	require.NotNil(p.t, host, "%s", dsn)
	p.server = filepath.Join(host[1], socketName)
	p.mend()
	return hostOfDSN.ReplaceAllLiteralString(dsn, "host='"+p.dir+"'")
}

// mend accepts connections.
func (p *pgProxy) mend() {
	p.t.Helper()
	l, err := net.Listen("unix", filepath.Join(p.dir, socketName))
	require.NoError(p.t, err)
	p.mu.Lock()
	p.listener = l
	p.mu.Unlock()
	p.running.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			p.running.Go(func() { p.serve(conn) })
		}
	})
}

// cut ends all connections, and accepts none.
func (p *pgProxy) cut() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.listener != nil {
		_ = p.listener.Close()
	}
	for conn := range p.conns {
		_ = conn.Close()
	}
}

func (p *pgProxy) serve(conn net.Conn) {
	defer func() { _ = conn.Close() }()
	server, err := net.Dial("unix", p.server)
	if err != nil {
		return
	}
	defer func() { _ = server.Close() }()
	p.mu.Lock()
	p.conns[conn] = &pgConn{}
	p.mu.Unlock()
	defer func() {
		p.mu.Lock()
		delete(p.conns, conn)
		p.mu.Unlock()
	}()
	p.running.Go(func() {
		_, _ = io.Copy(conn, server)
		_ = conn.Close()
	})
	p.forward(server, conn)
}

// silence silences the connection that was used last. It returns a function that undoes this if
// nothing was sent on the connection.
func (p *pgProxy) silence() (undo func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	last := &pgConn{used: -1}
	for _, c := range p.conns {
		if !c.silent && c.used > last.used {
			last = c
		}
	}
	last.silent = true
	return func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		last.silent = false
	}
}

// silenceAll silences all existing connections.
func (p *pgProxy) silenceAll() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, c := range p.conns {
		c.silent = true
	}
}

// heard counts a message of the store by its type. On a silent connection it waits until the
// connection ends.
func (p *pgProxy) heard(conn net.Conn, kind byte) {
	p.mu.Lock()
	c := p.conns[conn]
	p.messages++
	c.used = p.messages
	silent := c.silent
	p.mu.Unlock()
	if silent {
		const terminate = 'X' // there is no answer to it
		if kind != terminate {
			p.stuck <- struct{}{}
		}
		<-p.ended
	}
}

// forward forwards the store's messages one by one.
func (p *pgProxy) forward(server io.Writer, store net.Conn) {
	// The first message has no type.
	for head := make([]byte, 4); ; head = make([]byte, 5) {
		if _, err := io.ReadFull(store, head); err != nil {
			return
		}
		p.heard(store, head[0])
		if len(head) == 5 {
			p.counted[head[0]].Add(1)
		}
		size := int64(binary.BigEndian.Uint32(head[len(head)-4:])) - 4
		if _, err := server.Write(head); err != nil {
			return
		}
		if _, err := io.CopyN(server, store, size); err != nil && !errors.Is(err, io.EOF) {
			return
		}
	}
}

// count returns the number of messages of each type.
func (p *pgProxy) count() (counts map[byte]int64) {
	counts = map[byte]int64{}
	for kind := range p.counted {
		if n := p.counted[kind].Load(); n > 0 {
			counts[byte(kind)] = n
		}
	}
	return counts
}
