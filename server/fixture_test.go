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
	if !slices.ContainsFunc(os.Args, fuzzing) { // whose workers the flag would number too
		// Tests wait for PostgreSQL and the disk more than they compute. A
		// -parallel on the command line still counts.
		if err := flag.Set("test.parallel", "8"); err != nil {
			panic(err)
		}
	}
	storetest.Main(m)
}

// setup says in what a testenv differs from the usual one.
type setup struct {
	quota     int64 // of the tenant, in bytes; default 1 GiB
	uploadTTL time.Duration
	verify    lifecycle.Config
	timeout   time.Duration
	conns     int // to the database at most; default 16
	probes    map[string]server.Probe
	// publicURL, securityContacts, origins and cors are those of the server's Config.
	publicURL        string
	securityContacts []string
	hsts             string
	origins, cors    []string
	// reserve is what must stay free on the disk, in bytes; default none.
	reserve int64
	// limits are those of the plans; by default there is ample room for any test.
	limits  func(lox.Plan, lox.RateClass) lox.RateLimit
	proxies []netip.Prefix
	// unwatched leaves out what runs beside the server and asks the database now
	// and then.
	unwatched bool
	// undelivered leaves the deliveries to webhooks lying.
	undelivered bool
	// guarded sends nothing to private addresses, such as those of the tests'
	// receivers.
	guarded bool
	// checkReceiver is that of the server's Config.
	checkReceiver func(host string) string
	// document changes a copy of the API document that the server is made from.
	document func(*openapi3.T)
	// dsn and backups may put something before the real thing.
	dsn     func(string) string
	backups func(server.BackupStore) server.BackupStore
}

// testenv is all of LOX on a database and a directory of its own, with one tenant.
// Only its clock is not real: it stands still until it is moved.
type testenv struct {
	setup
	t       testing.TB
	dsn     string
	db      *sql.DB // to look behind the store
	store   *store.Grouped
	blobs   *blobs
	keys    *countedKeys
	limiter server.RateLimiter
	clock   *clock
	log     *logBuffer
	tenant  lox.Tenant
	key     string
	// webhook is that of the deliveries that tests make behind the API. It is
	// there once it is asked for.
	webhook lox.Webhook
	lasting *sync.Once

	// What a restart replaces.
	verifier *lifecycle.Verifier
	jobs     *lifecycle.Runner
	handler  http.Handler
	http     *httptest.Server
	api      *client.ClientWithResponses
	metrics  *prometheus.Registry
	// background ends what runs beside the server, and waits for it.
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

// boot starts a server, as a process would.
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

// as returns a client with a key, or with none. It checks every response
// against the document.
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

// other makes a second tenant and returns its client.
func (h *testenv) other() *client.ClientWithResponses {
	h.t.Helper()
	_, key := storetest.Tenant(h.t, h.store, 1<<30)
	return h.as(key)
}

// document is the one that servers validate against. Parsing it takes long.
var document = sync.OnceValue(func() *openapi3.T {
	doc, err := openapi.Load()
	if err != nil {
		panic(err)
	}
	return doc
})

// clock stands still until it is moved.
type clock struct {
	at atomic.Int64

	mu    sync.Mutex
	moved chan struct{} // closed by the next move
}

func newClock() *clock {
	c := &clock{moved: make(chan struct{})}
	c.at.Store(time.Now().Unix())
	return c
}

func (c *clock) now() time.Time { return time.Unix(c.at.Load(), 0).UTC() }

// follow has the clock go on by itself until the end of the test.
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
	close(c.moved)
	c.moved = make(chan struct{})
}

// move returns what is closed when the clock is next moved.
func (c *clock) move() <-chan struct{} {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.moved
}

// countedKeys counts how often the database is asked for a key.
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
