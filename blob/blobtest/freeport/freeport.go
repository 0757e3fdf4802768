// Package freeport chooses loopback ports for test servers that can't listen on port 0 and report
// their port.
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

// The ports are below the range from which kernels choose the ports of outgoing connections and of
// listeners on port 0 (Linux: 32768 and up; IANA: 49152 and up). Another program may get a port of
// that range before the server listens. Then the test would talk to the wrong server.
const (
	lowest = 20_000
	count  = 12_000
)

// reserved has the locks, which last until the process ends: a server may be restarted on its port.
var reserved = make(chan *os.File, count)

// Addr returns a loopback address, host:port, on which no program listens. While this process runs, no
// other call in a process of this user returns it.
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
			_ = lock.Close() // another test uses the port
			continue
		}
		// Another program may listen on the port without a lock.
		listener, err := net.Listen("tcp", net.JoinHostPort("127.0.0.1", port))
		if err != nil {
			_ = lock.Close()
			continue
		}
		reserved <- lock
		return listener.Addr().String(), listener.Close()
	}
	return "", errors.New(fmt.Sprint("no port is free in the range ", lowest, " to ", lowest+count-1))
}
