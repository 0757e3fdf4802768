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

// commandPatience is how long a command may take to end after SIGTERM before it is killed.
const commandPatience = 10 * time.Second

// commandError is a command that didn't end with 0, or that isn't known to have.
type commandError struct {
	name string
	err  error
}

func (e *commandError) Error() string {
	return fmt.Sprintf("%s failed (%v), so no backup is made of what it wrote", display.Visible(e.name), e.err)
}

func (e *commandError) Unwrap() error { return e.err }

// commandOutput reads what a command writes. It ends with io.EOF only if the command ends with 0: the reader of a pipe
// can't know that, and would take half of a dump for all of it.
type commandOutput struct {
	ctx    context.Context //nolint:containedctx // that of the command
	cancel context.CancelFunc
	name   string
	cmd    *exec.Cmd
	stdout io.ReadCloser
	// unwatch has the end of ctx no longer close stdout.
	unwatch func() bool
	waited  bool
	err     error
}

// startCommand runs a command until it ends or ctx does. Its standard input is empty, and its standard error is stderr.
// After ctx it gets SIGTERM, and patience later SIGKILL. It stays in this process's group, so that it may ask for a password at the terminal. Call end.
func startCommand(ctx context.Context, argv []string, stderr io.Writer, patience time.Duration) (*commandOutput, error) {
	ctx, cancel := context.WithCancel(ctx)
	cmd := exec.CommandContext(ctx, argv[0], argv[1:]...)
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	cmd.WaitDelay = patience
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
	// A command that doesn't end, or what it has started, must not hold up Read.
	o.unwatch = context.AfterFunc(ctx, func() { _ = stdout.Close() })
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

// wait returns how the command ended.
func (o *commandOutput) wait() error {
	if !o.waited {
		o.waited = true
		if err := o.cmd.Wait(); err != nil {
			o.err = &commandError{o.name, err}
		}
	}
	return o.err
}

// end ends the command if it runs, and waits for that. It must not be called beside Read.
func (o *commandOutput) end() {
	o.cancel()
	if o.unwatch() {
		_ = o.stdout.Close() // the rest isn't wanted
	}
	_ = o.wait() // it was to be ended, or Read has returned it
}
