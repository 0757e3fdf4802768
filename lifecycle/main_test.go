package lifecycle_test

import (
	"context"
	"crypto/sha256"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox"
	"github.com/backlox/lox/lifecycle"
	"github.com/backlox/lox/store"
	"github.com/backlox/lox/store/storetest"
)

func TestMain(m *testing.M) { storetest.Main(m) }

var discard = slog.New(slog.DiscardHandler)

var noon = time.Date(2024, 1, 15, 12, 0, 0, 0, time.UTC)

// fixture is a store with one tenant, objects in memory and a clock that stands still until it is
// set.
type fixture struct {
	*testing.T
	dsn    string
	store  *store.Grouped
	tenant lox.TenantID
	blobs  *memory

	mu  sync.Mutex
	now time.Time
}

func setup(t *testing.T) *fixture {
	t.Parallel()
	dsn := storetest.Database(t)
	s := storetest.Open(t, dsn)
	tenant, _ := storetest.Tenant(t, s, 10<<30)
	return &fixture{T: t, dsn: dsn, store: s, tenant: tenant.ID, blobs: newMemory(), now: noon}
}

func (f *fixture) clock() time.Time {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.now
}

func (f *fixture) pass(d time.Duration) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.now = f.now.Add(d)
}

// verifier returns a Verifier as in another process.
func (f *fixture) verifier(cfg lifecycle.Config) *lifecycle.Verifier {
	cfg.Clock = f.clock
	v := lifecycle.NewVerifier(f.store, f.blobs, discard, cfg)
	f.Cleanup(v.Close)
	return v
}

// runner returns a Runner with the jobs of backups.
func (f *fixture) runner(blobs lox.BlobStore, v *lifecycle.Verifier, metrics prometheus.Registerer) *lifecycle.Runner {
	return lifecycle.NewRunner(lifecycle.RunnerConfig{Log: discard, Clock: f.clock, Metrics: metrics},
		lifecycle.Jobs(f.store, blobs, v, time.Second, metrics)...)
}

// runDue runs the due jobs.
func (f *fixture) runDue(v *lifecycle.Verifier) {
	f.Helper()
	require.NoError(f, f.runner(f.blobs, v, nil).RunDue(f.Context()))
}

// create creates a pending backup of a body, which isn't uploaded yet.
func (f *fixture) create(body string, declared *lox.Checksum) lox.Backup {
	f.Helper()
	b := lox.NewBackup{Name: "daily", Size: int64(len(body)), Checksum: declared}.Pending(f.tenant, f.clock(), 30*time.Minute)
	require.NoError(f, f.store.CreateBackup(f.Context(), b, storetest.By))
	return b
}

func (f *fixture) get(b lox.Backup) lox.Backup {
	f.Helper()
	got, err := f.store.Backup(f.Context(), b.Tenant, b.ID)
	require.NoError(f, err)
	return got
}

// await waits until a backup has a status.
func (f *fixture) await(b lox.Backup, status lox.Status) {
	f.Helper()
	require.Eventually(f, func() bool { return f.get(b).Status == status }, 10*time.Second, 5*time.Millisecond)
}

// events counts the events of a type.
func (f *fixture) events(kind lox.EventType) (n int) {
	f.Helper()
	require.NoError(f, storetest.SQL(f, f.dsn).QueryRowContext(f.Context(), "select count(*) from events where type = $1", kind).Scan(&n))
	return n
}

func sum(body string) lox.Checksum { return sha256.Sum256([]byte(body)) }

// memory keeps objects in a map, and lets a test inspect and delay calls. The real stores have a
// conformance suite; the tests here need their failures.
type memory struct {
	mu      sync.Mutex
	objects map[string]string
	// versioned makes every upload a new version; versions names the existing ones.
	versioned bool
	versions  map[string][]string
	// reports makes Stat return a checksum, as a store does that verified one.
	reports bool
	// hold, when not nil, delays Hash until it is closed; started receives each Hash that begins.
	hold    chan struct{}
	started chan struct{}
	fail    error
	panics  bool
	hashed  int
	stats   int // calls of Stat
	// own are the objects of LOX itself.
	own map[string]string
	parts
}

