package main_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net"
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

	"github.com/backlox/lox/blob/blobtest"
	"github.com/backlox/lox/gen/client"
	"github.com/backlox/lox/ratelimit/redistest"
	"github.com/backlox/lox/store/pgembed"
)

// prometheusServer is a Prometheus server with the alerts of deploy, which fire at once.
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
	var lc net.ListenConfig
	l, err := lc.Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	addr := l.Addr().String()
	require.NoError(t, l.Close())
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

// firing is what fires: the name of each alert, and the part that it is about.
func (p prometheusServer) firing(t *testing.T) []string {
	t.Helper()
	return slices.Sorted(maps.Keys(p.firingSince(t)))
}

// firingSince is what fires, and since when its condition has been true, on the latest server.
func (p prometheusServer) firingSince(t *testing.T) map[string]time.Time {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, p.url+"/api/v1/alerts", nil)
	require.NoError(t, err)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil // it starts
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode != http.StatusOK {
		return nil // it starts
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

// TestAlertsFire breaks each part of a server, and has Prometheus say so.
func TestAlertsFire(t *testing.T) {
	t.Parallel()
	postgres, err := pgembed.Start(t.Context(), pgembed.Config{
		Dir: filepath.Join(newDir(t), "postgres"), Settings: map[string]string{"fsync": "off"},
	})
	require.NoError(t, err)
	var stopped bool
	t.Cleanup(func() {
		if !stopped {
			require.NoError(t, postgres.Stop(context.Background()))
		}
	})
	redis := redistest.Start(t)
	cfg := blobtest.StartMinIO(t)
	s3 := newFailingS3(t, cfg.Endpoint)
	s := setup{dir: filepath.Join(newDir(t), "data"), env: []string{
		"LOX_DATABASE_URL=" + postgres.DSN(), "LOX_S3_ENDPOINT=" + s3.URL, "LOX_S3_BUCKET=" + cfg.Bucket,
		"LOX_S3_ACCESS_KEY=" + cfg.AccessKey, "LOX_S3_SECRET_KEY=" + cfg.SecretKey, "LOX_MASTER_KEY=" + masterKey,
		"LOX_REDIS_URL=" + redis.URL, "LOX_SWEEP_INTERVAL=200ms",
	}}
	p := s.start(t)
	_, metrics := p.addrs(t)
	_, key := s.newTenant(t, "n", "enterprise")
	a := newAPI(t, p.baseURL, key)

	small := onSmallDisk(t, 256*mebibyte, "LOX_JOBS=off")
	other := small.start(t)
	_, otherMetrics := other.addrs(t)

	watched := startPrometheus(t, metrics, otherMetrics)
	fires := func(meanwhile func(), alerts ...string) {
		t.Helper()
		var firing []string
		eventually(t, func() bool {
			meanwhile()
			firing = watched.firing(t)
			return !slices.ContainsFunc(alerts, func(alert string) bool { return !slices.Contains(firing, alert) })
		})
		t.Logf("%v fire", firing)
	}
	ready := func() { _, _ = a.fetch(t.Context(), "http://"+p.addr()+"/readyz") } // which checks the parts at once
	fires(ready, "LoxDiskLow", "LoxJobsHeld")
	assert.NotContains(t, watched.firing(t), "LoxServerDown")
	assert.NotContains(t, watched.firing(t), "LoxDependencyDowns3")

	redis.Kill()
	fires(func() { ready(); _, _ = a.ids(t.Context()) }, "LoxDependencyDownredis", "LoxRateLimitsAlone")

	s3.away.Store(true)
	fires(func() {
		ready()
		// Something to delete, each time.
		if upload, err := a.create(t.Context(), client.CreateBackupJSONRequestBody{Name: "n", SizeBytes: 1}, ""); err == nil {
			_ = a.delete(t.Context(), upload.ID)
		}
	}, "LoxDependencyDowns3", "LoxObjectStoreErrors", "LoxPurgesFail")
	s3.away.Store(false)

	require.NoError(t, postgres.Stop(context.Background()))
	stopped = true
	fires(func() { ready(); _, _ = a.ids(t.Context()) }, "LoxDependencyDowndatabase", "LoxErrors", "LoxKeyWatchDown", "LoxJobFails")

	p.kill()
	fires(func() {}, "LoxServerDown")
	other.stop(t, syscall.SIGTERM)
}

// failingS3 is an S3 server that can be away.
type failingS3 struct {
	*httptest.Server
	away atomic.Bool
}

func newFailingS3(t *testing.T, endpoint string) *failingS3 {
	t.Helper()
	target, err := url.Parse(endpoint)
	require.NoError(t, err)
	proxy := &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		r.Out.URL.Scheme, r.Out.URL.Host = target.Scheme, target.Host // and Host stays what was signed
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
