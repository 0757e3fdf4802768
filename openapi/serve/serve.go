// Package serve runs the lox binary as a server, for programs that test it against the
// document.
package serve

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"
)

const (
	// startTimeout covers the creation of a database.
	startTimeout = time.Minute
	stopTimeout  = 15 * time.Second
	// tail is the number of log lines that an error shows.
	tail = 20
	// maxLogLine is the maximum length of a line of the log, in bytes.
	maxLogLine = 8 << 10
)

// Server is a "lox serve" process.
type Server struct {
	// URL is its base URL, which ends in /api.
	URL string
	// AdminSettings are additional LOX_… variables for Admin.
	AdminSettings []string

	binary, dir string
	env         []string
	cmd         *exec.Cmd
	exited      chan error
}

// Start starts a server on free loopback ports and returns when it is ready. The
// server keeps all its files in dir, which must exist. settings are additional LOX_…
// variables, such as "LOX_VERIFY_WAIT=2s"; they override those that are set here. ctx
// only limits the start.
func Start(ctx context.Context, binary, dir string, settings ...string) (*Server, error) {
	path, err := filepath.Abs(binary)
	if err != nil {
		return nil, err
	}
	s := &Server{binary: path, dir: dir, exited: make(chan error, 1)}
	// os/exec uses the last value of a variable that occurs twice.
	s.env = append([]string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + dir, "LOX_DATA_DIR=" + s.Data(),
		"LOX_ADDR=127.0.0.1:0", "LOX_METRICS_ADDR=127.0.0.1:0", "LOX_LOG_FORMAT=json",
	}, settings...)
	log, err := os.Create(s.log())
	if err != nil {
		return nil, err
	}
	defer log.Close()
	output := &urlFinder{url: make(chan string, 1)}
	s.cmd = s.command("serve")
	s.cmd.Stdout, s.cmd.Stderr = output, log
	if err := s.cmd.Start(); err != nil {
		return nil, err
	}
	go func() { s.exited <- s.cmd.Wait() }()
	timeout := time.NewTimer(startTimeout)
	defer timeout.Stop()
	select {
	case s.URL = <-output.url:
		return s, nil
	case err := <-s.exited:
		return nil, fmt.Errorf("lox serve ended: %w\n%s", err, s.lastLines())
	case <-timeout.C:
		err = fmt.Errorf("lox serve did not start\n%s", s.lastLines())
	case <-ctx.Done():
		err = ctx.Err()
	}
	return nil, errors.Join(err, s.Stop())
}

// Stop ends the server by SIGTERM, waits until it has ended, and checks its log.
func (s *Server) Stop() error {
	_ = s.cmd.Process.Signal(syscall.SIGTERM) // fails if the server has ended; Wait returns that error
	timeout := time.NewTimer(stopTimeout)
	defer timeout.Stop()
	select {
	case err := <-s.exited:
		if err != nil {
			return fmt.Errorf("lox serve: %w\n%s", err, s.lastLines())
		}
		return s.checkLog()
	case <-timeout.C:
		return errors.Join(fmt.Errorf("lox serve did not stop\n%s", s.lastLines()), s.cmd.Process.Kill())
	}
}

// Origin is the base URL without its path.
func (s *Server) Origin() string { return strings.TrimSuffix(s.URL, "/api") }

// Data is the server's data directory.
func (s *Server) Data() string { return filepath.Join(s.dir, "data") }

// Key returns the API key of the tenant that an embedded server creates at its first
// start.
func (s *Server) Key() (string, error) {
	key, err := os.ReadFile(filepath.Join(s.Data(), "api-key"))
	return strings.TrimSpace(string(key)), err
}

// Admin runs an operator command and returns its standard output.
func (s *Server) Admin(args ...string) ([]byte, error) {
	cmd := s.command(args...)
	cmd.Env = append(cmd.Env, s.AdminSettings...)
	out, err := cmd.Output()
	if failed, ok := errors.AsType[*exec.ExitError](err); ok {
		err = fmt.Errorf("lox %s: %w: %s", strings.Join(args, " "), err, failed.Stderr)
	}
	return out, err
}

// CreateTenant creates a tenant and returns its id and its API key.
func (s *Server) CreateTenant(name, plan string) (id, key string, err error) {
	out, err := s.Admin("tenant", "create", "--name", name, "--plan", plan, "--json")
	if err != nil {
		return "", "", err
	}
	var made struct {
		Tenant struct {
			ID string `json:"id"`
		} `json:"tenant"`
		APIKey string `json:"api_key"`
	}
	err = json.Unmarshal(out, &made)
	return made.Tenant.ID, made.APIKey, err
}

// command prepares a command of the binary with the server's environment.
func (s *Server) command(args ...string) *exec.Cmd {
	cmd := exec.Command(s.binary, args...) //nolint:noctx // Stop ends the server, other commands end by themselves
	cmd.Env = slices.Clone(s.env)
	// Pdeathsig: the server ends if this process is killed. Setpgid: Ctrl-C doesn't reach
	// the server; this process then calls Stop.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGTERM}
	return cmd
}

// checkLog checks that each line of the log is JSON and at most 8 KiB long.
func (s *Server) checkLog() error {
	content, err := os.ReadFile(s.log())
	if err != nil {
		return err
	}
	for line := range bytes.Lines(content) {
		if len(line) > maxLogLine || !json.Valid(line) {
			return fmt.Errorf("a line of the log has %d bytes or is not JSON: %.300s", len(line), line)
		}
	}
	return nil
}

func (s *Server) log() string { return filepath.Join(s.dir, "log") }

func (s *Server) lastLines() string {
	content, _ := os.ReadFile(s.log()) // the caller reports another error already
	lines := strings.Split(strings.TrimSpace(string(content)), "\n")
	return strings.Join(lines[max(0, len(lines)-tail):], "\n")
}

var baseURL = regexp.MustCompile(`Base URL  (\S+)\n`)

// urlFinder finds the base URL in the output of a server.
type urlFinder struct {
	mu   sync.Mutex
	text bytes.Buffer
	url  chan string
}

func (f *urlFinder) Write(p []byte) (int, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.text.Write(p)
	if found := baseURL.FindStringSubmatch(f.text.String()); found != nil {
		select {
		case f.url <- found[1]:
		default: // already sent
		}
	}
	return len(p), nil
}
