package main_test

import (
	"context"
	"crypto/sha256"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox"
	"github.com/backlox/lox/blob/disk"
	"github.com/backlox/lox/lifecycle"
	"github.com/backlox/lox/store"
	"github.com/backlox/lox/store/storetest"
	"github.com/backlox/lox/webhooks"
)

// heldUp is an object store of one node. It counts the objects that it hashes, and delays some of
// them.
type heldUp struct {
	*disk.Store

	mu     sync.Mutex
	hashed map[string]int
	hold   map[string]chan struct{}
}

func (h *heldUp) Hash(ctx context.Context, key string, o lox.Object, from lox.HashState, save func(lox.HashState)) (lox.Checksum, error) {
	h.mu.Lock()
	h.hashed[key]++
	hold := h.hold[key]
	h.mu.Unlock()
	if hold != nil {
		select {
		case <-hold:
		case <-ctx.Done():
			return lox.Checksum{}, ctx.Err()
		}
	}
	return h.Store.Hash(ctx, key, o, from, save)
}

// clockLease is much shorter than the difference of the clocks, and much longer than a renewal
// takes on a busy machine.
const clockLease = 10 * time.Second

// clockNode is a server on a machine with a wrong clock.
type clockNode struct {
	*store.Grouped

	clock    *store.Clock
	verifier *lifecycle.Verifier
	metrics  *prometheus.Registry
}

// worked is the number of items of jobs, and of deliveries, that a node has worked on.
func (n *clockNode) worked(t *testing.T) (items uint64) {
	t.Helper()
	found, err := n.metrics.Gather()
	require.NoError(t, err)
	for _, family := range found {
		if name := family.GetName(); name == "lox_job_seconds" || name == "lox_webhook_attempt_duration_seconds" {
			for _, m := range family.GetMetric() {
				items += m.GetHistogram().GetSampleCount()
			}
		}
	}
	return items
}

// startClockNode runs the jobs and the dispatcher of a server on a database.
func startClockNode(t *testing.T, dsn string, blobs lox.BlobStore, ahead time.Duration) *clockNode {
	t.Helper()
	log := slog.New(slog.DiscardHandler)
	n := &clockNode{Grouped: openStore(t, dsn), metrics: prometheus.NewRegistry()}
	var err error
	n.clock, err = n.NewClock(t.Context(), store.ClockConfig{
		Log: log, Metrics: n.metrics, Raw: func() time.Time { return time.Now().Round(0).Add(ahead) },
	})
	require.NoError(t, err)
	n.verifier = lifecycle.NewVerifier(n.Grouped, blobs, log, lifecycle.Config{
		Wait: time.Millisecond, Lease: clockLease, Quick: -1, Hashers: 4, Clock: n.clock.Now, MayLease: n.clock.Agrees,
	})
	t.Cleanup(n.verifier.Close)
	keys, err := webhooks.ParseKeys(masterKey)
	require.NoError(t, err)
	sender := webhooks.NewSender(webhooks.NewSecretBox(keys[0]), webhooks.SenderConfig{AllowPrivate: true, Clock: n.clock.Now})
	t.Cleanup(sender.Close)
	dispatcher := webhooks.NewDispatcher(n.Grouped, sender, log, webhooks.Config{
		Metrics: n.metrics, Clock: n.clock.Now, MayClaim: n.clock.Agrees, Poll: 50 * time.Millisecond,
	})
	jobs := lifecycle.NewRunner(lifecycle.RunnerConfig{Log: log, Metrics: n.metrics, Clock: n.clock.Now, MayClaim: n.clock.Agrees},
		lifecycle.Jobs(n.Grouped, blobs, n.verifier, 20*time.Millisecond, n.metrics)...)
	ctx, stop := context.WithCancel(context.Background())
	var running sync.WaitGroup
	for _, run := range []func(context.Context){n.clock.Run, dispatcher.Run, jobs.Run} {
		running.Go(func() { run(ctx) })
	}
	t.Cleanup(func() { stop(); running.Wait() })
	return n
}

