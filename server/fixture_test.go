package server_test

import (
	"context"
	"database/sql"
	"flag"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox"
	"github.com/backlox/lox/blob/disk"
	"github.com/backlox/lox/gen/client"
	"github.com/backlox/lox/lifecycle"
	"github.com/backlox/lox/openapi"
	"github.com/backlox/lox/ratelimit"
	"github.com/backlox/lox/server"
	"github.com/backlox/lox/store"
	"github.com/backlox/lox/store/storetest"
)

func TestMain(m *testing.M) {
	fuzzing := func(arg string) bool { return strings.HasPrefix(arg, "-test.fuzz=") }
	if !slices.ContainsFunc(os.Args, fuzzing) { // the flag would count its workers, too
		// Tests wait for PostgreSQL and the disk more than they compute. A -parallel on the command
		// line overrides this.
		if err := flag.Set("test.parallel", "8"); err != nil {
			panic(err)
		}
	}
	storetest.Main(m)
}

// setup says how a testenv differs from the default.
type setup struct {
	quota     int64 // of the tenant, in bytes; default 1 GiB
	uploadTTL time.Duration
	verify    lifecycle.Config
	timeout   time.Duration
	conns     int // to the database at most; default 16
	probes    map[string]server.Probe
	// publicURL, securityContacts, origins and cors are fields of the server's Config.
	publicURL        string
	securityContacts []string
	hsts             string
	origins, cors    []string
	// reserve is the disk space that must stay free, in bytes; default none.
	reserve int64
	// limits are the limits of the plans; the default is high enough for any test.
	limits  func(lox.Plan, lox.RateClass) lox.RateLimit
	proxies []netip.Prefix
	// unwatched leaves out the background tasks that query the database from time to time.
	unwatched bool
	// undelivered sends no deliveries to webhooks.
	undelivered bool
	// guarded sends nothing to private addresses, such as those of the tests' receivers.
	guarded bool
	// checkReceiver is the field of the server's Config.
	checkReceiver func(host string) string
	// document changes a copy of the API document with which the server is created.
	document func(*openapi3.T)
	// dsn and backups may wrap the real ones.
	dsn     func(string) string
	backups func(server.BackupStore) server.BackupStore
}

// testenv is all of LOX on its own database and directory, with one tenant. Only its clock is not
// real: it stands still until it is set.
type testenv struct {
	setup
	t       testing.TB
	dsn     string
	db      *sql.DB // to look at rows directly
	store   *store.Grouped
	blobs   *blobs
	keys    *countedKeys
	limiter server.RateLimiter
	clock   *clock
	log     *logBuffer
	tenant  lox.Tenant
	key     string
	// webhook is the webhook of deliveries that tests insert without the API. It is created on
	// first use.
	webhook lox.Webhook
	lasting *sync.Once

	// The following are replaced by a restart.
	verifier *lifecycle.Verifier
	jobs     *lifecycle.Runner
	handler  http.Handler
	http     *httptest.Server
	api      *client.ClientWithResponses
	metrics  *prometheus.Registry
	// background ends the background tasks, and waits for them.
	background func()
}

func open(t testing.TB, s setup) *testenv {
	t.Helper()
	h := &testenv{setup: s, t: t, clock: newClock(), log: &logBuffer{}, lasting: &sync.Once{}}
	h.dsn = storetest.Database(t)
	h.db = storetest.SQL(t, h.dsn)
	through := h.dsn
	if s.dsn != nil {
		through = s.dsn(h.dsn)
	}
	h.store = storetest.OpenWith(t, through, s.conns)
	h.keys = &countedKeys{KeyStore: h.store}
	if h.limits == nil {
		h.limits = func(lox.Plan, lox.RateClass) lox.RateLimit { return lox.RateLimit{PerMinute: 1e6, PerHour: 1e6} }
	}
	limiter, err := ratelimit.Open(ratelimit.Config{Clock: h.clock.now})
	require.NoError(t, err)
	h.limiter = limiter
	h.blobs = h.openBlobs()
	if s.quota == 0 {
		s.quota = 1 << 30
	}
	h.tenant, h.key = storetest.Tenant(t, h.store, s.quota)
	t.Cleanup(func() {
		h.stop()
		h.log.check(t)
	})
	h.boot()
	return h
}

