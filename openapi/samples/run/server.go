package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"time"

	"github.com/backlox/lox/openapi/generators/growth"
)

const (
	// startTimeout covers the creation of a database.
	startTimeout = time.Minute
	stopTimeout  = 15 * time.Second
)

// server is a lox serve with data of its own, and a receiver of its webhooks.
type server struct {
	lox      string
	url      string // without /api
	receiver *httptest.Server
	dir      string
	env      []string
	cmd      *exec.Cmd
	log      buffer
	exited   chan error
}

func startServer(ctx context.Context, lox string) (*server, error) {
	dir, err := os.MkdirTemp("", "lox-samples-")
	if err != nil {
		return nil, err
	}
	s := &server{dir: dir, exited: make(chan error, 1)}
	s.receiver = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusNoContent)
	}))
	if err := s.start(ctx, lox); err != nil {
		return nil, errors.Join(err, s.stop())
	}
	return s, nil
}

var baseURL = regexp.MustCompile(`Base URL  (\S+)/api\n`)

func (s *server) start(ctx context.Context, lox string) (err error) {
	if s.lox, err = filepath.Abs(lox); err != nil {
		return err
	}
	s.env = []string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + s.dir, "LOX_DATA_DIR=" + filepath.Join(s.dir, "data"),
		"LOX_ADDR=127.0.0.1:0", "LOX_S3_ADDR=127.0.0.1:0", "LOX_METRICS_ADDR=127.0.0.1:0", "LOX_LOG_FORMAT=json",
		"LOX_RATE_LIMIT_FACTOR=1000000", "LOX_WEBHOOK_ALLOW_PRIVATE=true",
	}
	s.cmd = exec.Command(s.lox, "serve") //nolint:noctx // stop ends it by a signal
	s.cmd.Env, s.cmd.Stdout, s.cmd.Stderr = s.env, &s.log, &s.log
	// Its PostgreSQL is of another process group; the server stops it, unless it is killed.
	s.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := s.cmd.Start(); err != nil {
		return err
	}
	go func() { s.exited <- s.cmd.Wait() }()
	timeout := time.NewTimer(startTimeout)
	defer timeout.Stop()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		if found := baseURL.FindStringSubmatch(s.log.String()); found != nil {
			s.url = found[1]
			return nil
		}
		select {
		case <-tick.C:
		case err := <-s.exited:
			s.exited <- err
			return fmt.Errorf("lox serve ended: %w\n%s", err, s.log.String())
		case <-timeout.C:
			return fmt.Errorf("lox serve did not start\n%s", s.log.String())
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func (s *server) stop() error {
	var err error
	if s.cmd != nil && s.cmd.Process != nil {
		_ = s.cmd.Process.Signal(syscall.SIGTERM) // an error: it has ended, which Wait tells
		select {
		case err = <-s.exited:
		case <-time.After(stopTimeout):
			err = errors.Join(errors.New("lox serve did not stop"), syscall.Kill(-s.cmd.Process.Pid, syscall.SIGKILL))
		}
	}
	s.receiver.Close()
	return errors.Join(err, os.RemoveAll(s.dir))
}

// runOnce runs a compiled program for a new tenant, in a new folder that has the file to store.
func (s *server) runOnce(ctx context.Context, name, mode string, program []string, operations []operation) error {
	key, err := s.tenant(ctx, name+" "+mode)
	if err != nil {
		return err
	}
	dir := filepath.Join(s.dir, name+"-"+mode)
	if err := os.Mkdir(dir, 0o700); err != nil {
		return err
	}
	content := bytes.Repeat([]byte("what a sample stores "+name+"\n"), 1000)
	if err := os.WriteFile(filepath.Join(dir, "backup.tar.gz"), content, 0o600); err != nil {
		return err
	}
	proxy, err := s.proxy(mode)
	if err != nil {
		return err
	}
	recorder := record(operations, proxy)
	front := httptest.NewServer(recorder)
	defer front.Close()

	var printed buffer
	err = runCommand(ctx, runTimeout, command{
		dir: dir, args: program, all: &printed,
		env: []string{"LOX_URL=" + front.URL + "/api", "LOX_API_KEY=" + key, "WEBHOOK_URL=" + s.receiver.URL + "/lox"},
	})
	if err != nil {
		return fmt.Errorf("%w\n%s", err, printed.String())
	}
	if missing := recorder.missing(); len(missing) > 0 {
		return fmt.Errorf("these operations were not called with success: %s\n%s", strings.Join(missing, ", "), printed.String())
	}
	restored, err := os.ReadFile(filepath.Join(dir, "restored.tar.gz"))
	if err != nil {
		return err
	}
	if !bytes.Equal(restored, content) {
		return errors.New("restored.tar.gz is not backup.tar.gz")
	}
	return nil
}

// proxy passes requests on to the server, whose answers grow on the way if the mode is growing.
func (s *server) proxy(mode string) (http.Handler, error) {
	if mode == "growing" {
		return growth.NewProxy(s.url)
	}
	to, err := url.Parse(s.url)
	if err != nil {
		return nil, err
	}
	return &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(to) }}, nil
}

// tenant makes a tenant and returns its key.
func (s *server) tenant(ctx context.Context, name string) (key string, err error) {
	cmd := exec.CommandContext(ctx, s.lox, "tenant", "create", "--name", name, "--plan", "pro", "--json")
	cmd.Env = s.env
	raw, err := cmd.Output()
	if failed, ok := errors.AsType[*exec.ExitError](err); ok {
		return "", fmt.Errorf("lox tenant create: %w: %s", err, failed.Stderr)
	}
	if err != nil {
		return "", err
	}
	var made struct {
		APIKey string `json:"api_key"`
	}
	err = json.Unmarshal(raw, &made)
	return made.APIKey, err
}
