package store_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"io"
	"net"
	"path/filepath"
	"regexp"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox"
	"github.com/backlox/lox/store"
	"github.com/backlox/lox/store/storetest"
)

// watched records notifications in order: the hash of a key, or whether the watch is live.
type watched chan any

func (w watched) KeyChanged(hash lox.KeyHash) { w <- hash }
func (w watched) KeysWatched()                { w <- true }
func (w watched) KeysUnwatched(error)         { w <- false }

// next returns the next notification within a time.
func (w watched) next(t *testing.T, within time.Duration) any {
	t.Helper()
	select {
	case heard := <-w:
		return heard
	case <-time.After(within):
		require.FailNow(t, "nothing heard")
		return nil
	}
}

// live waits until the watch is live. On a busy machine, connecting may take more than one try.
func (w watched) live(t *testing.T) {
	t.Helper()
	for heard := any(false); heard == any(false); {
		heard = w.next(t, 10*time.Second)
		if heard == any(true) {
			return
		}
		require.Equal(t, false, heard)
	}
}

// watch starts a watch and returns when it is live.
func watch(t *testing.T, s *store.Grouped) watched {
	t.Helper()
	w := make(watched, 1000)
	ctx, cancel := context.WithCancel(t.Context())
	var watching sync.WaitGroup
	watching.Go(func() { s.WatchKeys(ctx, w) })
	t.Cleanup(func() {
		cancel()
		watching.Wait()
	})
	w.live(t)
	return w
}

func hashOf(t *testing.T, key string) lox.KeyHash {
	t.Helper()
	hash, err := lox.HashAPIKey(key)
	require.NoError(t, err)
	return hash
}

// Every change of a key's rights, by any statement, is notified within a second. Statements that
// change nothing notify nothing.
func TestKeyChangesAreNotified(t *testing.T) {
	t.Parallel()
	dsn := storetest.Database(t)
	s := storetest.Open(t, dsn)
	tenant, key := storetest.Tenant(t, s, quota)
	storetest.Tenant(t, s, quota)
	k, hash := only(t, s, tenant.ID), hashOf(t, key)
	by, err := principal(t, s, key)
	require.NoError(t, err)
	psql := storetest.SQL(t, dsn)
	w := watch(t, s)
	notified := func(what string, want ...any) {
		t.Helper()
		heard := make([]any, len(want))
		for i := range want {
			heard[i] = w.next(t, time.Second)
		}
		assert.ElementsMatch(t, want, heard, what)
	}
	exec := func(statement string) {
		t.Helper()
		_, err := psql.ExecContext(t.Context(), statement)
		require.NoError(t, err)
	}
	update := func(change func(*lox.Tenant)) {
		t.Helper()
		_, err := s.UpdateTenant(t.Context(), tenant.ID, time.Now(), storetest.By, func(t *lox.Tenant) error { change(t); return nil })
		require.NoError(t, err)
	}

	second, plaintext := addKey(t, s, tenant.ID, full)
	notified("a key is created", hashOf(t, plaintext))
	exec("update api_keys set scopes = '{backups:read}' where id = '" + uuidOf(k.ID) + "'")
	notified("scopes", hash)
	exec("update api_keys set expires_at = now() where id = '" + uuidOf(k.ID) + "'")
	notified("expiry", hash)
	exec("update api_keys set expires_at = null, scopes = '{}' where id = '" + uuidOf(k.ID) + "'")
	notified("both", hash)

	// These notify nothing: a notification would arrive before that of the next change.
	require.NoError(t, s.NoteKeyUse(t.Context(), map[lox.KeyID]time.Time{k.ID: noon, second.ID: noon}))
	exec("update api_keys set name = 'other', expires_at = expires_at, scopes = scopes, revoked_at = revoked_at")
	update(func(t *lox.Tenant) { t.Name, t.Settings = "other", lox.Metadata{"a": "b"} })

	update(func(t *lox.Tenant) { t.Plan = lox.PlanPro })
	notified("a plan: all keys of its tenant", hash, hashOf(t, plaintext))
	require.NoError(t, s.RotateAPIKey(t.Context(), tenant.ID, second.ID, storetest.By, func(k *lox.APIKey) (next lox.APIKey, err error) {
		next, plaintext, err = k.Rotate(by, lox.Rotation{Overlap: time.Hour}, time.Now())
		return next, err
	}))
	notified("rotation: the old and the new", second.Hash, hashOf(t, plaintext))
	require.NoError(t, s.RevokeAPIKey(t.Context(), lox.Principal{Tenant: tenant.ID}, second.ID, noon, storetest.By))
	notified("revocation", second.Hash)
	update(func(t *lox.Tenant) { t.SuspendedAt = &noon })
	notified("suspension: live keys", hash, hashOf(t, plaintext))
	update(func(t *lox.Tenant) { later := noon.Add(time.Hour); t.SuspendedAt = &later })
	exec("delete from api_keys where id = '" + uuidOf(k.ID) + "'")
	notified("deletion", hash)
	exec("delete from tenants where id = '" + uuidOf(tenant.ID) + "'")
	notified("deletion of the tenant", second.Hash, hashOf(t, plaintext))
	exec("truncate tenants cascade")
	notified("everything", true)
}

