package main

import (
	"bytes"
	"context"
	"io"
	"net"
	"sync"
)

// gate passes connections on to a server, and can hold them up or cut them off:
// a store that is slow, or away.
type gate struct {
	listener net.Listener
	network  string

	mu      sync.Mutex
	to      string
	changed sync.Cond
	held    bool
	shut    bool
	conns   map[net.Conn]bool
}

// openGate listens and passes on what comes, until close.
func openGate(ctx context.Context, network, at, to string) (*gate, error) {
	l, err := (&net.ListenConfig{}).Listen(ctx, network, at)
	if err != nil {
		return nil, err
	}
	g := &gate{listener: l, network: network, to: to, conns: map[net.Conn]bool{}}
	g.changed.L = &g.mu
	go g.accept(ctx)
	return g, nil
}

func (g *gate) accept(ctx context.Context) {
	for {
		conn, err := g.listener.Accept()
		if err != nil {
			return // closed
		}
		go g.serve(ctx, conn)
	}
}

func (g *gate) serve(ctx context.Context, conn net.Conn) {
	defer g.drop(conn)
	if !g.keep(conn) {
		return
	}
	server, err := (&net.Dialer{}).DialContext(ctx, g.network, g.target())
	if err != nil {
		return
	}
	defer g.drop(server)
	if !g.keep(server) {
		return
	}
	go func() {
		_, _ = io.Copy(conn, server)
		g.drop(conn)
	}()
	_, _ = io.Copy(held{server, g}, conn)
}

// lead says where connections go from now on.
func (g *gate) lead(to string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.to = to
}

func (g *gate) target() string {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.to
}

// keep remembers a connection, unless the gate is shut.
func (g *gate) keep(conn net.Conn) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.conns[conn] = true
	return !g.shut
}

func (g *gate) drop(conn net.Conn) {
	_ = conn.Close()
	g.mu.Lock()
	defer g.mu.Unlock()
	delete(g.conns, conn)
}

// hold keeps back requests by GET, or lets them go on: of a store of files, its
// files, while it still answers what is there.
func (g *gate) hold(held bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.held = held
	g.changed.Broadcast()
}

// cut ends all connections and refuses new ones, or takes them again.
func (g *gate) cut(shut bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.shut = shut
	if shut {
		for conn := range g.conns {
			_ = conn.Close()
		}
	}
}

func (g *gate) close() error {
	err := g.listener.Close()
	g.hold(false)
	g.cut(true)
	return err
}

// held is the way to the server.
type held struct {
	io.Writer
	gate *gate
}

func (h held) Write(p []byte) (int, error) {
	h.gate.mu.Lock()
	for h.gate.held && bytes.HasPrefix(p, []byte("GET ")) {
		h.gate.changed.Wait()
	}
	h.gate.mu.Unlock()
	return h.Writer.Write(p)
}
