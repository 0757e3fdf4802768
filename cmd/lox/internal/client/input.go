package client

import (
	"context"
	"errors"
	"os"

	"golang.org/x/sys/unix"
)

// input reads a file, which may be a pipe, until the context ends. Otherwise Ctrl-C would have no effect while the
// program at the other end writes nothing. The descriptor isn't made non-blocking: other processes may share it.
type input struct {
	ctx  context.Context //nolint:containedctx // the context of the command
	from *os.File
	// wake becomes readable when the context ends, because waker, its other end, is closed then.
	wake, waker *os.File
	stop        func() bool
}

// newInput returns an input. The caller must call end.
func newInput(ctx context.Context, from *os.File) (*input, error) {
	wake, waker, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	in := &input{ctx: ctx, from: from, wake: wake, waker: waker}
	in.stop = context.AfterFunc(ctx, func() { _ = waker.Close() })
	return in, nil
}

func (in *input) end() {
	if in.stop() {
		_ = in.waker.Close() // can lose no data: nothing was written
	}
	_ = in.wake.Close() // only read from
}

// Read implements io.Reader.
func (in *input) Read(p []byte) (int, error) {
	for {
		fds := []unix.PollFd{{Fd: int32(in.from.Fd()), Events: unix.POLLIN}, {Fd: int32(in.wake.Fd()), Events: unix.POLLIN}}
		_, err := unix.Poll(fds, -1)
		switch {
		case in.ctx.Err() != nil:
			return 0, context.Cause(in.ctx)
		case errors.Is(err, unix.EINTR):
		case err != nil:
			return 0, os.NewSyscallError("poll", err)
		case fds[0].Revents != 0:
			return in.from.Read(p)
		}
	}
}
