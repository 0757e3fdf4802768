// Package redistest gives tests a real Redis.
package redistest

import (
	"bytes"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox/blob/blobtest/freeport"
)

// Server is a redis-server of a test, on an address that it keeps when it is
// started again.
type Server struct {
	// URL is how to connect to it.
	URL string

	t       testing.TB
	flags   []string
	process *os.Process
	exited  chan struct{}
}

// Start runs a redis-server on a socket in a directory of its own until the
// test ends. Without the program the test is left out, or fails where CI=true.
func Start(t testing.TB) *Server {
	t.Helper()
	dir, err := os.MkdirTemp("", "lox-redis-") //nolint:usetesting // a socket's path has to be short
	require.NoError(t, err)
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	socket := filepath.Join(dir, "redis.sock")
	return run(t, "unix://"+socket, "--port", "0", "--unixsocket", socket, "--dir", dir)
}

// StartCluster runs a Redis Cluster of one node, which has all slots.
func StartCluster(t testing.TB) *Server {
	t.Helper()
	addr, port := freePort(t)
	_, nodesPort := freePort(t)
	s := run(t, "redis://"+addr, "--bind", "127.0.0.1", "--port", port, "--cluster-port", nodesPort, "--dir", t.TempDir(), "--cluster-enabled", "yes")
	client := s.Client()
	require.NoError(t, client.Do(t.Context(), "cluster", "addslotsrange", "0", "16383").Err())
	require.Eventually(t, func() bool {
		return client.Set(t.Context(), "ready", "", 0).Err() == nil
	}, 10*time.Second, 10*time.Millisecond)
	s.URL += "?addr=" + addr
	return s
}

func freePort(t testing.TB) (addr, port string) {
	t.Helper()
	addr, err := freeport.Addr()
	require.NoError(t, err)
	_, port, err = net.SplitHostPort(addr)
	require.NoError(t, err)
	return addr, port
}

func run(t testing.TB, url string, flags ...string) *Server {
	t.Helper()
	if _, err := exec.LookPath("redis-server"); err != nil {
		const message = "redis-server is not on PATH: run .ci/deps redis"
		if os.Getenv("CI") == "true" {
			t.Fatal(message)
		}
		t.Skip(message)
	}
	s := &Server{t: t, URL: url, flags: append(flags, "--save", "", "--appendonly", "no")}
	s.start()
	t.Cleanup(s.Kill)
	return s
}

// start runs the server and waits until it answers.
func (s *Server) start() {
	s.t.Helper()
	// Not CommandContext: the test's context ends before its cleanups.
	cmd := exec.Command("redis-server", s.flags...)
	// It goes when the test process is killed, too.
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	var output bytes.Buffer
	cmd.Stdout = &output
	require.NoError(s.t, cmd.Start())
	exited := make(chan struct{})
	go func() {
		_ = cmd.Wait()
		close(exited)
	}()
	s.process, s.exited = cmd.Process, exited
	client := s.Client()
	ready := func() bool { return client.Ping(s.t.Context()).Err() == nil }
	if !assert.Eventually(s.t, ready, 10*time.Second, 5*time.Millisecond) {
		s.Kill()
		s.t.Fatalf("redis-server did not start:\n%s", &output)
	}
}

// Kill is sudden: Redis can't say good-bye.
func (s *Server) Kill() {
	_ = s.process.Kill()
	<-s.exited
}

// Revive starts it again, with nothing in it: a node of a cluster has its slots
// still.
func (s *Server) Revive() { s.start() }

// Stop has it hang: it is connected to, and doesn't answer.
func (s *Server) Stop() { _ = s.process.Signal(syscall.SIGSTOP) }

// Resume ends what Stop began.
func (s *Server) Resume() { _ = s.process.Signal(syscall.SIGCONT) }

// Client is for looking behind the back of what is tested.
func (s *Server) Client() *redis.Client {
	s.t.Helper()
	url, _, _ := strings.Cut(s.URL, "?")
	opts, err := redis.ParseURL(url)
	require.NoError(s.t, err)
	client := redis.NewClient(opts)
	s.t.Cleanup(func() { _ = client.Close() })
	return client
}

// Calls is how many commands Redis was sent so far, but for those that ask.
func (s *Server) Calls(command string) (n int) {
	s.t.Helper()
	stats, err := s.Client().InfoMap(s.t.Context(), "commandstats").Result()
	require.NoError(s.t, err)
	line := stats["Commandstats"]["cmdstat_"+command]
	if line == "" {
		return 0
	}
	_, err = fmt.Sscanf(line, "calls=%d,", &n)
	require.NoError(s.t, err)
	return n
}