// A statement that makes a delivery due earlier than all others notifies the other servers. Other
// statements don't.
func TestDueDeliveriesAreNotified(t *testing.T) {
	t.Parallel()
	dsn := storetest.Database(t)
	s := storetest.Open(t, dsn)
	tenant, _ := storetest.Tenant(t, s, quota)
	w := addWebhook(t, s, tenant.ID, lox.EventBackupCreated)
	heard := make(chan struct{}, 100)
	ctx, cancel := context.WithCancel(t.Context())
	var watching sync.WaitGroup
	watching.Go(func() { storetest.Open(t, dsn).WatchDeliveries(ctx, func() { heard <- struct{}{} }) })
	defer watching.Wait()
	defer cancel()
	notified := func(what string) {
		t.Helper()
		select {
		case <-heard:
		case <-time.After(10 * time.Second):
			require.Fail(t, what)
		}
	}
	notified("what came before")
	b := create(t, s, pending(tenant.ID, 1, noon))
	notified("a change")
	complete(t, s, b, noon) // no webhook subscribed to it
	d := claim(t, s, noon, 1, 1)[0]
	finish(t, s, d, lox.DeliveryFailed)
	_, err := s.Redeliver(t.Context(), tenant.ID, w.ID, d.ID, noon, storetest.By)
	require.NoError(t, err)
	notified("redelivery")
	finish(t, s, claim(t, s, noon, 1, 1)[0], lox.DeliveryFailed)
	n, err := s.RecoverDeliveries(t.Context(), tenant.ID, w.ID, noon, noon, storetest.By)
	require.NoError(t, err)
	require.EqualValues(t, 1, n)
	notified("recovery")
	send(t, s, w, 1, noon.Add(time.Hour))
	notified("one that is due later than others")
	assert.Empty(t, heard)
}

// A second server is notified of the first one's changes at once.
func TestChangesAreNotifiedInMilliseconds(t *testing.T) {
	t.Parallel()
	dsn := storetest.Database(t)
	s := storetest.Open(t, dsn)
	tenant, _ := storetest.Tenant(t, s, quota)
	w := watch(t, storetest.Open(t, dsn))
	var worst, sum time.Duration
	const changes = 100
	for range changes {
		k, _ := storetest.NewKey(t, tenant.ID, noon)
		begun := time.Now()
		require.NoError(t, s.CreateAPIKey(t.Context(), k, storetest.By))
		assert.Equal(t, k.Hash, w.next(t, time.Second))
		worst, sum = max(worst, time.Since(begun)), sum+time.Since(begun)
	}
	t.Logf("from the call to the notification: %s on average, %s at worst", sum/changes, worst)
}

func TestWatchReconnects(t *testing.T) {
	t.Parallel()
	dsn := storetest.Database(t)
	s := storetest.Open(t, dsn)
	tenant, _ := storetest.Tenant(t, s, quota)
	psql := storetest.SQL(t, dsn)
	w := watch(t, s)
	for range 3 {
		var killed int
		require.NoError(t, psql.QueryRowContext(t.Context(), `select count(pg_terminate_backend(pid)) from pg_stat_activity
			where datname = current_database() and (query = 'listen lox_keys' or query like 'do $$ begin if current_setting(''transaction_read_only'')%')
			and backend_type = 'client backend'`).Scan(&killed))
		require.Equal(t, 1, killed)
		assert.Equal(t, false, w.next(t, time.Second))
		w.live(t)
		k, _ := addKey(t, s, tenant.ID, full)
		assert.Equal(t, k.Hash, w.next(t, time.Second))
	}
}

// A connection on which nothing arrives any more, though nobody closed it, is detected in time for
// a revoked key to stop working within a second everywhere.
func TestWatchDetectsSilence(t *testing.T) {
	t.Parallel()
	dsn := storetest.Database(t)
	s := storetest.Open(t, dsn)
	tenant, _ := storetest.Tenant(t, s, quota)
	line := newLine(t, dsn)
	w := watch(t, storetest.Open(t, line.dsn))
	for range 3 {
		line.silent.Store(true)
		since := time.Now()
		assert.Equal(t, false, w.next(t, time.Second))
		t.Logf("noticed after %s", time.Since(since))
		addKey(t, s, tenant.ID, full) // missed
		line.silent.Store(false)
		w.live(t)
		k, _ := addKey(t, s, tenant.ID, full)
		assert.Equal(t, k.Hash, w.next(t, time.Second))
	}
}

