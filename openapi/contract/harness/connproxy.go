package main

import (
	"bytes"
	"context"
	"io"
	"net"
	"sync"
)

// connProxy forwards connections to a server. It can delay reads and cut
// connections, so that the server looks slow or unreachable.
type connProxy struct {
	listener net.Listener
	network  string

	mu       sync.Mutex
	upstream string
	released sync.Cond // signalled when delayed changes
	delayed  bool
	cut      bool
	conns    map[net.Conn]bool
}

// startConnProxy listens at the address at and forwards connections to upstream
// until close.
func startConnProxy(ctx context.Context, network, at, upstream string) (*connProxy, error) {
	l, err := (&net.ListenConfig{}).Listen(ctx, network, at)
	if err != nil {
		return nil, err
	}
	p := &connProxy{listener: l, network: network, upstream: upstream, conns: map[net.Conn]bool{}}
	p.released.L = &p.mu
	go p.accept(ctx)
	return p, nil
}

func (p *connProxy) accept(ctx context.Context) {
	for {
		conn, err := p.listener.Accept()
		if err != nil {
			return // closed
		}
		go p.serve(ctx, conn)
	}
}

func (p *connProxy) serve(ctx context.Context, conn net.Conn) {
	defer p.drop(conn)
	if !p.track(conn) {
		return
	}
	server, err := (&net.Dialer{}).DialContext(ctx, p.network, p.upstreamAddress())
	if err != nil {
		return
	}
	defer p.drop(server)
	if !p.track(server) {
		return
	}
	go func() {
		_, _ = io.Copy(conn, server)
		p.drop(conn)
	}()
	_, _ = io.Copy(delayingWriter{server, p}, conn)
}

// setUpstream sets the address to which later connections are forwarded.
func (p *connProxy) setUpstream(address string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.upstream = address
}

func (p *connProxy) upstreamAddress() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.upstream
}

// track remembers a connection. It returns false if connections are cut.
func (p *connProxy) track(conn net.Conn) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.conns[conn] = true
	return !p.cut
}

func (p *connProxy) drop(conn net.Conn) {
	_ = conn.Close()
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.conns, conn)
}

// setDelayed delays GET requests until it is called with false. An S3 store then
// still answers HEAD, so that the server finds a file but can't read it.
func (p *connProxy) setDelayed(delayed bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.delayed = delayed
	p.released.Broadcast()
}

// setCut ends all connections and refuses new ones until it is called with false.
func (p *connProxy) setCut(cut bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.cut = cut
	if cut {
		for conn := range p.conns {
			_ = conn.Close()
		}
	}
}

func (p *connProxy) close() error {
	err := p.listener.Close()
	p.setDelayed(false)
	p.setCut(true)
	return err
}

// delayingWriter writes to the server, and waits before a GET request while
// requests are delayed.
type delayingWriter struct {
	io.Writer

	proxy *connProxy
}

func (w delayingWriter) Write(b []byte) (int, error) {
	w.proxy.mu.Lock()
	for w.proxy.delayed && bytes.HasPrefix(b, []byte("GET ")) {
		w.proxy.released.Wait()
	}
	w.proxy.mu.Unlock()
	return w.Writer.Write(b)
}
