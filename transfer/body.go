package transfer

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
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

// content is what one PUT sends: the first size bytes of from.
type content struct {
	from io.ReaderAt
	size int64
	// sent is called with how many bytes more were handed to the network.
	sent func(n int)
}

// put sends a content to a signed URL once, with the headers that belong to it.
func (t *transfer) put(ctx context.Context, to string, headers map[string]string, c content) error {
	ctx, watch := t.watch(ctx)
	defer watch.end()
	body := &body{transfer: t, content: c, ctx: ctx, watch: watch}
	r, err := http.NewRequestWithContext(ctx, http.MethodPut, to, body)
	if err != nil {
		return fmt.Errorf("the server's upload URL can't be used: %w", err)
	}
	r.ContentLength = c.size
	for name, value := range headers {
		if !strings.EqualFold(name, "Content-Length") { // net/http takes it from the request
			r.Header.Set(name, value)
		}
	}
	// What the store refuses isn't sent.
	r.Header.Set("Expect", "100-continue")
	resp, err := t.HTTP.Do(r)
	if err != nil {
		err = broken(ctx, err)
		watch.end()
		if failed := body.end(); failed != nil {
			return failed
		}
		return err
	}
	defer func() {
		_ = resp.Body.Close()
		watch.end()
		_ = body.end()
	}()
	if resp.StatusCode < http.StatusOK || resp.StatusCode >= http.StatusMultipleChoices {
		return responseError(resp, true)
	}
	// Else the connection can't be used for what follows.
	_, _ = io.CopyN(io.Discard, resp.Body, refusalSize)
	return nil
}

// errEnded is what is read of a body whose request is over.
var errEnded = errors.New("the request is over")

// body is a content as the body of one request. The transport may read it from a goroutine
// that goes on after the request: end waits for that.
type body struct {
	*transfer
	content

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
	n, err := b.from.ReadAt(p, b.done)
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
	b.sent(n)
	return n, nil
}

// end has all reads be over, and returns what was wrong with the source.
func (b *body) end() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.ended = true
	return b.failed
}
