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

// BasePath is where the API of the document is served.
const BasePath = "/api"

// Verifier completes a backup whose upload is done.
type Verifier interface {
	// Complete returns the backup completed, or verifying if that takes long.
	Complete(ctx context.Context, tenant lox.TenantID, id lox.BackupID, uploaded lox.Uploaded, by lox.Actor) (lox.Backup, error)
}

// Config is what a Server is made of. The lifetimes, limits and Clock have
// defaults.
type Config struct {
	Backups  lox.BackupStore
	Tenants  TenantStore
	Storage  lox.StorageStore
	Webhooks lox.WebhookStore
	Events   lox.EventStore
	Secrets  lox.SecretBox
	// CheckReceiver says why nothing can ever be sent to a host, in words for the
	// tenant, or "" if something may. Nil takes any host.
	CheckReceiver func(host string) string
	Blobs         lox.BlobStore
	Verifier      Verifier
	Limiter       lox.RateLimiter
	// Keys is run by whoever made it.
	Keys *KeyCache
	// Document is the OpenAPI document that requests are validated against, and
	// Source the same as it is published.
	Document *openapi3.T
	Source   Source
	// PublicURL is how clients reach this server, without a slash at its end. If it
	// is "", it is the address that the client of a request used.
	PublicURL string
	// SignedURLs serves those of a store that is part of this server, all of them
	// below StoragePath. It is nil if they lead elsewhere.
	SignedURLs http.Handler
	// StorageOrigins are the origins of upload and download URLs, to which the
	// reference page may send files, if they lead elsewhere.
	StorageOrigins []string
	// CORSOrigins are the origins (RFC 6454) whose pages may use the API and the
	// signed URLs in a browser; "*" is all of them.
	CORSOrigins []string
	// HSTS is the Strict-Transport-Security (RFC 6797) of all answers, such as
	// max-age=31536000, or "" for none.
	HSTS string
	// SecurityContacts are the URIs by which faults in the security of this server are
	// reported, as in RFC 9116: mailto, https or tel. Without any there is no security.txt.
	SecurityContacts []string
	// Health is run, too, by whoever made it.
	Health  *Health
	Log     *slog.Logger
	Metrics prometheus.Registerer

	UploadTTL   time.Duration // of upload URLs; default 30 min
	DownloadTTL time.Duration // of download URLs; default 60 min
	// RequestTimeout bounds a request, the wait of a complete included.
	// Default 60 s.
	RequestTimeout time.Duration
	// Limits tells what a plan allows in a class; default lox.Plan.RateLimit.
	Limits func(lox.Plan, lox.RateClass) lox.RateLimit
	// TrustedProxies may say in X-Forwarded-For where a request comes from.
	TrustedProxies []netip.Prefix
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
	if c.Limits == nil {
		c.Limits = lox.Plan.RateLimit
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

// clientAddress finds where a request comes from. Only what trusted proxies say
// of it is believed: anybody can send the header.
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
