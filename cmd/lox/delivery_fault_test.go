package main_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"net/http"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox/gen/client"
)

const (
	// deliveryRoundsEnv names the variable with the number of times that TestDeliveryFaults kills
	// the server, for longer runs than usual.
	deliveryRoundsEnv     = "LOX_DELIVERY_FAULT_ROUNDS"
	defaultDeliveryRounds = 15
)

// The server is killed again and again on the same data directory, while backups are completed,
// fail, and their events are sent. In the end the receiver has all events and no others.
func TestDeliveryFaults(t *testing.T) {
	t.Parallel()
	s := setup{dir: usedDir(t), env: []string{
		"LOX_WEBHOOK_ALLOW_PRIVATE=true", "LOX_WEBHOOK_TIMEOUT=3s", "LOX_WEBHOOK_LEASE=6s",
		"LOX_VERIFY_LEASE=1s", "LOX_SWEEP_INTERVAL=20ms", "LOX_RATE_LIMIT_FACTOR=1000",
	}}
	p := s.start(t)
	key := s.savedKey(t)
	a := newAPI(t, p.baseURL, key)
	r := newReceiver(t, a)
	// Kills must interrupt attempts that were sent, answered or not.
	r.hold = func() { <-time.After(time.Duration(rand.IntN(50)) * time.Millisecond) }

	completed := map[string]bool{} // acknowledged
	rounds := roundsOf(t, deliveryRoundsEnv, defaultDeliveryRounds)
	for range rounds {
		require.NoError(t, completeUntilKilled(t, p, key, completed))
		p = s.start(t)
		s.expireUploads(t)
	}
	a = newAPI(t, p.baseURL, key)
	s.expireUploads(t)
	eventually(t, func() bool { // the leases of the last process end first
		return countOf(t, a, client.BackupStatusPending)+countOf(t, a, client.BackupStatusVerifying) == 0 &&
			r.deliveries(t.Context(), t, a, client.DeliveryStatusPending) == 0
	})
	backups := allBackups(t, a)
	checkTold(t, r, backups)
	for id := range completed {
		require.Equal(t, client.BackupStatusCompleted, backups[id].Status, "%s was acknowledged", id)
	}
	require.Zero(t, r.deliveries(t.Context(), t, a, client.DeliveryStatusFailed))
	events, repeated := r.distinct()
	failed := countOf(t, a, client.BackupStatusFailed)
	t.Logf("%d kills: %d backups completed (%d acknowledged), %d failed; %d events, %d of their deliveries repeated",
		rounds, len(backups)-failed, len(completed), failed, events, repeated)
	require.NotZero(t, failed)
	p.stop(t, syscall.SIGTERM)
}

// completeUntilKilled has clients store backups, of which some are never uploaded, and kills the
// server during that. It records what was acknowledged.
func completeUntilKilled(t *testing.T, p *process, key string, completed map[string]bool) error {
	t.Helper()
	a := newAPI(t, p.baseURL, key)
	alarm := newTrigger(a.http.Transport, 1+rand.IntN(150))
	a.http.Transport = alarm
	ctx, goHome := context.WithCancel(t.Context())
	defer goHome()
	var working sync.WaitGroup
	var mu sync.Mutex
	var problems []error
	for range clientCount {
		working.Go(func() {
			for ctx.Err() == nil {
				id, err := storeOne(ctx, a)
				mu.Lock()
				if id != "" {
					completed[id] = true
				}
				problems = append(problems, err)
				mu.Unlock()
				if err != nil {
					pause(ctx)
				}
			}
		})
	}
	<-alarm.reached
	<-time.After(time.Duration(rand.IntN(8000)) * time.Microsecond)
	p.kill()
	goHome()
	working.Wait()
	return errors.Join(problems...)
}

// storeOne stores a backup and returns its id if that was acknowledged. Errors because of the kill
// don't count.
func storeOne(ctx context.Context, a *api) (id string, err error) {
	file := source()[:1+rand.IntN(4<<10)]
	e := &entry{file: file, sum: checksum(file)}
	e.body = client.CreateBackupJSONRequestBody{Name: uuid.NewString(), SizeBytes: int64(len(file))}
	if err := e.create(ctx, a); err != nil || rand.IntN(5) == 0 {
		return "", harmless("create", e, err)
	}
	if err := e.store(ctx, a); err != nil {
		return "", harmless("upload", e, err)
	}
	if err := e.finish(ctx, a, rand.IntN(5) == 0); err != nil {
		// Its deadline was set to now before the upload.
		if r, ok := errors.AsType[*refused](err); ok && r.status == http.StatusBadRequest {
			return "", nil
		}
		return "", harmless("complete", e, err)
	}
	return e.upload.ID, nil
}

// expireUploads sets the deadlines of all pending uploads to now.
func (s setup) expireUploads(t *testing.T) {
	t.Helper()
	db := s.embeddedSQL(t)
	defer func() { _ = db.Close() }()
	_, err := db.ExecContext(t.Context(), `update backups set deadline = created_at where status = 'pending'`)
	require.NoError(t, err)
}

// checkTold checks that there is exactly one event of each backup, and no other.
func checkTold(t *testing.T, r *receiver, backups map[string]client.Backup) {
	t.Helper()
	hasEvent := map[string]bool{}
	for _, e := range r.events(t) {
		b, ok := backups[e.Data.ID]
		require.True(t, ok, "%+v tells of a backup that isn't there", e)
		require.False(t, hasEvent[b.ID], "two events of %s", b.ID)
		hasEvent[b.ID] = true
		require.Equal(t, "backup."+string(b.Status), e.Event, "%+v", b)
		require.Equal(t, string(b.Status), e.Data.Status)
		require.Equal(t, b.Name, e.Data.Name)
		require.Equal(t, b.Error, e.Data.Error)
		if b.Status == client.BackupStatusCompleted {
			require.Equal(t, b.Checksum, e.Data.Checksum)
			require.Equal(t, b.SizeBytes, e.Data.Size)
		}
	}
	for id, b := range backups {
		require.True(t, hasEvent[id], "there is no event of %+v", b)
	}
}

// countOf returns the number of backups with a status.
func countOf(t *testing.T, a *api, status client.BackupStatus) int {
	t.Helper()
	resp, err := a.ListBackupsWithResponse(t.Context(), &client.ListBackupsParams{Status: &status})
	require.NoError(t, err)
	require.NotNil(t, resp.JSON200, "%s", resp.Body)
	return int(resp.JSON200.Total)
}

// allBackups reads each backup by its id, as clients do.
func allBackups(t *testing.T, a *api) map[string]client.Backup {
	t.Helper()
	found := map[string]client.Backup{}
	limit := 100
	for {
		offset := len(found)
		resp, err := a.ListBackupsWithResponse(t.Context(), &client.ListBackupsParams{Limit: &limit, Offset: &offset})
		require.NoError(t, err)
		require.NotNil(t, resp.JSON200, "%s", resp.Body)
		if len(resp.JSON200.Backups) == 0 {
			require.Len(t, found, int(resp.JSON200.Total))
			return found
		}
		for _, b := range resp.JSON200.Backups {
			got, err := a.get(t.Context(), b.ID)
			require.NoError(t, err)
			found[b.ID] = *got
		}
	}
}
