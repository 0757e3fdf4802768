package ratelimit

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/ulule/limiter/v3"
)

var errDown = errors.New("connection refused")

// broken is a Redis as a test wants it.
type broken struct {
	calls, pings atomic.Int64
	down         atomic.Bool
	take         func(context.Context) error // what Take does, if not nil
}

func (b *broken) Take(ctx context.Context, _ string, rates ...limiter.Rate) (bool, []Window, error) {
	b.calls.Add(1)
	if b.take != nil {
		return false, nil, b.take(ctx)
	}
	if b.down.Load() {
		return false, nil, errDown
	}
	return true, make([]Window, len(rates)), nil
}

func (b *broken) PeekAll(ctx context.Context, key string, rates ...limiter.Rate) (bool, []Window, error) {
	return b.Take(ctx, key, rates...)
}

func (b *broken) Exchange(ctx context.Context, _ Refund, key string, rates ...limiter.Rate) (bool, []Window, error) {
	return b.Take(ctx, key, rates...)
}

func (b *broken) Ping(context.Context) error {
	b.pings.Add(1)
	if b.down.Load() {
		return errDown
	}
	return nil
}

// inBubble runs a test with a fallback over a broken Redis, and a clock that
// moves when everyone waits.
func inBubble(t *testing.T, b *broken, test func(t *testing.T, f *fallback, log *bytes.Buffer)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		var log bytes.Buffer
		f := &fallback{
			redis: b, ping: b.Ping, memory: NewMemory(time.Now), timeout: 100 * time.Millisecond, every: time.Second,
			log: slog.New(slog.NewTextHandler(&log, nil)),
		}
		f.start(nil)
		defer f.close()
		test(t, f, &log)
	})
}

var one = limiter.Rate{Period: time.Hour, Limit: 1}

func TestNothingGoesToARedisThatIsDown(t *testing.T) {
	t.Parallel()
	b := &broken{}
	inBubble(t, b, func(t *testing.T, f *fallback, log *bytes.Buffer) {
		b.down.Store(true)
		for i := range 10 {
			taken, _, err := f.Take(t.Context(), "k", one)
			require.NoError(t, err)
			assert.Equal(t, i == 0, taken, "counted in this process")
			room, _, err := f.PeekAll(t.Context(), "k", one)
			require.NoError(t, err)
			assert.False(t, room)
		}
		assert.EqualValues(t, 1, b.calls.Load())

		pings := b.pings.Load()
		time.Sleep(10*time.Second + time.Millisecond) //nolint:forbidigo // in a bubble it takes no time
		assert.EqualValues(t, 10, b.pings.Load()-pings)
		assert.EqualValues(t, 1, b.calls.Load())
		b.down.Store(false)
		time.Sleep(time.Second) //nolint:forbidigo
		taken, _, err := f.Take(t.Context(), "k", one)
		require.NoError(t, err)
		assert.True(t, taken, "counted in Redis")
		assert.EqualValues(t, 2, b.calls.Load())
		assert.Equal(t, 1, strings.Count(log.String(), "level=WARN"))
		assert.Contains(t, log.String(), errDown.Error())
		assert.Equal(t, 1, strings.Count(log.String(), "level=INFO"))
	})
}

// A call that began before an outage, and fails after it, says nothing of now.
func TestAnOldFailureIsNoNewOutage(t *testing.T) {
	t.Parallel()
	b := &broken{}
	inBubble(t, b, func(t *testing.T, f *fallback, log *bytes.Buffer) {
		release, done := make(chan struct{}), make(chan struct{})
		b.take = func(context.Context) error {
			<-release
			return errDown
		}
		go func() {
			defer close(done)
			taken, _, err := f.Take(t.Context(), "k", one)
			assert.NoError(t, err)
			assert.True(t, taken)
		}()
		synctest.Wait()
		f.fail(t.Context(), f.phase.Load(), errDown)
		time.Sleep(2 * time.Second) //nolint:forbidigo
		require.True(t, isUp(f.phase.Load()))
		close(release)
		<-done
		assert.True(t, isUp(f.phase.Load()))
		assert.Equal(t, 1, strings.Count(log.String(), "level=WARN"))
	})
}

func TestACallerThatGivesUpIsNoOutage(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		patience, takes time.Duration
		up              bool
	}{
		"before Redis had its time": {30 * time.Millisecond, 50 * time.Millisecond, true},
		"when Redis had its time":   {30 * time.Millisecond, 100 * time.Millisecond, false},
		"not at all":                {time.Minute, 50 * time.Millisecond, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := &broken{take: func(context.Context) error {
				time.Sleep(c.takes) //nolint:forbidigo
				return errDown
			}}
			inBubble(t, b, func(t *testing.T, f *fallback, _ *bytes.Buffer) {
				ctx, cancel := context.WithTimeout(t.Context(), c.patience)
				defer cancel()
				taken, _, err := f.Take(ctx, "k", one)
				assert.Equal(t, c.up, isUp(f.phase.Load()))
				assert.Equal(t, !c.up, taken)
				assert.Equal(t, c.up, err != nil)
			})
		})
	}
}

func TestCloseEndsTheLookOut(t *testing.T) {
	t.Parallel()
	b := &broken{}
	b.down.Store(true)
	// The bubble fails if a goroutine is left in it.
	inBubble(t, b, func(*testing.T, *fallback, *bytes.Buffer) {})
	assert.EqualValues(t, 1, b.pings.Load())
}
