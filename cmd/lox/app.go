package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"runtime/debug"
	"sync"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"github.com/backlox/lox"
	"github.com/backlox/lox/lifecycle"
	"github.com/backlox/lox/openapi"
	"github.com/backlox/lox/ratelimit"
	"github.com/backlox/lox/server"
	"github.com/backlox/lox/store"
	"github.com/backlox/lox/store/pgembed"
	"github.com/backlox/lox/webhooks"
)

// app holds all open parts of the server.
type app struct {
	db       *database
	objects  *objects
	clock    *store.Clock
	verifier *lifecycle.Verifier
	hold     *lifecycle.Hold
	limiter  *ratelimit.Limiter
	keys     *server.KeyCache
	sender   *webhooks.Sender
	dispatch *webhooks.Dispatcher
	registry *prometheus.Registry
	health   *server.Health
	handler  http.Handler
}

// openApp opens all parts, or none.
func openApp(ctx context.Context, cfg config, log *slog.Logger) (_ *app, err error) {
	// This check comes before the database is migrated: other servers may not be ready for that.
	if err := cfg.requireMasterKey(); err != nil {
		return nil, err
	}
	defer debug.SetGCPercent(debug.SetGCPercent(startGCPercent))
	// Loading the document takes as long as opening the database, which mostly waits, so both run at the
	// same time.
	load := sync.OnceValues(func() (document, error) { return loadDocument(cfg.publicURL()) })
	go load() //nolint:errcheck // the later call of load returns the error
	h := &app{registry: newRegistry()}
	defer func() {
		if err != nil {
			err = h.close(err)
		}
	}()
	err = whileInUse(ctx, func() (err error) {
		h.db, err = openDatabase(ctx, cfg, log, h.registry)
		return err
	})
	if errors.Is(err, pgembed.ErrInUse) {
		err = fmt.Errorf("another lox serves %s: stop it, or set LOX_DATA_DIR to another directory: %w", cfg.DataDir, err)
	}
	if err != nil {
		return nil, err
	}
	if h.clock, err = h.db.NewClock(ctx, store.ClockConfig{Log: log, Metrics: h.registry}); err != nil {
		return nil, err
	}
	if h.objects, err = openObjects(ctx, cfg, h.db, h.clock.Now, log, h.registry); err != nil {
		return nil, err
	}
	h.verifier = lifecycle.NewVerifier(h.db, h.objects, log, lifecycle.Config{
		Wait: cfg.VerifyWait, Lease: cfg.VerifyLease, Clock: h.clock.Now, MayLease: h.clock.Agrees,
	})
	h.hold = lifecycle.NewHold(h.db, h.objects, lifecycle.HoldConfig{
		Log: log, Metrics: h.registry, Clock: h.clock.Now, Off: cfg.Jobs == jobsOff, MarkInterval: cfg.MarkInterval,
	})
	if h.limiter, err = ratelimit.Open(ratelimit.Config{RedisURL: cfg.RedisURL, Log: log, Metrics: h.registry}); err != nil {
		return nil, fmt.Errorf("LOX_REDIS_URL: %w", err)
	}
	h.keys = server.NewKeyCache(h.db, log, h.clock.Now)
	h.keys.Register(h.registry)
	if err := h.keys.LoadIndex(ctx); err != nil {
		return nil, err
	}
	secrets, err := h.openSecrets(ctx, cfg, log)
	if err != nil {
		return nil, err
	}
	h.sender = webhooks.NewSender(secrets, webhooks.SenderConfig{
		Timeout: cfg.WebhookTimeout, AllowPrivate: cfg.WebhookAllowPrivate, Clock: h.clock.Now,
	})
	h.dispatch = webhooks.NewDispatcher(h.db, h.sender, log, webhooks.Config{
		Lease: cfg.WebhookLease, Grace: min(cfg.WebhookTimeout, cfg.ShutdownWait), Metrics: h.registry,
		Clock: h.clock.Now, MayClaim: h.clock.Agrees,
	})
	h.health = h.newHealth(cfg, log)
	doc, err := load()
	if err != nil {
		return nil, err
	}
	h.handler, err = h.newHandler(cfg, doc, secrets, log)
	return h, err
}

