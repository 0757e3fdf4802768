// Package freeport picks loopback ports for servers of tests that can't listen on port 0 and say
// which port they got.
package freeport

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
)

// The ports lie below the range from which kernels take the ports of outgoing connections and of
// listeners on port 0 (Linux: 32768 and up; IANA: 49152 and up). A port from that range may be taken
// by anybody before the server listens; the test would then talk to somebody else's server.
const (
	lowest = 20_000
	count  = 12_000
)

// reserved keeps the locks until the process ends: a server may be started again on its port.
var reserved = make(chan *os.File, count)

// Addr returns a loopback address, host:port, where nobody listens, and which no other call returns
// while this process runs, in whatever process of this user it is.
func Addr() (string, error) {
	dir := filepath.Join(os.TempDir(), "lox-test-ports-"+strconv.Itoa(os.Getuid()))
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", err
	}
	for range 1000 {
		port := strconv.Itoa(lowest + rand.IntN(count))
		lock, err := os.OpenFile(filepath.Join(dir, port), os.O_CREATE|os.O_RDWR, 0o600)
		if err != nil {
			return "", err
		}
		if syscall.Flock(int(lock.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) != nil {
			_ = lock.Close() // another test has it
			continue
		}
		// A server that no test started may listen on any port.
		listener, err := net.Listen("tcp", net.JoinHostPort("127.0.0.1", port))
		if err != nil {
			_ = lock.Close()
			continue
		}
		reserved <- lock
		return listener.Addr().String(), listener.Close()
	}
	return "", errors.New(fmt.Sprint("no port is free from ", lowest, " to ", lowest+count-1))
}
