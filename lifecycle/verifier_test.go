package lifecycle_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox"
	"github.com/backlox/lox/lifecycle"
	"github.com/backlox/lox/store/storetest"
)

const body = "the bytes of a backup"

// leased makes a Verifier lease every object, however small.
var leased = lifecycle.Config{Quick: -1}

func TestCompleteComputesTheChecksum(t *testing.T) {
	for name, cfg := range map[string]lifecycle.Config{"quick": {}, "leased": leased} {
		t.Run(name, func(t *testing.T) {
			f := setup(t)
			b := f.create(body, nil)
			f.blobs.put(b, body)
			got, err := f.verifier(cfg).Complete(t.Context(), b.Tenant, b.ID, lox.Uploaded{}, storetest.By)
			require.NoError(t, err)
			assert.Equal(t, lox.StatusCompleted, got.Status)
			assert.Equal(t, sum(body), *got.Checksum)
			assert.Equal(t, got.Checksum, f.get(b).Checksum)
			assert.Equal(t, 1, f.events(lox.EventBackupCompleted))
			storetest.CheckCounters(t, f.dsn)
		})
	}
}

func TestCompleteTrustsStoreChecksum(t *testing.T) {
	f := setup(t)
	f.blobs.reports = true
	right, wrong := sum(body), sum("other")
	v := f.verifier(lifecycle.Config{})

	for _, declared := range []*lox.Checksum{&right, nil} {
		b := f.create(body, declared)
		f.blobs.put(b, body)
		got, err := v.Complete(t.Context(), b.Tenant, b.ID, lox.Uploaded{}, storetest.By)
		require.NoError(t, err)
		assert.Equal(t, right, *got.Checksum)
	}
	assert.Equal(t, 2, f.blobs.stats, "the store is asked once for each")

	// Bytes that a store has accepted wrongly are detected, too.
	b := f.create(body, &wrong)
	f.blobs.put(b, body)
	_, err := v.Complete(t.Context(), b.Tenant, b.ID, lox.Uploaded{}, storetest.By)
	assert.Equal(t, lox.CodeChecksumMismatch, lox.CodeOf(err))
	assert.Zero(t, f.blobs.hashed, "no byte was read")
}

func TestMismatchFailsBackup(t *testing.T) {
	for name, cfg := range map[string]lifecycle.Config{"quick": {}, "leased": leased} {
		t.Run(name, func(t *testing.T) {
			f := setup(t)
			declared := sum("other")
			b := f.create(body, &declared)
			f.blobs.put(b, body)
			v := f.verifier(cfg)
			for range 2 { // the second time with the same answer
				_, err := v.Complete(t.Context(), b.Tenant, b.ID, lox.Uploaded{}, storetest.By)
				require.Equal(t, lox.CodeChecksumMismatch, lox.CodeOf(err))
			}
			got := f.get(b)
			assert.Equal(t, lox.StatusFailed, got.Status)
			assert.Equal(t, lox.FailureChecksum, got.Failure)
			assert.Equal(t, 1, f.events(lox.EventBackupFailed))
			f.runDue(v)
			assert.False(t, f.blobs.has(b), "its bytes are of no use")
			storetest.CheckCounters(t, f.dsn)
		})
	}
}

