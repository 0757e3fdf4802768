package webhooks_test

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox"
	"github.com/backlox/lox/webhooks"
)

// answers returns a Transport whose receivers answer with a status after some time.
func answers(status int, after time.Duration) transport {
	return func(ctx context.Context, d lox.Dispatch) webhooks.Answer {
		a := webhooks.Answer{Attempt: lox.Attempt{Number: d.Attempts + 1, At: time.Now()}}
		if after > 0 {
			select {
			case <-time.After(after):
			case <-ctx.Done():
				a.Error, a.Cause = "The attempt was broken off", ctx.Err()
				return a
			}
		}
		a.Latency = time.Since(a.At)
		a.Status = status
		return a
	}
}

// hangs is a receiver that never answers.
func hangs(ctx context.Context, d lox.Dispatch) webhooks.Answer {
	a := answers(0, webhooks.DefaultTimeout)(ctx, d)
	a.Error = "No answer within 15 seconds"
	return a
}

// average is randomness that doesn't change delays.
func average() float64 { return 0.5 }

// run runs a Dispatcher until stop is called, in a bubble of synctest: time passes there when all
// goroutines wait.
func run(t *testing.T, m *memory, out webhooks.Transport, cfg webhooks.Config) (stop func()) {
	t.Helper()
	if cfg.Random == nil {
		cfg.Random = average
	}
	stop = start(t, webhooks.NewDispatcher(m, out, discard, cfg))
	synctest.Wait()
	return stop
}

// start runs a Dispatcher until stop is called, or the test ends.
func start(t *testing.T, d *webhooks.Dispatcher) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		d.Run(ctx)
	}()
	stop = sync.OnceFunc(func() {
		cancel()
		<-done
	})
	t.Cleanup(stop)
	return stop
}

func pass(d time.Duration) {
	<-time.After(d)
	synctest.Wait()
}

func TestDeliverySucceedsAtOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m := newMemory()
		run(t, m, answers(http.StatusNoContent, 0), webhooks.Config{})
		id := m.send(m.hook("https://example.com"), 1)[0]
		synctest.Wait() // before any time has passed
		d := m.get(id)
		assert.Equal(t, lox.DeliverySucceeded, d.Status)
		assert.Nil(t, d.NextAt)
		assert.Len(t, m.attempts(id), 1)
		assert.Equal(t, 1, m.attempts(id)[0].Attempt.Number)
	})
}

// A delivery without a notification, for example because the process died, is found by polling.
func TestDeliveryWithoutNotification(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m := newMemory()
		run(t, m, answers(http.StatusOK, 0), webhooks.Config{})
		m.with(func() { m.watchers = nil })
		m.send(m.hook("https://example.com"), 1)
		pass(webhooks.DefaultPoll)
		assert.Zero(t, m.pending())
	})
}

func TestTwoProcessesSendEachDeliveryOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m := newMemory()
		m.latency = time.Millisecond
		var mu sync.Mutex
		sent := map[lox.DeliveryID]int{}
		out := transport(func(ctx context.Context, d lox.Dispatch) webhooks.Answer {
			mu.Lock()
			sent[d.ID]++
			mu.Unlock()
			return answers(http.StatusOK, 3*time.Millisecond)(ctx, d)
		})
		run(t, m, out, webhooks.Config{})
		run(t, m, out, webhooks.Config{})
		for range 50 {
			m.send(m.hook("https://example.com"), 40)
		}
		pass(time.Minute)
		assert.Zero(t, m.pending())
		assert.Len(t, sent, 2000)
		for _, times := range sent {
			assert.Equal(t, 1, times)
		}
	})
}

// A process that dies keeps its deliveries until their lease ends.
func TestAnotherProcessTakesOver(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m := newMemory()
		crash := run(t, m, transport(hangs), webhooks.Config{Grace: time.Nanosecond})
		id := m.send(m.hook("https://example.com"), 1)[0]
		begun := time.Now()
		pass(time.Second)
		crash()
		assert.Empty(t, m.attempts(id))

		run(t, m, answers(http.StatusOK, 0), webhooks.Config{})
		pass(webhooks.DefaultLease - 2*time.Second)
		assert.Equal(t, lox.DeliveryPending, m.get(id).Status)
		pass(webhooks.DefaultPoll)
		assert.Equal(t, lox.DeliverySucceeded, m.get(id).Status)
		assert.GreaterOrEqual(t, m.attempts(id)[0].Attempt.At.Sub(begun), webhooks.DefaultLease)
		assert.Equal(t, 1, m.attempts(id)[0].Attempt.Number, "what was broken off is no attempt")
	})
}

// The result of an attempt that takes longer than its lease isn't recorded.
func TestAttemptOutlivesLease(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m := newMemory()
		var sent atomic.Int32
		out := transport(func(ctx context.Context, d lox.Dispatch) webhooks.Answer {
			if sent.Add(1) == 1 {
				return answers(http.StatusInternalServerError, 90*time.Second)(ctx, d)
			}
			return answers(http.StatusOK, 45*time.Second)(ctx, d)
		})
		run(t, m, out, webhooks.Config{Lease: time.Minute})
		run(t, m, out, webhooks.Config{Lease: time.Minute})
		id := m.send(m.hook("https://example.com"), 1)[0]
		pass(5 * time.Minute)
		assert.EqualValues(t, 2, sent.Load())
		assert.Len(t, m.attempts(id), 1)
		assert.Equal(t, lox.DeliverySucceeded, m.get(id).Status)
	})
}

func TestStopWaitsForAttempts(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m := newMemory()
		stop := run(t, m, answers(http.StatusOK, 3*time.Second), webhooks.Config{PerWebhook: 1})
		m.send(m.hook("https://example.com"), 2)
		synctest.Wait()
		begun := time.Now()
		stop()
		assert.Equal(t, 3*time.Second, time.Since(begun))
		assert.Equal(t, 1, m.pending(), "the one that was not begun")
	})
}

func TestStopWaitsAtMostGracePeriod(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m := newMemory()
		stop := run(t, m, transport(hangs), webhooks.Config{})
		id := m.send(m.hook("https://example.com"), 1)[0]
		synctest.Wait()
		begun := time.Now()
		stop()
		assert.Equal(t, webhooks.DefaultGrace, time.Since(begun))
		assert.Empty(t, m.attempts(id))
	})
}

func TestOldDeliveriesAreRemoved(t *testing.T) {
	t.Parallel()
	m := newMemory()
	m.old = 2500
	d := webhooks.NewDispatcher(m, answers(http.StatusOK, 0), discard, webhooks.Config{})
	now := time.Now()
	for more := true; more; {
		var err error
		more, err = d.ForgetDeliveries(t.Context(), now)
		require.NoError(t, err)
	}
	assert.Zero(t, m.old)
	assert.Len(t, m.forgot, 4, "three batches, and a look")
	assert.Equal(t, now.Add(-30*24*time.Hour), m.forgot[0])
	m.down = errors.New("away")
	_, err := d.ForgetDeliveries(t.Context(), now)
	assert.ErrorIs(t, err, m.down)
}
