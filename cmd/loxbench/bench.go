package main

import (
	"context"
	"database/sql"
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

	_ "github.com/lib/pq"

	"github.com/backlox/lox/blob/blobtest/freeport"
	"github.com/backlox/lox/server"
	"github.com/backlox/lox/store"
	"github.com/backlox/lox/store/pgembed"
)

const basePath = server.BasePath

// failure is what check panics with: as in a test, the first failure ends the run.
type failure struct{ error }

// check ends the run if there is an error.
func check(errs ...error) {
	if err := errors.Join(errs...); err != nil {
		panic(failure{err})
	}
}

// must is check for what has a result.
func must[T any](v T, err error) T {
	check(err)
	return v
}

// caught returns the failure that ended f, if one did.
func caught(f func()) (err error) {
	defer func() {
		switch v := recover().(type) {
		case nil:
		case failure:
			err = v.error
		default:
			panic(v)
		}
	}()
	f()
	return nil
}

// bench is a run: what it needs, and what it has found.
type bench struct {
	options
	report

	ctx      context.Context //nolint:containedctx // it ends with the run, as that of a testing.T does
	progress io.Writer
	dir      string // of everything that it writes
	closers  []func() error
	counted  map[string]float64 // allocations

	// Of the testbed.
	postgres *pgembed.Server
	db       *sql.DB
	tenants  []*tenant // ascending by the number of their backups
}

func (b *bench) makeDirectory() {
	b.dir = must(filepath.Abs(must(os.MkdirTemp("", "loxbench-"))))
	b.closing(func() error { return errors.Join(b.closeDatabase(), os.RemoveAll(b.dir)) })
}

func (b *bench) say(what string) {
	fmt.Fprintf(b.progress, "%6.1fs  %s\n", time.Since(b.Started).Seconds(), what)
}

// path is one below the directory.
func (b *bench) path(names ...string) string {
	return filepath.Join(append([]string{b.dir}, names...)...)
}

// closing has something done at the end of the innermost within, the latest first.
func (b *bench) closing(f func() error) { b.closers = append(b.closers, f) }

// within stops what a part of the run has started.
func (b *bench) within(part func()) {
	before := len(b.closers)
	errs := []error{caught(part)}
	for len(b.closers) > before {
		last := b.closers[len(b.closers)-1]
		b.closers = b.closers[:len(b.closers)-1]
		errs = append(errs, last())
	}
	check(errs...)
}

// testbed starts PostgreSQL and fills it when it is first needed. It stays until the end.
func (b *bench) testbed() {
	if b.db != nil {
		return
	}
	b.say("starting and filling PostgreSQL")
	// Durable, as the product runs it. Only a superuser may ask for a checkpoint.
	b.postgres = must(pgembed.Start(b.ctx, pgembed.Config{Dir: b.path("postgres"), Superuser: true}))
	b.db = must(sql.Open("postgres", b.postgres.DSN()))
	s := must(store.Open(b.ctx, store.Config{DSN: b.postgres.DSN()}))
	b.fill(s)
	check(s.Close())
}

func (b *bench) closeDatabase() (err error) {
	if b.db != nil {
		err = b.db.Close()
	}
	if b.postgres == nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), stopTimeout)
	defer cancel()
	return errors.Join(err, b.postgres.Stop(ctx))
}

// exec runs a statement beside the product.
func (b *bench) exec(statement string, args ...any) {
	_, err := b.db.ExecContext(b.ctx, statement, args...)
	check(err)
}

// external has LOX stand on the testbed's PostgreSQL, and keep files in a directory of its own.
func (b *bench) external() environment {
	b.testbed()
	return environment{
		"LOX_DATABASE_URL": b.postgres.DSN(), "LOX_MASTER_KEY": strings.Repeat("00", 32), "LOX_S3_ENDPOINT": "embedded",
	}
}

// binary is that of lox, which is built once, as releases are.
func (b *bench) binary() string {
	file := b.path("lox")
	if _, err := os.Stat(file); err != nil {
		out, err := exec.CommandContext(b.ctx, "go", "build", "-ldflags", "-s -w", "-o", file, "github.com/backlox/lox/cmd/lox").CombinedOutput()
		if err != nil {
			check(fmt.Errorf("go build: %w\n%s", err, out))
		}
	}
	return file
}

// lox starts "lox serve". Every request and every connection is counted, and none is one too many.
// Without a database in env it keeps everything in a directory of the name.
func (b *bench) lox(name string, env ...environment) *child {
	s := b.start(name, b.binary(), []string{"serve"}, append(env, environment{
		"LOX_RATE_LIMIT_FACTOR": "1000000", "LOX_MAX_CONNECTIONS": "100000", "LOX_MAX_CONNECTIONS_PER_ADDRESS": "100000",
		"LOX_LOG_FORMAT": "json", "LOX_PPROF": "true",
	})...)
	s.until(func() error { return caught(func() { b.fetch("http://"+s.addr+"/readyz", "") }) })
	if s.postgres = s.pid; len(env) > 0 {
		s.postgres = b.postgres.PID()
	}
	return s
}

// embedded starts a LOX that keeps everything itself, until the end of the section.
func (b *bench) embedded() *child {
	b.closing(func() error { return os.RemoveAll(b.path("data", "embedded")) })
	s := b.lox("embedded")
	s.key = strings.TrimSpace(string(must(os.ReadFile(filepath.Join(s.dir, "api-key")))))
	return s
}

const startTimeout, stopTimeout = time.Minute, 15 * time.Second

