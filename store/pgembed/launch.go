//go:build unix

package pgembed

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"time"
)

// child is a running postmaster.
type child struct {
	cmd    *exec.Cmd
	logs   *logs
	exited chan struct{} // closed after err is set
	err    error         // the result of Wait
}

// launch starts the postmaster, and doesn't wait until it is ready.
func launch(in install, acct account, data, socketDir string, settings map[string]string, l *logs) (*child, error) {
	cmd := exec.Command(filepath.Join(in.dir, "postgres")) //nolint:noctx // the server outlives the start
	// If this process dies, the server gets SIGQUIT and ends at once. SIGINT, a fast shutdown, has no effect during
	// recovery.
	paths, release, err := prepare(cmd, acct, in, syscall.SIGQUIT, data, socketDir)
	if err != nil {
		return nil, err
	}
	defer release()
	name, err := clusterName(data)
	if err != nil {
		return nil, err
	}
	args, err := serverArgs(settings, map[string]string{
		"listen_addresses":        "",
		"port":                    port,
		"unix_socket_directories": `"` + strings.ReplaceAll(paths[1], `"`, `""`) + `"`,
		"unix_socket_permissions": "0700",
		"cluster_name":            name,
		"logging_collector":       "off",
		"log_destination":         "stderr",
		"log_line_prefix":         logLinePrefix,
	})
	if err != nil {
		return nil, err
	}
	cmd.Args = append(append(cmd.Args, "-D", paths[0]), args...)

	r, w, err := os.Pipe()
	if err != nil {
		return nil, fmt.Errorf("pipe for the server's log: %w", err)
	}
	cmd.Stdout, cmd.Stderr = w, w
	c := &child{cmd: cmd, logs: l, exited: make(chan struct{})}
	started := make(chan error, 1)
	go func() {
		// The thread that starts the child must live as long as the child: see prepare.
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := cmd.Start()
		w.Close()
		started <- err
		if err == nil {
			c.err = cmd.Wait()
			close(c.exited)
		}
	}()
	if err := <-started; err != nil {
		r.Close()
		return nil, startError("start PostgreSQL", err, acct, "")
	}
	go l.read(r)
	return c, nil
}

// clusterName returns a name by which the processes of a cluster are recognized: it is in the arguments of the postmaster
// and in the titles of its children, which any user may read. It stays the same if the directory is renamed.
func clusterName(data string) (string, error) {
	info, err := os.Stat(data)
	if err != nil {
		return "", fmt.Errorf("inspect the cluster: %w", err)
	}
	st, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return "", errors.New("the file system has no inode numbers")
	}
	return fmt.Sprintf("lox-%x-%x", uint64(st.Dev), st.Ino), nil //nolint:unconvert // int32 on other systems
}

// ready waits until the server's pid file says that it accepts connections. Test connections would leave "starting up"
// errors in its log.
func (c *child) ready(ctx context.Context, data string) error {
	for wait := time.Millisecond; ; wait = min(wait*3/2, 20*time.Millisecond) {
		if pf, err := readPIDFile(data); err == nil && pf.pid == c.cmd.Process.Pid && pf.ready {
			return nil
		}
		t := time.NewTimer(wait)
		select {
		case <-t.C:
		case <-c.exited:
			t.Stop()
			return c.failure()
		case <-ctx.Done():
			t.Stop()
			return fmt.Errorf("wait for PostgreSQL to accept connections: %w; it printed:\n%s",
				context.Cause(ctx), c.logs.last())
		}
	}
}

// failure describes the exit of the child. Call it after exited.
func (c *child) failure() error {
	c.drainLogs()
	err := c.err
	if err == nil {
		err = errors.New("exit status 0")
	}
	return &exitError{pid: c.cmd.Process.Pid, err: err, output: c.logs.last()}
}

// drainLogs waits at most a second for the last lines: processes that outlive the postmaster may keep the pipe open.
func (c *child) drainLogs() {
	t := time.NewTimer(time.Second)
	defer t.Stop()
	select {
	case <-c.logs.done:
	case <-t.C:
	}
}

// exitError means that a server ended without a call of Stop.
type exitError struct {
	pid    int
	err    error
	output string
}

func (e *exitError) Error() string {
	return fmt.Sprintf("PostgreSQL (process %d) ended: %v; it printed:\n%s", e.pid, e.err, e.output)
}

func (e *exitError) Unwrap() error { return e.err }

// stillHeld reports whether the start failed because processes of an earlier server haven't ended yet.
func (e *exitError) stillHeld() bool {
	return strings.Contains(e.output, "pre-existing shared memory block") ||
		strings.Contains(e.output, `lock file "postmaster.pid" already exists`)
}

// stop ends the child by a fast shutdown. When ctx ends, it requests an immediate shutdown, and after 10 s sends SIGKILL.
func (c *child) stop(ctx context.Context) error {
	signal := func(sig os.Signal) { _ = c.cmd.Process.Signal(sig) } // fails only if the child has ended
	signal(syscall.SIGINT)
	select {
	case <-c.exited:
		return nil
	case <-ctx.Done():
	}
	// After 5 s the postmaster itself kills children that don't react to an immediate shutdown.
	signal(syscall.SIGQUIT)
	t := time.NewTimer(10 * time.Second)
	defer t.Stop()
	select {
	case <-c.exited:
	case <-t.C:
		signal(syscall.SIGKILL)
		<-c.exited
	}
	return fmt.Errorf("PostgreSQL did not shut down in time and was stopped immediately "+
		"(committed data is safe, the next start recovers it): %w", context.Cause(ctx))
}
