package server_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox/server"
)

// probeFunc is a probe for tests.
type probeFunc func(ctx context.Context) error

func (f probeFunc) Ping(ctx context.Context) error { return f(ctx) }

// An unavailable part is logged when it fails, once a minute and when it is available again. It
// makes the server unready only if it is required.
func TestHealth(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	failure := map[string]error{}
	part := func(name string) server.Probe { return probeFunc(func(context.Context) error { return failure[name] }) }
	registry, now := prometheus.NewRegistry(), time.Unix(1e9, 0)
	h := server.NewHealth(server.HealthConfig{
		Parts: map[string]server.Probe{"database": part("database"), "s3": part("s3")}, Requires: []string{"database", "disk"},
		Log: slog.New(slog.NewTextHandler(&log, nil)), Metrics: registry, Clock: func() time.Time { return now },
	})
	check := func(wantReady bool, database, s3 string) {
		t.Helper()
		ready, parts := h.Check(t.Context())
		assert.Equal(t, wantReady, ready)
		assert.Equal(t, map[string]string{"database": database, "s3": s3}, parts)
	}
	check(true, "ok", "ok")
	assert.Empty(t, log.String())
	requireUp := func(database, s3 float64) {
		t.Helper()
		families, err := registry.Gather()
		require.NoError(t, err)
		require.Len(t, families, 1)
		assert.Equal(t, "lox_dependency_up", families[0].GetName())
		up := map[string]float64{}
		for _, m := range families[0].GetMetric() {
			up[m.GetLabel()[0].GetValue()] = m.GetGauge().GetValue()
		}
		assert.Equal(t, map[string]float64{"database": database, "s3": s3}, up)
	}
	requireUp(1, 1)

	failure["s3"] = errors.New("no route")
	for range 4 { // at 0, 20, 40 and 60 s
		check(true, "ok", "unavailable")
		now = now.Add(20 * time.Second)
	}
	requireUp(1, 0)
	failure["database"] = errors.New("no answer")
	check(false, "unavailable", "unavailable")
	clear(failure)
	check(true, "ok", "ok")
	requireUp(1, 1)
	h.Stop()
	ready, parts := h.Check(t.Context())
	assert.False(t, ready)
	assert.Equal(t, map[string]string{"database": "ok", "s3": "ok", "server": "stopping"}, parts)

	lines := strings.Split(strings.TrimSpace(log.String()), "\n")
	require.Len(t, lines, 5, log.String())
	assert.Contains(t, lines[0], `level=WARN msg="a dependency is unavailable" part=s3 required=false for=0s error="no route"`)
	assert.Contains(t, lines[1], `part=s3 required=false for=1m0s error="no route"`)
	assert.Contains(t, lines[2], `part=database required=true for=0s error="no answer"`)
	for _, line := range lines[3:] {
		assert.Regexp(t, `level=INFO msg="a dependency is available again" part=(s3 after=1m20s|database after=0s)$`, line)
	}
}

// A check whose caller has disconnected says nothing about the parts.
func TestHealthWithoutProbes(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	h := server.NewHealth(server.HealthConfig{
		Parts: map[string]server.Probe{"database": probeFunc(func(ctx context.Context) error { return ctx.Err() })},
		Log:   slog.New(slog.NewTextHandler(&log, nil)),
	})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	h.Check(ctx)
	assert.Empty(t, log.String())
}
