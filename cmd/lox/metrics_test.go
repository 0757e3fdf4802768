package main_test

import (
	"io"
	"net/http"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Requests with every kind of Host are sent to /metrics. The host of a web page that leads to this
// machine gets nothing.
func TestMetricsForKnownHosts(t *testing.T) {
	t.Parallel()
	s := setup{dir: usedDir(t), env: []string{"LOX_PPROF=true", "LOX_METRICS_ADDR=0.0.0.0:0", "LOX_METRICS_HOSTS=lox.internal,10.1.2.3,fd00::1"}}
	p := s.start(t)
	_, metrics := p.addrs(t)
	port := metrics[strings.LastIndex(metrics, ":"):]
	status := func(path, host string) int {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://127.0.0.1"+port+path, nil)
		require.NoError(t, err)
		req.Host = host
		resp, err := http.DefaultClient.Do(req)
		require.NoError(t, err)
		require.NoError(t, resp.Body.Close())
		return resp.StatusCode
	}
	for _, path := range []string{"/metrics", "/debug/pprof/cmdline", "/debug/pprof/heap"} {
		for _, host := range []string{
			"localhost", "LOCALHOST:1", "127.0.0.1", "127.0.0.1" + port, "127.8.9.10:9464", "[::1]", "[::1]:9464", "[::ffff:127.0.0.1]:1",
			"lox.internal", "Lox.Internal:9464", "10.1.2.3:80", "[fd00::1]:80", "0.0.0.0" + port,
		} {
			assert.Equal(t, http.StatusOK, status(path, host), "%s by %s", path, host)
		}
		for _, host := range []string{
			"evil.example", "evil.example" + port, "localhost.evil.example", "127.0.0.1.evil.example:9464", "10.1.2.4", "192.0.2.1:9464", "[fd00::2]",
			"lox.internal.", "localhost@evil.example",
		} {
			assert.Equal(t, http.StatusMisdirectedRequest, status(path, host), "%s by %s", path, host)
		}
	}
	p.stop(t, syscall.SIGINT)
}

func TestMetricsForAnyHost(t *testing.T) {
	t.Parallel()
	s := setup{dir: usedDir(t), env: []string{"LOX_METRICS_HOSTS=*"}}
	p := s.start(t)
	_, metrics := p.addrs(t)
	for path, want := range map[string]int{"/metrics": http.StatusOK, "/debug/pprof/": http.StatusNotFound, "/debug/pprof/heap": http.StatusNotFound} {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+metrics+path, nil)
		require.NoError(t, err)
		req.Host = "any.example"
		resp, err := http.DefaultClient.Do(req)
		require.NoError(t, err)
		require.NoError(t, resp.Body.Close())
		assert.Equal(t, want, resp.StatusCode, path)
	}
	p.stop(t, syscall.SIGINT)
}

// A server has the metrics of every job from its start.
func TestJobMetrics(t *testing.T) {
	t.Parallel()
	s := setup{dir: usedDir(t)}
	p := s.start(t)
	_, metrics := p.addrs(t)
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+metrics+"/metrics", nil)
	require.NoError(t, err)
	resp, err := http.DefaultClient.Do(req)
	require.NoError(t, err)
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	for _, job := range []string{"expire", "verify", "purge", "forget", "deliveries", "webhooks"} {
		for _, metric := range []string{"waiting", "oldest_seconds", "running", "seconds_count", "failed_total"} {
			assert.Contains(t, string(body), "\nlox_job_"+metric+`{name="`+job+`"} `)
		}
	}
	assert.NotContains(t, p.complained(), "job")
	p.stop(t, syscall.SIGTERM)
}
