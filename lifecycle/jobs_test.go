package lifecycle_test

import (
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox"
	"github.com/backlox/lox/lifecycle"
	"github.com/backlox/lox/store/storetest"
)

func TestUploadsExpireAtTheirDeadline(t *testing.T) {
	f := setup(t)
	v := f.verifier(lifecycle.Config{})
	b := f.create(body, nil)
	done := f.create(body, nil)
	f.blobs.put(done, body)
	_, err := v.Complete(t.Context(), done.Tenant, done.ID, lox.Uploaded{}, storetest.By)
	require.NoError(t, err)

	f.pass(45*time.Minute - time.Second)
	f.runDue(v)
	assert.Equal(t, lox.StatusPending, f.get(b).Status)
	f.pass(time.Second)
	f.runDue(v)
	f.runDue(v)
	got := f.get(b)
	assert.Equal(t, lox.StatusFailed, got.Status)
	assert.Equal(t, "Upload timeout exceeded", got.Failure)
	assert.Equal(t, lox.StatusCompleted, f.get(done).Status)
	assert.Equal(t, 1, f.events(lox.EventBackupFailed))
	storetest.CheckCounters(t, f.dsn)

	_, err = v.Complete(t.Context(), b.Tenant, b.ID, lox.Uploaded{}, storetest.By)
	assert.Equal(t, lox.CodeUploadExpired, lox.CodeOf(err))
}

func TestManyUploadsExpireInOneRun(t *testing.T) {
	f := setup(t)
	v := f.verifier(lifecycle.Config{})
	for range 250 { // more than one claim
		f.create(body, nil)
	}
	f.pass(45 * time.Minute)
	f.runDue(v)
	page, err := f.store.Backups(t.Context(), f.tenant, lox.BackupQuery{Status: lox.StatusFailed, Limit: 1})
	require.NoError(t, err)
	assert.EqualValues(t, 250, page.Total)
	assert.Equal(t, 250, f.events(lox.EventBackupFailed))
	storetest.CheckCounters(t, f.dsn)
}

// An upload that ends after its backup was deleted is deleted, too: by a valid URL, or one that
// takes longer.
func TestDeletedBackupsObjectIsPurgedThreeTimes(t *testing.T) {
	f := setup(t)
	v := f.verifier(lifecycle.Config{})
	b := f.create(body, nil)
	f.blobs.put(b, body)
	require.NoError(t, f.store.DeleteBackup(t.Context(), b.Tenant, b.ID, f.clock(), storetest.By))
	f.runDue(v)
	assert.False(t, f.blobs.has(b))

	for _, next := range []time.Duration{45 * time.Minute, 24 * time.Hour} {
		f.blobs.put(b, body)
		f.pass(next - time.Second)
		f.runDue(v)
		assert.True(t, f.blobs.has(b), "not looked for before")
		f.pass(time.Second)
		f.runDue(v)
		assert.False(t, f.blobs.has(b))
	}
}

// The object of a failed backup is deleted at once, and so are later uploads.
func TestObjectOfWrongSizeIsPurgedAtDeadline(t *testing.T) {
	f := setup(t)
	v := f.verifier(lifecycle.Config{})
	b := f.create(body, nil)
	f.blobs.put(b, body[1:])
	f.pass(45 * time.Minute)
	f.runDue(v)
	assert.Equal(t, lox.StatusFailed, f.get(b).Status)
	assert.False(t, f.blobs.has(b))
	f.blobs.put(b, body)
	f.pass(24 * time.Hour)
	f.runDue(v)
	assert.False(t, f.blobs.has(b))
}

