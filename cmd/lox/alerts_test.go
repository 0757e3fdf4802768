package main_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox/blob/blobtest/freeport"
)

// prometheusServer is a Prometheus server with the alerts of deploy, without their delays.
type prometheusServer struct{ url string }

var (
	alertDelay  = regexp.MustCompile(`for: \w+`)
	alertWindow = regexp.MustCompile(`\[\w+\]`)
)

// startPrometheus scrapes servers twice a second, by the addresses of their metrics.
func startPrometheus(t *testing.T, targets ...string) prometheusServer {
	t.Helper()
	program, err := filepath.Abs("../../.cache/bin/prometheus")
	require.NoError(t, err)
	if _, err := os.Stat(program); err != nil {
		const missing = "there is no prometheus: get it by .ci/deps prometheus"
		if os.Getenv("CI") == "true" {
			require.FailNow(t, missing)
		}
		t.Skip(missing)
	}
	rules, err := os.ReadFile("../../deploy/prometheus/alerts.yml")
	require.NoError(t, err)
	rules = alertWindow.ReplaceAll(alertDelay.ReplaceAll(rules, []byte("for: 1s")), []byte("[3s]"))
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "alerts.yml"), rules, 0o600))
	quoted, err := json.Marshal(targets)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "prometheus.yml"), fmt.Appendf(nil, `
global: {scrape_interval: 500ms, scrape_timeout: 500ms, evaluation_interval: 500ms}
rule_files: [alerts.yml]
scrape_configs: [{job_name: lox, static_configs: [{targets: %s}]}]
`, quoted), 0o600))
	addr, err := freeport.Addr()
	require.NoError(t, err)
	cmd := exec.CommandContext(context.WithoutCancel(t.Context()), program, "--config.file="+filepath.Join(dir, "prometheus.yml"),
		"--storage.tsdb.path="+filepath.Join(dir, "data"), "--web.listen-address="+addr, "--log.level=error")
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	require.NoError(t, cmd.Start())
	t.Cleanup(func() {
		_ = cmd.Process.Signal(syscall.SIGTERM)
		if err := cmd.Wait(); err != nil || t.Failed() {
			t.Logf("prometheus: %v: %s", err, out.String())
		}
	})
	return prometheusServer{"http://" + addr}
}

// firing returns the firing alerts: the name of each, and its part.
func (p prometheusServer) firing(t *testing.T) []string {
	t.Helper()
	return slices.Sorted(maps.Keys(p.firingSince(t)))
}

// firingSince returns the firing alerts, and since when their conditions have been true on the
// latest server.
func (p prometheusServer) firingSince(t *testing.T) map[string]time.Time {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, p.url+"/api/v1/alerts", nil)
	require.NoError(t, err)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil // it is starting
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode != http.StatusOK {
		return nil // it is starting
	}
	var answer struct {
		Data struct {
			Alerts []struct {
				Labels   map[string]string `json:"labels"`
				State    string            `json:"state"`
				ActiveAt time.Time         `json:"activeAt"` //nolint:tagliatelle // Prometheus says so
			} `json:"alerts"`
		} `json:"data"`
	}
	require.NoError(t, json.NewDecoder(resp.Body).Decode(&answer))
	alerts := map[string]time.Time{}
	for _, a := range answer.Data.Alerts {
		name := a.Labels["alertname"] + a.Labels["part"]
		if a.State == "firing" && a.ActiveAt.After(alerts[name]) {
			alerts[name] = a.ActiveAt
		}
	}
	return alerts
}

// TestAlertsFire tests the alerts that TestWholeTrial can't: those of a small disk, and of jobs
// that are off.
func TestAlertsFire(t *testing.T) {
	t.Parallel()
	p := onSmallDisk(t, 256*mebibyte, "LOX_JOBS=off").start(t)
	_, metrics := p.addrs(t)
	watched := startPrometheus(t, metrics)
	eventually(t, func() bool {
		alerts := watched.firing(t)
		return slices.Contains(alerts, "LoxDiskLow") && slices.Contains(alerts, "LoxJobsHeld")
	})
	assert.NotContains(t, watched.firing(t), "LoxServerDown")
	p.kill()
	eventually(t, func() bool { return slices.Contains(watched.firing(t), "LoxServerDown") })
}

// failingS3 is an S3 server that a test can make unavailable.
type failingS3 struct {
	*httptest.Server
	away atomic.Bool
}

func newFailingS3(t *testing.T, endpoint string) *failingS3 {
	t.Helper()
	target, err := url.Parse(endpoint)
	require.NoError(t, err)
	proxy := &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		r.Out.URL.Scheme, r.Out.URL.Host = target.Scheme, target.Host // Host must stay as it was signed
	}}
	f := &failingS3{}
	f.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if f.away.Load() {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		proxy.ServeHTTP(w, r)
	}))
	t.Cleanup(f.Close)
	return f
}
