package main_test

import (
	"context"
	"database/sql"
	"errors"
	"maps"
	"os"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox/blob/blobtest"
	"github.com/backlox/lox/blob/blobtest/miniotest"
	"github.com/backlox/lox/gen/client"
	"github.com/backlox/lox/ratelimit/redistest"
)

const (
	// trialSecondsEnv names the variable with the duration of each fault of TestWholeTrial, in
	// seconds, for longer runs than usual. These also have wrong clocks.
	trialSecondsEnv = "LOX_TRIAL_SECONDS"
	usualSeconds    = 2
	// answeredWithin is how long a node may take to answer: S3 and PostgreSQL may each be silent
	// for 10 s, and a verification may take 30.
	answeredWithin = 35 * time.Second
	// recoveredWithin is the time after the end of a fault within which everything works again.
	recoveredWithin = 10 * time.Second
)

// trial is two nodes with a PostgreSQL, an S3 server and a Redis that fail in turn, and clients at
// work.
type trial struct {
	length   time.Duration
	began    time.Time
	postgres *trialPostgres
	minio    *miniotest.Server
	redis    *redistest.Server
	nodes    [2]*trialNode
	probes   [2]*api // of each node
	dsn      string
	db       *sql.DB
	key      string
	receiver *receiver
	clients  []*trialClient
	counts   *trialCounts
	problem  atomic.Pointer[error]
	watched  prometheusServer
	observer *observer

	unavailable func() // ends the server that answers in MinIO's place
}

// Each part fails in turn under load. Nothing acknowledged is lost, the counters are exact, each
// change has one event, clients that try the other node once see only errors that both nodes must
// give, and alerts name the failing part.
func TestWholeTrial(t *testing.T) {
	t.Parallel()
	faults := trialFaults
	if os.Getenv(trialSecondsEnv) != "" {
		faults = slices.Concat(faults, wrongClocks)
		wrongClockBinary(t) // building it takes minutes
	}
	tr := startTrial(t)
	end := tr.work(t)
	for _, f := range faults {
		tr.undisturbed(t)
		tr.failAndRecover(t, f)
	}
	tr.undisturbed(t)
	end()
	tr.checkEnd(t)
	tr.stopAll(t)
}

func startTrial(t *testing.T) *trial {
	t.Helper()
	tr := &trial{length: time.Duration(roundsOf(t, trialSecondsEnv, usualSeconds)) * time.Second, counts: &trialCounts{}, began: time.Now()}
	tr.redis = redistest.Start(t)
	minio, cfg := blobtest.StartMinIOServer(t)
	tr.minio = minio
	tr.postgres = startTrialPostgres(t)
	tr.dsn = tr.postgres.server.DSN()
	var err error
	tr.db, err = sql.Open("postgres", tr.dsn)
	require.NoError(t, err)
	tr.db.SetMaxIdleConns(0) // PostgreSQL ends from time to time
	t.Cleanup(func() { require.NoError(t, tr.db.Close()) })
	s := bucketSetup(t, tr.dsn, cfg, "LOX_REDIS_URL="+tr.redis.URL, "LOX_RATE_LIMIT_FACTOR=100000", "LOX_VERIFY_LEASE=2s",
		"LOX_SWEEP_INTERVAL=200ms", "LOX_WEBHOOK_ALLOW_PRIVATE=true", "LOX_WEBHOOK_TIMEOUT=3s", "LOX_WEBHOOK_LEASE=6s")
	for i := range tr.nodes {
		tr.nodes[i] = startTrialNode(t, s)
	}
	t.Cleanup(func() {
		if t.Failed() {
			for _, n := range tr.nodes {
				for _, p := range n.all {
					t.Logf("lox %d complained:\n%s", p.cmd.Process.Pid, p.complained())
				}
			}
		}
	})
	tr.key = s.requireTenant(t, "n", "enterprise", 10<<40)
	for i, n := range tr.nodes {
		tr.probes[i] = newAPI(t, n.baseURL, tr.key)
	}
	tr.receiver = newReceiver(t, tr.probes[0], everyBackupEvent...)
	tr.watched = startPrometheus(t, tr.nodes[0].metrics, tr.nodes[1].metrics)
	tr.observer = startObserver(t, tr)
	return tr
}

// work makes clients work until the returned function is called.
func (tr *trial) work(t *testing.T) (end func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	var ending atomic.Bool
	var working sync.WaitGroup
	for range clientCount {
		c := newTrialClient(t, tr)
		tr.clients = append(tr.clients, c)
		working.Go(func() {
			var err error
			for err == nil && !ending.Load() {
				err = c.cycle(ctx)
			}
			if err == nil {
				err = c.completeAll(ctx)
			}
			if err != nil {
				tr.problem.Store(&err)
			}
		})
	}
	t.Cleanup(func() {
		cancel()
		working.Wait()
	})
	return func() {
		ending.Store(true)
		working.Wait()
		tr.requireNoProblem(t)
	}
}

func (tr *trial) requireNoProblem(t *testing.T) {
	t.Helper()
	if err := tr.problem.Load(); err != nil {
		require.NoError(t, *err)
	}
}

