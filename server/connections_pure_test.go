package server

import (
	"math"
	"net"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestConnectionsDefault(t *testing.T) {
	t.Parallel()
	for descriptors, want := range map[uint64]int{
		0: leastConnections, 256: leastConnections, 1024: 384, 20_000: 9_872,
		1 << 20: mostConnections, math.MaxUint64: mostConnections,
	} {
		assert.Equal(t, want, connectionsWithin(descriptors), descriptors)
	}
	cfg := ConnectionsConfig{}.withDefaults()
	assert.Equal(t, connectionsWithin(descriptorLimit()), cfg.Total)
	assert.Equal(t, cfg.Total/4, cfg.PerAddress)
	assert.Equal(t, 1, ConnectionsConfig{Total: 2}.withDefaults().PerAddress)
}

// An address without connections uses no memory.
func TestConnectionsForgetAddresses(t *testing.T) {
	t.Parallel()
	cs := NewConnections(ConnectionsConfig{Total: 1})
	near, far := net.Pipe()
	defer far.Close()
	c := &trackedConn{Conn: near, connections: cs}
	client, site := cs.clientOf(&net.TCPAddr{IP: net.IPv6loopback})
	cs.add(c, client, site)
	assert.Len(t, cs.clients, 2)
	assert.NoError(t, c.Close())
	assert.Empty(t, cs.clients)
}
