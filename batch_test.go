package lox_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/backlox/lox"
)

// bench is a Batcher whose batches a test observes and ends.
type bench struct {
	lox.Batcher[string, int, int]
	running chan []int    // the keys of each batch, when it begins
	end     chan struct{} // lets one batch end

	mu    sync.Mutex
	ended []error // of contexts, when each batch ended
}

func newBench(maxBatches, maxCalls int) *bench {
	b := &bench{running: make(chan []int, 99), end: make(chan struct{})}
	b.MaxBatches, b.MaxCalls, b.MaxWait = maxBatches, maxCalls, maxWait
	b.NoRetry = func(err error) bool { return errors.Is(err, errAway) }
	b.Run = func(ctx context.Context, _ string, calls []*lox.Call[int, int]) error {
		var keys []int
		for _, asked := range calls {
			keys = append(keys, asked.In)
		}
		b.running <- keys
		select {
		case <-b.end:
		case <-ctx.Done():
		}
		b.mu.Lock()
		b.ended = append(b.ended, ctx.Err())
		b.mu.Unlock()
		if slices.Contains(keys, broken) {
			panic("it broke")
		}
		for _, asked := range calls {
			if asked.Out = 10 * asked.In; asked.In < 0 {
				asked.Err = errors.New("negative")
			}
		}
		switch {
		case slices.Contains(keys, unavailable):
			return errAway
		case slices.Contains(keys, refused):
			return errors.New("refused")
		}
		return nil
	}
	return b
}

// running returns the number of running batches in all groups.
func running(b interface{ Load() (running, waiting int) }) int {
	n, _ := b.Load()
	return n
}

// Keys that fail, together with the whole batch that they are in.
const (
	broken      = 666
	refused     = 667
	unavailable = 668
)

const maxWait = time.Second

var errAway = errors.New("away")

type answered struct {
	value int
	err   error
}

// ask asks for keys in order, each in its own goroutine.
func (b *bench) ask(ctx context.Context, group string, keys ...int) []chan answered {
	var all []chan answered
	for _, key := range keys {
		answer := make(chan answered, 1)
		all = append(all, answer)
		go func() {
			value, err := b.Do(ctx, group, key)
			answer <- answered{value, err}
		}()
		synctest.Wait()
	}
	return all
}

func TestBatcherRunsWaitingCallsTogether(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := newBench(2, 3)
		answers := b.ask(t.Context(), "group", 1, 2, 3, 4, 5, -6)
		assert.Equal(t, []int{1}, <-b.running, "nothing waits while there is room")
		assert.Equal(t, []int{2}, <-b.running)
		assert.Empty(t, b.running)
		other := b.ask(t.Context(), "another group", 7)
		assert.Equal(t, []int{7}, <-b.running, "nor for another group")
		b.end <- struct{}{}
		assert.Equal(t, []int{3, 4, 5}, <-b.running, "together, in their order, and no more than may be")
		b.end <- struct{}{}
		assert.Equal(t, []int{-6}, <-b.running)
		for range 3 {
			b.end <- struct{}{}
		}
		for i, answer := range answers[:5] {
			assert.Equal(t, answered{value: 10 * (i + 1)}, <-answer)
		}
		assert.EqualError(t, (<-answers[5]).err, "negative")
		assert.Equal(t, 70, (<-other[0]).value)
		synctest.Wait()
		assert.Zero(t, running(b), "groups that run nothing are removed")
	})
}

func TestBatcherCancelledCallerReturns(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := newBench(1, 9)
		first := b.ask(t.Context(), "group", 1)
		assert.Equal(t, []int{1}, <-b.running)

		waiting, giveUp := context.WithCancel(t.Context())
		gone := b.ask(waiting, "group", 2)
		ctx, giveUpToo := context.WithCancel(t.Context())
		both := b.ask(ctx, "group", 3, 4)
		giveUp()
		assert.ErrorIs(t, (<-gone[0]).err, context.Canceled)
		b.end <- struct{}{}
		assert.Equal(t, 10, (<-first[0]).value)
		assert.Equal(t, []int{3, 4}, <-b.running, "who has given up is not asked for")

		giveUpToo()
		for _, answer := range both {
			assert.ErrorIs(t, (<-answer).err, context.Canceled)
		}
		synctest.Wait()
		assert.Equal(t, []error{nil, context.Canceled}, b.ended, "a run ends that nobody waits for")
		assert.Zero(t, running(b))
	})
}

func TestBatcherContinuesWithoutCancelledCaller(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := newBench(1, 9)
		first := b.ask(t.Context(), "group", 1)
		ctx, giveUp := context.WithCancel(t.Context())
		gone, stays := b.ask(ctx, "group", 2), b.ask(t.Context(), "group", 3)
		b.end <- struct{}{}
		<-first[0]
		giveUp()
		assert.ErrorIs(t, (<-gone[0]).err, context.Canceled)
		b.end <- struct{}{}
		assert.Equal(t, answered{value: 30}, <-stays[0])
		assert.Equal(t, []error{nil, nil}, b.ended)
	})
}

