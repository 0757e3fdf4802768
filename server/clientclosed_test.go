package server_test

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox"
)

// Access log and metrics distinguish a request whose client closed the connection from one that the
// server failed.
func TestClientClosed(t *testing.T) {
	t.Parallel()
	path := backupsPath + "/" + lox.NewBackupID().String()
	untilCanceled := func(ctx context.Context) error {
		<-ctx.Done()
		return ctx.Err()
	}
	leave := func(t *testing.T, h *testenv, reading <-chan struct{}) {
		t.Helper()
		ctx, cancel := context.WithCancel(t.Context())
		go func() { <-reading; cancel() }()
		r, err := http.NewRequestWithContext(ctx, http.MethodGet, h.http.URL+path, nil)
		require.NoError(t, err)
		r.Header.Set("Authorization", "Bearer "+h.key)
		resp, err := http.DefaultClient.Do(r)
		if err == nil {
			_ = resp.Body.Close()
		}
		require.ErrorIs(t, err, context.Canceled)
	}
	stay := func(t *testing.T, h *testenv, _ <-chan struct{}) {
		t.Helper()
		unavailable(t, h.get(t, path))
	}
	for name, test := range map[string]struct {
		read    func(context.Context) error
		timeout time.Duration
		client  func(*testing.T, *testenv, <-chan struct{})
		status  string
		level   string
	}{
		"the client leaves":                  {untilCanceled, 0, leave, "499", "INFO"},
		"the server's timeout ends":          {untilCanceled, 50 * time.Millisecond, stay, "503", "ERROR"},
		"the server cancels, client remains": {func(context.Context) error { return context.Canceled }, 0, stay, "503", "ERROR"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			reading := make(chan struct{})
			s := misbehave(func(ctx context.Context) error {
				close(reading)
				return test.read(ctx)
			})
			s.timeout = test.timeout
			h := open(t, s)
			registry := h.metrics
			test.client(t, h, reading)
			h.restart() // waits for the request to end
			assert.Equal(t, map[string]uint64{test.status: 1}, statusesOf(t, registry, backupsPath+"/:id"))
			line := lineOf(t, h.log, path)
			assert.Equal(t, test.status, line.Status.String())
			assert.Equal(t, test.level, line.Level)
		})
	}
}

// statusesOf returns the number of requests of a route by status.
func statusesOf(t *testing.T, registry prometheus.Gatherer, route string) map[string]uint64 {
	t.Helper()
	families, err := registry.Gather()
	require.NoError(t, err)
	counts := map[string]uint64{}
	for _, family := range families {
		for _, m := range family.GetMetric() {
			labels := map[string]string{}
			for _, l := range m.GetLabel() {
				labels[l.GetName()] = l.GetValue()
			}
			if labels["route"] == route {
				counts[labels["status"]] += m.GetHistogram().GetSampleCount()
			}
		}
	}
	return counts
}

type accessLine struct {
	Level  string      `json:"level"`
	Path   string      `json:"path"`
	Status json.Number `json:"status"`
}

// lineOf returns the only line of the access log for a path.
func lineOf(t *testing.T, log *logBuffer, path string) accessLine {
	t.Helper()
	var found []accessLine
	for text := range strings.Lines(log.String()) {
		var line accessLine
		require.NoError(t, json.Unmarshal([]byte(text), &line))
		if line.Path == path {
			found = append(found, line)
		}
	}
	require.Len(t, found, 1)
	return found[0]
}
