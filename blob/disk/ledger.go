package disk

import (
	"context"
	"errors"
	"maps"
	"slices"
	"sync"

	"github.com/backlox/lox"
)

// Errors of uploads that aren't admitted, or that are ended early.
var (
	errBusy    = errors.New("another upload of this backup is under way")
	errNoSpace = errors.New("the disk has no space for the upload")
	errDeleted = errors.New("the backup was deleted")
	errEnded   = errors.New("the parts are being assembled")
	errClosing = errors.New("the server is stopping")
)

// ledger knows all running uploads and how much space each still needs, so that two
// uploads never count on the same free space.
type ledger struct {
	spare int64 // bytes that stay free; negative: none
	free  func() (int64, error)

	mu     sync.Mutex
	closed bool
	// objects are the objects with running uploads or a hold.
	objects map[string]*object
	// promised is how many bytes admitted uploads have not written yet.
	promised int64
	idle     sync.WaitGroup
}

// object has the running uploads of one object, of the whole object or of its parts, and the hold that prevents
// new ones.
type object struct {
	uploads map[int]*entry // by the number of the part; 0 is the object itself
	held    *hold
}

// hold is an operation that excludes uploads of an object, such as its deletion.
type hold struct {
	cause error // the error of the uploads that are ended or refused
	done  chan struct{}
}

// entry is an upload of an object, or of one of its parts.
type entry struct {
	ctx    context.Context //nolint:containedctx // ends with the upload
	cancel context.CancelCauseFunc
	done   chan struct{}
	left   int64 // bytes that are promised to it and not written yet
	// lasting is set when the upload was running at a tick of Store.watch.
	lasting bool
}

func newLedger(spare int64, free func() (int64, error)) *ledger {
	return &ledger{spare: spare, free: free, objects: map[string]*object{}}
}

// begin admits an upload of a part, or of the object itself if part is 0. The caller must call reserve before it
// writes, and end afterwards. Different parts of one object may be uploaded at the same time, but not the same
// part twice.
func (l *ledger) begin(ctx context.Context, key string, part int) (*entry, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return nil, errClosing
	}
	o := l.objects[key]
	if o == nil {
		o = l.add(key)
	}
	if o.held != nil {
		return nil, o.held.cause
	}
	for other, e := range o.uploads {
		if other != part && other != 0 && part != 0 {
			continue
		}
		if errors.Is(context.Cause(e.ctx), errDeleted) {
			return nil, errDeleted
		}
		return nil, errBusy
	}
	e := &entry{done: make(chan struct{})}
	e.ctx, e.cancel = context.WithCancelCause(ctx)
	o.uploads[part] = e
	l.idle.Add(1)
	return e, nil
}

func (l *ledger) add(key string) *object {
	o := &object{uploads: map[int]*entry{}}
	l.objects[key] = o
	return o
}

// tidy removes an object without uploads and holds.
func (l *ledger) tidy(key string) {
	if o := l.objects[key]; len(o.uploads) == 0 && o.held == nil {
		delete(l.objects, key)
	}
}

// reserve reserves space for size bytes for an upload.
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

// fits reports whether there is space for size bytes in addition to what is promised.
func (l *ledger) fits(size int64) error {
	if l.spare < 0 {
		return nil
	}
	free, err := l.free()
	if err != nil {
		return err
	}
	if free-l.promised-l.spare < size {
		return errNoSpace
	}
	return nil
}

// hasSpace reports whether an upload of size bytes would get its space now.
func (l *ledger) hasSpace(size int64) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.fits(size)
}

// wrote records that bytes of an upload were written: they are no longer promised, because
// the free space of the disk no longer includes them.
func (l *ledger) wrote(e *entry, n int64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	e.left -= n
	l.promised -= n
}

// end releases the space that an upload has reserved and not used.
func (l *ledger) end(key string, part int, e *entry) {
	e.cancel(nil)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.promised -= e.left
	delete(l.objects[key].uploads, part)
	l.tidy(key)
	close(e.done)
	l.idle.Done()
}

// cancel ends the running uploads of an object and its parts, without waiting for them.
func (l *ledger) cancel(key string, cause error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if o := l.objects[key]; o != nil {
		o.cancel(cause)
	}
}

func (o *object) cancel(cause error) {
	for _, e := range o.uploads {
		e.cancel(cause)
	}
}

// lasting returns the uploads that were already running at the previous call.
func (l *ledger) lasting() map[string][]*entry {
	l.mu.Lock()
	defer l.mu.Unlock()
	lasting := map[string][]*entry{}
	for key, o := range l.objects {
		for _, e := range o.uploads {
			if e.lasting {
				lasting[key] = append(lasting[key], e)
			}
			e.lasting = true
		}
	}
	return lasting
}

// stop ends the running uploads of an object and its parts, waits for their end, and prevents
// new ones until release is called. The uploads fail with the cause.
func (l *ledger) stop(ctx context.Context, key string, cause error) (release func(), err error) {
	mine := &hold{cause, make(chan struct{})}
	for {
		other, ending := l.hold(key, mine)
		if other != nil {
			if err := ended(ctx, other.done); err != nil {
				return nil, err
			}
			continue
		}
		release = func() { l.release(key, mine) }
		for _, e := range ending {
			if err := ended(ctx, e.done); err != nil {
				release()
				return nil, err
			}
		}
		return release, nil
	}
}

// hold sets the hold of an object, and returns the uploads that it ends. If the object already has another hold,
// it returns that one and changes nothing.
func (l *ledger) hold(key string, mine *hold) (other *hold, ending []*entry) {
	l.mu.Lock()
	defer l.mu.Unlock()
	o := l.objects[key]
	if o == nil {
		o = l.add(key)
	}
	if o.held != nil {
		return o.held, nil
	}
	o.held = mine
	l.idle.Add(1)
	o.cancel(mine.cause)
	return nil, slices.Collect(maps.Values(o.uploads))
}

func (l *ledger) release(key string, mine *hold) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.objects[key].held = nil
	l.tidy(key)
	close(mine.done)
	l.idle.Done()
}

func ended(ctx context.Context, done <-chan struct{}) error {
	select {
	case <-done:
		return nil
	case <-ctx.Done():
		return lox.Errorf(lox.CodeUnavailable, "An upload of the backup could not be ended in time, try again later").
			Because(ctx.Err())
	}
}

// close ends all uploads and waits for them.
func (l *ledger) close(ctx context.Context) error {
	l.mu.Lock()
	l.closed = true
	for _, o := range l.objects {
		o.cancel(errClosing)
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