func TestNothingToVerifyChangesNothing(t *testing.T) {
	f := setup(t)
	v := f.verifier(lifecycle.Config{})
	b := f.create(body, nil)
	_, err := v.Complete(t.Context(), b.Tenant, b.ID, lox.Uploaded{}, storetest.By)
	assert.Equal(t, lox.CodeUploadIncomplete, lox.CodeOf(err))

	f.blobs.put(b, body+"!")
	_, err = v.Complete(t.Context(), b.Tenant, b.ID, lox.Uploaded{}, storetest.By)
	assert.Equal(t, lox.CodeUploadIncomplete, lox.CodeOf(err))
	assert.ErrorContains(t, err, "size_bytes: Declared 21, uploaded 22")
	require.NoError(t, f.blobs.Delete(t.Context(), b.ObjectKey()))

	f.pass(30*time.Minute + time.Second)
	_, err = v.Complete(t.Context(), b.Tenant, b.ID, lox.Uploaded{}, storetest.By)
	assert.Equal(t, lox.CodeUploadExpired, lox.CodeOf(err))
	assert.Equal(t, lox.StatusPending, f.get(b).Status)

	f.blobs.put(b, body) // it exists with the right content, but too late
	_, err = v.Complete(t.Context(), b.Tenant, b.ID, lox.Uploaded{}, storetest.By)
	require.NoError(t, err)

	_, err = v.Complete(t.Context(), b.Tenant, lox.NewBackupID(), lox.Uploaded{}, storetest.By)
	assert.Equal(t, lox.CodeBackupNotFound, lox.CodeOf(err))
}

// However many calls there are, on however many nodes, an object is hashed once.
func TestConcurrentCompletesHashOnce(t *testing.T) {
	f := setup(t)
	b := f.create(body, nil)
	f.blobs.put(b, body)
	cfg := lifecycle.Config{Quick: -1, Poll: 5 * time.Millisecond}
	nodes := []*lifecycle.Verifier{f.verifier(cfg), f.verifier(cfg)}
	var all sync.WaitGroup
	for i := range 50 {
		all.Go(func() {
			got, err := nodes[i%2].Complete(context.Background(), b.Tenant, b.ID, lox.Uploaded{}, storetest.By)
			assert.NoError(t, err)
			assert.Equal(t, lox.StatusCompleted, got.Status)
		})
	}
	all.Wait()
	assert.Equal(t, 1, f.events(lox.EventBackupCompleted))
	storetest.CheckCounters(t, f.dsn)
}

// start begins a verification that waits in the middle of the hash.
func (f *fixture) start(v *lifecycle.Verifier) (b lox.Backup, release func()) {
	f.Helper()
	b = f.create(body, nil)
	return b, f.startFor(v, b, storetest.By)
}

// startFor is start for an existing backup, with an actor.
func (f *fixture) startFor(v *lifecycle.Verifier, b lox.Backup, by lox.Actor) (release func()) {
	f.Helper()
	hold := make(chan struct{})
	f.blobs.set(func() { f.blobs.hold = hold })
	f.blobs.put(b, body)
	got, err := v.Complete(f.Context(), b.Tenant, b.ID, lox.Uploaded{}, by)
	<-f.blobs.started // with a lease
	if lox.CodeOf(err) == lox.CodeUnavailable {
		// On a busy machine the wait may end before the lease exists. Now it does.
		got, err = v.Complete(f.Context(), b.Tenant, b.ID, lox.Uploaded{}, by)
	}
	require.NoError(f, err)
	require.Equal(f, lox.StatusVerifying, got.Status)
	return func() {
		f.blobs.set(func() { f.blobs.hold = nil })
		close(hold)
	}
}

func TestLongVerificationContinuesInBackground(t *testing.T) {
	f := setup(t)
	v := f.verifier(lifecycle.Config{Quick: -1, Wait: 50 * time.Millisecond})
	b, release := f.start(v)
	storetest.CheckCounters(t, f.dsn)
	release()
	f.await(b, lox.StatusCompleted)
	assert.Equal(t, 1, f.events(lox.EventBackupCompleted))
}

func TestClosingHandsOver(t *testing.T) {
	f := setup(t)
	first := f.verifier(lifecycle.Config{Quick: -1, Wait: 50 * time.Millisecond})
	b, release := f.start(first)
	first.Close()
	assert.Equal(t, lox.StatusVerifying, f.get(b).Status)
	_, err := first.Complete(t.Context(), b.Tenant, b.ID, lox.Uploaded{}, storetest.By)
	assert.Equal(t, lox.CodeUnavailable, lox.CodeOf(err), "%v", err)

	release()
	f.runDue(f.verifier(leased)) // at once, not after the lease
	f.await(b, lox.StatusCompleted)
}