// document is the OpenAPI document: parsed to validate requests, and as published.
type document struct {
	spec   *openapi3.T
	source server.Source
}

// loadDocument reads the document of a server that clients reach at publicURL. If publicURL is "", the
// document's address is relative: clients use the server that they fetched it from.
func loadDocument(publicURL string) (document, error) {
	spec, err := openapi.Load()
	if err != nil {
		return document{}, err
	}
	asYAML, asJSON, err := openapi.At(publicURL + server.BasePath)
	return document{spec, server.Source{YAML: asYAML, JSON: asJSON}}, err
}

// close closes all open parts, the latest first, and joins their errors to err.
func (h *app) close(err error) error {
	if h.sender != nil {
		h.sender.Close()
	}
	if h.limiter != nil {
		err = errors.Join(err, h.limiter.Close())
	}
	if h.verifier != nil {
		h.verifier.Close()
	}
	if h.objects != nil {
		ctx, cancel := context.WithTimeout(context.Background(), stopTimeout)
		err = errors.Join(err, h.objects.close(ctx))
		cancel()
	}
	if h.db != nil {
		// The end of the database may be the error that ended the app.
		if failure := h.db.close(); failure != nil && !errors.Is(err, failure) {
			err = errors.Join(err, failure)
		}
	}
	return err
}

func (h *app) newHandler(cfg config, doc document, secrets lox.SecretBox, log *slog.Logger) (http.Handler, error) {
	proxies, err := cfg.trustedProxies()
	if err != nil {
		return nil, err
	}
	return server.New(server.Config{
		Backups: h.db, Tenants: h.db, Storage: h.db, Webhooks: h.db, Events: h.db, Secrets: secrets,
		CheckReceiver: webhooks.HostCheck(cfg.WebhookAllowPrivate, nil), Keys: h.keys, Blobs: h.objects, Verifier: h.verifier,
		Limiter: h.limiter, Limits: cfg.rateLimit, TrustedProxies: proxies,
		Document: doc.spec, Source: doc.source,
		PublicURL: cfg.publicURL(), SignedURLs: h.objects.signedURLs, StorageOrigins: h.objects.origins, CORSOrigins: cfg.CORSOrigins,
		HSTS: cfg.HSTS, SecurityContacts: cfg.SecurityContacts,
		Health: h.health,
		Log:    log, Metrics: h.registry, Clock: h.clock.Now,
		UploadTTL: cfg.UploadTTL, DownloadTTL: cfg.DownloadTTL, RequestTimeout: cfg.requestTimeout(),
	})
}

// warnOfRoot warns an operator who runs the server as root of the consequences.
func (h *app) warnOfRoot(ctx context.Context, log *slog.Logger) {
	if os.Geteuid() != 0 {
		return
	}
	const advice = "running as root, which LOX does not need: use an account of its own"
	if h.db.server == nil {
		log.WarnContext(ctx, advice)
		return
	}
	log.WarnContext(ctx, advice+"; where it must be root, make an account for PostgreSQL alone: useradd --system lox", "postgres_account", h.db.server.Account())
}

// watch returns the failure of a built-in database, without which the server can't work.
func (h *app) watch(ctx context.Context) error {
	var postgres <-chan struct{}
	if h.db.server != nil {
		postgres = h.db.server.Done()
	}
	select {
	case <-ctx.Done():
		return nil
	case <-postgres:
		return fmt.Errorf("the built-in PostgreSQL ended: %w", h.db.server.Err())
	}
}

func newRegistry() *prometheus.Registry {
	registry := prometheus.NewRegistry()
	registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return registry
}
