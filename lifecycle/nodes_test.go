package lifecycle_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox"
	"github.com/backlox/lox/lifecycle"
	"github.com/backlox/lox/store/storetest"
)

// abandon creates verifying backups, with their objects, whose process has died.
func (f *fixture) abandon(n int) (backups []lox.Backup) {
	f.Helper()
	for range n {
		b := f.create(body, nil)
		f.blobs.put(b, body)
		_, ok, err := f.store.Lease(f.Context(), b, lox.Lease{Owner: "killed", Now: f.clock(), Until: f.clock()})
		require.NoError(f, err)
		require.True(f, ok)
		backups = append(backups, b)
	}
	return backups
}

// runJobs runs the jobs of a process until stop is called.
func (f *fixture) runJobs(v *lifecycle.Verifier) (stop func()) {
	f.Helper()
	return run(f.T, lifecycle.RunnerConfig{Clock: f.clock}, lifecycle.Jobs(f.store, f.blobs, v, 5*time.Millisecond, nil)...)
}

// leases counts the valid leases.
func (f *fixture) leases() (n int) {
	f.Helper()
	require.NoError(f, storetest.SQL(f, f.dsn).QueryRowContext(f.Context(),
		"select count(*) from backups where status = 'verifying' and lease_until > $1", f.clock()).Scan(&n))
	return n
}

func TestTwoNodesNeverVerifyTheSame(t *testing.T) {
	f := setup(t)
	const n = 90
	backups := f.abandon(n)
	for range 2 {
		f.runJobs(f.verifier(lifecycle.Config{Hashers: 3}))
	}
	for _, b := range backups {
		f.await(b, lox.StatusCompleted)
	}
	f.blobs.set(func() { assert.Equal(t, n, f.blobs.hashed) })
	assert.Equal(t, n, f.events(lox.EventBackupCompleted))
	storetest.CheckCounters(t, f.dsn)
}

// A node whose hashers are all busy leaves other verifications to other nodes, including those that
// requests have begun. When it stops, it leaves all of them.
func TestNodeLeasesWhatItHashes(t *testing.T) {
	f := setup(t)
	hold := make(chan struct{})
	f.blobs.set(func() { f.blobs.hold = hold })
	backups := f.abandon(20)
	v := f.verifier(lifecycle.Config{Hashers: 2, Quick: -1, Wait: 20 * time.Millisecond})
	stop := f.runJobs(v)
	<-f.blobs.started
	<-f.blobs.started
	assert.Equal(t, 2, f.leases())

	asked := f.create(body, nil)
	f.blobs.put(asked, body)
	require.Eventually(t, func() bool {
		got, err := v.Complete(t.Context(), asked.Tenant, asked.ID, lox.Uploaded{}, storetest.By)
		if lox.CodeOf(err) == lox.CodeUnavailable {
			return false // no node took it in 20 ms
		}
		require.NoError(t, err)
		return got.Status == lox.StatusVerifying
	}, 10*time.Second, time.Millisecond)
	assert.Equal(t, 2, f.leases())
	backlog, err := f.store.Backlog(t.Context(), lox.WorkVerify, f.clock())
	require.NoError(t, err)
	assert.Equal(t, lox.Backlog{Due: 19, Oldest: noon}, lox.Backlog{Due: backlog.Due, Oldest: backlog.Oldest.UTC()})

	stop()
	assert.Zero(t, f.leases())
	f.blobs.set(func() { assert.Equal(t, 2, f.blobs.hashed) })
	close(hold)
	f.runJobs(f.verifier(lifecycle.Config{Hashers: 2}))
	for _, b := range append(backups, asked) {
		f.await(b, lox.StatusCompleted)
	}
	assert.Equal(t, 21, f.events(lox.EventBackupCompleted))
}

// A request and the job of the same process never hash an object at the same time.
func TestRequestWaitsForJob(t *testing.T) {
	f := setup(t)
	hold := make(chan struct{})
	f.blobs.set(func() { f.blobs.hold = hold })
	b := f.abandon(1)[0]
	v := f.verifier(lifecycle.Config{Hashers: 2, Poll: time.Millisecond, Wait: 20 * time.Millisecond})
	f.runJobs(v)
	<-f.blobs.started
	got, err := v.Complete(t.Context(), b.Tenant, b.ID, lox.Uploaded{}, storetest.By)
	require.NoError(t, err)
	assert.Equal(t, lox.StatusVerifying, got.Status)
	close(hold)
	f.await(b, lox.StatusCompleted)
	f.blobs.set(func() { assert.Equal(t, 1, f.blobs.hashed) })
}

