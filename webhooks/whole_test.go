package webhooks_test

import (
	"bytes"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox"
	"github.com/backlox/lox/webhooks"
	"github.com/backlox/lox/webhooks/verify"
)

// signedHook adds a webhook whose deliveries can be signed.
func signedHook(t *testing.T, m *memory, url, secret string) *lox.Webhook {
	t.Helper()
	w := m.hook(url)
	w.Secret = box(t).Seal(secret, w.ID)
	return w
}

// Real receivers check signatures, and one of them hangs.
func TestDeliveriesToRealReceivers(t *testing.T) {
	t.Parallel()
	const receivers, each = 10, 200
	m, secret := newMemory(), lox.NewWebhookSecret()
	release := make(chan struct{})
	hanging := receiver(t, func(http.ResponseWriter, *http.Request) { <-release })
	defer close(release)

	v, err := verify.New(secret)
	require.NoError(t, err)
	var arrived sync.WaitGroup
	arrived.Add(receivers * each)
	var payloads atomic.Int32
	good := receiver(t, v.Handler(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		if body, _ := io.ReadAll(r.Body); string(body) == completedPayload {
			payloads.Add(1)
		}
		arrived.Done() // panics if one comes twice
	})).ServeHTTP)

	out := sender(t, webhooks.SenderConfig{AllowPrivate: true, Timeout: time.Hour})
	stop := start(t, webhooks.NewDispatcher(m, out, discard, webhooks.Config{Grace: time.Nanosecond}))
	m.send(signedHook(t, m, hanging.URL, secret), 100)
	for range receivers {
		m.send(signedHook(t, m, good.URL, secret), each)
	}
	arrived.Wait() // while attempts at the other one continue
	stop()
	assert.EqualValues(t, receivers*each, payloads.Load())
	for _, f := range m.finished {
		assert.Equal(t, lox.DeliverySucceeded, f.Status)
	}
}

func TestLogHasFailuresWithoutSecrets(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	log := slog.New(slog.NewJSONHandler(&out, &slog.HandlerOptions{Level: slog.LevelDebug}))
	m, secret := newMemory(), lox.NewWebhookSecret()
	refused := signedHook(t, m, "http://127.0.0.1:1/hook?token=hush", secret)
	broken := m.hook("http://127.0.0.1:1/hook?token=hush")
	stop := start(t, webhooks.NewDispatcher(m, sender(t, local), log, webhooks.Config{}))
	ids := append(m.send(refused, 1), m.send(broken, 1)...)
	for _, id := range ids {
		for len(m.attempts(id)) == 0 {
			<-time.After(time.Millisecond)
		}
	}
	stop()
	assert.Contains(t, out.String(), `"level":"DEBUG","msg":"webhook attempt failed"`)
	assert.Contains(t, out.String(), `"reason":"The connection was refused"`)
	assert.Contains(t, out.String(), `"level":"ERROR","msg":"webhook attempt failed"`, "of what couldn't be signed")
	assert.Contains(t, out.String(), ids[0].String())
	for line := range strings.Lines(out.String()) {
		assert.Contains(t, line, `"request_id":"of-complete"`)
	}
	assert.NotContains(t, out.String(), "hush")
	assert.NotContains(t, out.String(), strings.TrimPrefix(secret, "whsec_"))
}

func TestOutageIsLoggedOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var out bytes.Buffer
		m := newMemory()
		m.down = errors.New("away")
		stop := start(t, webhooks.NewDispatcher(m, answers(http.StatusOK, 0), slog.New(slog.NewTextHandler(&out, nil)), webhooks.Config{}))
		pass(30 * time.Minute)
		m.with(func() { m.down = nil })
		pass(time.Minute)
		stop()
		assert.Equal(t, 1, strings.Count(out.String(), "webhook deliveries can't be claimed; will retry"))
		assert.Equal(t, 1, strings.Count(out.String(), "webhook deliveries can be claimed again"))
	})
}

func TestMetrics(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		registry := prometheus.NewPedanticRegistry()
		m := newMemory()
		run(t, m, transport(bothKinds), webhooks.Config{Metrics: registry})
		m.send(m.hook("https://slow.example"), 3)
		m.send(m.hook("https://fast.example"), 5)
		pass(time.Second)
		families, err := registry.Gather()
		require.NoError(t, err)
		got := map[string]float64{}
		for _, f := range families {
			metric := f.GetMetric()[0]
			got[f.GetName()] = metric.GetGauge().GetValue() + float64(metric.GetHistogram().GetSampleCount())
		}
		assert.Equal(t, map[string]float64{
			"lox_webhook_attempt_duration_seconds": 5,
			"lox_webhook_deliveries_in_flight":     1,
			"lox_webhook_lag_seconds":              0,
		}, got)
	})
}
