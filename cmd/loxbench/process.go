package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/backlox/lox"
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
}

// startProduct builds lox and starts "lox serve" as it is, in front of the
// house's database. S3 runs inside it, as it does by default.
func startProduct(ctx context.Context, h *house) (*process, error) {
	binary := filepath.Join(h.dir, "lox")
	build := exec.CommandContext(ctx, "go", "build", "-o", binary, "github.com/backlox/lox/cmd/lox")
	if out, err := build.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("go build: %w\n%s", err, out)
	}
	return h.start(ctx, "lox", productBase, exec.Command(binary, "serve"), map[string]string{
		"LOX_DATABASE_URL": h.postgres.DSN(), "LOX_S3_ENDPOINT": "embedded", "LOX_S3_ADDR": "127.0.0.1:0",
		"LOX_DATA_DIR": filepath.Join(h.dir, "product"), "LOX_MASTER_KEY": strings.Repeat("00", 32),
		// Every request is counted, and none is one too many.
		"LOX_RATE_LIMIT_FACTOR": "1000000",
	})
}

// startBare starts the ceiling: this program again, as bare.
func startBare(ctx context.Context, h *house) (*process, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	base := func(tenant lox.TenantID) string { return "/" + tenant.String() }
	return h.start(ctx, "bare", base, exec.Command(self, bareCommand), map[string]string{
		"LOX_DATABASE_URL": h.postgres.DSN(), "LOX_S3_ENDPOINT": h.s3,
	})
}

func productBase(lox.TenantID) string { return server.BasePath }

// start runs a command with an environment, waits until it says on its standard
// output that it is ready, and has it stopped with the house.
func (h *house) start(ctx context.Context, name string, base func(lox.TenantID) string, cmd *exec.Cmd, env map[string]string) (*process, error) {
	p := &process{name: name, base: base}
	var err error
	if p.addr, err = freeAddr(ctx); err != nil {
		return nil, err
	}
	metrics, err := freeAddr(ctx)
	if err != nil {
		return nil, err
	}
	p.metrics = "http://" + metrics
	env = maps.Clone(env)
	env["LOX_ADDR"], env["LOX_METRICS_ADDR"], env["LOX_LOG_FORMAT"] = p.addr, metrics, "json"
	cmd.Env = slices.DeleteFunc(os.Environ(), func(s string) bool { return strings.HasPrefix(s, "LOX_") })
	for variable, value := range env {
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
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	p.pid = cmd.Process.Pid
	said, ended := make(chan error, 1), make(chan error, 1)
	go func() {
		_, err := bufio.NewReader(out).ReadByte()
		said <- err
		_, _ = io.Copy(io.Discard, out)
		ended <- cmd.Wait()
	}()
	h.closing(func(ctx context.Context) error {
		_ = cmd.Process.Signal(syscall.SIGTERM)
		select {
		case <-ended:
		case <-ctx.Done():
			_ = cmd.Process.Kill()
		}
		return p.log.Close()
	})
	select {
	case err = <-said:
	case <-ctx.Done():
		err = ctx.Err()
	}
	if err != nil {
		log, _ := os.ReadFile(p.log.Name())
		return nil, fmt.Errorf("%s did not start: %w\n%s", name, err, log)
	}
	return p, nil
}

// freeAddr finds an address that nobody listens on.
func freeAddr(ctx context.Context) (string, error) {
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return l.Addr().String(), l.Close()
}

// usage is time of the processors.
type usage struct{ server, postgres time.Duration }

func (u usage) sub(before usage) usage {
	return usage{u.server - before.server, u.postgres - before.postgres}
}

// cpu is what a process and all of the house's PostgreSQL took so far. Where
// there is no /proc it is 0.
func (h *house) cpu(p *process) usage {
	postmaster := h.postgres.PID()
	u := usage{server: cpuOf(p.pid), postgres: cpuOf(postmaster)}
	children, _ := os.ReadFile(fmt.Sprintf("/proc/%[1]d/task/%[1]d/children", postmaster))
	for child := range strings.FieldsSeq(string(children)) {
		if pid, err := strconv.Atoi(child); err == nil {
			u.postgres += cpuOf(pid)
		}
	}
	return u
}

// cpuOf adds up the threads of a process. (/proc/PID/stat counts in ticks of
// 10 ms, which is too coarse; see proc_pid_schedstat(5).)
func cpuOf(pid int) time.Duration {
	var sum time.Duration
	threads, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/schedstat", pid))
	for _, file := range threads {
		text, _ := os.ReadFile(file)
		first, _, _ := strings.Cut(string(text), " ")
		ns, _ := strconv.ParseInt(first, 10, 64)
		sum += time.Duration(ns)
	}
	return sum
}

// peak is the most memory that a process was resident in, in bytes; 0 where
// there is no /proc.
func (p *process) peak() int64 {
	status, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.pid))
	_, rest, _ := strings.Cut(string(status), "VmHWM:")
	fields := strings.Fields(rest)
	if len(fields) == 0 {
		return 0
	}
	kib, _ := strconv.ParseInt(fields[0], 10, 64)
	return kib << 10
}

// mallocs is how many objects a process has allocated so far.
func (p *process) mallocs(ctx context.Context) (float64, error) {
	text, err := p.fetch(ctx, "/metrics")
	if err != nil {
		return 0, err
	}
	_, rest, ok := strings.Cut(string(text), "\ngo_memstats_mallocs_total ")
	if !ok {
		return 0, errors.New("no go_memstats_mallocs_total in the metrics of " + p.name)
	}
	number, _, _ := strings.Cut(rest, "\n")
	return strconv.ParseFloat(number, 64)
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

// profile writes a CPU profile of LOX under a workload to a file.
func profile(ctx context.Context, file string, p *process, drive func(context.Context, time.Duration) error) error {
	driven := make(chan error, 1)
	go func() { driven <- drive(ctx, profileTime+time.Second) }()
	b, err := p.fetch(ctx, fmt.Sprintf("/debug/pprof/profile?seconds=%.0f", profileTime.Seconds()))
	if err := errors.Join(err, <-driven); err != nil {
		return err
	}
	return os.WriteFile(file, b, 0o644)
}
