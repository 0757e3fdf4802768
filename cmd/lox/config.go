package main

import (
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/netip"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/caarlos0/env/v11"
	"github.com/mattn/go-isatty"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/backlox/lox"
	"github.com/backlox/lox/cmd/lox/internal/display"
	"github.com/backlox/lox/server"
	"github.com/backlox/lox/store"
	"github.com/backlox/lox/webhooks"
)

// embedded is the value that selects the built-in store explicitly, in the variable of the external one.
const embedded = "embedded"

// The values of LOX_JOBS. With jobsOff a server neither expires uploads nor deletes objects.
const jobsOn, jobsOff = "on", "off"

// config is the configuration from the environment. docs/configuration.md holds the same table.
type config struct {
	Addr         string   `env:"LOX_ADDR" envDefault:"127.0.0.1:8080" example:"0.0.0.0:8080"`
	PublicURL    string   `env:"LOX_PUBLIC_URL" example:"https://backups.example.com"`
	MetricsAddr  string   `env:"LOX_METRICS_ADDR" envDefault:"127.0.0.1:9464"`
	MetricsHosts []string `env:"LOX_METRICS_HOSTS" example:"lox.internal,10.0.0.5"`
	PProf        bool     `env:"LOX_PPROF" example:"true"`
	DataDir      string   `env:"LOX_DATA_DIR" envDefault:"./data" example:"/var/lib/lox"`

	CORSOrigins      []string      `env:"LOX_CORS_ORIGINS" example:"https://app.example.com"`
	HSTS             string        `env:"LOX_HSTS" example:"max-age=31536000; includeSubDomains"`
	SecurityContacts []string      `env:"LOX_SECURITY_CONTACT" example:"mailto:security@example.com"`
	DiskReserve      byteSize      `env:"LOX_DISK_RESERVE" envDefault:"256MiB"`
	UploadMinRate    byteSize      `env:"LOX_UPLOAD_MIN_RATE" envDefault:"8KiB"`
	UploadRateWindow time.Duration `env:"LOX_UPLOAD_RATE_WINDOW" envDefault:"30s"`

	DatabaseURL      string `env:"LOX_DATABASE_URL" secret:"true" example:"postgres://lox:PASSWORD@db.example.com/lox"`
	DatabaseMaxConns int    `env:"LOX_DATABASE_MAX_CONNS" envDefault:"28"`

	S3Endpoint       string `env:"LOX_S3_ENDPOINT" example:"https://s3.eu-central-1.amazonaws.com"`
	S3PublicEndpoint string `env:"LOX_S3_PUBLIC_ENDPOINT" example:"https://s3.example.com"`
	S3Bucket         string `env:"LOX_S3_BUCKET" envDefault:"lox"`
	S3Region         string `env:"LOX_S3_REGION" envDefault:"us-east-1" example:"eu-central-1"`
	S3AccessKey      string `env:"LOX_S3_ACCESS_KEY" secret:"true" example:"AKIA0123456789EXAMPLE"`
	S3SecretKey      string `env:"LOX_S3_SECRET_KEY" secret:"true" example:"SECRET"`
	S3PathStyle      bool   `env:"LOX_S3_PATH_STYLE" example:"true"`

	RedisURL        string   `env:"LOX_REDIS_URL" secret:"true" example:"rediss://:PASSWORD@redis.example.com:6379/0"`
	RateLimitFactor int64    `env:"LOX_RATE_LIMIT_FACTOR" envDefault:"1" example:"10"`
	TrustedProxies  []string `env:"LOX_TRUSTED_PROXIES" example:"10.0.0.0/8,2001:db8::1"`

	MaxConnections           int `env:"LOX_MAX_CONNECTIONS" example:"4096"`
	MaxConnectionsPerAddress int `env:"LOX_MAX_CONNECTIONS_PER_ADDRESS" example:"1024"`

	MasterKey           string        `env:"LOX_MASTER_KEY" secret:"true" example:"$(openssl rand -base64 32)"`
	WebhookAllowPrivate bool          `env:"LOX_WEBHOOK_ALLOW_PRIVATE" example:"true"`
	WebhookTimeout      time.Duration `env:"LOX_WEBHOOK_TIMEOUT" envDefault:"15s"`
	WebhookLease        time.Duration `env:"LOX_WEBHOOK_LEASE" envDefault:"1m"`

	UploadTTL     time.Duration `env:"LOX_UPLOAD_TTL" envDefault:"30m"`
	DownloadTTL   time.Duration `env:"LOX_DOWNLOAD_TTL" envDefault:"60m"`
	VerifyWait    time.Duration `env:"LOX_VERIFY_WAIT" envDefault:"30s"`
	VerifyLease   time.Duration `env:"LOX_VERIFY_LEASE" envDefault:"30s"`
	SweepInterval time.Duration `env:"LOX_SWEEP_INTERVAL" envDefault:"5s"`
	Jobs          string        `env:"LOX_JOBS" envDefault:"on" example:"off"`
	MarkInterval  time.Duration `env:"LOX_MARK_INTERVAL" envDefault:"1m"`
	// 400 days.
	EventRetention time.Duration `env:"LOX_EVENT_RETENTION" envDefault:"9600h"`
	Drain          time.Duration `env:"LOX_DRAIN" envDefault:"0s" example:"10s"`
	ShutdownWait   time.Duration `env:"LOX_SHUTDOWN_TIMEOUT" envDefault:"20s"`
	ReadyRequires  []string      `env:"LOX_READY_REQUIRES" envDefault:"database,disk" example:"database,s3"`

	LogLevel  slog.Level `env:"LOX_LOG_LEVEL" envDefault:"info" example:"debug"`
	LogFormat string     `env:"LOX_LOG_FORMAT" envDefault:"auto" example:"json"`

	// These fields are as in store.Config. Commands set them.
	databaseSilence time.Duration
	databaseSchema  store.Schema
	databaseMetrics prometheus.Registerer
}

