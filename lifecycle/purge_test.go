package lifecycle_test

import (
	"bytes"
	"context"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox"
	"github.com/backlox/lox/lifecycle"
	"github.com/backlox/lox/store/storetest"
)

// slow is a store that deletes nothing for some time, or never.
type slow struct {
	*memory
	takes   time.Duration // 0: it hangs
	calling chan struct{}
}

func (s slow) DeleteAll(ctx context.Context, purges []lox.Purge) []lox.Purged {
	select {
	case s.calling <- struct{}{}:
	default:
	}
	var over <-chan time.Time
	if s.takes > 0 {
		over = time.After(s.takes)
	}
	select {
	case <-over:
		return s.memory.DeleteAll(ctx, purges)
	case <-ctx.Done():
		results := make([]lox.Purged, len(purges))
		for i := range results {
			results[i].Err = ctx.Err()
		}
		return results
	}
}

// While 100,000 purges are due and the store hangs, or takes a second for each call, all other jobs
// do their work at once.
func TestSlowStoreDoesNotBlockOtherJobs(t *testing.T) {
	for what, takes := range map[string]time.Duration{"it hangs": 0, "a second for each call": time.Second} {
		t.Run(what, func(t *testing.T) {
			f := setup(t)
			const n = 100_000
			db := storetest.SQL(t, f.dsn)
			_, err := db.ExecContext(t.Context(), `insert into purges (object_key, due_at, final_at)
				select $1 || '/bkp_' || lpad(n::text, 26, '0'), $2, $2 from generate_series(1, $3) n`, f.tenant.String(), noon, n)
			require.NoError(t, err)
			blobs := slow{f.blobs, takes, make(chan struct{}, 1)}
			v := f.verifier(lifecycle.Config{})
			registry := prometheus.NewRegistry()
			ctx, stop := context.WithCancel(t.Context())
			stopped := make(chan struct{})
			go func() {
				defer close(stopped)
				f.runner(blobs, v, registry).Run(ctx)
			}()
			<-blobs.calling

			late, left := f.create(body, nil), f.create(body, nil)
			f.blobs.put(left, body)
			_, ok, err := f.store.Lease(t.Context(), left, lox.Lease{Owner: "it", Now: f.clock(), Until: f.clock().Add(time.Second)})
			require.NoError(t, err)
			require.True(t, ok)
			_, _, err = f.store.CreateBackupOnce(t.Context(), lox.NewBackup{Name: "daily", Size: 1}.Pending(f.tenant, f.clock(), 50*time.Hour),
				lox.IdempotencyKey{Key: "k"}, storetest.By)
			require.NoError(t, err)
			w := lox.Webhook{ID: lox.NewWebhookID(), Tenant: f.tenant, URL: "https://example.com", Events: lox.DefaultEvents, Enabled: true, CreatedAt: noon, Secret: []byte("sealed")}
			require.NoError(t, f.store.CreateWebhook(t.Context(), w, storetest.By))
			require.NoError(t, f.store.DeleteWebhook(t.Context(), f.tenant, w.ID, noon, storetest.By))
			began := time.Now()
			f.pass(25 * time.Hour)
			f.await(late, lox.StatusFailed)
			f.await(left, lox.StatusCompleted)
			rows := func(table string) (n int) {
				require.NoError(t, db.QueryRowContext(t.Context(), "select count(*) from "+table).Scan(&n))
				return n
			}
			require.Eventually(t, func() bool { return rows("idempotency_keys") == 0 && rows("webhooks") == 0 }, 10*time.Second, 10*time.Millisecond)
			t.Logf("all else done in %s, %d purges left", time.Since(began), rows("purges"))
			assert.Greater(t, rows("purges"), n/2)
			stop()
			<-stopped
		})
	}
}

// Purges are recorded, one event for each object, and logged, up to 100 a minute one by one.
func TestPurgesAreRecordedAndLogged(t *testing.T) {
	f := setup(t)
	var log bytes.Buffer
	v := lifecycle.NewVerifier(f.store, f.blobs, slog.New(slog.NewTextHandler(&log, nil)), lifecycle.Config{Clock: f.clock})
	t.Cleanup(v.Close)
	runner := f.runner(f.blobs, v, nil)
	const n = 130
	var made []lox.Backup
	for range n {
		b := f.create(body, nil)
		f.blobs.put(b, body)
		require.NoError(t, f.store.DeleteBackup(t.Context(), f.tenant, b.ID, f.clock(), storetest.By))
		made = append(made, b)
	}
	require.NoError(t, runner.RunDue(t.Context()))
	assert.Equal(t, n, f.events(lox.EventBackupPurged))
	assert.Equal(t, 100, strings.Count(log.String(), `msg="object purged"`))
	page, err := f.store.Events(t.Context(), f.tenant, lox.EventQuery{Subject: lox.SubjectOf(made[0].ID), Type: lox.EventBackupPurged, Limit: 2})
	require.NoError(t, err)
	require.Len(t, page.Events, 1)
	assert.Equal(t, lox.System("purge"), page.Events[0].Actor)
	assert.JSONEq(t, `{"event": "backup.purged", "timestamp": "2024-01-15T12:00:00Z", "data": {"id": "`+made[0].ID.String()+`", "removed_versions": 1}}`,
		string(page.Events[0].Payload))

	f.pass(time.Minute)
	require.NoError(t, runner.RunDue(t.Context()))
	assert.Contains(t, log.String(), `msg="object purged" more=30 since=`)

	// At the deadline most objects are already deleted, so there is nothing to record. An upload
	// has stored one again.
	f.blobs.put(made[7], body)
	f.pass(made[0].Deadline().Sub(f.clock()))
	require.NoError(t, runner.RunDue(t.Context()))
	assert.False(t, f.blobs.has(made[7]))
	assert.Equal(t, n+1, f.events(lox.EventBackupPurged))
}

