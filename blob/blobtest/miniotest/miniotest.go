// Package miniotest runs MinIO servers for tests and benchmarks. MinIO has the licence AGPL, so each server is a separate
// process, and no code of MinIO is linked.
package miniotest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"syscall"
	"time"

	"github.com/backlox/lox/blob/blobtest/freeport"
)

// BinaryEnv names the variable that holds the path of a MinIO server binary.
const BinaryEnv = "LOX_TEST_MINIO"

// The credentials of each server.
const (
	AccessKey = "lox-test-key"
	SecretKey = "lox-test-secret"
)

// startTimeout is how long a server may take to start.
const startTimeout = time.Minute

// ErrNoBinary means that there is no server binary, and says how to get one.
var ErrNoBinary = errors.New("there is no MinIO server binary: build one by \"make minio\", or set " + BinaryEnv + " to the path of one")

// Server is a running MinIO.
type Server struct {
	// Addr is the loopback address, host:port, of the S3 API (HTTP).
	Addr string

	binary, dir string
	env         []string

	cmd    *exec.Cmd
	output lockedBuffer
	exited chan struct{}
}

// URL returns the endpoint for S3 clients.
func (s *Server) URL() string { return "http://" + s.Addr }

// PID returns the process id of the server.
func (s *Server) PID() int { return s.cmd.Process.Pid }

// Start runs a server on a free loopback port, with all its files in dir, until Stop or the end of this process. It returns
// when the server is ready. ctx limits only the start. The server's environment is that of this process and env
// ("NAME=value"). ErrNoBinary: there is no server binary.
func Start(ctx context.Context, dir string, env ...string) (*Server, error) {
	binary, err := findBinary()
	if err != nil {
		return nil, err
	}
	addr, err := freeport.Addr()
	if err != nil {
		return nil, err
	}
	s := &Server{Addr: addr, binary: binary, dir: dir, env: env}
	if err := s.Restart(ctx); err != nil {
		return nil, err
	}
	return s, nil
}

// Restart runs a stopped server again, on the same address and files. ctx limits only the start.
func (s *Server) Restart(ctx context.Context) error {
	s.cmd = exec.Command(s.binary, "server", "--quiet", "--anonymous", "--address", s.Addr,
		"--certs-dir", filepath.Join(s.dir, "certs"), filepath.Join(s.dir, "data"))
	s.cmd.Env = append(os.Environ(), "HOME="+s.dir, "MINIO_BROWSER=off", "MINIO_UPDATE=off",
		"MINIO_ROOT_USER="+AccessKey, "MINIO_ROOT_PASSWORD="+SecretKey)
	s.cmd.Env = append(s.cmd.Env, s.env...)
	s.cmd.Stdout, s.cmd.Stderr = &s.output, &s.output
	// The server ends even if this process is killed.
	s.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := s.cmd.Start(); err != nil {
		return fmt.Errorf("start MinIO: %w", err)
	}
	cmd, exited := s.cmd, make(chan struct{})
	s.exited = exited
	go func() {
		_ = cmd.Wait() // it was killed, or its output tells more than the error
		close(exited)
	}()
	if err := s.ready(ctx); err != nil {
		s.Stop()
		return fmt.Errorf("start MinIO: %w\n%s", err, s.output.String())
	}
	return nil
}

// ready waits until the server is ready or has exited.
func (s *Server) ready(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		// The server's own health check succeeds too early. When it is ready, it refuses a request without a key.
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, s.URL()+"/", nil)
		if err != nil {
			return err
		}
		if resp, err := http.DefaultClient.Do(req); err == nil {
			_ = resp.Body.Close()
			if resp.StatusCode == http.StatusForbidden {
				return nil
			}
		}
		select {
		case <-tick.C:
		case <-s.exited:
			return errors.New("the server exited")
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// Stop kills the server and waits for its end. Its files stay.
func (s *Server) Stop() {
	_ = s.cmd.Process.Kill() // fails only if the server has ended
	<-s.exited
}

// Hang pauses the server until Resume: clients can connect, but get no response.
func (s *Server) Hang() { _ = s.cmd.Process.Signal(syscall.SIGSTOP) }

// Resume continues a server that Hang has paused.
func (s *Server) Resume() { _ = s.cmd.Process.Signal(syscall.SIGCONT) }

// findBinary returns the path in BinaryEnv, or that of the binary that make built.
func findBinary() (string, error) {
	if path := os.Getenv(BinaryEnv); path != "" {
		return path, nil
	}
	dir, err := os.Getwd()
	for err == nil && dir != filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			path := filepath.Join(dir, ".cache", "bin", "minio")
			if _, err := os.Stat(path); err == nil {
				return path, nil
			}
			return "", ErrNoBinary
		}
		dir = filepath.Dir(dir)
	}
	return "", ErrNoBinary
}

// lockedBuffer is a bytes.Buffer that may be written and read concurrently.
type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}