func newMemory() *memory {
	return &memory{objects: map[string]string{}, versions: map[string][]string{}, own: map[string]string{}, parts: parts{}, started: make(chan struct{}, 100)}
}

func (m *memory) put(b lox.Backup, body string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	key := b.ObjectKey()
	m.objects[key] = body
	if m.versioned {
		m.versions[key] = append(m.versions[key], body)
	}
}

// has reports whether a backup's object exists.
func (m *memory) has(b lox.Backup) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	_, ok := m.objects[b.ObjectKey()]
	return ok
}

func (m *memory) set(change func()) {
	m.mu.Lock()
	defer m.mu.Unlock()
	change()
}

func (m *memory) get(key string) (string, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.fail != nil {
		return "", m.fail
	}
	body, ok := m.objects[key]
	if !ok {
		return "", lox.Errorf(lox.CodeUploadIncomplete, "Nothing was uploaded")
	}
	return body, nil
}

func (m *memory) Stat(_ context.Context, key string) (lox.Object, error) {
	if m.panics {
		panic("stat")
	}
	m.set(func() { m.stats++ })
	body, err := m.get(key)
	o := lox.Object{Size: int64(len(body)), ETag: sum(body).String()}
	if m.versioned {
		o.Version = body
	}
	if m.reports {
		c := sum(body)
		o.Checksum = &c
	}
	return o, err
}

func (m *memory) Hash(ctx context.Context, key string, o lox.Object, _ lox.HashState, _ func(lox.HashState)) (lox.Checksum, error) {
	m.mu.Lock()
	hold := m.hold
	m.hashed++
	m.mu.Unlock()
	m.started <- struct{}{}
	if hold != nil {
		select {
		case <-hold:
		case <-ctx.Done():
			return lox.Checksum{}, ctx.Err()
		}
	}
	body, err := m.get(key)
	if err == nil && sum(body).String() != o.ETag {
		err = lox.Errorf(lox.CodeUploadIncomplete, "Replaced meanwhile")
	}
	return sum(body), err
}

func (m *memory) Delete(_ context.Context, key string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.fail != nil {
		return m.fail
	}
	delete(m.objects, key)
	delete(m.versions, key)
	return nil
}

func (m *memory) HasSpace(context.Context, int64) error { return nil }

func (m *memory) StopUpload(string) {}

// DeleteOthers fails after the first version, if it is to fail.
func (m *memory) DeleteOthers(_ context.Context, key, version string) (removed int, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.versions[key] = slices.DeleteFunc(m.versions[key], func(v string) bool {
		if v == version || m.fail != nil && removed == 1 {
			return false
		}
		removed++
		return true
	})
	return removed, m.fail
}

func (m *memory) DeleteAll(ctx context.Context, purges []lox.Purge) []lox.Purged {
	results := make([]lox.Purged, len(purges))
	for i, p := range purges {
		if p.Keep == "" {
			m.mu.Lock()
			_, there := m.objects[p.ObjectKey]
			m.mu.Unlock()
			if results[i].Err = m.Delete(ctx, p.ObjectKey); there && results[i].Err == nil {
				results[i].Removed = 1
			}
		} else {
			results[i].Removed, results[i].Err = m.DeleteOthers(ctx, p.ObjectKey, p.Keep)
		}
	}
	return results
}

func (m *memory) PresignPut(context.Context, lox.Upload) (lox.PresignedUpload, error) {
	return lox.PresignedUpload{}, nil
}

func (m *memory) PresignGet(context.Context, lox.Download) (string, error) { return "", nil }

func (m *memory) ReadOwn(_ context.Context, name string) ([]byte, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if data, ok := m.own[name]; ok && m.fail == nil {
		return []byte(data), nil
	}
	return nil, m.fail
}

func (m *memory) WriteOwn(_ context.Context, name string, data []byte) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.fail != nil {
		return m.fail
	}
	m.own[name] = string(data)
	return nil
}
