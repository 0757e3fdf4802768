package client

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"

	"github.com/backlox/lox/cmd/lox/internal/display"
)

// commandKillAfter is how long a command may run after SIGTERM before it is killed.
const commandKillAfter = 10 * time.Second

// commandError means that a command failed, or that its exit code is unknown.
type commandError struct {
	name string
	err  error
}

func (e *commandError) Error() string {
	return fmt.Sprintf("%s failed (%v), so no backup is made of what it wrote", display.Visible(e.name), e.err)
}

func (e *commandError) Unwrap() error { return e.err }

// commandOutput reads the standard output of a command. It returns io.EOF only if the command exits with 0: the reader
// of a pipe doesn't get the exit code, and would store the output of a failed command as a complete backup.
type commandOutput struct {
	ctx    context.Context //nolint:containedctx // the context of the command
	cancel context.CancelFunc
	name   string
	cmd    *exec.Cmd
	stdout io.ReadCloser
	// stopWatching keeps the end of ctx from closing stdout.
	stopWatching func() bool
	waited       bool
	err          error // the result of Wait
}

// startCommand starts a command. Its standard input is empty, and its standard error is stderr. When ctx ends, it gets
// SIGTERM, and killAfter later SIGKILL. It stays in the process group of lox, so that it can ask for a password at the
// terminal. The caller must call end.
func startCommand(ctx context.Context, argv []string, stderr io.Writer, killAfter time.Duration) (*commandOutput, error) {
	ctx, cancel := context.WithCancel(ctx)
	cmd := exec.CommandContext(ctx, argv[0], argv[1:]...)
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	cmd.WaitDelay = killAfter
	cmd.Stderr = stderr
	stdout, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		cancel()
		return nil, UsageError(err)
	}
	o := &commandOutput{ctx: ctx, cancel: cancel, name: filepath.Base(argv[0]), cmd: cmd, stdout: stdout}
	// Otherwise a command that ignores SIGTERM, or one of its child processes, could block Read for ever.
	o.stopWatching = context.AfterFunc(ctx, func() { _ = stdout.Close() })
	return o, nil
}

// Read implements io.Reader.
func (o *commandOutput) Read(p []byte) (int, error) {
	n, err := o.stdout.Read(p)
	switch {
	case err == nil:
		return n, nil
	case o.ctx.Err() != nil:
		return n, context.Cause(o.ctx)
	case !errors.Is(err, io.EOF):
		return n, &commandError{o.name, err}
	}
	if err := o.wait(); err != nil {
		return n, err
	}
	return n, io.EOF
}

// wait waits for the command, and returns an error unless it exits with 0.
func (o *commandOutput) wait() error {
	if !o.waited {
		o.waited = true
		if err := o.cmd.Wait(); err != nil {
			o.err = &commandError{o.name, err}
		}
	}
	return o.err
}

// end stops the command if it still runs, and waits for it. It must not be called during Read.
func (o *commandOutput) end() {
	o.cancel()
	if o.stopWatching() {
		_ = o.stdout.Close() // the rest of the output isn't needed
	}
	_ = o.wait() // the error is that of the cancellation, or Read has returned it already
}