// Short verifications are finished. Leased ones are handed over, and their clients get no error.
func TestHandingOver(t *testing.T) {
	f := setup(t)
	v := f.verifier(lifecycle.Config{Quick: 10, Wait: time.Minute})
	hold := make(chan struct{})
	f.blobs.set(func() { f.blobs.hold = hold })
	long := f.create(body, nil)
	f.blobs.put(long, body)
	complete := func(b lox.Backup) lox.Status {
		got, err := v.Complete(t.Context(), b.Tenant, b.ID, lox.Uploaded{}, storetest.By)
		assert.NoError(t, err)
		return got.Status
	}
	waits := make(chan lox.Status, 1)
	go func() { waits <- complete(long) }()
	<-f.blobs.started // with a lease
	v.HandOver()
	assert.Equal(t, lox.StatusVerifying, <-waits)
	assert.Equal(t, lox.StatusVerifying, complete(long))
	f.blobs.set(func() { f.blobs.hold = nil })
	close(hold)

	short := f.create("short", nil)
	f.blobs.put(short, "short")
	assert.Equal(t, lox.StatusCompleted, complete(short))
	late := f.create(body, nil)
	f.blobs.put(late, body)
	assert.Equal(t, lox.StatusVerifying, complete(late))
	f.runDue(f.verifier(leased)) // at once, not after the lease
	f.await(long, lox.StatusCompleted)
	f.await(late, lox.StatusCompleted)
}

// A killed process can't hand over, so its lease must end first.
func TestExpiredLeaseIsTakenOver(t *testing.T) {
	f := setup(t)
	b := f.create(body, nil)
	f.blobs.put(b, body)
	_, ok, err := f.store.Lease(t.Context(), b, lox.Lease{Owner: "killed", Now: f.clock(), Until: f.clock().Add(30 * time.Second)})
	require.NoError(t, err)
	require.True(t, ok)

	v := f.verifier(lifecycle.Config{Quick: -1, Poll: 5 * time.Millisecond, Wait: 50 * time.Millisecond})
	f.runDue(v)
	got, err := v.Complete(t.Context(), b.Tenant, b.ID, lox.Uploaded{}, storetest.By)
	require.NoError(t, err)
	assert.Equal(t, lox.StatusVerifying, got.Status, "it may still be alive")
	f.pass(30 * time.Second)
	f.await(b, lox.StatusCompleted)
}

func TestDeletedBackupIsNotRead(t *testing.T) {
	f := setup(t)
	v := f.verifier(lifecycle.Config{Quick: -1, Wait: 50 * time.Millisecond, Lease: 30 * time.Millisecond})
	b, _ := f.start(v)
	require.NoError(t, f.store.DeleteBackup(t.Context(), b.Tenant, b.ID, f.clock(), storetest.By))
	_, err := f.verifier(lifecycle.Config{}).Complete(t.Context(), b.Tenant, b.ID, lox.Uploaded{}, storetest.By)
	assert.Equal(t, lox.CodeBackupNotFound, lox.CodeOf(err))
	_, err = v.Complete(t.Context(), b.Tenant, b.ID, lox.Uploaded{}, storetest.By) // the renewal of the lease finds that the backup is deleted
	assert.Equal(t, lox.CodeBackupNotFound, lox.CodeOf(err))
	assert.Zero(t, f.events(lox.EventBackupCompleted))
	storetest.CheckCounters(t, f.dsn)
}

