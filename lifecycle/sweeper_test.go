package lifecycle_test

import (
	"testing"
	"time"

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
	_, err := v.Complete(t.Context(), done.Tenant, done.ID)
	require.NoError(t, err)

	f.pass(45*time.Minute - time.Second)
	f.sweep(v)
	assert.Equal(t, lox.StatusPending, f.get(b).Status)
	f.pass(time.Second)
	f.sweep(v)
	f.sweep(v)
	got := f.get(b)
	assert.Equal(t, lox.StatusFailed, got.Status)
	assert.Equal(t, "Upload timeout exceeded", got.Failure)
	assert.Equal(t, lox.StatusCompleted, f.get(done).Status)
	assert.Equal(t, 1, f.events(lox.EventBackupFailed))
	storetest.CheckCounters(t, f.dsn)

	_, err = v.Complete(t.Context(), b.Tenant, b.ID)
	assert.Equal(t, lox.CodeUploadExpired, lox.CodeOf(err))
}

func TestManyUploadsExpireInOneSweep(t *testing.T) {
	f := setup(t)
	v := f.verifier(lifecycle.Config{})
	for range 250 { // more than a batch
		f.create(body, nil)
	}
	f.pass(45 * time.Minute)
	f.sweep(v)
	page, err := f.store.Backups(t.Context(), f.tenant, lox.BackupQuery{Status: lox.StatusFailed, Limit: 1})
	require.NoError(t, err)
	assert.EqualValues(t, 250, page.Total)
	assert.Equal(t, 250, f.events(lox.EventBackupFailed))
	storetest.CheckCounters(t, f.dsn)
}

// An upload that ends after its backup was deleted leaves nothing behind.
func TestADeletedBackupsObjectIsPurgedTwice(t *testing.T) {
	f := setup(t)
	v := f.verifier(lifecycle.Config{})
	b := f.create(body, nil)
	f.blobs.put(b, body)
	require.NoError(t, f.store.DeleteBackup(t.Context(), b.Tenant, b.ID, f.clock()))
	f.sweep(v)
	assert.False(t, f.blobs.has(b))

	f.blobs.put(b, body) // by the URL, which is valid still
	f.sweep(v)
	assert.True(t, f.blobs.has(b), "not looked for before the URL has expired")
	f.pass(45*time.Minute + 24*time.Hour)
	f.sweep(v)
	assert.False(t, f.blobs.has(b))
}

func TestAPurgeThatFailsIsTriedAgain(t *testing.T) {
	f := setup(t)
	v := f.verifier(lifecycle.Config{})
	b := f.create(body, nil)
	f.blobs.put(b, body)
	require.NoError(t, f.store.DeleteBackup(t.Context(), b.Tenant, b.ID, f.clock()))
	f.blobs.set(func() { f.blobs.fail = lox.Errorf(lox.CodeUnavailable, "away") })
	sweeper := lifecycle.NewSweeper(f.store, f.blobs, v, discard)
	require.ErrorContains(t, sweeper.Sweep(t.Context()), "away")
	f.blobs.set(func() { f.blobs.fail = nil })
	f.pass(time.Minute)
	f.sweep(v)
	assert.False(t, f.blobs.has(b))
}

func TestIdempotencyKeysAreForgotten(t *testing.T) {
	f := setup(t)
	v := f.verifier(lifecycle.Config{})
	b := lox.NewBackup{Name: "daily", Size: 1}.Pending(f.tenant, f.clock(), time.Hour)
	_, _, err := f.store.CreateBackupOnce(t.Context(), b, lox.IdempotencyKey{Key: "k"})
	require.NoError(t, err)
	keys := func() (n int) {
		require.NoError(t, storetest.SQL(t, f.dsn).QueryRowContext(t.Context(), "select count(*) from idempotency_keys").Scan(&n))
		return n
	}
	f.pass(24*time.Hour - time.Second)
	f.sweep(v)
	assert.Equal(t, 1, keys())
	f.pass(time.Second)
	f.sweep(v)
	assert.Zero(t, keys())
}
