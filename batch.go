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

// Batcher runs calls that wait at the same time as one batch. In each group at most
// MaxBatches batches run at once. A call starts at once, as a batch of its own, if its
// group runs fewer than that. Otherwise it waits until a batch ends, and then runs in one
// batch with the other calls that wait. So no call waits without need, and a call costs
// less the more calls there are.
//
// A batch begins after all of its calls were made, so its reads are never older than its
// calls. Set the fields before the first call. Their zero values are not usable.
type Batcher[G comparable, In, Out any] struct {
	// MaxBatches is how many batches a group runs at once, MaxCalls how many calls a batch
	// has at most.
	MaxBatches, MaxCalls int
	// MaxWait is how long calls wait for a batch to end. After it they start another batch,
	// unless the group runs extraBatches beyond MaxBatches already.
	MaxWait time.Duration
	// Run answers calls. If it returns an error for a batch of several calls, each call is run
	// once more, alone, unless NoRetry returns true for the error. A batch of one call may run
	// in the context of its caller. Others run in a context that ends when all callers have
	// given up.
	Run func(ctx context.Context, group G, calls []*Call[In, Out]) error
	// NoRetry reports whether the calls of a failed batch must not be run again one by one.
	NoRetry func(error) bool

	mu     sync.Mutex
	groups map[G]*batchGroup[In, Out] // those that run a batch
	idle   sync.Cond                  // for Wait: groups is empty
}

// extraBatches is how many batches beyond MaxBatches a group runs at most while some take
// longer than MaxWait.
const extraBatches = 4

type batchGroup[In, Out any] struct {
	running int
	waiting []*Call[In, Out]
	// timer fires when calls have waited for MaxWait. Nil until a call has to wait.
	timer *time.Timer
}

// Call is a question and its answer.
type Call[In, Out any] struct {
	In  In
	Out Out
	Err error

	done  chan struct{}
	batch *batch // nil while the call waits
}

// batch is a running batch of calls that have waited.
type batch struct {
	callers int // those that haven't given up
	cancel  context.CancelFunc
}

// Do runs a call and returns its answer, or the error of ctx if that ends first.
func (b *Batcher[G, In, Out]) Do(ctx context.Context, group G, in In) (Out, error) {
	c := &Call[In, Out]{In: in}
	b.mu.Lock()
	g := b.groups[group]
	if g == nil {
		if b.groups == nil {
			b.groups = map[G]*batchGroup[In, Out]{}
		}
		g = &batchGroup[In, Out]{}
		b.groups[group] = g
	}
	if g.running < b.MaxBatches {
		g.running++
		b.mu.Unlock()
		defer b.batchEnded(group, g)
		b.runWithRetry(ctx, group, []*Call[In, Out]{c})
		return c.Out, c.Err
	}
	c.done = make(chan struct{})
	b.enqueue(group, g, c)
	b.mu.Unlock()
	select {
	case <-c.done:
		return c.Out, c.Err
	case <-ctx.Done():
		b.giveUp(g, c)
		var none Out
		return none, ctx.Err()
	}
}

// enqueue adds a call to those that wait. The caller holds the mutex.
func (b *Batcher[G, In, Out]) enqueue(group G, g *batchGroup[In, Out], c *Call[In, Out]) {
	g.waiting = append(g.waiting, c)
	switch {
	case len(g.waiting) > 1:
	case g.timer == nil:
		g.timer = time.AfterFunc(b.MaxWait, func() { b.waitedTooLong(group, g) })
	default:
		g.timer.Reset(b.MaxWait)
	}
}

// waitedTooLong starts a batch although none has ended.
func (b *Batcher[G, In, Out]) waitedTooLong(group G, g *batchGroup[In, Out]) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(g.waiting) == 0 {
		return
	}
	if g.running < b.MaxBatches+extraBatches {
		g.running++
		b.start(group, g)
	}
	if len(g.waiting) > 0 {
		g.timer.Reset(b.MaxWait)
	}
}

// batchEnded starts the next batch in place of one that has ended.
func (b *Batcher[G, In, Out]) batchEnded(group G, g *batchGroup[In, Out]) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(g.waiting) > 0 && g.running <= b.MaxBatches {
		b.start(group, g)
		return
	}
	if g.running--; g.running == 0 {
		if g.timer != nil {
			g.timer.Stop()
		}
		delete(b.groups, group)
		if len(b.groups) == 0 {
			b.idle.Broadcast()
		}
	}
}

// start runs the calls that have waited longest, in a goroutine. The caller holds the mutex
// and has counted the batch in g.running.
func (b *Batcher[G, In, Out]) start(group G, g *batchGroup[In, Out]) {
	n := min(len(g.waiting), b.MaxCalls)
	calls := g.waiting[:n:n]
	g.waiting = g.waiting[n:]
	if len(g.waiting) > 0 {
		g.timer.Reset(b.MaxWait)
	}
	ctx, cancel := context.WithCancel(context.Background())
	started := &batch{callers: n, cancel: cancel}
	for _, c := range calls {
		c.batch = started
	}
	go func() {
		defer b.batchEnded(group, g)
		defer cancel()
		b.runWithRetry(ctx, group, calls)
		for _, c := range calls {
			close(c.done)
		}
		// Let the answered callers run: one that makes its next call at once joins the next batch.
		runtime.Gosched()
	}()
}

// runWithRetry runs a batch. If the whole batch fails, it runs each of its calls alone.
func (b *Batcher[G, In, Out]) runWithRetry(ctx context.Context, group G, calls []*Call[In, Out]) {
	err := b.run(ctx, group, calls)
	if err == nil {
		return
	}
	retry := len(calls) > 1 && ctx.Err() == nil && !b.NoRetry(err)
	for _, c := range calls {
		c.Err = err
		if retry {
			c.Err = nil
			if err := b.run(ctx, group, []*Call[In, Out]{c}); err != nil {
				c.Err = err
			}
		}
	}
}

// run calls Run and returns a panic as an error: a panic in a goroutine of the Batcher
// would end the process.
func (b *Batcher[G, In, Out]) run(ctx context.Context, group G, calls []*Call[In, Out]) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	return b.Run(ctx, group, calls)
}

func (b *Batcher[G, In, Out]) giveUp(g *batchGroup[In, Out], c *Call[In, Out]) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if c.batch == nil {
		g.waiting = slices.DeleteFunc(g.waiting, func(other *Call[In, Out]) bool { return other == c })
	} else if c.batch.callers--; c.batch.callers == 0 {
		c.batch.cancel()
	}
}

// Load returns how many batches run in all groups, and how many calls wait for a batch to
// end.
func (b *Batcher[G, In, Out]) Load() (running, waiting int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, g := range b.groups {
		running += g.running
		waiting += len(g.waiting)
	}
	return running, waiting
}

// Wait returns when no batch runs in any group. If Do isn't called any more, Run isn't
// called after Wait has returned.
func (b *Batcher[G, In, Out]) Wait() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.idle.L = &b.mu
	for len(b.groups) > 0 {
		b.idle.Wait()
	}
}