func TestBatcherSurvivesPanic(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := newBench(1, 9)
		first := b.ask(t.Context(), "group", 1)
		both := b.ask(t.Context(), "group", broken, 3)
		for range 4 { // the first one, both together, and each alone
			b.end <- struct{}{}
		}
		<-first[0]
		assert.ErrorContains(t, (<-both[0]).err, "it broke")
		assert.Equal(t, answered{value: 30}, <-both[1])
		last := b.ask(t.Context(), "group", 4)
		b.end <- struct{}{}
		assert.Equal(t, answered{value: 40}, <-last[0])
	})
}

// Many concurrent callers, some of whom are cancelled, each get their own answer.
func TestBatcherUnderLoad(t *testing.T) {
	t.Parallel()
	var c lox.Batcher[int, int, int]
	c.MaxBatches, c.MaxCalls, c.MaxWait = 2, 5, time.Minute
	c.Run = func(_ context.Context, group int, calls []*lox.Call[int, int]) error {
		for _, asked := range calls {
			asked.Out = group + 10*asked.In
		}
		return nil
	}
	var callers sync.WaitGroup
	for caller := range 64 {
		callers.Go(func() {
			for i := range 500 {
				ctx, cancel := context.WithCancel(t.Context())
				if i%7 == caller%7 {
					cancel()
				}
				value, err := c.Do(ctx, caller%3, caller)
				if err == nil {
					assert.Equal(t, caller%3+10*caller, value)
				} else {
					assert.ErrorIs(t, err, context.Canceled)
				}
				cancel()
			}
		})
	}
	callers.Wait()
	// The last batches may be of cancelled callers.
	assert.Eventually(t, func() bool { return running(&c) == 0 }, 30*time.Second, time.Millisecond)
}

// A stuck batch delays waiting calls by no more than MaxWait.
func TestBatcherRunsNextBatchBesideStuckOne(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := newBench(1, 9)
		stuck := b.ask(t.Context(), "group", 1)
		assert.Equal(t, []int{1}, <-b.running)
		began := time.Now()
		both := b.ask(t.Context(), "group", 2, 3)
		assert.Equal(t, []int{2, 3}, <-b.running)
		assert.Equal(t, maxWait, time.Since(began))
		var more []chan answered
		for n := range 3 {
			more = append(more, b.ask(t.Context(), "group", 10+n)...)
			assert.Equal(t, []int{10 + n}, <-b.running)
		}
		more = append(more, b.ask(t.Context(), "group", 20, 21)...)
		<-time.After(3 * maxWait) // of the bubble's clock
		synctest.Wait()
		assert.Empty(t, b.running, "no more than so many are beside it")
		for range 6 {
			b.end <- struct{}{}
		}
		assert.Equal(t, []int{20, 21}, <-b.running)
		for _, answer := range append(append(both, stuck...), more...) {
			assert.NoError(t, (<-answer).err)
		}
		synctest.Wait()
		assert.Zero(t, running(b))
	})
}

func TestBatcherCloseWaitsForCalls(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := newBench(1, 1)
		b.Wait() // there is nothing to wait for
		answers := b.ask(t.Context(), "group", 1, 2)
		answers = append(answers, b.ask(t.Context(), "another group", 3)...)
		waited := make(chan struct{})
		go func() {
			b.Wait()
			close(waited)
		}()
		for range answers {
			synctest.Wait()
			select {
			case <-waited:
				assert.Fail(t, "a batch is under way")
			default:
			}
			b.end <- struct{}{}
		}
		<-waited
		assert.Zero(t, running(b))
	})
}

// A call that makes its batch fail costs the others one more run each.
func TestBatcherRunsFailedBatchOneByOne(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := newBench(1, 9)
		first := b.ask(t.Context(), "group", 1)
		together := b.ask(t.Context(), "group", 2, refused, 3)
		for range 5 { // the first one, all together, and each alone
			b.end <- struct{}{}
		}
		<-first[0]
		assert.Equal(t, answered{value: 20}, <-together[0])
		assert.EqualError(t, (<-together[1]).err, "refused")
		assert.Equal(t, answered{value: 30}, <-together[2])

		first = b.ask(t.Context(), "group", 1)
		together = b.ask(t.Context(), "group", 2, unavailable)
		for range 2 {
			b.end <- struct{}{}
		}
		<-first[0]
		for _, answer := range together {
			assert.ErrorIs(t, (<-answer).err, errAway)
		}
	})
}