const (
	// maxEmbeddedConns leaves some of the 100 connections of the built-in database to commands and to
	// connections that listen for changes.
	maxEmbeddedConns = 80
	// maxDrain is the maximum of LOX_DRAIN: how long a stopping server may still accept requests.
	maxDrain = 10 * time.Minute
	// maxWebhookTimeout is the maximum of LOX_WEBHOOK_TIMEOUT: how long a receiver may occupy a slot.
	maxWebhookTimeout = 5 * time.Minute
)

// hsts matches a Strict-Transport-Security header (RFC 6797).
var hsts = regexp.MustCompile(`^max-age=[0-9]{1,10}(; ?includeSubDomains)?(; ?preload)?$`)

// loadConfig reads the environment and checks it, also by further checks. Its error names everything that
// is wrong.
func loadConfig(further ...func(config, problems)) (config, error) {
	wrong := problems{}
	environment := env.ToMap(os.Environ())
	readSecretFiles(environment, wrong)
	refuseUnknown(environment, wrong)
	cfg, err := env.ParseAsWithOptions[config](env.Options{Environment: environment})
	wrong.unreadable(err, environment)
	for _, check := range append(further, config.check) {
		check(cfg, wrong)
	}
	return cfg, wrong.err(environment)
}

func (c config) check(wrong problems) {
	c.checkListeners(wrong)
	wrong.unlessf(c.PublicURL == "" || isBase(c.PublicURL), "LOX_PUBLIC_URL",
		"%q must be an http or https URL without user name, query and fragment", c.PublicURL)
	wrong.unlessf(c.HSTS == "" || hsts.MatchString(c.HSTS), "LOX_HSTS", "%q must be a Strict-Transport-Security header", c.HSTS)
	wrong.unlessf(c.HSTS == "" || strings.HasPrefix(c.PublicURL, "https://"), "LOX_HSTS",
		"needs LOX_PUBLIC_URL to be an https URL: browsers ignore this header over plain HTTP")
	for _, contact := range c.SecurityContacts {
		wrong.unlessf(isSecurityContact(contact), "LOX_SECURITY_CONTACT", "%q must be a mailto:, https: or tel: URI, without spaces", contact)
	}
	wrong.unlessf(c.DatabaseURL != "" || c.S3Endpoint == "", "LOX_DATABASE_URL",
		"must be set with LOX_S3_ENDPOINT; %q names the built-in one", embedded)
	// The message leaves out the parser's error, which would show a part of the password.
	if _, err := url.Parse(c.DatabaseURL); err != nil && strings.Contains(c.DatabaseURL, "://") {
		wrong.unlessf(false, "LOX_DATABASE_URL", "is no URL: percent-encode special characters, those of the password too")
	}
	// The parser's error would show the password of this URL, too.
	_, err := url.Parse(c.RedisURL)
	wrong.unlessf(err == nil, "LOX_REDIS_URL", "is no URL: percent-encode special characters, those of the password too")
	wrong.unlessf(c.PublicURL != "" || len(c.TrustedProxies) == 0 || !c.embeddedS3(), "LOX_PUBLIC_URL",
		"must be set with LOX_TRUSTED_PROXIES: upload and download URLs name it")
	for _, origin := range c.CORSOrigins {
		wrong.unlessf(isOrigin(origin), "LOX_CORS_ORIGINS", "%q must be an origin, or *", origin)
	}
	wrong.unlessf(c.DiskReserve > 0, "LOX_DISK_RESERVE", "must be positive")
	wrong.unlessf(c.UploadMinRate > 0, "LOX_UPLOAD_MIN_RATE", "must be positive, in bytes per second")
	wrong.unlessf(c.UploadRateWindow >= time.Second, "LOX_UPLOAD_RATE_WINDOW", "%s must be at least 1s", c.UploadRateWindow)
	const week = 7 * 24 * time.Hour // the longest lifetime of a SigV4 signature
	for name, ttl := range map[string]time.Duration{"LOX_UPLOAD_TTL": c.UploadTTL, "LOX_DOWNLOAD_TTL": c.DownloadTTL} {
		wrong.unlessf(ttl >= time.Second && ttl <= week && ttl%time.Second == 0, name, "%s must be 1s to 168h, in whole seconds", ttl)
	}
	c.checkWebhooks(wrong)
	const million = 1_000_000
	wrong.unlessf(c.RateLimitFactor >= 1 && c.RateLimitFactor <= million, "LOX_RATE_LIMIT_FACTOR", "%d must be 1 to %d", c.RateLimitFactor, million)
	_, err = c.trustedProxies()
	wrong.unlessf(err == nil, "LOX_TRUSTED_PROXIES", "%v", err)
	wrong.unlessf(c.MaxConnections >= 0, "LOX_MAX_CONNECTIONS", "%d must not be negative", c.MaxConnections)
	wrong.unlessf(c.MaxConnectionsPerAddress >= 0, "LOX_MAX_CONNECTIONS_PER_ADDRESS", "%d must not be negative", c.MaxConnectionsPerAddress)
	wrong.unlessf(c.VerifyWait > 0, "LOX_VERIFY_WAIT", "%s must be positive", c.VerifyWait)
	wrong.unlessf(c.VerifyLease >= time.Second, "LOX_VERIFY_LEASE", "%s must be at least 1s", c.VerifyLease)
	wrong.unlessf(c.EventRetention >= minEventRetention, "LOX_EVENT_RETENTION", "%s must be at least %s", c.EventRetention, minEventRetention)
	wrong.unlessf(c.SweepInterval > 0, "LOX_SWEEP_INTERVAL", "%s must be positive", c.SweepInterval)
	wrong.unlessf(c.Jobs == jobsOn || c.Jobs == jobsOff, "LOX_JOBS", "%q must be on or off", c.Jobs)
	wrong.unlessf(c.MarkInterval >= time.Second && c.MarkInterval <= time.Hour, "LOX_MARK_INTERVAL", "%s must be 1s to 1h", c.MarkInterval)
	wrong.unlessf(c.Drain >= 0 && c.Drain <= maxDrain, "LOX_DRAIN", "%s must be 0s to %s", c.Drain, maxDrain)
	for _, name := range c.ReadyRequires {
		wrong.unlessf(slices.Contains(parts, name), "LOX_READY_REQUIRES", "%q must be one of %s", name, strings.Join(parts, ", "))
	}
	wrong.unlessf(c.ShutdownWait >= 0, "LOX_SHUTDOWN_TIMEOUT", "%s must not be negative", c.ShutdownWait)
	wrong.unlessf(c.DatabaseMaxConns >= 4, "LOX_DATABASE_MAX_CONNS", "%d must be at least 4", c.DatabaseMaxConns)
	wrong.unlessf(c.DatabaseMaxConns <= maxEmbeddedConns || !c.embeddedDatabase(), "LOX_DATABASE_MAX_CONNS",
		"%d must be at most %d with the built-in database", c.DatabaseMaxConns, maxEmbeddedConns)
	wrong.unlessf(slices.Contains([]string{"auto", "json", "text"}, c.LogFormat), "LOX_LOG_FORMAT", "%q must be auto, json or text", c.LogFormat)
}

