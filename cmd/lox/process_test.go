package main_test

import (
	"bytes"
	"cmp"
	"errors"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// setup says how the binary runs.
type setup struct {
	dir string   // LOX_DATA_DIR
	env []string // precedes the defaults
	uid uint32   // the user to become, 0 for the present one
	// binary is the program; "" is the tested one.
	binary string
	// through is a command that runs the binary.
	through []string
	// stderr gets the server's log, if tests don't need it.
	stderr *os.File
}

// process is a running lox.
type process struct {
	setup
	cmd            *exec.Cmd
	stdout, stderr output
	exited         chan struct{}

	baseURL string
	began   time.Time
	started time.Duration // until it was ready
}

// command prepares the binary with its own environment.
func (s setup) command(args ...string) *exec.Cmd {
	// Not CommandContext, because tests check how a server ends.
	args = append(append(slices.Clone(s.through), cmp.Or(s.binary, binary)), args...)
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Dir = "/"
	cmd.Env = append([]string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + s.dir, "LOX_DATA_DIR=" + s.dir,
		"LOX_ADDR=127.0.0.1:0", "LOX_METRICS_ADDR=127.0.0.1:0", "LOX_LOG_FORMAT=json",
	}, s.env...)
	// It also ends when the test process is killed, or when the thread that starts it ends. No thread
	// of these tests ends before the process does: see namespace.create.
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if s.uid != 0 {
		cmd.SysProcAttr.Credential = &syscall.Credential{Uid: s.uid, Gid: s.uid}
	}
	return cmd
}

// launch starts "lox serve" and doesn't wait.
func (s setup) launch(t testing.TB) *process {
	t.Helper()
	p := &process{setup: s, cmd: s.command("serve"), exited: make(chan struct{}), began: time.Now()}
	p.cmd.Stdout, p.cmd.Stderr = &p.stdout, &p.stderr
	if s.stderr != nil {
		p.cmd.Stderr = s.stderr
	}
	// A process that outlives the server and holds its output must not delay Wait.
	p.cmd.WaitDelay = time.Second
	require.NoError(t, p.cmd.Start())
	go func() {
		_ = p.cmd.Wait()
		close(p.exited)
	}()
	t.Cleanup(func() {
		select {
		case <-p.exited: // waiters have seen the output
		default:
			if t.Failed() {
				t.Logf("the last of lox %d:\n%s", p.cmd.Process.Pid, p.stderr.tail())
			}
		}
		p.kill()
		s.requireNoPostgres(t)
	})
	return p
}

var baseURL = regexp.MustCompile(`Base URL  (\S+)\n`)

// start runs "lox serve" until it is ready.
func (s setup) start(t testing.TB) *process {
	t.Helper()
	p := s.launch(t)
	p.baseURL = p.awaitStdout(t, baseURL)
	p.started = time.Since(p.began)
	return p
}

// run runs a command to its end.
func (s setup) run(t testing.TB, args ...string) (stdout, stderr string, code int) {
	t.Helper()
	var out, errOut bytes.Buffer
	cmd := s.command(args...)
	cmd.Stdout, cmd.Stderr = &out, &errOut
	if err := cmd.Run(); err != nil {
		_, ok := errors.AsType[*exec.ExitError](err)
		require.True(t, ok, "%v", err)
	}
	return out.String(), errOut.String(), cmd.ProcessState.ExitCode()
}

func (p *process) awaitStdout(t testing.TB, what *regexp.Regexp) string {
	t.Helper()
	return p.await(t, &p.stdout, what)
}

func (p *process) awaitStderr(t testing.TB, what *regexp.Regexp) string {
	t.Helper()
	return p.await(t, &p.stderr, what)
}

// await waits until the server has printed something and returns its first group.
func (p *process) await(t testing.TB, from *output, what *regexp.Regexp) string {
	t.Helper()
	deadline := time.NewTimer(patience)
	defer deadline.Stop()
	poll := time.NewTicker(tick)
	defer poll.Stop()
	for {
		if found := what.FindStringSubmatch(from.String()); found != nil {
			return found[1]
		}
		select {
		case <-poll.C:
		case <-p.exited:
			require.FailNow(t, "lox ended early", "%s\n%s", p.cmd.ProcessState, p.stderr.String())
		case <-deadline.C:
			require.FailNow(t, "not printed: "+what.String(), "%s\n%s", p.stdout.String(), p.stderr.String())
		}
	}
}

func (p *process) signal(sig syscall.Signal) { _ = p.cmd.Process.Signal(sig) }

// kill sends SIGKILL, if it still runs.
func (p *process) kill() {
	p.signal(syscall.SIGKILL)
	<-p.exited
}

// exit waits for the end and returns the exit code.
func (p *process) exit(t testing.TB) int {
	t.Helper()
	select {
	case <-p.exited:
	case <-time.After(patience):
		require.FailNow(t, "lox doesn't end", "%s", p.stderr.tail())
	}
	return p.cmd.ProcessState.ExitCode()
}

// stop ends the server as an operator does and checks that nothing of it is left.
func (p *process) stop(t testing.TB, sig syscall.Signal) {
	t.Helper()
	p.signal(sig)
	require.Zero(t, p.exit(t), "%s", p.stderr.tail())
	require.Empty(t, p.postgres(t), "processes of the database are left")
}

var metricsAddr = regexp.MustCompile(`serving metrics.*?"addr":"([^"]+)"`)

// addrs returns all addresses at which the server listens.
func (p *process) addrs(t testing.TB) (api, metrics string) {
	t.Helper()
	return p.addr(), p.awaitStderr(t, metricsAddr)
}

// addr is the address of the API, and of upload and download URLs.
func (p *process) addr() string {
	addr, _, _ := strings.Cut(strings.TrimPrefix(p.baseURL, "http://"), "/")
	return addr
}

// complaints returns the warnings and errors in the log, except the warning about root.
func (p *process) complaints() (lines []string) {
	for line := range strings.Lines(p.stderr.String()) {
		if !strings.Contains(line, `"level":"INFO"`) && !strings.Contains(line, `"msg":"running as root`) {
			lines = append(lines, line)
		}
	}
	return lines
}

// complained returns the last of them, and all that are about an internal error.
func (p *process) complained() string {
	const enough = 20
	lines := p.complaints()
	var some strings.Builder
	for i, line := range lines {
		if i >= len(lines)-enough || strings.Contains(line, `"status":500`) {
			some.WriteString(line)
		}
	}
	return some.String()
}

func (s setup) postgresDir() string { return filepath.Join(s.dir, "postgres") }

func (s setup) storageDir() string { return filepath.Join(s.dir, "storage") }

func (s setup) keyFile() string { return filepath.Join(s.dir, "api-key") }

// savedKey returns the key that the first start has written.
func (s setup) savedKey(t testing.TB) string {
	t.Helper()
	key, err := os.ReadFile(s.keyFile())
	require.NoError(t, err)
	return strings.TrimSpace(string(key))
}

// requireFree fails the test unless the address is free.
func requireFree(t testing.TB, addr string) {
	t.Helper()
	var lc net.ListenConfig
	l, err := lc.Listen(t.Context(), "tcp", addr)
	require.NoError(t, err)
	require.NoError(t, l.Close())
}

// output is written by a process and read by the test.
type output struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.b.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.b.String()
}

func (o *output) tail() string {
	const enough = 3 << 10
	text := o.String()
	return text[max(0, len(text)-enough):]
}
