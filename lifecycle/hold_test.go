package lifecycle_test

import (
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox"
	"github.com/backlox/lox/lifecycle"
	"github.com/backlox/lox/store"
	"github.com/backlox/lox/store/storetest"
)

// node is a server: its jobs and its log.
type node struct {
	*lifecycle.Hold
	*fixture
	*lifecycle.Runner

	log     lines
	metrics *prometheus.Registry
}

func (f *fixture) node(off bool) *node {
	f.Helper()
	n := &node{fixture: f, metrics: prometheus.NewRegistry()}
	n.Hold = lifecycle.NewHold(f.store, f.blobs, lifecycle.HoldConfig{Log: n.log.logger(), Metrics: n.metrics, Clock: f.clock, Off: off})
	v := f.verifier(lifecycle.Config{})
	jobs := append([]lifecycle.Job{n.Job()}, n.Over(lifecycle.Jobs(f.store, f.blobs, v, time.Second, nil)...)...)
	n.Runner = lifecycle.NewRunner(lifecycle.RunnerConfig{Log: discard, Clock: f.clock}, jobs...)
	return n
}

// works runs the due jobs.
func (n *node) works() {
	n.Helper()
	require.NoError(n, n.RunDue(n.Context()))
}

// isHeld checks what a node reports about held deletions.
func (n *node) isHeld(want bool) {
	n.Helper()
	held, err := n.Held(n.Context())
	require.NoError(n, err)
	assert.Equal(n, want, held)
	var value float64
	if want {
		value = 1
	}
	found, err := n.metrics.Gather()
	require.NoError(n, err)
	require.Len(n, found, 1)
	assert.Equal(n, "lox_jobs_held", found[0].GetName())
	assert.InDelta(n, value, found[0].GetMetric()[0].GetGauge().GetValue(), 0)
}

// copyOf is a copy of the database for a later restore.
type copyOf struct{ number int64 }

func (f *fixture) dump() (c copyOf) {
	f.Helper()
	m, err := f.store.Marks(f.Context())
	require.NoError(f, err)
	return copyOf{m.Number}
}

// restore sets the marks to those of a copy.
func (f *fixture) restore(c copyOf) {
	f.Helper()
	_, err := storetest.SQL(f, f.dsn).ExecContext(f.Context(), `update restore_guard set number = $1, held_since = null, held_because = ''`, c.number)
	require.NoError(f, err)
}

func (f *fixture) confirm() {
	f.Helper()
	i, err := store.Inspect(f.Context(), store.Config{DSN: f.dsn})
	require.NoError(f, err)
	defer i.Close()
	stored, err := lifecycle.ReadMark(f.Context(), f.blobs)
	require.NoError(f, err)
	var behind int64
	if stored != nil {
		behind = stored.Number
	}
	require.NoError(f, i.ConfirmRestore(f.Context(), behind, func(m lox.Mark) error { return lifecycle.WriteMark(f.Context(), f.blobs, m) }))
}

// overdue creates an upload that never arrived and is past its deadline.
func (f *fixture) overdue() lox.Backup {
	f.Helper()
	b := f.create(body, nil)
	f.pass(45 * time.Minute)
	return b
}

func TestDeletionsAreHeldWhileDatabaseIsOlder(t *testing.T) {
	f := setup(t)
	n := f.node(false)
	n.works()
	n.isHeld(false)
	old := f.dump()
	for range 3 {
		f.pass(time.Minute)
		n.works()
	}
	assert.EqualValues(t, 4, f.dump().number)

	for what, server := range map[string]*node{"running": n, "started": f.node(false)} {
		f.restore(old)
		deleted := f.create(body, nil)
		f.blobs.put(deleted, body)
		require.NoError(t, f.store.DeleteBackup(t.Context(), deleted.Tenant, deleted.ID, f.clock(), storetest.By))
		b := f.overdue()
		server.works()
		server.isHeld(true)
		assert.Equal(t, lox.StatusPending, f.get(b).Status, what)
		assert.True(t, f.blobs.has(deleted), what)
		f.node(false).isHeld(true)
		const line = "expiry of uploads and deletion of objects are paused"
		assert.Equal(t, 1, server.log.count(line), what)
		f.pass(time.Hour - 1)
		server.works()
		assert.Equal(t, 1, server.log.count(line), what)
		f.pass(1)
		server.works()
		assert.Equal(t, 2, server.log.count(line), "every hour")

		f.confirm()
		server.works()
		server.isHeld(false)
		assert.Equal(t, 1, server.log.count("deletion of objects have resumed"), what)
		assert.Equal(t, lox.StatusFailed, f.get(b).Status, what)
		assert.False(t, f.blobs.has(deleted), what)
		n.works()
		n.isHeld(false)
		f.node(false).isHeld(false)
		old = f.dump()
		f.pass(time.Minute)
		n.works()
	}
	// A copy from before a confirmed restore has another origin.
	_, err := storetest.SQL(t, f.dsn).ExecContext(t.Context(), `update restore_guard set line = gen_random_uuid(), number = 1000000`)
	require.NoError(t, err)
	n.works()
	n.isHeld(true)
	f.confirm()
	n.isHeld(false)
}