// A completed backup keeps its verified version, and the tenant can't store other versions.
func TestUnreferencedVersionsArePurged(t *testing.T) {
	f := setup(t)
	f.blobs.versioned = true
	v := f.verifier(lifecycle.Config{})
	metrics := prometheus.NewRegistry()
	runner := f.runner(f.blobs, v, metrics)
	purged := func() float64 {
		found, err := metrics.Gather()
		require.NoError(t, err)
		for _, family := range found {
			if family.GetName() == "lox_unpinned_versions_purged_total" {
				return family.GetMetric()[0].GetCounter().GetValue()
			}
		}
		require.Fail(t, "there is no such metric")
		return 0
	}
	assert.Zero(t, purged())
	b := f.create(body, nil)
	f.blobs.put(b, body)
	_, err := v.Complete(t.Context(), b.Tenant, b.ID, lox.Uploaded{}, storetest.By)
	require.NoError(t, err)
	assert.Equal(t, body, f.get(b).ObjectVersion)
	f.blobs.put(b, "again")
	f.blobs.put(b, "and again")

	f.pass(45*time.Minute - time.Second)
	require.NoError(t, runner.RunDue(t.Context()))
	assert.Len(t, f.blobs.versions[b.ObjectKey()], 3, "not before the URL has expired")
	f.pass(time.Second)
	f.blobs.set(func() { f.blobs.fail = lox.Errorf(lox.CodeUnavailable, "away") })
	require.ErrorContains(t, runner.RunDue(t.Context()), "away")
	assert.InDelta(t, 1, purged(), 0, "one was deleted before it failed")
	f.blobs.set(func() { f.blobs.fail = nil })
	f.pass(time.Minute)
	require.NoError(t, runner.RunDue(t.Context()))
	assert.Equal(t, []string{body}, f.blobs.versions[b.ObjectKey()])
	assert.InDelta(t, 2, purged(), 0)

	f.blobs.put(b, "slowly") // begun in time
	f.pass(24 * time.Hour)
	require.NoError(t, runner.RunDue(t.Context()))
	assert.Equal(t, []string{body}, f.blobs.versions[b.ObjectKey()])
	assert.InDelta(t, 3, purged(), 0)
	assert.Equal(t, lox.StatusCompleted, f.get(b).Status)
}

func TestFailedPurgeIsRetried(t *testing.T) {
	f := setup(t)
	v := f.verifier(lifecycle.Config{})
	b := f.create(body, nil)
	f.blobs.put(b, body)
	require.NoError(t, f.store.DeleteBackup(t.Context(), b.Tenant, b.ID, f.clock(), storetest.By))
	f.blobs.set(func() { f.blobs.fail = lox.Errorf(lox.CodeUnavailable, "away") })
	runner := f.runner(f.blobs, v, nil)
	require.ErrorContains(t, runner.RunDue(t.Context()), "away")
	f.blobs.set(func() { f.blobs.fail = nil })
	f.pass(time.Minute)
	f.runDue(v)
	assert.False(t, f.blobs.has(b))
}

func TestIdempotencyKeysExpire(t *testing.T) {
	f := setup(t)
	v := f.verifier(lifecycle.Config{})
	b := lox.NewBackup{Name: "daily", Size: 1}.Pending(f.tenant, f.clock(), time.Hour)
	_, _, err := f.store.CreateBackupOnce(t.Context(), b, lox.IdempotencyKey{Key: "k"}, storetest.By)
	require.NoError(t, err)
	keys := func() (n int) {
		require.NoError(t, storetest.SQL(t, f.dsn).QueryRowContext(t.Context(), "select count(*) from idempotency_keys").Scan(&n))
		return n
	}
	f.pass(24*time.Hour - time.Second)
	f.runDue(v)
	assert.Equal(t, 1, keys())
	f.pass(time.Second)
	f.runDue(v)
	assert.Zero(t, keys())
}

// TestEveryJobIsRecorded checks the actor in the record for changes without a request.
func TestEveryJobIsRecorded(t *testing.T) {
	f := setup(t)
	v := f.verifier(lifecycle.Config{Quick: -1})
	late, left := f.create(body, nil), f.create(body, nil)
	f.blobs.put(left, body)
	// What a server that died has left.
	_, ok, err := f.store.Lease(t.Context(), left, lox.Lease{Owner: "it", Now: f.clock(), Until: f.clock().Add(time.Second)})
	require.NoError(t, err)
	require.True(t, ok)
	f.pass(45 * time.Minute)
	f.runDue(v)
	f.await(left, lox.StatusCompleted)
	for _, want := range []struct {
		backup lox.Backup
		what   lox.EventType
		by     lox.Actor
	}{
		{late, lox.EventBackupFailed, lox.System("expire")},
		{left, lox.EventBackupCompleted, lox.System("verify")},
	} {
		page, err := f.store.Events(t.Context(), f.tenant, lox.EventQuery{Type: want.what, Limit: 10})
		require.NoError(t, err)
		if assert.Len(t, page.Events, 1) {
			assert.Equal(t, want.by, page.Events[0].Actor)
			assert.Equal(t, lox.SubjectOf(want.backup.ID), page.Events[0].Subject)
		}
	}
}
