package transfer

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"
)

// watch ends what stands still.
type watch struct {
	timer  *time.Timer
	cancel context.CancelCauseFunc
	idle   time.Duration
}

func (t *transfer) watch(ctx context.Context) (context.Context, *watch) {
	ctx, cancel := context.WithCancelCause(ctx)
	stalled := fmt.Errorf("the line stands still: no byte came or went within %s", t.idle)
	return ctx, &watch{time.AfterFunc(t.idle, func() { cancel(stalled) }), cancel, t.idle}
}

// moved says that bytes came or went.
func (w *watch) moved() { w.timer.Reset(w.idle) }

// waits says that the store has all and may take so long to answer.
func (w *watch) waits(d time.Duration) { w.timer.Reset(d) }

func (w *watch) end() {
	w.timer.Stop()
	w.cancel(context.Canceled)
}

// errEnded is what is read of a body whose request is over.
var errEnded = errors.New("the request is over")

// body is the file as the body of one request. The transport may read it from a goroutine
// that goes on after the request: end waits for that.
type body struct {
	*pushed

	ctx   context.Context //nolint:containedctx // that of the request
	watch *watch

	mu     sync.Mutex
	done   int64
	ended  bool
	failed error // of the source
}

// Read implements io.Reader.
func (b *body) Read(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch {
	case b.ended:
		return 0, errEnded
	case b.done == b.size:
		b.watch.waits(b.answer)
		return 0, io.EOF
	}
	p = p[:min(int64(len(p)), int64(b.piece), b.size-b.done)]
	if err := b.pace(b.ctx, len(p)); err != nil {
		return 0, err
	}
	n, err := b.source.ReadAt(p, b.done)
	if n < len(p) {
		if err == nil || errors.Is(err, io.EOF) {
			err = ErrChanged // it is shorter than it was
		}
		b.failed = err
		return 0, err
	}
	b.done += int64(n)
	b.watch.moved()
	if b.done == b.size {
		b.watch.waits(b.answer)
	}
	b.Progress(Progress{Sending, b.done, b.size})
	return n, nil
}

// end has all reads be over, and returns what was wrong with the source.
func (b *body) end() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.ended = true
	return b.failed
}
