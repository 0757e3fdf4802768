package store_test

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox/store"
	"github.com/backlox/lox/store/storetest"
)

// The clock of a machine is wrong, and is then set.
func TestClock(t *testing.T) {
	t.Parallel()
	s := storetest.Open(t, storetest.Database(t))
	var ahead time.Duration
	raw := func() time.Time { return time.Now().Round(0).Add(ahead) }
	var log bytes.Buffer
	metrics := prometheus.NewRegistry()
	c, err := s.NewClock(t.Context(), store.ClockConfig{Log: slog.New(slog.NewTextHandler(&log, nil)), Metrics: metrics, Raw: raw})
	require.NoError(t, err)
	offset := func() float64 {
		found, err := metrics.Gather()
		require.NoError(t, err)
		require.Len(t, found, 1)
		require.Equal(t, "lox_clock_offset_seconds", found[0].GetName())
		return found[0].GetMetric()[0].GetGauge().GetValue()
	}
	lines := func() (n int) { return strings.Count(log.String(), "level=") }
	last := c.Now()
	for _, at := range []struct {
		ahead   time.Duration
		agrees  bool
		lines   int
		message string
	}{
		{0, true, 0, ""},
		{time.Second, true, 0, ""},
		{5 * time.Second, true, 1, "level=WARN"},
		{6 * time.Second, true, 1, ""},
		{-29 * time.Second, true, 1, ""},
		{-5 * time.Minute, false, 2, "level=ERROR"},
		{5 * time.Minute, false, 2, ""},
		{3 * time.Second, true, 3, "level=WARN"},
		{0, true, 4, "agrees with the database's again"},
		{time.Hour, false, 5, "takes no leases"},
		{2 * time.Hour, false, 6, "takes no leases"}, // an hour later, by that clock
	} {
		ahead = at.ahead
		require.NoError(t, c.Compare(t.Context()))
		assert.InDelta(t, at.ahead.Seconds(), offset(), 0.5)
		assert.Equal(t, at.agrees, c.Agrees(), at.ahead)
		assert.Equal(t, at.lines, lines(), at.ahead)
		assert.Contains(t, log.String(), at.message)
		now := c.Now()
		assert.WithinDuration(t, time.Now(), now, time.Second)
		assert.False(t, now.Before(last), "%s before %s", now, last)
		last = now
	}
}

// A comparison that finds the time to be ahead doesn't set it back, unless the difference is larger
// than the duration of the query can explain.
func TestClockNeverGoesBack(t *testing.T) {
	t.Parallel()
	s := storetest.Open(t, storetest.Database(t))
	var ahead time.Duration
	c, err := s.NewClock(t.Context(), store.ClockConfig{Log: slog.New(slog.DiscardHandler), Raw: func() time.Time { return time.Now().Round(0).Add(ahead) }})
	require.NoError(t, err)
	ahead = time.Second // between two comparisons
	first := c.Now()
	assert.WithinDuration(t, time.Now().Add(time.Second), first, 500*time.Millisecond)
	require.NoError(t, c.Compare(t.Context()))
	assert.Equal(t, first, c.Now(), "it stands still")
	require.Eventually(t, func() bool { return c.Now().After(first) }, 10*time.Second, time.Millisecond, "until the database has caught up")

	ahead += time.Minute
	c.Now()
	require.NoError(t, c.Compare(t.Context()))
	assert.WithinDuration(t, time.Now(), c.Now(), time.Second, "as after a step of the database's own clock")
}

func TestClockWithoutDatabase(t *testing.T) {
	t.Parallel()
	s, err := store.Open(t.Context(), store.Config{DSN: storetest.Database(t)})
	require.NoError(t, err)
	c, err := s.NewClock(t.Context(), store.ClockConfig{Log: slog.New(slog.DiscardHandler)})
	require.NoError(t, err)
	require.NoError(t, s.Close())
	require.Error(t, c.Compare(t.Context()))
	assert.WithinDuration(t, time.Now(), c.Now(), time.Second, "it continues by itself")
	assert.True(t, c.Agrees())
	_, err = s.NewClock(t.Context(), store.ClockConfig{Log: slog.New(slog.DiscardHandler)})
	require.Error(t, err)
}
