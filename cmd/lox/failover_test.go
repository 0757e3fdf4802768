package main_test

import (
	"context"
	"net/http"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox/gen/client"
)

// failoverTime is the time within which writes work after a standby was promoted.
const failoverTime = 10 * time.Second

// noticed is the time within which a server detects that a tenant was suspended.
const noticed = 5 * time.Second

// A standby takes over at the address of its primary, twice, during writes: first when the primary
// has stopped and comes back as a standby, then when the primary becomes read-only and its
// connections stay.
func TestFailover(t *testing.T) {
	t.Parallel()
	a, b := startReplicas(t)
	address := newFixedAddress(t, a)
	s := externalSetup(t, address.dsn(), "LOX_RATE_LIMIT_FACTOR=100000")
	p := s.start(t)
	w := startWriters(t, p, s.requireTenant(t, "n", "enterprise", 10<<40))
	w.requireWrites(t)

	a.stop(t) // first sends its last changes to b
	w.requireRefusals(t)
	a.follow(t, b)
	a.start(t)
	requireReadiness(t, p, http.StatusServiceUnavailable, `{"database":"unavailable","disk":"ok"}`)
	w.requireRefusals(t)
	b.promote(t)
	address.lead(b)
	w.requireRecovery(t, "a primary that became a standby")

	other, key := s.newTenant(t, "suspended later", "enterprise")
	second := newAPI(t, p.baseURL, key)
	requireStored(t, second, []byte("bytes"))

	readOnly(t, b, "on")
	w.requireRefusals(t)
	requireReadiness(t, p, http.StatusServiceUnavailable, `{"database":"unavailable","disk":"ok"}`)
	a.caughtUp(t, b)
	a.promote(t)
	address.lead(a)
	w.requireRecovery(t, "a primary that only reads")

	// Changes by others are detected, though the connection to the old primary stayed.
	s.mustRun(t, "suspend", other.ID)
	begun := time.Now()
	eventually(t, func() bool {
		_, err := second.create(t.Context(), client.CreateBackupJSONRequestBody{Name: "n", SizeBytes: 1}, "")
		return err != nil
	})
	assert.Less(t, time.Since(begun), noticed)
	w.end()
	w.requireAll(t)
	p.stop(t, syscall.SIGTERM)
}

// readOnly sets whether a server, and each of its sessions, may write.
func readOnly(t *testing.T, r *replica, value string) {
	t.Helper()
	db := r.sql(t, "postgres")
	for _, statement := range []string{"alter system set default_transaction_read_only = " + value, "select pg_reload_conf()"} {
		_, err := db.ExecContext(t.Context(), statement)
		require.NoError(t, err)
	}
}

// writers are clients that create backups continuously.
type writers struct {
	api     *api
	process *process
	end     func()
	// Numbers of acknowledged and refused creates.
	acknowledged, refused atomic.Int64

	mu          sync.Mutex
	ids         []string
	lastRefusal time.Time
	unexpected  []string
}

func startWriters(t *testing.T, p *process, key string) *writers {
	t.Helper()
	w := &writers{api: newAPI(t, p.baseURL, key), process: p}
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	var working sync.WaitGroup
	for range clientCount {
		working.Go(func() {
			for ctx.Err() == nil {
				w.write(context.WithoutCancel(ctx))
				pause(ctx)
			}
		})
	}
	w.end = sync.OnceFunc(func() {
		cancel()
		working.Wait()
	})
	t.Cleanup(w.end)
	return w
}

func (w *writers) write(ctx context.Context) {
	resp, err := w.api.CreateBackupWithResponse(ctx, nil, client.CreateBackupJSONRequestBody{Name: "n", SizeBytes: 1})
	w.mu.Lock()
	defer w.mu.Unlock()
	switch {
	case err != nil:
		w.unexpected = append(w.unexpected, err.Error())
	case resp.JSON201 != nil:
		w.ids = append(w.ids, resp.JSON201.ID)
		w.acknowledged.Add(1)
	case resp.StatusCode() == http.StatusServiceUnavailable && resp.HTTPResponse.Header.Get("Retry-After") != "":
		w.lastRefusal = time.Now()
		w.refused.Add(1)
	default:
		w.unexpected = append(w.unexpected, resp.Status()+" "+string(resp.Body))
	}
}

// requireMore waits until a number has grown.
func requireMore(t *testing.T, n *atomic.Int64, what string) {
	t.Helper()
	const some = 5 * clientCount
	from := n.Load()
	require.Eventually(t, func() bool { return n.Load() >= from+some }, patience, tick, what)
}

func (w *writers) requireWrites(t *testing.T) {
	t.Helper()
	requireMore(t, &w.acknowledged, "nothing is written")
}

func (w *writers) requireRefusals(t *testing.T) {
	t.Helper()
	requireMore(t, &w.refused, "nothing is refused")
}

// requireRecovery waits until all creates succeed again, which must be soon.
func (w *writers) requireRecovery(t *testing.T, from string) {
	t.Helper()
	promoted := time.Now()
	for before := int64(-1); before != w.refused.Load(); { // until nothing is refused for some time
		before = w.refused.Load()
		w.requireWrites(t)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	took := w.lastRefusal.Sub(promoted)
	t.Logf("after %s: the last write was refused %s after the promotion; %d acknowledged, %d refused so far",
		from, max(0, took).Round(time.Millisecond), w.acknowledged.Load(), w.refused.Load())
	assert.Less(t, took, failoverTime)
	assert.Empty(t, w.unexpected)
	requireReadiness(t, w.process, http.StatusOK, `{"database":"ok","disk":"ok"}`)
}

// requireAll checks that all acknowledged backups exist.
func (w *writers) requireAll(t *testing.T) {
	t.Helper()
	assert.Empty(t, w.unexpected)
	there := allBackups(t, w.api)
	for _, id := range w.ids {
		assert.Contains(t, there, id)
	}
}
