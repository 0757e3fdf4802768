// Package redistest gives tests a real Redis.
package redistest

import (
	"bytes"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
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
	port := clusterPort(t)
	addr := "127.0.0.1:" + port
	s := run(t, "redis://"+addr, "--bind", "127.0.0.1", "--port", port, "--dir", t.TempDir(), "--cluster-enabled", "yes")
	client := s.Client()
	require.NoError(t, client.Do(t.Context(), "cluster", "addslotsrange", "0", "16383").Err())
	require.Eventually(t, func() bool {
		return client.Set(t.Context(), "ready", "", 0).Err() == nil
	}, 10*time.Second, 10*time.Millisecond)
	s.URL += "?addr=" + addr
	return s
}

// clusterPort finds a free port whose partner for the nodes' own talk, 10000
// above, exists.
func clusterPort(t testing.TB) string {
	t.Helper()
	var lc net.ListenConfig
	for range 100 {
		ln, err := lc.Listen(t.Context(), "tcp", "127.0.0.1:0")
		require.NoError(t, err)
		port := ln.Addr().(*net.TCPAddr).Port
		require.NoError(t, ln.Close())
		if port < 55_000 {
			return strconv.Itoa(port)
		}
	}
	t.Fatal("no free port below 55000")
	return ""
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