// child is a server in a process of its own, so that its CPU time and memory can be distinguished from those
// of the clients and of PostgreSQL. 0 and "" are what is not known, or not there.
type child struct {
	name, addr, dir string
	metrics         string // the address of its metrics and profiles
	key             string // of the first tenant of a LOX that keeps everything itself
	pid, postgres   int    // whose CPU time counts; of PostgreSQL that of what it has started
	began           time.Time
	cmd             *exec.Cmd
	log             *os.File
	ended           chan struct{}
}

// environment sets variables.
type environment map[string]string

// start runs a command as a server until the end of the section, and waits until it listens. In
// args, {addr}, {port} and {dir} are where it listens and where its data is.
func (b *bench) start(name, binary string, args []string, env ...environment) *child {
	s := &child{name: name, dir: b.path("data", name), ended: make(chan struct{}), addr: must(freeport.Addr()), metrics: must(freeport.Addr())}
	s.log = must(os.OpenFile(b.path(name+".log"), os.O_CREATE|os.O_RDWR|os.O_APPEND, 0o600))
	values := strings.NewReplacer("{addr}", s.addr, "{port}", s.addr[strings.LastIndex(s.addr, ":")+1:], "{dir}", s.dir)
	s.cmd = exec.Command(binary)
	for _, arg := range args {
		s.cmd.Args = append(s.cmd.Args, values.Replace(arg))
	}
	s.cmd.Env = slices.DeleteFunc(os.Environ(), func(s string) bool { return strings.HasPrefix(s, "LOX_") })
	for _, e := range append([]environment{{"LOX_ADDR": s.addr, "LOX_METRICS_ADDR": s.metrics, "LOX_DATA_DIR": s.dir}}, env...) {
		for variable, value := range maps.All(e) {
			s.cmd.Env = append(s.cmd.Env, variable+"="+value) // the last one counts
		}
	}
	s.cmd.Stdout, s.cmd.Stderr = s.log, s.log
	s.began = time.Now()
	check(s.cmd.Start())
	s.pid = s.cmd.Process.Pid
	go func() {
		_ = s.cmd.Wait() // its log says how it ended
		close(s.ended)
	}()
	b.closing(func() error { return errors.Join(s.stop(), s.log.Close()) })
	s.until(func() error {
		c, err := (&net.Dialer{}).DialContext(b.ctx, "tcp", s.addr)
		if err == nil {
			err = c.Close()
		}
		return err
	})
	return s
}

// until tries again after each failure, while the server runs and for as long as it may take to start.
func (s *child) until(try func() error) {
	for timeout := time.After(startTimeout); ; {
		err := try()
		if err == nil {
			return
		}
		select {
		case <-s.ended:
		case <-timeout:
		case <-time.After(time.Millisecond):
			continue
		}
		log, _ := os.ReadFile(s.log.Name())
		check(fmt.Errorf("%s has ended, or takes too long: %w\n%s", s.name, err, log[max(0, len(log)-4000):]))
	}
}

// fetch asks for something, with a key if there is one.
func (b *bench) fetch(url, key string) []byte {
	r := must(http.NewRequestWithContext(b.ctx, http.MethodGet, url, nil))
	r.Header.Set("Accept-Encoding", "identity") // what compressing allocates differs from time to time
	r.Header.Set("Authorization", "Bearer "+key)
	res := must(http.DefaultClient.Do(r))
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		check(fmt.Errorf("%s: %s", url, res.Status))
	}
	return must(io.ReadAll(res.Body))
}

// stop ends the server cleanly, or kills it after a while.
func (s *child) stop() error {
	_ = s.cmd.Process.Signal(syscall.SIGTERM)
	select {
	case <-s.ended:
		return nil
	case <-time.After(stopTimeout):
		return errors.Join(fmt.Errorf("%s did not stop within %s", s.name, stopTimeout), s.kill())
	}
}

// kill ends the server as a loss of power would.
func (s *child) kill() error {
	err := s.cmd.Process.Kill()
	<-s.ended
	return err
}

// cpu is the CPU time so far. It is 0 where there is no /proc.
func (s *child) cpu() (own, postgres time.Duration) { return cpuOf(s.pid), cpuBelow(s.postgres) }

// cpuBelow adds up the processes that a process has started, and those that they have.
func cpuBelow(pid int) (sum time.Duration) {
	threads, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", pid))
	for _, file := range threads {
		children, _ := os.ReadFile(file)
		for child := range strings.FieldsSeq(string(children)) {
			pid, _ := strconv.Atoi(child)
			sum += cpuOf(pid) + cpuBelow(pid)
		}
	}
	return sum
}

// cpuOf adds up the threads of a process: /proc/PID/stat counts in ticks of 10 ms, which is too
// coarse. See proc_pid_schedstat(5).
func cpuOf(pid int) (sum time.Duration) {
	threads, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/schedstat", pid))
	for _, file := range threads {
		text, _ := os.ReadFile(file)
		first, _, _ := strings.Cut(string(text), " ")
		ns, _ := strconv.ParseInt(first, 10, 64)
		sum += time.Duration(ns)
	}
	return sum
}

// memory is a size in MiB from proc_pid_status(5): VmRSS is the resident memory, VmHWM its peak.
func (s *child) memory(field string) (mebibytes float64) {
	status, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", s.pid))
	_, rest, _ := strings.Cut(string(status), field+":")
	_, _ = fmt.Sscan(rest, &mebibytes)
	return mebibytes / 1024
}
