package disk

import (
	"context"
	"errors"
	"sync"

	"github.com/backlox/lox"
)

// Why an upload is not admitted, or ended.
var (
	errBusy    = errors.New("another upload of this backup is under way")
	errNoRoom  = errors.New("the disk has no room for the upload")
	errDeleted = errors.New("the backup was deleted")
	errClosing = errors.New("the server is stopping")
)

// ledger knows all uploads that are under way and what room they still need, so
// that no two of them are given the same room.
type ledger struct {
	spare int64 // bytes that stay free; negative: none
	free  func() (int64, error)

	mu      sync.Mutex
	closed  bool
	entries map[string]*entry
	// promised is what admitted uploads have still to write, in bytes.
	promised int64
	idle     sync.WaitGroup
}

// entry is an upload, or a deletion, of one object.
type entry struct {
	ctx    context.Context //nolint:containedctx // ends with the upload
	cancel context.CancelCauseFunc
	done   chan struct{}
	left   int64 // bytes that are promised to it
	// lasting is set once it was under way at a tick of Store.watch.
	lasting bool
}

func newLedger(spare int64, free func() (int64, error)) *ledger {
	return &ledger{spare: spare, free: free, entries: map[string]*entry{}}
}

// begin admits an upload, which must call reserve before it writes, and end.
func (l *ledger) begin(ctx context.Context, key string) (*entry, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return nil, errClosing
	}
	if e := l.entries[key]; e != nil {
		if errors.Is(context.Cause(e.ctx), errDeleted) {
			return nil, errDeleted
		}
		return nil, errBusy
	}
	return l.add(ctx, key), nil
}

func (l *ledger) add(ctx context.Context, key string) *entry {
	e := &entry{done: make(chan struct{})}
	e.ctx, e.cancel = context.WithCancelCause(ctx)
	l.entries[key] = e
	l.idle.Add(1)
	return e
}

// reserve promises an upload the room for size bytes, which nobody else gets then.
func (l *ledger) reserve(e *entry, size int64) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if err := l.fits(size); err != nil {
		return err
	}
	e.left += size
	l.promised += size
	return nil
}

// fits reports whether there is room for size bytes beside what is promised.
func (l *ledger) fits(size int64) error {
	if l.spare < 0 {
		return nil
	}
	free, err := l.free()
	if err != nil {
		return err
	}
	if free-l.promised-l.spare < size {
		return errNoRoom
	}
	return nil
}

// hasRoom reports whether an upload of size bytes would get its room now.
func (l *ledger) hasRoom(size int64) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.fits(size)
}

// wrote notes that bytes of an upload are on the disk, where they count as taken.
func (l *ledger) wrote(e *entry, n int64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	e.left -= n
	l.promised -= n
}

// end gives back what an upload didn't use.
func (l *ledger) end(key string, e *entry) {
	e.cancel(nil)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.promised -= e.left
	delete(l.entries, key)
	close(e.done)
	l.idle.Done()
}

// cancel ends the upload of an object that is under way, without waiting for it.
func (l *ledger) cancel(key string, cause error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if e := l.entries[key]; e != nil {
		e.cancel(cause)
	}
}

// lasting returns the uploads that were under way when it was last called, too.
func (l *ledger) lasting() map[string]*entry {
	l.mu.Lock()
	defer l.mu.Unlock()
	lasting := map[string]*entry{}
	for key, e := range l.entries {
		if e.lasting {
			lasting[key] = e
		}
		e.lasting = true
	}
	return lasting
}

// stop ends the upload of an object that is under way, waits for that, and keeps
// others from beginning until release is called.
func (l *ledger) stop(ctx context.Context, key string) (release func(), err error) {
	for {
		l.mu.Lock()
		e := l.entries[key]
		if e == nil {
			mine := l.add(ctx, key)
			mine.cancel(errDeleted) // which is what begin tells others
			l.mu.Unlock()
			return func() { l.end(key, mine) }, nil
		}
		l.mu.Unlock()
		e.cancel(errDeleted)
		select {
		case <-e.done:
		case <-ctx.Done():
			return nil, lox.Errorf(lox.CodeUnavailable, "An upload of the backup could not be ended in time, try again later").
				Because(ctx.Err())
		}
	}
}

// close ends all uploads and waits for them.
func (l *ledger) close(ctx context.Context) error {
	l.mu.Lock()
	l.closed = true
	for _, e := range l.entries {
		e.cancel(errClosing)
	}
	l.mu.Unlock()
	done := make(chan struct{})
	go func() {
		l.idle.Wait()
		close(done)
	}()
	select {
	case <-done:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
