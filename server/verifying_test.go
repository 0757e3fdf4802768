package server_test

import (
	"context"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox"
	"github.com/backlox/lox/gen/client"
	"github.com/backlox/lox/lifecycle"
)

// impatient is a verifier that answers before it is done, and takes a lease for every verification.
var impatient = lifecycle.Config{Wait: 20 * time.Millisecond, Poll: 10 * time.Millisecond, Quick: -1}

// begun waits until an object begins to be hashed.
func (b *blobs) begun(t testing.TB) {
	t.Helper()
	select {
	case <-b.hashing:
	case <-time.After(20 * time.Second):
		require.Fail(t, "nothing is hashed")
	}
}

// verifying creates a backup whose verification waits until release is called.
func verifying(t *testing.T, h *testenv, in client.CreateBackupRequest, body []byte) (id string, release func()) {
	t.Helper()
	h.blobs.careless.Store(true)
	u := h.create(t, in)
	put(t, u, body)
	release = h.blobs.hold()
	t.Cleanup(release)
	// On a busy machine its short wait may end before the verification has begun, which is a 503.
	eventually(t, "it is accepted", func() bool {
		r := h.complete(t, u.ID)
		if r.status == http.StatusServiceUnavailable {
			return false
		}
		require.Equal(t, http.StatusAccepted, r.status, "%s", r.body)
		assert.Equal(t, "10", r.header.Get("Retry-After"))
		return true
	})
	h.blobs.begun(t)
	h.leaves(t, u.ID, trace{Status: "verifying", Reserved: int64(len(body)), Object: true})
	return u.ID, release
}

// becomes waits until a backup has a status.
func (h *testenv) becomes(t testing.TB, id string, status client.BackupStatus) {
	t.Helper()
	eventually(t, string(status), func() bool { return h.fetch(t, id).Status == status })
}

func TestLongVerification(t *testing.T) {
	t.Parallel()
	h := open(t, setup{verify: impatient})
	body := []byte("takes long")
	id, release := verifying(t, h, fileRequest(body), body)

	again := h.complete(t, id)
	assert.Equal(t, http.StatusAccepted, again.status)
	got := h.fetch(t, id)
	assert.Equal(t, client.BackupStatusVerifying, got.Status)
	assert.Zero(t, got.UploadExpiresAt)
	assert.Empty(t, got.Checksum)
	h.get(t, backupsPath+"/"+id+"/download").refused(t, http.StatusBadRequest, lox.CodeInvalidState,
		map[string]string{"status": "Is verifying, must be completed"})
	list := h.get(t, backupsPath+"?status=verifying")
	assert.Contains(t, string(list.body), `"total":1,`)

	release()
	h.becomes(t, id, client.BackupStatusCompleted)
	assert.Equal(t, http.StatusOK, h.complete(t, id).status)
	assert.Equal(t, checksumOf(body), h.fetch(t, id).Checksum)
	assert.Equal(t, int64(1), h.blobs.hashes.Load())
	h.leaves(t, id, trace{Status: "completed", Events: eventCompleted, Object: true, Used: int64(len(body))})
}

func TestLongVerificationFails(t *testing.T) {
	t.Parallel()
	h := open(t, setup{verify: impatient})
	body, other := []byte("declared"), []byte("uploaded")
	in := fileRequest(body)
	in.Checksum = checksumOf(body)
	id, release := verifying(t, h, in, other)
	release()
	h.becomes(t, id, client.BackupStatusFailed)
	h.complete(t, id).refused(t, http.StatusBadRequest, lox.CodeChecksumMismatch, nil)
	h.leaves(t, id, trace{Status: "failed", Failure: lox.FailureChecksum, Events: eventFailed, Purges: 1, Object: true})
}

// The server stops during a verification. The next one finishes it without a request.
func TestRestartDuringVerification(t *testing.T) {
	t.Parallel()
	h := open(t, setup{verify: impatient})
	body := []byte("survives")
	id, release := verifying(t, h, fileRequest(body), body)
	h.restart()
	h.leaves(t, id, trace{Status: "verifying", Reserved: int64(len(body)), Object: true})
	release()
	h.sweep(t)
	h.becomes(t, id, client.BackupStatusCompleted)
	assert.Equal(t, int64(2), h.blobs.hashes.Load())
	h.leaves(t, id, trace{Status: "completed", Events: eventCompleted, Object: true, Used: int64(len(body))})
}

// The same, but the client calls complete before the job runs.
func TestCompleteAfterRestart(t *testing.T) {
	t.Parallel()
	h := open(t, setup{verify: impatient})
	body := []byte("survives")
	id, release := verifying(t, h, fileRequest(body), body)
	h.restart()
	release()
	h.complete(t, id)
	h.becomes(t, id, client.BackupStatusCompleted)
	h.leaves(t, id, trace{Status: "completed", Events: eventCompleted, Object: true, Used: int64(len(body))})
}