func TestObjectLostDuringVerificationFails(t *testing.T) {
	f := setup(t)
	v := f.verifier(lifecycle.Config{Quick: -1, Wait: 50 * time.Millisecond})
	b, release := f.start(v)
	require.NoError(t, f.blobs.Delete(t.Context(), b.ObjectKey()))
	release()
	_, err := v.Complete(t.Context(), b.Tenant, b.ID, lox.Uploaded{}, storetest.By)
	require.Equal(t, lox.CodeUnavailable, lox.CodeOf(err))
	assert.Equal(t, lox.StatusVerifying, f.get(b).Status, "the store may have been set up wrongly")

	f.pass(46 * time.Minute)
	f.runDue(v)
	f.await(b, lox.StatusFailed)
	assert.Equal(t, lox.FailureObjectLost, f.get(b).Failure)
	_, err = v.Complete(t.Context(), b.Tenant, b.ID, lox.Uploaded{}, storetest.By)
	assert.Equal(t, lox.CodeInvalidState, lox.CodeOf(err))
}

// After the outage of a store that has the object, nothing is lost.
func TestReturnedObjectIsVerified(t *testing.T) {
	f := setup(t)
	v := f.verifier(lifecycle.Config{Quick: -1, Wait: 50 * time.Millisecond})
	b, release := f.start(v)
	require.NoError(t, f.blobs.Delete(t.Context(), b.ObjectKey()))
	release()
	_, err := v.Complete(t.Context(), b.Tenant, b.ID, lox.Uploaded{}, storetest.By)
	require.Equal(t, lox.CodeUnavailable, lox.CodeOf(err))
	f.blobs.put(b, body)
	f.pass(31 * time.Second)
	f.runDue(v)
	f.await(b, lox.StatusCompleted)
}

// A backup that fails at the moment when the wait ends must not look completed.
func TestFailedBackupIsNotCompleted(t *testing.T) {
	f := setup(t)
	v := f.verifier(lifecycle.Config{Quick: -1, Wait: 50 * time.Millisecond})
	b, _ := f.start(v)
	ok, err := f.store.Fail(t.Context(), b, lox.Failure{Text: lox.FailureChecksum, At: f.clock(), Event: b.Failed(lox.FailureChecksum, f.clock(), storetest.By)})
	require.NoError(t, err)
	require.True(t, ok)
	_, err = v.Complete(t.Context(), b.Tenant, b.ID, lox.Uploaded{}, storetest.By) // its verification still waits
	assert.Equal(t, lox.CodeChecksumMismatch, lox.CodeOf(err))
}

// An outage of the store decides nothing: the backup stays, and is verified again when the lease
// ends.
func TestStoreOutageFailsNoBackup(t *testing.T) {
	f := setup(t)
	v := f.verifier(lifecycle.Config{Quick: -1, Wait: 50 * time.Millisecond})
	b, release := f.start(v)
	f.blobs.set(func() { f.blobs.fail = lox.Errorf(lox.CodeUnavailable, "away") })
	release()
	_, err := v.Complete(t.Context(), b.Tenant, b.ID, lox.Uploaded{}, storetest.By)
	assert.Equal(t, lox.CodeUnavailable, lox.CodeOf(err))
	assert.Equal(t, lox.StatusVerifying, f.get(b).Status)
	f.blobs.set(func() { f.blobs.fail = nil })
	f.pass(31 * time.Second)
	f.runDue(v)
	f.await(b, lox.StatusCompleted)
}

func TestPanicEndsOnlyItsVerification(t *testing.T) {
	f := setup(t)
	v := f.verifier(lifecycle.Config{})
	b := f.create(body, nil)
	f.blobs.put(b, body)
	f.blobs.set(func() { f.blobs.panics = true })
	_, err := v.Complete(t.Context(), b.Tenant, b.ID, lox.Uploaded{}, storetest.By)
	assert.Equal(t, lox.CodeInternal, lox.CodeOf(err))
	f.blobs.set(func() { f.blobs.panics = false })
	_, err = v.Complete(t.Context(), b.Tenant, b.ID, lox.Uploaded{}, storetest.By)
	assert.NoError(t, err)
}