// Failed purges are counted, and logged once a minute.
func TestFailedPurgesAreCounted(t *testing.T) {
	f := setup(t)
	var log bytes.Buffer
	v := lifecycle.NewVerifier(f.store, f.blobs, slog.New(slog.NewTextHandler(&log, nil)), lifecycle.Config{Clock: f.clock})
	t.Cleanup(v.Close)
	registry := prometheus.NewRegistry()
	runner := f.runner(f.blobs, v, registry)
	const n = 10
	for range n {
		b := f.create(body, nil)
		f.blobs.put(b, body)
		require.NoError(t, f.store.DeleteBackup(t.Context(), f.tenant, b.ID, f.clock(), storetest.By))
	}
	f.blobs.set(func() { f.blobs.fail = lox.Errorf(lox.CodeUnavailable, "allow s3:DeleteObjectVersion") })
	require.ErrorContains(t, runner.RunDue(t.Context()), "s3:DeleteObjectVersion")
	assert.Zero(t, f.events(lox.EventBackupPurged))
	f.pass(time.Minute)
	require.Error(t, runner.RunDue(t.Context()))
	const refused = `msg="an object can't be purged: its bytes may stay in the store" `
	assert.Equal(t, 2, strings.Count(log.String(), refused+"object="))
	assert.Equal(t, 1, strings.Count(log.String(), refused+"more=9 since="))
	families, err := registry.Gather()
	require.NoError(t, err)
	counted := map[string]float64{}
	for _, family := range families {
		counted[family.GetName()] = family.GetMetric()[0].GetCounter().GetValue()
	}
	assert.InDelta(t, 2*n, counted["lox_purges_failed_total"], 0)
	f.blobs.set(func() { f.blobs.fail = nil })
	f.pass(time.Minute)
	require.NoError(t, runner.RunDue(t.Context()))
	assert.Equal(t, n, f.events(lox.EventBackupPurged))
}

// Rows that are kept as long as the record are removed after that, and no others.
func TestOldRowsAreRemoved(t *testing.T) {
	f := setup(t)
	const keep = 400 * 24 * time.Hour
	db := storetest.SQL(t, f.dsn)
	fail := func() lox.Backup {
		b := f.create(body, nil)
		ok, err := f.store.Fail(t.Context(), b, lox.Failure{Text: "no", At: f.clock(), Event: b.Failed("no", f.clock(), storetest.By)})
		require.NoError(t, err)
		require.True(t, ok)
		return b
	}
	revoke := func() {
		k, _ := storetest.NewKey(t, f.tenant, f.clock())
		require.NoError(t, f.store.CreateAPIKey(t.Context(), k, storetest.By))
		require.NoError(t, f.store.RevokeAPIKey(t.Context(), lox.Principal{Tenant: f.tenant}, k.ID, f.clock(), storetest.By))
	}
	complete := func() lox.Backup {
		b := f.create(body, nil)
		ok, err := f.store.Complete(t.Context(), b, lox.Verified{At: f.clock(), Event: b.Completed(lox.Checksum{}, f.clock(), storetest.By)})
		require.NoError(t, err)
		require.True(t, ok)
		return b
	}
	old, kept := fail(), complete()
	revoke()
	f.pass(24 * time.Hour)
	gone := complete()
	require.NoError(t, f.store.DeleteBackup(t.Context(), f.tenant, gone.ID, f.clock(), storetest.By))
	f.pass(24 * time.Hour)
	recent := fail()
	revoke()
	f.pass(keep - time.Second)

	runner := lifecycle.NewRunner(lifecycle.RunnerConfig{Log: discard, Clock: f.clock}, lifecycle.Retention(f.store, keep)...)
	require.NoError(t, runner.RunDue(t.Context()))
	_, err := f.store.Backup(t.Context(), f.tenant, old.ID)
	require.ErrorIs(t, err, lox.ErrBackupNotFound)
	assert.Equal(t, lox.StatusFailed, f.get(recent).Status)
	assert.Equal(t, lox.StatusCompleted, f.get(kept).Status)
	rows := func(table string) (n int) {
		require.NoError(t, db.QueryRowContext(t.Context(), "select count(*) from "+table).Scan(&n))
		return n
	}
	assert.Equal(t, 1, rows("api_keys where revoked_at is not null"))
	assert.Equal(t, 1, rows("api_keys where revoked_at is null"))
	assert.Equal(t, 2, rows("backup_days"), "of those that are kept")
	assert.Equal(t, 1, rows("content_types"))
	page, err := f.store.Events(t.Context(), f.tenant, lox.EventQuery{Subject: lox.SubjectOf(old.ID), Type: lox.EventBackupDeleted, Limit: 2})
	require.NoError(t, err)
	require.Len(t, page.Events, 1)
	assert.Equal(t, lox.System("forget-backups"), page.Events[0].Actor)
	storetest.CheckCounters(t, f.dsn)

	f.pass(3 * 24 * time.Hour)
	require.NoError(t, runner.RunDue(t.Context()))
	_, err = f.store.Backup(t.Context(), f.tenant, recent.ID)
	require.ErrorIs(t, err, lox.ErrBackupNotFound)
	assert.Zero(t, rows("api_keys where revoked_at is not null"))
	assert.Equal(t, 1, rows("backup_days"))
	storetest.CheckCounters(t, f.dsn)
}
