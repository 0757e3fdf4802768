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

	"github.com/backlox/lox"
)

var errDown = errors.New("connection refused")

// broken is a Redis whose failures a test controls.
type broken struct {
	calls, pings atomic.Int64
	down         atomic.Bool
	count        func(context.Context) error // what Count does, if not nil
}

func (b *broken) Count(ctx context.Context, r Request) (bool, []Window, error) {
	b.calls.Add(1)
	if b.count != nil {
		return false, nil, b.count(ctx)
	}
	if b.down.Load() {
		return false, nil, errDown
	}
	return true, make([]Window, len(r.Rates)), nil
}

func (b *broken) Close() error { return nil }

func (b *broken) Ping(context.Context) error {
	b.pings.Add(1)
	if b.down.Load() {
		return errDown
	}
	return nil
}

// inBubble runs a test with a Limiter on a broken Redis, and a clock that advances when all
// goroutines wait.
func inBubble(t *testing.T, b *broken, test func(t *testing.T, l *Limiter, log *bytes.Buffer)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		var log bytes.Buffer
		l := &Limiter{
			redis: b, memory: NewMemory(time.Now), timeout: 100 * time.Millisecond, every: time.Second,
			log: slog.New(slog.NewTextHandler(&log, nil)),
		}
		l.start(nil)
		defer func() { require.NoError(t, l.Close()) }()
		test(t, l, &log)
	})
}

var one = lox.RateLimit{PerMinute: 1, PerHour: 1}

func TestDownRedisGetsNoCalls(t *testing.T) {
	t.Parallel()
	b := &broken{}
	inBubble(t, b, func(t *testing.T, l *Limiter, log *bytes.Buffer) {
		b.down.Store(true)
		for i := range 10 {
			d, err := l.Take(t.Context(), "k", lox.RateAPICalls, one)
			require.NoError(t, err)
			assert.Equal(t, i == 0, d.Allowed, "counted in this process")
			d, err = l.Peek(t.Context(), "k", lox.RateAPICalls, one)
			require.NoError(t, err)
			assert.False(t, d.Allowed)
		}
		assert.EqualValues(t, 1, b.calls.Load())

		pings := b.pings.Load()
		time.Sleep(10*time.Second + time.Millisecond) //nolint:forbidigo // in a bubble it takes no time
		assert.EqualValues(t, 10, b.pings.Load()-pings)
		assert.EqualValues(t, 1, b.calls.Load())
		b.down.Store(false)
		time.Sleep(time.Second) //nolint:forbidigo // as above
		d, err := l.Take(t.Context(), "k", lox.RateAPICalls, one)
		require.NoError(t, err)
		assert.True(t, d.Allowed, "counted in Redis")
		assert.EqualValues(t, 2, b.calls.Load())
		assert.Equal(t, 1, strings.Count(log.String(), "level=WARN"))
		assert.Contains(t, log.String(), errDown.Error())
		assert.Equal(t, 1, strings.Count(log.String(), "level=INFO"))
	})
}

// A call that began before an outage, and fails after it, isn't a new outage.
func TestOldFailureIsNotNewOutage(t *testing.T) {
	t.Parallel()
	b := &broken{}
	inBubble(t, b, func(t *testing.T, l *Limiter, log *bytes.Buffer) {
		release, done := make(chan struct{}), make(chan struct{})
		b.count = func(context.Context) error {
			<-release
			return errDown
		}
		go func() {
			defer close(done)
			d, err := l.Take(t.Context(), "k", lox.RateAPICalls, one)
			assert.NoError(t, err)
			assert.True(t, d.Allowed)
		}()
		synctest.Wait()
		l.redisFailed(t.Context(), l.phase.Load(), errDown)
		time.Sleep(2 * time.Second) //nolint:forbidigo // as above
		require.True(t, isUp(l.phase.Load()))
		close(release)
		<-done
		assert.True(t, isUp(l.phase.Load()))
		assert.Equal(t, 1, strings.Count(log.String(), "level=WARN"))
	})
}

func TestCancelledCallIsNotOutage(t *testing.T) {
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
			b := &broken{count: func(context.Context) error {
				time.Sleep(c.takes) //nolint:forbidigo // as above
				return errDown
			}}
			inBubble(t, b, func(t *testing.T, l *Limiter, _ *bytes.Buffer) {
				ctx, cancel := context.WithTimeout(t.Context(), c.patience)
				defer cancel()
				d, err := l.Take(ctx, "k", lox.RateAPICalls, one)
				assert.Equal(t, c.up, isUp(l.phase.Load()))
				assert.Equal(t, !c.up, d.Allowed)
				assert.Equal(t, c.up, err != nil)
			})
		})
	}
}

func TestCloseEndsRedisCheck(t *testing.T) {
	t.Parallel()
	b := &broken{}
	b.down.Store(true)
	// The bubble fails if a goroutine is left in it.
	inBubble(t, b, func(*testing.T, *Limiter, *bytes.Buffer) {})
	assert.EqualValues(t, 1, b.pings.Load())
}