// An object that is not what was declared is not a failure of the job.
func TestJobFailsWrongUpload(t *testing.T) {
	f := setup(t)
	declared := sum("other")
	b := f.create(body, &declared)
	f.blobs.put(b, body)
	_, ok, err := f.store.Lease(t.Context(), b, lox.Lease{Owner: "killed", Now: f.clock(), Until: f.clock()})
	require.NoError(t, err)
	require.True(t, ok)
	f.runDue(f.verifier(lifecycle.Config{}))
	got := f.get(b)
	assert.Equal(t, lox.StatusFailed, got.Status)
	assert.Equal(t, lox.FailureChecksum, got.Failure)
}

// A panic in a verification ends only that one, and its lease ends.
func TestPanicInJobIsContained(t *testing.T) {
	f := setup(t)
	b := f.abandon(1)[0]
	v := f.verifier(lifecycle.Config{Hashers: 1})
	f.blobs.set(func() { f.blobs.panics = true })
	require.ErrorContains(t, f.runner(f.blobs, v, nil).RunDue(t.Context()), "verify: "+b.ID.String()+": panic: stat")
	f.blobs.set(func() { f.blobs.panics = false })
	f.runDue(v)
	assert.Equal(t, lox.StatusVerifying, f.get(b).Status)
	f.pass(30 * time.Second)
	f.runDue(v)
	assert.Equal(t, lox.StatusCompleted, f.get(b).Status)
}

// failing has some backups that can't be failed, and some objects that can't be deleted.
type failing struct {
	lifecycle.Store
	*memory
	bad []lox.BackupID
}

func (p *failing) Fail(ctx context.Context, b lox.Backup, why lox.Failure) (bool, error) {
	if slices.Contains(p.bad, b.ID) {
		return false, errors.New("broken")
	}
	return p.Store.Fail(ctx, b, why)
}

func (p *failing) DeleteAll(ctx context.Context, purges []lox.Purge) []lox.Purged {
	results := make([]lox.Purged, len(purges))
	for i, purge := range purges {
		if slices.ContainsFunc(p.bad, func(id lox.BackupID) bool { return strings.HasSuffix(purge.ObjectKey, id.String()) }) {
			results[i].Err = errors.New("broken")
		} else {
			results[i] = p.memory.DeleteAll(ctx, purges[i:i+1])[0]
		}
	}
	return results
}

// More items fail than a job works on at once, and they are the longest due.
func TestFailedItemDoesNotBlockOthers(t *testing.T) {
	f := setup(t)
	p := &failing{Store: f.store, memory: f.blobs}
	var bad, good []lox.Backup
	for range 20 {
		bad = append(bad, f.create(body, nil))
		p.bad = append(p.bad, bad[len(bad)-1].ID)
	}
	f.pass(time.Second)
	for range 20 {
		b := f.create(body, nil)
		f.blobs.put(b, body[1:])
		good = append(good, b)
	}
	f.pass(45 * time.Minute)
	v := f.verifier(lifecycle.Config{})
	r := lifecycle.NewRunner(lifecycle.RunnerConfig{Log: discard, Clock: f.clock}, lifecycle.Jobs(p, p, v, time.Second, nil)...)
	runs := 0
	for ; r.RunDue(t.Context()) != nil; runs++ {
		require.Less(t, runs, 100)
	}
	assert.GreaterOrEqual(t, runs, 5)
	for _, b := range good {
		assert.Equal(t, lox.StatusFailed, f.get(b).Status)
		assert.False(t, f.blobs.has(b))
	}
	for _, b := range bad {
		assert.Equal(t, lox.StatusPending, f.get(b).Status)
		f.blobs.put(b, body[1:])
	}
	f.pass(time.Minute)
	p.bad = nil
	require.NoError(t, r.RunDue(t.Context()))
	for _, b := range bad {
		assert.Equal(t, lox.StatusFailed, f.get(b).Status)
		assert.False(t, f.blobs.has(b))
		p.bad = append(p.bad, b.ID)
	}

	// The same with objects, which are purged again a day later.
	for _, b := range slices.Concat(bad, good) {
		f.blobs.put(b, body[1:])
	}
	f.pass(24 * time.Hour)
	for ; r.RunDue(t.Context()) != nil; runs++ {
		require.Less(t, runs, 100)
	}
	for _, b := range good {
		assert.False(t, f.blobs.has(b))
	}
	for _, b := range bad {
		assert.True(t, f.blobs.has(b))
	}
	f.pass(time.Minute)
	p.bad = nil
	require.NoError(t, r.RunDue(t.Context()))
	for _, b := range bad {
		assert.False(t, f.blobs.has(b))
	}
}
