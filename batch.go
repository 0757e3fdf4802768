package lox

import (
	"context"
	"fmt"
	"runtime"
	"runtime/debug"
	"slices"
	"sync"
	"time"
)

// Batcher does together what is asked for at the same moment. In each lane a few
// batches may be under way. A call that finds room for another batch goes at once, alone.
// What comes while there is none waits for a batch to end, and then goes together. So
// nothing waits while there is nothing to wait for, and the more there is to do, the less
// each call costs.
//
// A batch begins after everything in it was asked for, so what it reads is no older than
// the question. Set the fields before the first call; the zero values are not usable.
type Batcher[L comparable, In, Out any] struct {
	// Width is how many batches may be under way in a lane, Most how many calls go into
	// one.
	Width, Most int
	// Patience is how long calls wait for a batch to end. After it they go beside the one
	// that is stuck, as long as no more than stuckBatches are.
	Patience time.Duration
	// Run answers calls. An error is that of all of them; each is then run once more, alone, unless
	// Hopeless says that it would be in vain. A batch of one runs in the caller's context, others in
	// one that ends when nobody waits for them any more.
	Run func(ctx context.Context, lane L, calls []*Call[In, Out]) error
	// Hopeless reports errors that have nothing to do with one of the calls.
	Hopeless func(error) bool

	mu    sync.Mutex
	lanes map[L]*lane[In, Out] // those in which something is under way
	idle  sync.Cond            // for Wait: there are no lanes
}

// stuckBatches is how many batches more than Width may be under way in a lane while
// some take longer than Patience.
const stuckBatches = 4

type lane[In, Out any] struct {
	batches int
	waiting []*Call[In, Out]
	// late goes off when calls have waited for Patience. Nil as long as none had to wait.
	late *time.Timer
}

// Call is a question and its answer.
type Call[In, Out any] struct {
	In  In
	Out Out
	Err error

	done chan struct{}
	in   *batch // nil while it waits
}

// batch is one that is under way for several callers.
type batch struct {
	callers int // who haven't given up
	cancel  context.CancelFunc
}

// Do asks, and waits for the answer, no longer than ctx allows.
func (b *Batcher[L, In, Out]) Do(ctx context.Context, at L, in In) (Out, error) {
	c := &Call[In, Out]{In: in}
	b.mu.Lock()
	l := b.lanes[at]
	if l == nil {
		if b.lanes == nil {
			b.lanes = map[L]*lane[In, Out]{}
		}
		l = &lane[In, Out]{}
		b.lanes[at] = l
	}
	if l.batches < b.Width {
		l.batches++
		b.mu.Unlock()
		defer b.next(at, l)
		b.contained(ctx, at, []*Call[In, Out]{c})
		return c.Out, c.Err
	}
	c.done = make(chan struct{})
	b.wait(at, l, c)
	b.mu.Unlock()
	select {
	case <-c.done:
		return c.Out, c.Err
	case <-ctx.Done():
		b.giveUp(l, c)
		var none Out
		return none, ctx.Err()
	}
}

// wait has a call wait for its turn. The caller holds the mutex.
func (b *Batcher[L, In, Out]) wait(at L, l *lane[In, Out], c *Call[In, Out]) {
	l.waiting = append(l.waiting, c)
	switch {
	case len(l.waiting) > 1:
	case l.late == nil:
		l.late = time.AfterFunc(b.Patience, func() { b.pass(at, l) })
	default:
		l.late.Reset(b.Patience)
	}
}

// pass begins a batch beside those that are stuck.
func (b *Batcher[L, In, Out]) pass(at L, l *lane[In, Out]) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(l.waiting) == 0 {
		return
	}
	if l.batches < b.Width+stuckBatches {
		l.batches++
		b.begin(at, l)
	}
	if len(l.waiting) > 0 {
		l.late.Reset(b.Patience)
	}
}

// next takes the place of a batch that has ended.
func (b *Batcher[L, In, Out]) next(at L, l *lane[In, Out]) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(l.waiting) > 0 && l.batches <= b.Width {
		b.begin(at, l)
		return
	}
	if l.batches--; l.batches == 0 {
		if l.late != nil {
			l.late.Stop()
		}
		delete(b.lanes, at)
		if len(b.lanes) == 0 {
			b.idle.Broadcast()
		}
	}
}

// begin runs the calls that have waited the longest. The caller holds the mutex, and has
// counted the batch.
func (b *Batcher[L, In, Out]) begin(at L, l *lane[In, Out]) {
	n := min(len(l.waiting), b.Most)
	calls := l.waiting[:n:n]
	l.waiting = l.waiting[n:]
	if len(l.waiting) > 0 {
		l.late.Reset(b.Patience)
	}
	ctx, cancel := context.WithCancel(context.Background())
	under := &batch{callers: n, cancel: cancel}
	for _, c := range calls {
		c.in = under
	}
	go func() {
		defer b.next(at, l)
		defer cancel()
		b.contained(ctx, at, calls)
		for _, c := range calls {
			close(c.done)
		}
		// Who was answered and asks at once can still join the next batch.
		runtime.Gosched()
	}()
}

// contained runs a batch, and if that fails as a whole, each of its calls alone.
func (b *Batcher[L, In, Out]) contained(ctx context.Context, at L, calls []*Call[In, Out]) {
	err := b.recovered(ctx, at, calls)
	if err == nil {
		return
	}
	alone := len(calls) > 1 && ctx.Err() == nil && !b.Hopeless(err)
	for _, c := range calls {
		c.Err = err
		if alone {
			c.Err = nil
			if err := b.recovered(ctx, at, []*Call[In, Out]{c}); err != nil {
				c.Err = err
			}
		}
	}
}

// recovered runs a batch, with a panic as an error: in a goroutine of its own it would
// end the process.
func (b *Batcher[L, In, Out]) recovered(ctx context.Context, at L, calls []*Call[In, Out]) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	return b.Run(ctx, at, calls)
}

func (b *Batcher[L, In, Out]) giveUp(l *lane[In, Out], c *Call[In, Out]) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if c.in == nil {
		l.waiting = slices.DeleteFunc(l.waiting, func(other *Call[In, Out]) bool { return other == c })
	} else if c.in.callers--; c.in.callers == 0 {
		c.in.cancel()
	}
}

// Load tells how many batches are under way in all lanes, and how many calls wait for one of
// them to end.
func (b *Batcher[L, In, Out]) Load() (running, waiting int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, l := range b.lanes {
		running += l.batches
		waiting += len(l.waiting)
	}
	return running, waiting
}

// Wait returns when no batch is under way, in any lane. Who has stopped calling Do knows then
// that Run isn't called any more.
func (b *Batcher[L, In, Out]) Wait() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.idle.L = &b.mu
	for len(b.lanes) > 0 {
		b.idle.Wait()
	}
}