// A server hangs. Another one takes over when the lease has ended, not before. When the first one
// continues, that changes nothing.
func TestLeaseTakenOver(t *testing.T) {
	t.Parallel()
	slow := impatient
	slow.Lease = time.Hour // it isn't renewed, because a third of it never passes here
	h := open(t, setup{verify: slow})
	twin := h.twin()
	body := []byte("passed on")
	id, release := verifying(t, h, fileRequest(body), body)

	h.clock.advance(time.Hour - time.Second)
	twin.sweep(t)
	assert.Equal(t, http.StatusAccepted, twin.complete(t, id).status)
	assert.Equal(t, int64(1), h.blobs.hashes.Load(), "the lease still holds")
	h.clock.advance(time.Second)
	var sweeping sync.WaitGroup
	sweeping.Go(func() { twin.sweep(t) }) // until the verification ends
	h.blobs.begun(t)

	release()
	h.becomes(t, id, client.BackupStatusCompleted)
	sweeping.Wait()
	assert.Equal(t, http.StatusOK, h.complete(t, id).status)
	assert.Equal(t, http.StatusOK, twin.complete(t, id).status)
	h.leaves(t, id, trace{Status: "completed", Events: eventCompleted, Object: true, Used: int64(len(body))})
}

// A server that has lost its lease to another process stops hashing, and takes over again when the
// other process has died.
func TestLeaseLost(t *testing.T) {
	t.Parallel()
	brisk := impatient
	brisk.Lease = 60 * time.Millisecond
	h := open(t, setup{verify: brisk})
	body := []byte("back and forth")
	id, release := verifying(t, h, fileRequest(body), body)
	setLease := func(until time.Time) {
		_, err := h.db.ExecContext(t.Context(), `update backups set lease_owner = 'somebody else', lease_until = $1`, until)
		require.NoError(t, err)
	}
	setLease(h.clock.now().Add(time.Hour))
	eventually(t, "the hashing is broken off", func() bool { return h.blobs.abandoned.Load() == 1 })
	assert.Equal(t, http.StatusAccepted, h.complete(t, id).status)
	assert.Equal(t, int64(1), h.blobs.hashes.Load())
	setLease(h.clock.now())
	h.blobs.begun(t)
	release()
	h.becomes(t, id, client.BackupStatusCompleted)
	h.leaves(t, id, trace{Status: "completed", Events: eventCompleted, Object: true, Used: int64(len(body))})
}

func TestDeleteDuringVerification(t *testing.T) {
	t.Parallel()
	h := open(t, setup{verify: impatient})
	body := []byte("changed my mind")
	id, release := verifying(t, h, fileRequest(body), body)
	require.Equal(t, http.StatusOK, h.remove(t, id).status)
	h.leaves(t, id, trace{Purges: 1, Object: true})
	h.complete(t, id).refused(t, http.StatusNotFound, lox.CodeBackupNotFound, nil)
	release()
	h.complete(t, id).refused(t, http.StatusNotFound, lox.CodeBackupNotFound, nil)
	h.verifier.Close() // waits for its remaining work
	h.sweep(t)
	h.leaves(t, id, trace{Purges: 1})
	h.clock.advance(48 * time.Hour)
	h.sweep(t)
	h.leaves(t, id, trace{})
}

// The bytes are deleted while they are read.
func TestObjectLostDuringVerification(t *testing.T) {
	t.Parallel()
	h := open(t, setup{verify: impatient})
	body := []byte("now you see it")
	id, release := verifying(t, h, fileRequest(body), body)
	require.NoError(t, h.blobs.Delete(t.Context(), h.tenant.ID.String()+"/"+id))
	release()
	h.restart()
	require.Equal(t, client.BackupStatusVerifying, h.fetch(t, id).Status, "the store may be at fault")
	h.clock.advance(time.Hour) // past the deadline
	h.sweep(t)
	h.becomes(t, id, client.BackupStatusFailed)
	h.complete(t, id).refused(t, http.StatusBadRequest, lox.CodeInvalidState, nil)
	h.leaves(t, id, trace{Status: "failed", Failure: lox.FailureObjectLost, Events: eventFailed, Purges: 1})
}

// A verification continues if its client disconnects.
func TestClientDisconnectsDuringVerification(t *testing.T) {
	t.Parallel()
	h := open(t, setup{verify: lifecycle.Config{Quick: -1}})
	h.blobs.careless.Store(true)
	body := []byte("don't wait for me")
	u := h.create(t, fileRequest(body))
	put(t, u, body)
	release := h.blobs.hold()
	t.Cleanup(release)
	ctx, leave := context.WithCancel(t.Context())
	left := make(chan error, 1)
	go func() {
		_, err := h.api.CompleteBackup(ctx, u.ID, client.CompleteBackupRequest{})
		left <- err
	}()
	h.blobs.begun(t)
	leave()
	require.ErrorIs(t, <-left, context.Canceled)
	release()
	h.becomes(t, u.ID, client.BackupStatusCompleted)
	h.leaves(t, u.ID, trace{Status: "completed", Events: eventCompleted, Object: true, Used: int64(len(body))})
}