// boot starts a server as a process does.
func (h *testenv) boot() {
	h.t.Helper()
	h.verify.Clock = h.clock.now
	log := slog.New(server.NewLogHandler(slog.NewJSONHandler(h.log, nil)))
	h.verifier = lifecycle.NewVerifier(h.store, h.blobs, log, h.verify)
	h.jobs = lifecycle.NewRunner(lifecycle.RunnerConfig{Log: log, Clock: h.clock.now},
		lifecycle.Jobs(h.store, h.blobs, h.verifier, time.Second, nil)...)
	var backups server.BackupStore = h.store
	if h.backups != nil {
		backups = h.backups(backups)
	}
	h.metrics = prometheus.NewRegistry()
	keys := server.NewKeyCache(h.keys, log, h.clock.now)
	require.NoError(h.t, keys.LoadIndex(h.t.Context()))
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	if !h.unwatched {
		running.Go(func() { keys.Run(ctx) })
	}
	if !h.unwatched && !h.undelivered {
		running.Go(func() { h.deliver(ctx, log) })
	}
	h.background = func() { cancel(); running.Wait() }
	doc := document()
	if h.document != nil {
		var err error
		doc, err = openapi.Load()
		require.NoError(h.t, err)
		h.document(doc)
	}
	source := server.Source{YAML: openapi.YAML(), JSON: openapi.JSON()}
	var err error
	if h.publicURL != "" {
		source.YAML, source.JSON, err = openapi.At(h.publicURL + server.BasePath)
		require.NoError(h.t, err)
	}
	h.handler, err = server.New(server.Config{
		Backups: backups, Tenants: h.store, Storage: h.store, Webhooks: h.store, Events: h.store, Secrets: secretBox, CheckReceiver: h.checkReceiver, Blobs: h.blobs, Verifier: h.verifier,
		Limiter: h.limiter, Keys: keys, Limits: h.limits, TrustedProxies: h.proxies,
		Document: doc, Source: source, PublicURL: h.publicURL, HSTS: h.hsts, SecurityContacts: h.securityContacts, SignedURLs: h.blobs.disk.Handler(), StorageOrigins: h.origins, CORSOrigins: h.cors,
		Health: server.NewHealth(server.HealthConfig{Parts: h.probes, Requires: slices.Collect(maps.Keys(h.probes)), Log: log}),
		Log:    log, Metrics: h.metrics,
		UploadTTL: h.uploadTTL, RequestTimeout: h.timeout, Clock: h.clock.now,
	})
	require.NoError(h.t, err)
	h.http = httptest.NewServer(h.handler)
	h.api = h.as(h.key)
}

// restart ends the server and starts another one on the same stores.
func (h *testenv) restart() {
	h.t.Helper()
	h.stop()
	h.boot()
}

func (h *testenv) stop() {
	h.verifier.Close()
	h.http.Close()
	h.background()
}

// as returns a client with a key, or without one. It checks every response against the document.
func (h *testenv) as(key string) *client.ClientWithResponses {
	h.t.Helper()
	c, err := client.NewClientWithResponses(h.http.URL+server.BasePath,
		client.WithHTTPClient(&http.Client{Transport: checked{h.t, http.DefaultTransport}}),
		client.WithRequestEditorFn(func(_ context.Context, r *http.Request) error {
			if key != "" {
				r.Header.Set("Authorization", "Bearer "+key)
			}
			return nil
		}))
	require.NoError(h.t, err)
	return c
}

// other creates a second tenant and returns its client.
func (h *testenv) other() *client.ClientWithResponses {
	h.t.Helper()
	_, key := storetest.Tenant(h.t, h.store, 1<<30)
	return h.as(key)
}

// document is the document that servers validate against. It is shared, because parsing it is slow.
var document = sync.OnceValue(func() *openapi3.T {
	doc, err := openapi.Load()
	if err != nil {
		panic(err)
	}
	return doc
})

// clock stands still until it is set.
type clock struct {
	at atomic.Int64

	mu      sync.Mutex
	changed chan struct{} // closed at the next change
}

func newClock() *clock {
	c := &clock{changed: make(chan struct{})}
	c.at.Store(time.Now().Unix())
	return c
}

func (c *clock) now() time.Time { return time.Unix(c.at.Load(), 0).UTC() }

// follow lets the clock run until the end of the test.
func (c *clock) follow(t testing.TB) {
	t.Helper()
	tick := time.NewTicker(time.Second)
	ended := make(chan struct{})
	var following sync.WaitGroup
	following.Go(func() {
		for {
			select {
			case <-tick.C:
				c.advance(time.Second)
			case <-ended:
				return
			}
		}
	})
	t.Cleanup(func() {
		tick.Stop()
		close(ended)
		following.Wait()
	})
}

func (c *clock) advance(d time.Duration) {
	c.at.Add(int64(d / time.Second))
	c.mu.Lock()
	defer c.mu.Unlock()
	close(c.changed)
	c.changed = make(chan struct{})
}

// nextChange returns a channel that is closed when the clock is next set.
func (c *clock) nextChange() <-chan struct{} {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.changed
}

// countedKeys counts the queries for a key.
type countedKeys struct {
	server.KeyStore
	asked atomic.Int64
}

func (k *countedKeys) PrincipalByKey(ctx context.Context, hash lox.KeyHash) (lox.Principal, error) {
	k.asked.Add(1)
	return k.KeyStore.PrincipalByKey(ctx, hash)
}

// openBlobs opens a store for one test. It lives as long as the testenv.
func (h *testenv) openBlobs() *blobs {
	h.t.Helper()
	if h.reserve == 0 {
		h.reserve = -1
	}
	dir := h.t.TempDir()
	real, err := disk.Open(disk.Config{
		Dir: dir, Key: []byte("a key of the tests, of 32 bytes."), Backups: h.store, Reserve: h.reserve, Recheck: time.Hour, Clock: h.clock.now,
	})
	require.NoError(h.t, err)
	h.t.Cleanup(func() { require.NoError(h.t, real.Close(context.Background())) })
	return &blobs{BlobStore: real, hashing: make(chan string, 64), disk: real, dir: dir}
}