// checkObjects checks the settings that only the server needs, to store files.
func (c config) checkObjects(wrong problems) {
	wrong.unlessf(c.DatabaseURL == "" || c.S3Endpoint != "", "LOX_S3_ENDPOINT",
		"must be set with LOX_DATABASE_URL; %q names the built-in one", embedded)
	if !c.embeddedS3() {
		wrong.unlessf(isHTTP(c.S3Endpoint), "LOX_S3_ENDPOINT", "%q must be a URL", c.S3Endpoint)
		wrong.unlessf(c.S3AccessKey != "", "LOX_S3_ACCESS_KEY", "must be set with LOX_S3_ENDPOINT")
		wrong.unlessf(c.S3SecretKey != "", "LOX_S3_SECRET_KEY", "must be set with LOX_S3_ENDPOINT")
	}
	wrong.unlessf(c.S3PublicEndpoint == "" || isHTTP(c.S3PublicEndpoint), "LOX_S3_PUBLIC_ENDPOINT", "%q must be a URL", c.S3PublicEndpoint)
	wrong.unlessf(c.S3PublicEndpoint == "" || !c.embeddedS3(), "LOX_S3_PUBLIC_ENDPOINT",
		"is only for an external S3: clients reach the built-in store at LOX_PUBLIC_URL")
}

