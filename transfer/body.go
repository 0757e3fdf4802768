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

// watch cancels a request that stalls.
type watch struct {
	timer  *time.Timer
	cancel context.CancelCauseFunc
	idle   time.Duration
}

func (t *transfer) watch(ctx context.Context) (context.Context, *watch) {
	ctx, cancel := context.WithCancelCause(ctx)
	stalled := fmt.Errorf("the connection stalled: no bytes were sent or received within %s", t.idle)
	return ctx, &watch{time.AfterFunc(t.idle, func() { cancel(stalled) }), cancel, t.idle}
}

// progressed is called when bytes were sent or received.
func (w *watch) progressed() { w.timer.Reset(w.idle) }

// waits is called when the store has all bytes. The store then has the time d to answer.
func (w *watch) waits(d time.Duration) { w.timer.Reset(d) }

func (w *watch) end() {
	w.timer.Stop()
	w.cancel(context.Canceled)
}

// content is the body of one PUT: the first size bytes of from.
type content struct {
	from io.ReaderAt
	size int64
	// sent is called with the number of bytes after each piece that was handed to the network.
	sent func(n int)
}

// put sends a content once to a signed URL, with the headers of the URL.
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
	// If the store refuses the request, the body isn't sent.
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
	// The answer is read to its end: otherwise the connection can't be used again.
	_, _ = io.CopyN(io.Discard, resp.Body, refusalSize)
	return nil
}

// errEnded is the error of a read from a body whose request is over.
var errEnded = errors.New("the request has ended")

// body is a content as the body of one request. The transport may read it in a goroutine that continues after the
// request: end waits for the current read.
type body struct {
	*transfer
	content

	ctx   context.Context //nolint:containedctx // the context of the request
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
	b.watch.progressed()
	if b.done == b.size {
		b.watch.waits(b.answer)
	}
	b.sent(n)
	return n, nil
}

// end makes all further reads fail, and returns the error of the source, if there was one.
func (b *body) end() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.ended = true
	return b.failed
}