// While the object store doesn't answer, nobody knows whether the database is older.
func TestDeletionsAreHeldUntilMarkIsRead(t *testing.T) {
	f := setup(t)
	b := f.overdue()
	n := f.node(false)
	f.blobs.set(func() { f.blobs.fail = lox.Errorf(lox.CodeUnavailable, "away") })
	_, err := n.Held(t.Context())
	require.ErrorContains(t, err, "away")
	require.Error(t, n.RunDue(t.Context()))
	assert.Equal(t, lox.StatusPending, f.get(b).Status)
	f.blobs.set(func() { f.blobs.fail = nil })
	n.works()
	assert.Equal(t, lox.StatusFailed, f.get(b).Status)
	// After the mark was read once, the job works without it.
	f.blobs.set(func() { f.blobs.fail = lox.Errorf(lox.CodeUnavailable, "away") })
	n.isHeld(false)
}

// An object store without its mark is another one, for example one that isn't mounted.
func TestDeletionsAreHeldWithOtherObjectStore(t *testing.T) {
	f := setup(t)
	f.node(false).works()
	f.blobs.set(func() { clear(f.blobs.own) })
	b := f.overdue()
	n := f.node(false)
	n.works()
	n.isHeld(true)
	assert.Equal(t, lox.StatusPending, f.get(b).Status)
	assert.Equal(t, 1, n.log.count("it is another one, or empty"))
}

// A server that died between writing the two marks isn't a restore.
func TestMarkMissingInObjectStore(t *testing.T) {
	f := setup(t)
	state, err := f.store.Marks(t.Context())
	require.NoError(t, err)
	_, ok, err := f.store.AdvanceMark(t.Context(), state.Mark, f.clock())
	require.NoError(t, err)
	require.True(t, ok)
	f.pass(time.Minute)
	n := f.node(false)
	n.works()
	n.isHeld(false)
}

// If neither side has a mark, as at the first start of a version with marks, a database that didn't
// change for a day and has overdue uploads counts as restored.
func TestDeletionsAreHeldBySecondMark(t *testing.T) {
	t.Parallel()
	for name, restored := range map[string]bool{"23 hours": false, "25 hours": true} {
		t.Run(name, func(t *testing.T) {
			f := setup(t)
			b := f.create(body, nil)
			age, err := time.ParseDuration(name[:2] + "h45m")
			require.NoError(t, err)
			f.pass(age)
			n := f.node(false)
			n.works()
			n.isHeld(restored)
			assert.Equal(t, restored, f.get(b).Status == lox.StatusPending)
		})
	}
}

func TestJobsOff(t *testing.T) {
	f := setup(t)
	b, left := f.create(body, nil), f.create(body, nil)
	f.blobs.put(left, body)
	_, ok, err := f.store.Lease(t.Context(), left, lox.Lease{Owner: "it", Now: f.clock(), Until: f.clock()})
	require.NoError(t, err)
	require.True(t, ok)
	f.pass(45 * time.Minute)
	n := f.node(true)
	n.works()
	n.isHeld(true)
	assert.Equal(t, 1, n.log.count("LOX_JOBS is off"))
	assert.Equal(t, lox.StatusPending, f.get(b).Status)
	assert.Equal(t, lox.StatusCompleted, f.get(left).Status, "verification continues")
	f.node(false).works()
	assert.Equal(t, lox.StatusFailed, f.get(b).Status)
}

// Many servers write one mark a minute, and never take each other's marks for a restore.
func TestMarksWithManyServers(t *testing.T) {
	f := setup(t)
	var nodes []*node
	for range 4 {
		nodes = append(nodes, f.node(false))
	}
	for range 20 {
		done := make(chan error)
		for _, n := range nodes {
			go func() { done <- n.RunDue(t.Context()) }()
		}
		for range nodes {
			require.NoError(t, <-done)
		}
		f.pass(time.Minute)
	}
	assert.EqualValues(t, 20, f.dump().number)
	for _, n := range nodes {
		n.isHeld(false)
	}
}
