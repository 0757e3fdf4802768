package store

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
)

// bench is a coalescer whose runs a test watches and ends.
type bench struct {
	coalescer[string, int, int]
	running chan []int    // keys, as each run begins
	end     chan struct{} // lets one run end

	mu    sync.Mutex
	ended []error // of contexts, as each run ended
}

func newBench(width, most int) *bench {
	b := &bench{running: make(chan []int, 99), end: make(chan struct{})}
	b.width, b.most = width, most
	b.run = func(ctx context.Context, _ string, calls []*call[int, int]) {
		var keys []int
		for _, asked := range calls {
			keys = append(keys, asked.key)
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
			if asked.value = 10 * asked.key; asked.key < 0 {
				asked.err = errors.New("negative")
			}
		}
	}
	return b
}

const broken = 666

type answered struct {
	value int
	err   error
}

// ask asks for keys in their order, each in a goroutine of its own.
func (b *bench) ask(ctx context.Context, lane string, keys ...int) []chan answered {
	var all []chan answered
	for _, key := range keys {
		answer := make(chan answered, 1)
		all = append(all, answer)
		go func() {
			value, err := b.do(ctx, lane, key)
			answer <- answered{value, err}
		}()
		synctest.Wait()
	}
	return all
}

func TestCoalescerRunsTogetherWhatWaits(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := newBench(2, 3)
		answers := b.ask(t.Context(), "lane", 1, 2, 3, 4, 5, -6)
		assert.Equal(t, []int{1}, <-b.running, "nothing waits while there is room")
		assert.Equal(t, []int{2}, <-b.running)
		assert.Empty(t, b.running)
		other := b.ask(t.Context(), "another lane", 7)
		assert.Equal(t, []int{7}, <-b.running, "nor for another lane")
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
		assert.Empty(t, b.lanes, "nothing is kept of lanes in which nothing happens")
	})
}

func TestCoalescerLetsCallersGiveUp(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := newBench(1, 9)
		first := b.ask(t.Context(), "lane", 1)
		assert.Equal(t, []int{1}, <-b.running)

		waiting, giveUp := context.WithCancel(t.Context())
		gone := b.ask(waiting, "lane", 2)
		ctx, giveUpToo := context.WithCancel(t.Context())
		both := b.ask(ctx, "lane", 3, 4)
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
		assert.Empty(t, b.lanes)
	})
}

func TestCoalescerGoesOnWithoutOneCaller(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := newBench(1, 9)
		first := b.ask(t.Context(), "lane", 1)
		ctx, giveUp := context.WithCancel(t.Context())
		gone, stays := b.ask(ctx, "lane", 2), b.ask(t.Context(), "lane", 3)
		b.end <- struct{}{}
		<-first[0]
		giveUp()
		assert.ErrorIs(t, (<-gone[0]).err, context.Canceled)
		b.end <- struct{}{}
		assert.Equal(t, answered{value: 30}, <-stays[0])
		assert.Equal(t, []error{nil, nil}, b.ended)
	})
}

func TestCoalescerSurvivesAPanic(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := newBench(1, 9)
		first := b.ask(t.Context(), "lane", 1)
		both := b.ask(t.Context(), "lane", broken, 3)
		for range 2 {
			b.end <- struct{}{}
		}
		<-first[0]
		for _, answer := range both {
			assert.ErrorContains(t, (<-answer).err, "it broke")
		}
		last := b.ask(t.Context(), "lane", 4)
		b.end <- struct{}{}
		assert.Equal(t, answered{value: 40}, <-last[0])
	})
}

// Many callers at once, some of whom give up, each get their own answer.
func TestCoalescerUnderLoad(t *testing.T) {
	t.Parallel()
	var c coalescer[int, int, int]
	c.width, c.most = 2, 5
	c.run = func(_ context.Context, lane int, calls []*call[int, int]) {
		for _, asked := range calls {
			asked.value = lane + 10*asked.key
		}
	}
	var callers sync.WaitGroup
	for caller := range 64 {
		callers.Go(func() {
			for i := range 500 {
				ctx, cancel := context.WithCancel(t.Context())
				if i%7 == caller%7 {
					cancel()
				}
				value, err := c.do(ctx, caller%3, caller)
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
	// The last runs may be of callers who have given up.
	assert.Eventually(t, func() bool {
		c.mu.Lock()
		defer c.mu.Unlock()
		return len(c.lanes) == 0
	}, 30*time.Second, time.Millisecond)
}
