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
	exited chan struct{} // closed once err is set
	err    error         // of Wait
}

// launch starts the postmaster and doesn't wait for it to be ready.
func launch(in install, acct account, data, socketDir string, settings map[string]string, l *logs) (*child, error) {
	cmd := exec.Command(filepath.Join(in.dir, "postgres")) //nolint:noctx // the server outlives the start
	// SIGQUIT: should we die, it ends at once. A fast shutdown (SIGINT) would do
	// too, but a server in the midst of recovery never gets to it.
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
		// The thread that starts the child has to live as long as the child: see prepare.
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

// clusterName marks the processes of a cluster: it is in the arguments of the postmaster and in the titles of its
// children, where anyone may read it. It follows the directory through renames.
func clusterName(data string) (string, error) {
	info, err := os.Stat(data)
	if err != nil {
		return "", fmt.Errorf("look at the cluster: %w", err)
	}
	st, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return "", errors.New("the file system has no inode numbers")
	}
	return fmt.Sprintf("lox-%x-%x", uint64(st.Dev), st.Ino), nil //nolint:unconvert // int32 on other systems
}

// ready waits until the server accepts connections. The server says so in its pid file, which costs neither a
// connection nor the "starting up" errors that early connections leave in its log.
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

// drainLogs waits for the last lines. Processes that outlive the postmaster may hold the stream open, so not for long.
func (c *child) drainLogs() {
	t := time.NewTimer(time.Second)
	defer t.Stop()
	select {
	case <-c.logs.done:
	case <-t.C:
	}
}

// exitError is the end of a server that nobody asked for.
type exitError struct {
	pid    int
	err    error
	output string
}

func (e *exitError) Error() string {
	return fmt.Sprintf("PostgreSQL (process %d) ended: %v; it printed:\n%s", e.pid, e.err, e.output)
}

func (e *exitError) Unwrap() error { return e.err }

// stillHeld reports whether the start failed because processes of an earlier server are about to end.
func (e *exitError) stillHeld() bool {
	return strings.Contains(e.output, "pre-existing shared memory block") ||
		strings.Contains(e.output, `lock file "postmaster.pid" already exists`)
}

// stop ends the child: a fast shutdown until ctx ends, then an immediate one, then SIGKILL.
func (c *child) stop(ctx context.Context) error {
	signal := func(sig os.Signal) { _ = c.cmd.Process.Signal(sig) } // fails only when it has ended
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
	return fmt.Errorf("PostgreSQL did not shut down in time and was stopped at once "+
		"(committed data is safe, the next start recovers it): %w", context.Cause(ctx))
}