func TestWatchWaitsForDatabase(t *testing.T) {
	t.Parallel()
	dsn := storetest.Database(t)
	line := newLine(t, dsn)
	s := storetest.Open(t, line.dsn)
	line.silent.Store(true)
	w := make(watched, 10)
	ctx, cancel := context.WithCancel(t.Context())
	var watching sync.WaitGroup
	watching.Go(func() { s.WatchKeys(ctx, w) })
	<-line.called
	line.silent.Store(false)
	w.live(t)
	cancel()
	watching.Wait()
	assert.Equal(t, false, w.next(t, time.Second))
}

// Not parallel, because it looks at all goroutines.
func TestWatchEndsWithContext(t *testing.T) {
	dsn := storetest.Database(t)
	s := storetest.Open(t, dsn)
	line := newLine(t, dsn)
	behind := storetest.Open(t, line.dsn)
	for what, test := range map[string]struct {
		store  *store.Grouped
		silent bool // from the moment when it is live
	}{"live": {s, false}, "silent": {behind, true}} {
		ctx, cancel := context.WithCancel(t.Context())
		w, ended := make(watched, 10), make(chan struct{})
		go func() {
			test.store.WatchKeys(ctx, w)
			close(ended)
		}()
		w.live(t)
		line.silent.Store(test.silent)
		begun := time.Now()
		cancel()
		<-ended
		assert.Less(t, time.Since(begun), time.Second, what)
		assert.Equal(t, false, w.next(t, time.Second), what)
		line.silent.Store(false) // the pool's connections also use the proxy, and must be closed
		require.Eventually(t, func() bool {
			stacks := make([]byte, 1<<20)
			stacks = stacks[:runtime.Stack(stacks, true)]
			return !bytes.Contains(stacks, []byte("store.listen(")) && !bytes.Contains(stacks, []byte("listenerConnMain"))
		}, 5*time.Second, time.Millisecond, what)
	}
}

// line is a proxy to PostgreSQL's socket that can go silent: existing connections then stay open,
// and nothing is forwarded on them ever again.
type line struct {
	dsn    string
	silent atomic.Bool
	called chan struct{} // receives when a client connects to a silent proxy
	// executed counts the statements of the extended protocol.
	executed atomic.Int64
}

// executions counts the messages in a client's stream that execute a statement (PostgreSQL,
// "Message Formats"). The first message has no type.
type executions struct {
	count *atomic.Int64
	head  []byte // of a message, as far as it has arrived
	left  int    // of its body
	begun bool
}

func (e *executions) write(p []byte) {
	for len(p) > 0 {
		if n := min(e.left, len(p)); n > 0 {
			e.left, p = e.left-n, p[n:]
			continue
		}
		size := 5
		if !e.begun {
			size = 4
		}
		n := min(size-len(e.head), len(p))
		e.head, p = append(e.head, p[:n]...), p[n:]
		if len(e.head) < size {
			return
		}
		if e.begun && e.head[0] == 'E' {
			e.count.Add(1)
		}
		e.left = int(binary.BigEndian.Uint32(e.head[size-4:])) - 4
		e.head, e.begun = e.head[:0], true
	}
}

var hostOfDSN = regexp.MustCompile(`host='([^']*)'`)

func newLine(t *testing.T, dsn string) *line {
	t.Helper()
	const socket = ".s.PGSQL.5432"
	dir, server := t.TempDir(), filepath.Join(hostOfDSN.FindStringSubmatch(dsn)[1], socket)
	l := &line{dsn: hostOfDSN.ReplaceAllLiteralString(dsn, "host='"+dir+"'"), called: make(chan struct{}, 100)}
	listener, err := net.Listen("unix", filepath.Join(dir, socket))
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() {
		for {
			client, err := listener.Accept()
			if err != nil {
				return
			}
			if l.silent.Load() {
				l.called <- struct{}{}
			}
			context.AfterFunc(ctx, func() { _ = client.Close() })
			backend, err := net.Dial("unix", server)
			if err != nil {
				return
			}
			context.AfterFunc(ctx, func() { _ = backend.Close() })
			var dead atomic.Bool
			seen := &executions{count: &l.executed}
			running.Go(func() { l.forward(backend, client, &dead, seen.write) })
			running.Go(func() { l.forward(client, backend, &dead, func([]byte) {}) })
		}
	})
	t.Cleanup(func() {
		_ = listener.Close()
		cancel()
		running.Wait()
	})
	return l
}

// forward forwards data until the proxy goes silent, and then only reads.
func (l *line) forward(to io.WriteCloser, from io.Reader, dead *atomic.Bool, seen func([]byte)) {
	buf := make([]byte, 1<<16)
	for {
		n, err := from.Read(buf)
		if l.silent.Load() {
			dead.Store(true)
		}
		if err != nil {
			if !dead.Load() {
				_ = to.Close()
			}
			return
		}
		if !dead.Load() {
			seen(buf[:n])
			_, _ = to.Write(buf[:n])
		}
	}
}
