// Package servertest serves the API to the tests of its clients: the real handler on a real database and a real object
// store, in this process.
package servertest

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox"
	"github.com/backlox/lox/blob/disk"
	"github.com/backlox/lox/lifecycle"
	"github.com/backlox/lox/openapi"
	"github.com/backlox/lox/ratelimit"
	"github.com/backlox/lox/server"
	"github.com/backlox/lox/store"
	"github.com/backlox/lox/webhooks"
)

// Config is what a server of tests stands on.
type Config struct {
	Store *store.Grouped
	// Blobs keeps the bytes. Nil is files in a directory of the test's own.
	Blobs lox.BlobStore
	Clock func() time.Time
	// Limits are of each plan. Nil is a thousand times those of the plans.
	Limits func(lox.Plan, lox.RateClass) lox.RateLimit
	// Wrap stands before the server. Nil is nothing.
	Wrap func(http.Handler) http.Handler
}

var document = sync.OnceValues(openapi.Load)

// Serve serves the API until the test ends, webhooks to private addresses included. It returns the base URL of the API.
func Serve(t testing.TB, cfg Config) string {
	t.Helper()
	log := slog.New(slog.DiscardHandler)
	var signed http.Handler
	if cfg.Blobs == nil {
		files, err := disk.Open(disk.Config{
			Dir: t.TempDir(), Key: []byte("a key of the tests, of 32 bytes."), Backups: cfg.Store, Reserve: -1, Recheck: time.Hour, Clock: cfg.Clock,
		})
		require.NoError(t, err)
		t.Cleanup(func() { require.NoError(t, files.Close(context.Background())) })
		cfg.Blobs, signed = files, files.Handler()
	}
	verifier := lifecycle.NewVerifier(cfg.Store, cfg.Blobs, log, lifecycle.Config{Clock: cfg.Clock})
	t.Cleanup(verifier.Close)
	keys := server.NewKeyCache(cfg.Store, log, cfg.Clock)
	require.NoError(t, keys.LoadIndex(t.Context()))
	box := webhooks.NewSecretBox([webhooks.KeySize]byte([]byte(strings.Repeat("k", webhooks.KeySize))))
	handler := newHandler(t, cfg, server.Config{
		Backups: cfg.Store, Tenants: cfg.Store, Storage: cfg.Store, Webhooks: cfg.Store, Events: cfg.Store, Secrets: box, Blobs: cfg.Blobs,
		Verifier: verifier, Keys: keys, SignedURLs: signed, Health: server.NewHealth(server.HealthConfig{Log: log}), Log: log, Clock: cfg.Clock,
	})
	sender := webhooks.NewSender(box, webhooks.SenderConfig{AllowPrivate: true, Clock: cfg.Clock})
	dispatcher := webhooks.NewDispatcher(cfg.Store, sender, log, webhooks.Config{Clock: cfg.Clock, PerHost: -1})
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	for _, run := range []func(context.Context){keys.Run, dispatcher.Run} {
		running.Go(func() { run(ctx) })
	}
	s := httptest.NewServer(handler)
	t.Cleanup(func() {
		s.Close()
		cancel()
		running.Wait()
		sender.Close()
	})
	return s.URL + server.BasePath
}

func newHandler(t testing.TB, cfg Config, of server.Config) http.Handler {
	t.Helper()
	doc, err := document()
	require.NoError(t, err)
	limiter, err := ratelimit.Open(ratelimit.Config{Clock: cfg.Clock})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, limiter.Close()) })
	of.Document, of.Source = doc, server.Source{YAML: openapi.YAML(), JSON: openapi.JSON()}
	of.Limiter, of.Limits, of.Metrics = limiter, cfg.Limits, prometheus.NewRegistry()
	if of.Limits == nil {
		of.Limits = ample
	}
	handler, err := server.New(of)
	require.NoError(t, err)
	if cfg.Wrap != nil {
		return cfg.Wrap(handler)
	}
	return handler
}

// ample is so much that no test meets a limit by accident.
func ample(plan lox.Plan, class lox.RateClass) lox.RateLimit {
	of := plan.RateLimit(class)
	return lox.RateLimit{PerMinute: of.PerMinute * 1000, PerHour: of.PerHour * 1000}
}
