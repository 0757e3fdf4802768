package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/backlox/lox"
	"github.com/backlox/lox/blob/blobtest/freeport"
	"github.com/backlox/lox/server"
)

// process is a server in a process of its own, so that what it takes of the
// processors and of memory can be told from what the load generator and
// PostgreSQL take.
type process struct {
	name    string
	addr    string // of the API
	metrics string // URL of its Prometheus metrics; its profiles are beside them
	base    func(lox.TenantID) string
	pid     int
	log     *os.File

	began time.Time  // its execution
	said  chan error // gets one value, when it has said something on its standard output
	ended chan struct{}
	cmd   *exec.Cmd
}

// environment sets variables.
type environment map[string]string

// external has LOX stand on the testbed's PostgreSQL, and keep files in a directory
// of its own.
func (h *testbed) external() environment {
	return environment{
		"LOX_DATABASE_URL": h.postgres.DSN(), "LOX_MASTER_KEY": strings.Repeat("00", 32), "LOX_S3_ENDPOINT": "embedded",
	}
}

// embedded has LOX keep everything itself, in one directory of the testbed.
func (h *testbed) embedded() environment {
	return environment{"LOX_DATA_DIR": h.data("embedded")}
}

// data is the directory of a process, unless it is told another one.
func (h *testbed) data(name string) string { return filepath.Join(h.dir, "data", name) }

// build makes the binary of LOX, as make build does.
func (h *testbed) build(ctx context.Context) error {
	out, err := exec.CommandContext(ctx, "go", "build", "-ldflags", "-s -w", "-o", h.binary(), "github.com/backlox/lox/cmd/lox").CombinedOutput()
	if err != nil {
		return fmt.Errorf("go build: %w\n%s", err, out)
	}
	return nil
}

func (h *testbed) binary() string { return filepath.Join(h.dir, "lox") }

// product starts "lox serve" as it is.
func (h *testbed) product(ctx context.Context, name string, env ...environment) (*process, error) {
	// Every request and every connection is counted, and none is one too many.
	env = append(env, environment{
		"LOX_RATE_LIMIT_FACTOR": "1000000", "LOX_MAX_CONNECTIONS": "100000", "LOX_MAX_CONNECTIONS_PER_ADDRESS": "100000",
	})
	base := func(lox.TenantID) string { return server.BasePath }
	p, err := h.launch(ctx, name, base, exec.Command(h.binary(), "serve"), env...)
	if err == nil {
		err = p.ready(ctx)
	}
	return p, err
}

// ceiling starts this program again, as bare.
func (h *testbed) ceiling(ctx context.Context) (*process, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	base := func(tenant lox.TenantID) string { return "/" + tenant.String() }
	p, err := h.launch(ctx, "bare", base, exec.Command(self, bareCommand), h.external())
	if err == nil {
		err = p.ready(ctx)
	}
	return p, err
}

// launch runs a command, and has it stopped with the testbed.
func (h *testbed) launch(ctx context.Context, name string, base func(lox.TenantID) string, cmd *exec.Cmd, env ...environment) (*process, error) {
	p := &process{name: name, base: base, cmd: cmd, said: make(chan error, 1), ended: make(chan struct{})}
	addr, err := freeport.Addr()
	if err != nil {
		return nil, err
	}
	metrics, err := freeport.Addr()
	if err != nil {
		return nil, err
	}
	p.addr, p.metrics = addr, "http://"+metrics
	all := environment{"LOX_ADDR": addr, "LOX_METRICS_ADDR": metrics, "LOX_LOG_FORMAT": "json", "LOX_PPROF": "true", "LOX_DATA_DIR": h.data(name)}
	for _, e := range env {
		maps.Copy(all, e)
	}
	cmd.Env = slices.DeleteFunc(os.Environ(), func(s string) bool { return strings.HasPrefix(s, "LOX_") })
	for variable, value := range all {
		cmd.Env = append(cmd.Env, variable+"="+value)
	}
	// The access log goes to a file, which is cut before it takes much room.
	if p.log, err = os.OpenFile(filepath.Join(h.dir, name+".log"), os.O_CREATE|os.O_RDWR|os.O_APPEND, 0o600); err != nil {
		return nil, err
	}
	cmd.Stderr = p.log
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	p.began = time.Now()
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	p.pid = cmd.Process.Pid
	go func() {
		_, err := bufio.NewReader(out).ReadByte()
		p.said <- err
		_, _ = io.Copy(io.Discard, out)
		_ = cmd.Wait() // how it ended is in its log
		close(p.ended)
	}()
	h.closing(func(ctx context.Context) error { return errors.Join(p.stop(ctx), p.log.Close()) })
	return p, nil
}

// ready waits until a process has said on its standard output that it is.
func (p *process) ready(ctx context.Context) (err error) {
	select {
	case err = <-p.said:
	case <-ctx.Done():
		err = ctx.Err()
	}
	if err != nil {
		err = fmt.Errorf("%s did not start: %w\n%s", p.name, err, p.logged())
	}
	return err
}

func (p *process) logged() []byte {
	log, _ := os.ReadFile(p.log.Name())
	return log
}

// stop ends a process cleanly, or with ctx at the latest.
func (p *process) stop(ctx context.Context) error {
	_ = p.cmd.Process.Signal(syscall.SIGTERM)
	select {
	case <-p.ended:
		return nil
	case <-ctx.Done():
		p.kill()
		return fmt.Errorf("%s did not stop: %w", p.name, ctx.Err())
	}
}

// kill ends a process as a power cut would.
func (p *process) kill() {
	_ = p.cmd.Process.Kill()
	<-p.ended
}

// until tries something again and again, a millisecond after each failure, for
// as long as a part of the testbed may take to start.
func until(ctx context.Context, try func() error) error {
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	for {
		err := try()
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return errors.Join(err, ctx.Err())
		case <-time.After(time.Millisecond):
		}
	}
}

func (p *process) fetch(ctx context.Context, path string) (_ []byte, err error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, p.metrics+path, nil)
	if err != nil {
		return nil, err
	}
	r.Header.Set("Accept-Encoding", "identity") // compressing allocates now more, now less
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, res.Body.Close()) }()
	if res.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s answers %s", path, res.Status)
	}
	return io.ReadAll(res.Body)
}

// profileTime is how long a profile takes.
const profileTime = 3 * time.Second

// profile writes a CPU profile of a contender at work to a file.
func profile(ctx context.Context, file string, of contender, conns int) error {
	c, err := of.dial(ctx, conns)
	if err != nil {
		return err
	}
	defer c.close()
	return of.profile(ctx, file, func() error {
		_, err := c.drive(ctx, profileTime+time.Second, of.request)
		return err
	})
}

// profile writes a CPU profile of a process to a file while something has it work.
func (p *process) profile(ctx context.Context, file string, work func() error) error {
	worked := make(chan error, 1)
	go func() { worked <- work() }()
	b, err := p.fetch(ctx, fmt.Sprintf("/debug/pprof/profile?seconds=%.0f", profileTime.Seconds()))
	if err := errors.Join(err, <-worked, p.log.Truncate(0)); err != nil {
		return err
	}
	return os.WriteFile(file, b, 0o644)
}