// Servers on one database have clocks that are up to five minutes apart. No valid lease is taken
// over, no event is sent twice, and all times are the database's.
func TestDifferentClocks(t *testing.T) {
	t.Parallel()
	dsn, dir := externalDatabase(t), newDir(t)
	first := openStore(t, dsn)
	tenant, _ := storetest.TenantOn(t, first, lox.PlanPro)
	files, err := disk.Open(disk.Config{Dir: dir, Key: make([]byte, 32), Backups: first})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, files.Close(context.Background())) })
	blobs := &heldUp{Store: files, hashed: map[string]int{}, hold: map[string]chan struct{}{}}
	arrived := newArrivals(t)
	addReceiver(t, first, tenant.ID, arrived.URL)

	near := []*clockNode{startClockNode(t, dsn, blobs, 29*time.Second), startClockNode(t, dsn, blobs, -29*time.Second)}
	far := []*clockNode{startClockNode(t, dsn, blobs, 5*time.Minute), startClockNode(t, dsn, blobs, -5*time.Minute)}
	nodes := []*clockNode{near[0], far[0], near[1], far[1]}
	const n, held = 60, 4
	hold := make(chan struct{})
	var all []lox.Backup
	for i := range n {
		b := lox.NewBackup{Name: strconv.Itoa(i), Size: 5}.Pending(tenant.ID, nodes[i%4].clock.Now(), time.Hour)
		if i < held {
			blobs.mu.Lock()
			blobs.hold[b.ObjectKey()] = hold
			blobs.mu.Unlock()
		}
		require.NoError(t, nodes[i%4].CreateBackup(t.Context(), b, lox.Operator("test")))
		path := filepath.Join(dir, "objects", b.ObjectKey())
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o700))
		require.NoError(t, os.WriteFile(path, []byte("bytes"), 0o600))
		all = append(all, b)
		_, err := nodes[(i+1)%4].verifier.Complete(t.Context(), tenant.ID, b.ID, lox.Uploaded{}, lox.Operator("test"))
		if err != nil {
			require.Equal(t, lox.CodeUnavailable, lox.CodeOf(err), "in a millisecond it wasn't even looked at: %v", err)
			_, err = nodes[(i+1)%4].verifier.Complete(t.Context(), tenant.ID, b.ID, lox.Uploaded{}, lox.Operator("test"))
		}
		if err != nil {
			require.Equal(t, lox.CodeUnavailable, lox.CodeOf(err), "%v", err)
		}
	}
	completed := func(b lox.Backup) bool {
		got, err := first.Backup(t.Context(), tenant.ID, b.ID)
		require.NoError(t, err)
		return got.Status == lox.StatusCompleted
	}
	for i, b := range all[held:] {
		eventually(t, func() bool {
			if completed(b) {
				return true
			}
			_, err := nodes[i%4].verifier.Complete(t.Context(), tenant.ID, b.ID, lox.Uploaded{}, lox.Operator("test"))
			return err == nil && completed(b)
		})
	}
	// The other leases were renewed by their owners.
	db := openSQL(t, dsn)
	for _, b := range all[:held] {
		eventually(t, func() bool {
			var renewed bool
			require.NoError(t, db.QueryRowContext(t.Context(), `select status = 'verifying' and lease_until > created_at + $2 * interval '1 second'
				from backups where id = $1`, rawID(t, b.ID.String()), (clockLease+2*time.Second).Seconds()).Scan(&renewed))
			return renewed
		})
	}
	close(hold)
	for _, b := range all[:held] {
		eventually(t, func() bool { return completed(b) })
	}
	blobs.mu.Lock()
	for _, b := range all {
		assert.Equal(t, 1, blobs.hashed[b.ObjectKey()], "another node took the lease of %s", b.Name)
	}
	blobs.mu.Unlock()

	eventually(t, func() bool { return arrived.count() == n })
	for _, node := range far {
		assert.Zero(t, node.worked(t), "it is more than 30 s away, and leases nothing")
	}
	for _, node := range near {
		assert.Positive(t, node.worked(t))
	}
	for _, b := range all {
		got, err := first.Backup(t.Context(), tenant.ID, b.ID)
		require.NoError(t, err)
		assert.False(t, got.CompletedAt.Before(got.CreatedAt), "%s before %s", got.CompletedAt, got.CreatedAt)
		assert.WithinDuration(t, time.Now(), *got.CompletedAt, time.Minute)
		assert.Equal(t, lox.Checksum(sha256.Sum256([]byte("bytes"))), *got.Checksum)
	}
	arrived.check(t)
}

// arrivals is a receiver that checks the times of what it gets.
type arrivals struct {
	*httptest.Server

	mu    sync.Mutex
	times map[string]int
	wrong []error
}

func newArrivals(t *testing.T) *arrivals {
	t.Helper()
	a := &arrivals{times: map[string]int{}}
	a.Server = httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		sent, err := strconv.ParseInt(r.Header.Get("webhook-timestamp"), 10, 64)
		// It has whole seconds, and is a moment old.
		if age := time.Since(time.Unix(sent, 0)); err == nil && (age < -2*time.Second || age > 3*time.Second) {
			err = errors.New("sent " + age.String() + " ago")
		}
		a.mu.Lock()
		defer a.mu.Unlock()
		a.times[r.Header.Get("webhook-id")]++
		a.wrong = append(a.wrong, err)
	}))
	t.Cleanup(a.Close)
	return a
}

func (a *arrivals) count() int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return len(a.times)
}

func (a *arrivals) check(t *testing.T) {
	t.Helper()
	a.mu.Lock()
	defer a.mu.Unlock()
	for id, n := range a.times {
		assert.Equal(t, 1, n, "%s was sent twice", id)
	}
	assert.NoError(t, errors.Join(a.wrong...))
}

func addReceiver(t *testing.T, s *store.Grouped, tenant lox.TenantID, url string) {
	t.Helper()
	keys, err := webhooks.ParseKeys(masterKey)
	require.NoError(t, err)
	w := lox.Webhook{
		ID: lox.NewWebhookID(), Tenant: tenant, URL: url, Events: lox.EventTypes{lox.EventBackupCompleted}, Enabled: true, CreatedAt: lox.Seconds(time.Now()),
	}
	w.Secret = webhooks.NewSecretBox(keys[0]).Seal(lox.NewWebhookSecret(), w.ID)
	require.NoError(t, s.CreateWebhook(t.Context(), w, lox.Operator("test")))
}
