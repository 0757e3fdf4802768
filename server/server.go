// Package server is the HTTP side of LOX: Echo, the middleware in front
// of every request, thin handlers behind the generated interface, and the one
// place that turns an error into a status.
package server

import (
	"context"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/labstack/echo/v4"
	"github.com/labstack/echo/v4/middleware"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/backlox/lox"
	"github.com/backlox/lox/gen/api"
)

// BasePath is the path below which the API of the document is served.
const BasePath = "/api"

// Verifier completes a backup whose upload is done.
type Verifier interface {
	// Complete returns the completed backup, or one with the status verifying if the verification takes
	// long.
	Complete(ctx context.Context, tenant lox.TenantID, id lox.BackupID, uploaded lox.Uploaded, by lox.Actor) (lox.Backup, error)
}

// Config configures a Server. The lifetimes, limits and Clock have defaults.
type Config struct {
	Backups  BackupStore
	Tenants  TenantStore
	Storage  StorageStore
	Webhooks WebhookStore
	Events   EventStore
	Secrets  lox.SecretBox
	// CheckReceiver returns why nothing can ever be sent to a host, in words for the tenant, or "" if
	// something may be. Nil accepts any host.
	CheckReceiver func(host string) string
	Blobs         lox.BlobStore
	Verifier      Verifier
	Limiter       RateLimiter
	// Keys is the cache of API keys. The caller of New calls its Run.
	Keys *KeyCache
	// Document is the OpenAPI document that requests are validated against. Source is the same document as
	// it is published.
	Document *openapi3.T
	Source   Source
	// PublicURL is the URL at which clients reach this server, without a slash at its end. If it is "",
	// each answer uses the address that its request was sent to.
	PublicURL string
	// SignedURLs serves the signed URLs, all below /storage/, if the store is part of this server.
	// Otherwise it is nil.
	SignedURLs http.Handler
	// StorageOrigins are the origins of upload and download URLs if another server serves them. The
	// reference page may send files there.
	StorageOrigins []string
	// CORSOrigins are the origins (RFC 6454) whose pages may use the API and the signed URLs in a browser.
	// "*" means all origins.
	CORSOrigins []string
	// HSTS is the Strict-Transport-Security (RFC 6797) of all answers, such as
	// max-age=31536000, or "" for none.
	HSTS string
	// SecurityContacts are the URIs for reports of security faults of this server, as in RFC 9116: mailto,
	// https or tel. Without any, there is no security.txt.
	SecurityContacts []string
	// Health is the state of what the server depends on. The caller of New calls its Run.
	Health  *Health
	Log     *slog.Logger
	Metrics prometheus.Registerer

	UploadTTL   time.Duration // lifetime of upload URLs; default 30 min
	DownloadTTL time.Duration // lifetime of download URLs; default 60 min
	// RequestTimeout bounds a request, including the wait for a verification in a complete. Default 60 s.
	RequestTimeout time.Duration
	// Limits returns what a plan allows in a class; default lox.Plan.RateLimit.
	Limits func(lox.Plan, lox.RateClass) lox.RateLimit
	// TrustedProxies are the networks of proxies whose X-Forwarded-For is trusted.
	TrustedProxies []netip.Prefix
	Clock          func() time.Time
}

// Source is the published document in both formats.
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
	if c.Limits == nil {
		c.Limits = lox.Plan.RateLimit
	}
	if c.Clock == nil {
		c.Clock = time.Now
	}
	return c
}

// New returns the handler of all public endpoints of LOX.
func New(cfg Config) (http.Handler, error) {
	cfg = cfg.withDefaults()
	ops, err := newOperations(cfg.Document)
	if err != nil {
		return nil, err
	}
	e := echo.New()
	metrics := newMetrics(cfg.Metrics)
	limits := &limits{limiter: cfg.Limiter, of: cfg.Limits, proxies: cfg.TrustedProxies, log: cfg.Log, clock: cfg.Clock}
	e.HTTPErrorHandler = errorHandler(cfg.Log, limits)
	e.IPExtractor = clientAddress(cfg.TrustedProxies)
	e.Use(
		observe(cfg.Log, metrics, ops, cfg.RequestTimeout),
		deprecationHeaders,
		middleware.RecoverWithConfig(middleware.RecoverConfig{LogErrorFunc: logPanic(cfg.Log)}),
		admit(cfg.Keys, limits),
		middleware.BodyLimitWithConfig(middleware.BodyLimitConfig{Limit: bodyLimit, Skipper: bodiless}),
		validate,
	)
	routes := headToo{e}
	handlers := api.NewStrictHandler(newHandlers(cfg), []api.StrictMiddlewareFunc{limits.countUploads})
	api.RegisterHandlersWithBaseURL(routes, handlers, BasePath)
	registerOperational(routes, cfg)
	var handler http.Handler = e
	if cfg.SignedURLs != nil {
		handler = withStorage(cfg, metrics, e)
	}
	return withHTTP(cfg.HSTS, withCORS(cfg, handler)), nil
}

// handlers answers every operation of the document.
type handlers struct {
	*backupHandlers
	*tenantHandlers
	*keyHandlers
	*storageHandlers
	*webhookHandlers
	*eventHandlers
}

var _ api.StrictServerInterface = handlers{}

func newHandlers(cfg Config) handlers {
	return handlers{
		&backupHandlers{
			store: cfg.Backups, blobs: cfg.Blobs, verifier: cfg.Verifier, clock: cfg.Clock,
			uploadTTL: cfg.UploadTTL, downloadTTL: cfg.DownloadTTL, publicURL: cfg.PublicURL,
		},
		&tenantHandlers{store: cfg.Tenants, limits: cfg.Limits, clock: cfg.Clock},
		&keyHandlers{store: cfg.Keys.store, created: cfg.Keys.changed, clock: cfg.Clock},
		&storageHandlers{store: cfg.Storage, clock: cfg.Clock},
		&webhookHandlers{store: cfg.Webhooks, secrets: cfg.Secrets, receiver: cfg.CheckReceiver, clock: cfg.Clock},
		&eventHandlers{store: cfg.Events},
	}
}

// clientAddress returns the address that a request comes from. It uses X-Forwarded-For only from trusted
// proxies: any client can send the header.
func clientAddress(trusted []netip.Prefix) echo.IPExtractor {
	if len(trusted) == 0 {
		return echo.ExtractIPDirect()
	}
	options := []echo.TrustOption{echo.TrustLoopback(false), echo.TrustLinkLocal(false), echo.TrustPrivateNet(false)}
	for _, p := range trusted {
		options = append(options, echo.TrustIPRange(&net.IPNet{
			IP: p.Addr().AsSlice(), Mask: net.CIDRMask(p.Bits(), p.Addr().BitLen()),
		}))
	}
	return echo.ExtractIPFromXFFHeader(options...)
}