func (c config) checkWebhooks(wrong problems) {
	if c.MasterKey != "" {
		_, err := webhooks.ParseKeys(c.MasterKey)
		wrong.unlessf(err == nil, "LOX_MASTER_KEY", "%v", err)
	}
	wrong.unlessf(c.WebhookTimeout >= time.Second, "LOX_WEBHOOK_TIMEOUT", "%s must be at least 1s", c.WebhookTimeout)
	wrong.unlessf(c.WebhookTimeout <= maxWebhookTimeout, "LOX_WEBHOOK_TIMEOUT", "%s must be at most %s", c.WebhookTimeout, maxWebhookTimeout)
	// With a shorter lease, another process could take over an attempt before its result is recorded.
	wrong.unlessf(c.WebhookLease >= 2*c.WebhookTimeout, "LOX_WEBHOOK_LEASE", "%s must be at least twice LOX_WEBHOOK_TIMEOUT", c.WebhookLease)
}

func (c config) checkListeners(wrong problems) {
	for name, addr := range map[string]string{"LOX_ADDR": c.Addr, "LOX_METRICS_ADDR": c.MetricsAddr} {
		_, _, err := net.SplitHostPort(addr)
		wrong.unlessf(err == nil || name == "LOX_METRICS_ADDR" && addr == "off", name, "%q must be host:port", addr)
	}
	for _, host := range c.MetricsHosts {
		wrong.unlessf(host != "" && !strings.ContainsAny(host, "/ []") && (!strings.Contains(host, ":") || net.ParseIP(host) != nil),
			"LOX_METRICS_HOSTS", "%q must be the name or the address of a host, without a port, or *", host)
	}
}

