package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/backlox/lox/openapi/generators/growth"
)

const (
	// startTimeout covers the creation of a database.
	startTimeout = time.Minute
	stopTimeout  = 15 * time.Second
)

// server is a lox serve with data of its own, and a proxy before it that makes its answers grow.
type server struct {
	url    string // without /api
	key    string
	grown  *httptest.Server
	dir    string
	cmd    *exec.Cmd
	exited chan error
}

func startServer(ctx context.Context, lox string) (*server, error) {
	dir, err := os.MkdirTemp("", "lox-generators-")
	if err != nil {
		return nil, err
	}
	s := &server{dir: dir, exited: make(chan error, 1)}
	if err := s.start(ctx, lox); err != nil {
		return nil, errors.Join(err, s.stop())
	}
	return s, nil
}

func (s *server) start(ctx context.Context, lox string) error {
	path, err := filepath.Abs(lox)
	if err != nil {
		return err
	}
	data, log := filepath.Join(s.dir, "data"), filepath.Join(s.dir, "log")
	errorLog, err := os.Create(log)
	if err != nil {
		return err
	}
	defer errorLog.Close()
	printed := &announcement{url: make(chan string, 1)}
	s.cmd = exec.Command(path, "serve") //nolint:noctx // stop ends it by a signal
	s.cmd.Stdout, s.cmd.Stderr = printed, errorLog
	s.cmd.Env = []string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + s.dir, "LOX_DATA_DIR=" + data, "LOX_LOG_FORMAT=json",
		"LOX_ADDR=127.0.0.1:0", "LOX_S3_ADDR=127.0.0.1:0", "LOX_METRICS_ADDR=127.0.0.1:0", "LOX_RATE_LIMIT_FACTOR=1000000",
	}
	// It stops when this process is killed, too.
	s.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGTERM}
	if err := s.cmd.Start(); err != nil {
		return err
	}
	go func() { s.exited <- s.cmd.Wait() }()
	timeout := time.NewTimer(startTimeout)
	defer timeout.Stop()
	select {
	case url := <-printed.url:
		s.url = strings.TrimSuffix(url, "/api")
	case err := <-s.exited:
		s.exited <- err
		return fmt.Errorf("lox serve ended: %w\n%s", err, lastLines(log, 20))
	case <-timeout.C:
		return fmt.Errorf("lox serve did not start\n%s", lastLines(log, 20))
	case <-ctx.Done():
		return ctx.Err()
	}
	key, err := os.ReadFile(filepath.Join(data, "api-key"))
	if err != nil {
		return err
	}
	s.key = strings.TrimSpace(string(key))
	proxy, err := growth.NewProxy(s.url)
	if err != nil {
		return err
	}
	s.grown = httptest.NewServer(proxy)
	return nil
}

func (s *server) stop() error {
	if s.grown != nil {
		s.grown.Close()
	}
	var err error
	if s.cmd != nil && s.cmd.Process != nil {
		_ = s.cmd.Process.Signal(syscall.SIGTERM) // an error: it has ended, which Wait tells
		select {
		case err = <-s.exited:
		case <-time.After(stopTimeout):
			err = errors.Join(errors.New("lox serve did not stop"), syscall.Kill(-s.cmd.Process.Pid, syscall.SIGKILL))
		}
	}
	return errors.Join(err, os.RemoveAll(s.dir))
}

// download writes what the server has at a path to a file.
func (s *server) download(ctx context.Context, path, file string) error {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, s.url+path, nil)
	if err != nil {
		return err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("GET %s: %s", path, response.Status)
	}
	content, err := io.ReadAll(response.Body)
	if err != nil {
		return err
	}
	return os.WriteFile(file, content, 0o600)
}

var baseURL = regexp.MustCompile(`Base URL  (\S+)\n`)

// announcement waits until the server prints its base URL.
type announcement struct {
	mu   sync.Mutex
	text bytes.Buffer
	url  chan string
}

func (a *announcement) Write(p []byte) (int, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.text.Write(p)
	if found := baseURL.FindStringSubmatch(a.text.String()); found != nil {
		select {
		case a.url <- found[1]:
		default: // it was found before
		}
	}
	return len(p), nil
}
