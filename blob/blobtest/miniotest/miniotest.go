// Package miniotest runs MinIO servers for tests and for programs that test.
// MinIO is under the AGPL: each is a process of its own, and nothing of it is
// linked.
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

// The only credentials of a server.
const (
	AccessKey = "lox-test-key"
	SecretKey = "lox-test-secret"
)

// startTimeout is how long a server may take to begin.
const startTimeout = time.Minute

// ErrNoBinary says how to get the binary that is missing.
var ErrNoBinary = errors.New("there is no MinIO server binary: build one by \"make minio\", or set " + BinaryEnv + " to the path of one")

// Server is a running MinIO.
type Server struct {
	// Addr is the loopback address, host:port, that serves S3 by HTTP.
	Addr string

	binary, dir string
	env         []string

	cmd    *exec.Cmd
	output lockedBuffer
	exited chan struct{}
}

// URL is the endpoint for S3 clients.
func (s *Server) URL() string { return "http://" + s.Addr }

// Start runs a server on a free loopback port with all its files in dir, until
// Stop or the end of this process. It returns once the server is ready. ctx
// bounds the start alone. ErrNoBinary: there is nothing to run. Its environment is this process's
// with env ("NAME=value").
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

// Restart runs a server that Stop has ended again, at the same address and on the same files. ctx
// bounds the start alone.
func (s *Server) Restart(ctx context.Context) error {
	s.cmd = exec.Command(s.binary, "server", "--quiet", "--anonymous", "--address", s.Addr,
		"--certs-dir", filepath.Join(s.dir, "certs"), filepath.Join(s.dir, "data"))
	s.cmd.Env = append(os.Environ(), "HOME="+s.dir, "MINIO_BROWSER=off", "MINIO_UPDATE=off",
		"MINIO_ROOT_USER="+AccessKey, "MINIO_ROOT_PASSWORD="+SecretKey)
	s.cmd.Env = append(s.cmd.Env, s.env...)
	s.cmd.Stdout, s.cmd.Stderr = &s.output, &s.output
	// It goes when this process is killed, too.
	s.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := s.cmd.Start(); err != nil {
		return fmt.Errorf("start MinIO: %w", err)
	}
	cmd, exited := s.cmd, make(chan struct{})
	s.exited = exited
	go func() {
		_ = cmd.Wait() // killed, or what it printed tells more
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
		// Its own health check says that it is ready a moment too early. A request
		// without a key is refused, once it is.
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
			return errors.New("it exited")
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// Stop kills the server and waits for its end. Its files stay.
func (s *Server) Stop() {
	_ = s.cmd.Process.Kill() // an error: it has ended
	<-s.exited
}

// Hang has the server answer nothing, while it is connected to as before, until Resume.
func (s *Server) Hang() { _ = s.cmd.Process.Signal(syscall.SIGSTOP) }

// Resume ends what Hang began.
func (s *Server) Resume() { _ = s.cmd.Process.Signal(syscall.SIGCONT) }

// findBinary finds the binary by the variable, or where make puts it.
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

// lockedBuffer is written by the process and read by whoever started it.
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
