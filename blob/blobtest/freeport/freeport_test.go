package freeport

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const amount = 100

// TestMain prints addresses when it runs as the other process of the test.
func TestMain(m *testing.M) {
	if os.Getenv("FREEPORT_PRINT") == "" {
		os.Exit(m.Run())
	}
	for range amount {
		addr, err := Addr()
		if err != nil {
			panic(err)
		}
		fmt.Println(addr)
	}
	_, _ = os.Stdin.Read(make([]byte, 1)) // keeps the ports until the test has its own
}

func TestAddressesAreUnique(t *testing.T) {
	t.Parallel()
	binary, err := os.Executable()
	require.NoError(t, err)
	other := exec.CommandContext(t.Context(), binary)
	other.Env = append(os.Environ(), "FREEPORT_PRINT=yes")
	stdin, err := other.StdinPipe()
	require.NoError(t, err)
	stdout, err := other.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, other.Start())

	var mu sync.Mutex
	seen := map[string]bool{}
	note := func(addr string) {
		mu.Lock()
		defer mu.Unlock()
		assert.False(t, seen[addr], addr)
		seen[addr] = true
	}
	var all sync.WaitGroup
	all.Go(func() {
		for range amount {
			var addr string
			_, err := fmt.Fscanln(stdout, &addr)
			assert.NoError(t, err)
			note(addr)
		}
	})
	for range amount {
		all.Go(func() {
			addr, err := Addr()
			assert.NoError(t, err)
			note(addr)
		})
	}
	all.Wait()
	for addr := range seen {
		listener, err := net.Listen("tcp", addr)
		require.NoError(t, err)
		require.NoError(t, listener.Close())
	}
	require.NoError(t, stdin.Close())
	require.NoError(t, other.Wait())
}