// undisturbed lets the clients work for some time without a fault, and checks that there is no
// error.
func (tr *trial) undisturbed(t *testing.T) {
	t.Helper()
	if os.Getenv(trialSecondsEnv) != "" {
		wait(t.Context(), before+asked)
		eventually(t, func() bool { return len(tr.watched.firing(t)) == 0 })
	}
	tr.awaitAnswers(t)
	figures := tr.counts.take()
	require.Empty(t, figures.wrong)
	require.Zero(t, figures.failedOver, "nothing fails")
	require.Zero(t, figures.storage, "nothing fails")
}

// awaitAnswers waits until each client got some answers.
func (tr *trial) awaitAnswers(t *testing.T) {
	t.Helper()
	const some = 3
	var goals []int64
	for _, c := range tr.clients {
		goals = append(goals, c.answered.Load()+some)
	}
	eventually(t, func() bool {
		tr.requireNoProblem(t)
		for i, c := range tr.clients {
			if c.answered.Load() < goals[i] {
				return false
			}
		}
		return true
	})
}

// failAndRecover makes a part fail for some time, and checks the effects.
func (tr *trial) failAndRecover(t *testing.T, f trialFault) {
	t.Helper()
	// An alert that still fires can't start to fire, and would be missed.
	eventually(t, func() bool {
		return !slices.ContainsFunc(tr.watched.firing(t), func(alert string) bool { return slices.Contains(f.alerts, alert) })
	})
	tr.observer.forget()
	began := time.Now()
	f.begin(t, tr)
	alerts := tr.awaitAlerts(t, f, began)
	tr.observer.keep(t, f.name, alerts)
	if f.end != nil {
		f.end(t, tr)
	}
	back := time.Now()
	tr.awaitRecovery(t, f)
	recovered := time.Since(back)
	tr.awaitAnswers(t)
	figures := tr.counts.take()
	t.Logf("%5.1f s: %-24s %4.1f s: %5d requests, %4d sent to the other node too, %4d refused by both, %4d to the object store failed, "+
		"slowest answer %5.1f s, recovered in %5.2f s; alerts %v", time.Since(tr.began).Seconds(), f.name, back.Sub(began).Seconds(), figures.requests, figures.failedOver,
		figures.refused, figures.storage, figures.longest.Seconds(), recovered.Seconds(), alerts)
	assert.Empty(t, figures.wrong, f.name)
	assert.True(t, f.refuses || figures.refused == 0, "%s: clients got errors from both nodes: %v", f.name, figures.reasons)
	assert.True(t, f.away || figures.storage == 0, "%s: the object store failed", f.name)
	assert.Less(t, figures.longest, answeredWithin, f.name)
	assert.Less(t, recovered, recoveredWithin, f.name)
	tr.check(t, f.name)
}

// awaitAlerts waits until the fault has lasted its time and shows. It returns the alerts that
// started to fire.
func (tr *trial) awaitAlerts(t *testing.T, f trialFault, began time.Time) []string {
	t.Helper()
	poll := time.NewTicker(tick * 50)
	defer poll.Stop()
	alerts := map[string]bool{}
	missing := func(name string) bool { return !alerts[name] }
	for deadline := began.Add(tr.length + patience); ; <-poll.C {
		if f.during != nil {
			f.during(t, tr)
		}
		for name, since := range tr.watched.firingSince(t) {
			if since.After(began) {
				alerts[name] = true
			}
		}
		have := slices.Sorted(maps.Keys(alerts))
		if time.Since(began) >= tr.length && !slices.ContainsFunc(f.alerts, missing) && (!f.noticed || tr.counts.refusals() > 0) {
			return have
		}
		require.True(t, time.Now().Before(deadline), "%s: want the alerts %v, have %v", f.name, f.alerts, have)
	}
}

// awaitRecovery waits until each node works completely.
func (tr *trial) awaitRecovery(t *testing.T, f trialFault) {
	t.Helper()
	for i := range tr.nodes {
		deadline := time.Now().Add(patience)
		for {
			tr.postgres.startAgain(t)
			err := tr.tryAll(t.Context(), tr.probes[i])
			if err == nil {
				break
			}
			require.True(t, time.Now().Before(deadline), "%s: node %d never works again: %v", f.name, i, err)
			pause(t.Context())
		}
	}
}

// tryAll makes all kinds of requests with one node.
func (tr *trial) tryAll(ctx context.Context, a *api) error {
	ctx, cancel := context.WithTimeout(ctx, answeredWithin)
	defer cancel()
	file := noise(1, 1000)
	upload, err := a.create(ctx, client.CreateBackupJSONRequestBody{Name: "probe", SizeBytes: int64(len(file))}, "")
	if err != nil {
		return err
	}
	if err := a.put(ctx, upload, file); err != nil {
		return err
	}
	b, err := a.complete(ctx, upload.ID)
	if err != nil || b.Status != client.BackupStatusCompleted {
		return errors.Join(err, errors.New("not completed"))
	}
	if _, err := a.ids(ctx); err != nil {
		return err
	}
	if sum, err := a.download(ctx, upload.ID); err != nil || sum != checksum(file) {
		return errors.Join(err, errors.New("not downloaded"))
	}
	return a.delete(ctx, upload.ID)
}