// trustedProxies parses networks in CIDR notation, and single addresses.
func (c config) trustedProxies() ([]netip.Prefix, error) {
	var networks []netip.Prefix
	for _, text := range c.TrustedProxies {
		text = strings.TrimSpace(text)
		network, err := netip.ParsePrefix(text)
		if addr, notOne := netip.ParseAddr(text); notOne == nil {
			network, err = netip.PrefixFrom(addr, addr.BitLen()), nil
		}
		if err != nil {
			return nil, fmt.Errorf("%q must be a network such as 10.0.0.0/8, or an address", text)
		}
		networks = append(networks, network.Masked())
	}
	return networks, nil
}

// isTrustedProxy returns a function that reports whether an address is a trusted proxy's.
func (c config) isTrustedProxy() func(netip.Addr) bool {
	proxies, _ := c.trustedProxies() // loadConfig has checked them
	return func(addr netip.Addr) bool {
		return slices.ContainsFunc(proxies, func(p netip.Prefix) bool { return p.Contains(addr) })
	}
}

// rateLimit returns what a plan allows on this server.
func (c config) rateLimit(plan lox.Plan, class lox.RateClass) lox.RateLimit {
	limit := plan.RateLimit(class)
	return lox.RateLimit{PerMinute: limit.PerMinute * c.RateLimitFactor, PerHour: limit.PerHour * c.RateLimitFactor}
}

func isHTTP(s string) bool {
	return strings.HasPrefix(s, "http://") || strings.HasPrefix(s, "https://")
}

// isBase reports whether paths can be appended to a URL.
func isBase(s string) bool {
	u, err := url.Parse(s)
	return err == nil && isHTTP(s) && u.Hostname() != "" && u.User == nil && !strings.ContainsAny(s, "?# ")
}

// publicURL returns the URL at which clients reach the server, without a slash at its end, or "" if it
// isn't configured.
func (c config) publicURL() string { return strings.TrimRight(c.PublicURL, "/") }

// isOrigin reports whether a text is an origin of web pages (RFC 6454, section 6.2), or "*" for all
// origins.
func isOrigin(text string) bool {
	u, err := url.Parse(text)
	return text == "*" || err == nil && isHTTP(text) && u.Hostname() != "" && text == u.Scheme+"://"+u.Host
}

// securityContact matches a Contact of security.txt (RFC 9116, section 2.5.3), with the characters that a
// URI may have (RFC 3986).
var securityContact = regexp.MustCompile(`^(mailto:[!-~]+@[!-~]+|https://[!-~]+|tel:\+?[0-9][!-~]*)$`)

func isSecurityContact(text string) bool {
	u, err := url.Parse(text)
	return err == nil && securityContact.MatchString(text) && (u.Scheme != "https" || u.Hostname() != "" && u.User == nil)
}

// byteSize is a number of bytes, written with or without a unit.
type byteSize int64

// UnmarshalText implements encoding.TextUnmarshaler.
func (b *byteSize) UnmarshalText(text []byte) error {
	n, err := display.ParseSize(string(text))
	*b = byteSize(n)
	return err
}

func (c config) embeddedDatabase() bool { return c.DatabaseURL == "" || c.DatabaseURL == embedded }

func (c config) embeddedS3() bool { return c.S3Endpoint == "" || c.S3Endpoint == embedded }

// logger returns a logger that writes text to a terminal and JSON to everything else, unless a format is
// configured.
func (c config) logger(w io.Writer) *slog.Logger {
	options := &slog.HandlerOptions{Level: c.LogLevel}
	var handler slog.Handler = slog.NewJSONHandler(w, options)
	if c.LogFormat == "text" || c.LogFormat == "auto" && atTerminal(w) {
		handler = slog.NewTextHandler(w, options)
	}
	return slog.New(server.NewLogHandler(handler))
}

func atTerminal(w io.Writer) bool {
	if log, ok := w.(*logWriter); ok {
		w = log.to
	}
	f, isFile := w.(*os.File)
	return isFile && isatty.IsTerminal(f.Fd())
}
