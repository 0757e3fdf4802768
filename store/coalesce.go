package store

import (
	"context"
	"fmt"
	"runtime/debug"
	"slices"
	"sync"
)

// coalescer has what is asked for at the same moment done at once. In each lane a
// few runs may be under way; what comes while they are waits for one of them to
// end, and then goes together in the next. So nothing waits while there is
// nothing to wait for, and the more there is to do, the less each of it costs.
//
// A run begins after everything in it was asked for, so that what it reads is no
// older than the question.
type coalescer[L comparable, K, V any] struct {
	width int // how many runs may be under way in a lane
	most  int // how much goes into one run
	// run fills in the answers. A call that is alone runs in the caller's own
	// context, others in one that ends when nobody waits for them any more.
	run func(ctx context.Context, lane L, calls []*call[K, V])

	mu    sync.Mutex
	lanes map[L]*lane[K, V] // those in which something is under way
}

type lane[K, V any] struct {
	runs    int
	waiting []*call[K, V]
}

// call is a question, and its answer.
type call[K, V any] struct {
	key   K
	value V
	err   error

	done chan struct{}
	in   *run // nil while it waits
}

// run is one that is under way for several callers.
type run struct {
	callers int // who haven't given up
	cancel  context.CancelFunc
}

// do asks, and waits for the answer.
func (c *coalescer[L, K, V]) do(ctx context.Context, at L, key K) (V, error) {
	c.mu.Lock()
	l := c.lanes[at]
	if l == nil {
		if c.lanes == nil {
			c.lanes = map[L]*lane[K, V]{}
		}
		l = &lane[K, V]{}
		c.lanes[at] = l
	}
	asked := &call[K, V]{key: key}
	if l.runs < c.width {
		l.runs++
		c.mu.Unlock()
		defer c.next(at, l)
		c.run(ctx, at, []*call[K, V]{asked})
		return asked.value, asked.err
	}
	asked.done = make(chan struct{})
	l.waiting = append(l.waiting, asked)
	c.mu.Unlock()
	select {
	case <-asked.done:
		return asked.value, asked.err
	case <-ctx.Done():
		c.giveUp(l, asked)
		var none V
		return none, ctx.Err()
	}
}

// next takes the place of a run that has ended.
func (c *coalescer[L, K, V]) next(at L, l *lane[K, V]) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(l.waiting) == 0 {
		if l.runs--; l.runs == 0 {
			delete(c.lanes, at)
		}
		return
	}
	n := min(len(l.waiting), c.most)
	calls := l.waiting[:n:n]
	l.waiting = l.waiting[n:]
	ctx, cancel := context.WithCancel(context.Background())
	r := &run{callers: n, cancel: cancel}
	for _, asked := range calls {
		asked.in = r
	}
	go func() {
		defer c.next(at, l)
		defer cancel()
		c.together(ctx, at, calls)
	}()
}

func (c *coalescer[L, K, V]) together(ctx context.Context, at L, calls []*call[K, V]) {
	defer func() {
		// Nobody else would catch it here, and it would end the process.
		if p := recover(); p != nil {
			fail(calls, fmt.Errorf("panic: %v\n%s", p, debug.Stack()))
		}
		for _, asked := range calls {
			close(asked.done)
		}
	}()
	c.run(ctx, at, calls)
}

func (c *coalescer[L, K, V]) giveUp(l *lane[K, V], asked *call[K, V]) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if asked.in == nil {
		l.waiting = slices.DeleteFunc(l.waiting, func(other *call[K, V]) bool { return other == asked })
	} else if asked.in.callers--; asked.in.callers == 0 {
		asked.in.cancel()
	}
}

// fail answers all calls with an error.
func fail[K, V any](calls []*call[K, V], err error) {
	for _, asked := range calls {
		asked.err = err
	}
}
