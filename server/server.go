// Package server is the HTTP side of the house: Echo, the middleware in front
// of every request, thin handlers behind the generated interface, and the one
// place that turns an error into a status.
package server

import (
	"context"
	"log/slog"
	"net/http"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/labstack/echo/v4"
	"github.com/labstack/echo/v4/middleware"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/backlox/lox"
	"github.com/backlox/lox/gen/api"
)

// BasePath is where the API of the document is served.
const BasePath = "/api"

// Verifier completes a backup whose upload is done.
type Verifier interface {
	// Complete returns the backup completed, or verifying if that takes long.
	Complete(ctx context.Context, tenant lox.TenantID, id lox.BackupID) (lox.Backup, error)
}

// Probe is a part that the readiness of the server hangs on.
type Probe interface {
	Ping(ctx context.Context) error
}

// Config is what a Server is made of. The lifetimes, limits and Clock have
// defaults.
type Config struct {
	Backups  lox.BackupStore
	Keys     lox.KeyStore
	Blobs    lox.BlobStore
	Verifier Verifier
	// Document is the OpenAPI document that requests are validated against, and
	// Source the same as it is published.
	Document *openapi3.T
	Source   Source
	// Probes by the names under which /readyz shows them.
	Probes  map[string]Probe
	Log     *slog.Logger
	Metrics prometheus.Registerer

	UploadTTL   time.Duration // of upload URLs; default 30 min
	DownloadTTL time.Duration // of download URLs; default 60 min
	// RequestTimeout bounds a request, the wait of a complete included.
	// Default 60 s.
	RequestTimeout time.Duration
	Clock          func() time.Time
}

// Source is the published document, in both its notations.
type Source struct{ YAML, JSON []byte }

const (
	defaultUploadTTL      = 30 * time.Minute
	defaultDownloadTTL    = time.Hour
	defaultRequestTimeout = time.Minute
	bodyLimit             = "1MiB"
)

func (c Config) withDefaults() Config {
	if c.UploadTTL == 0 {
		c.UploadTTL = defaultUploadTTL
	}
	if c.DownloadTTL == 0 {
		c.DownloadTTL = defaultDownloadTTL
	}
	if c.RequestTimeout == 0 {
		c.RequestTimeout = defaultRequestTimeout
	}
	if c.Clock == nil {
		c.Clock = time.Now
	}
	return c
}

// New returns the handler of everything that LOX serves in public.
func New(cfg Config) (http.Handler, error) {
	cfg = cfg.withDefaults()
	ops, err := newOperations(cfg.Document)
	if err != nil {
		return nil, err
	}
	e := echo.New()
	e.HTTPErrorHandler = errorHandler(cfg.Log)
	e.Use(
		requestID,
		observe(cfg.Log, newMetrics(cfg.Metrics)),
		middleware.RecoverWithConfig(middleware.RecoverConfig{LogErrorFunc: logPanic(cfg.Log)}),
		middleware.BodyLimitWithConfig(middleware.BodyLimitConfig{Limit: bodyLimit, Skipper: ops.withoutBody}),
		middleware.ContextTimeoutWithConfig(middleware.ContextTimeoutConfig{
			Timeout:      cfg.RequestTimeout,
			ErrorHandler: func(err error, _ echo.Context) error { return err },
		}),
		authenticate(newKeyCache(cfg.Keys), ops, cfg.Clock),
		validate(ops),
	)
	backups := &backupHandlers{
		store: cfg.Backups, blobs: cfg.Blobs, verifier: cfg.Verifier, clock: cfg.Clock,
		uploadTTL: cfg.UploadTTL, downloadTTL: cfg.DownloadTTL,
	}
	api.RegisterHandlersWithBaseURL(e, api.NewStrictHandler(backups, nil), BasePath)
	registerOperational(e, cfg)
	return e, nil
}
