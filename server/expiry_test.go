package server_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox"
	"github.com/backlox/lox/gen/client"
)

// minGrace is how long an upload may continue after its URL has expired, at least.
const minGrace = 15 * time.Minute

// lastPurge is the time from the end of an upload URL to the last deletion of its object.
const lastPurge = minGrace + 24*time.Hour

// The URL of a backup expires, and then its deadline passes.
func TestExpiredUpload(t *testing.T) {
	t.Parallel()
	h := open(t, setup{uploadTTL: time.Minute})
	body := []byte("too late")
	u := h.create(t, fileRequest(body))
	require.Equal(t, h.clock.now().Add(time.Minute), u.UploadExpiresAt)
	h.clock.at.Store(u.UploadExpiresAt.Unix() + 1)
	late := sendPut(t, u, body, nil)
	assert.Equal(t, http.StatusForbidden, late.status)
	assert.Equal(t, problem{code: "permission_denied", message: "The URL has expired: ask for another one"}, problemOf(t, late.body))
	pending := trace{Status: "pending", Reserved: int64(len(body))}
	h.complete(t, u.ID).refused(t, http.StatusBadRequest, lox.CodeUploadExpired, nil)
	h.leaves(t, u.ID, pending)

	// An upload that began in time may continue.
	h.clock.at.Store(u.UploadExpiresAt.Add(minGrace).Unix() - 1)
	h.sweep(t)
	h.leaves(t, u.ID, pending)

	h.clock.advance(time.Second)
	h.sweep(t)
	h.leaves(t, u.ID, trace{Status: "failed", Failure: "Upload timeout exceeded", Events: eventFailed, Purges: 1})
	h.sweep(t)
	h.complete(t, u.ID).refused(t, http.StatusBadRequest, lox.CodeUploadExpired, nil)
	h.leaves(t, u.ID, trace{Status: "failed", Failure: "Upload timeout exceeded", Events: eventFailed, Purges: 1})

	var payload string
	require.NoError(t, h.db.QueryRowContext(t.Context(), `select convert_from(payload, 'UTF8') from events where type = 'backup.failed'`).Scan(&payload))
	assert.Equal(t, `{"event":"backup.failed","timestamp":"`+h.clock.now().Format(time.RFC3339)+`","data":{"id":"`+u.ID+
		`","name":"file","status":"failed","error":"Upload timeout exceeded"}}`, payload)
	got := h.fetch(t, u.ID)
	assert.Equal(t, client.BackupStatusFailed, got.Status)
	assert.Equal(t, "Upload timeout exceeded", got.Error)
	assert.Zero(t, got.UploadExpiresAt)
	download, err := h.api.GetBackupDownloadWithResponse(t.Context(), u.ID)
	require.NoError(t, err)
	response{download.StatusCode(), download.HTTPResponse.Header, download.Body}.
		refused(t, http.StatusBadRequest, lox.CodeInvalidState, map[string]string{"status": "Is failed, must be completed"})
}

// A file that was uploaded in time is kept.
func TestUploadedBeforeExpiry(t *testing.T) {
	t.Parallel()
	h := open(t, setup{})
	body := []byte("in time")
	u := h.create(t, fileRequest(body))
	put(t, u, body)
	h.clock.at.Store(u.UploadExpiresAt.Unix() + 1)
	assert.Equal(t, http.StatusOK, h.complete(t, u.ID).status)
	h.leaves(t, u.ID, trace{Status: "completed", Events: eventCompleted, Object: true, Used: int64(len(body))})
}

// A complete file is kept even if complete is never called: after a restore, the database may have
// lost that call.
func TestUploadWithoutComplete(t *testing.T) {
	t.Parallel()
	h := open(t, setup{})
	body := []byte("forgotten")
	u := h.create(t, fileRequest(body))
	put(t, u, body)
	h.clock.at.Store(u.UploadExpiresAt.Add(minGrace).Unix() - 1)
	h.sweep(t)
	h.leaves(t, u.ID, trace{Status: "pending", Reserved: int64(len(body)), Object: true})
	h.clock.advance(time.Second)
	h.sweep(t)
	h.leaves(t, u.ID, trace{Status: "completed", Events: eventCompleted, Object: true, Used: int64(len(body))})
	assert.Equal(t, http.StatusOK, h.complete(t, u.ID).status)
}

// A large file gets the time that it needs at 1 MiB/s.
func TestLargeUploadDeadline(t *testing.T) {
	t.Parallel()
	const hour = 3600
	h := open(t, setup{quota: 6 << 30})
	u := h.create(t, client.CreateBackupRequest{Name: "large", SizeBytes: hour << 20})
	h.clock.at.Store(u.UploadExpiresAt.Unix() + hour - 1)
	h.sweep(t)
	h.leaves(t, u.ID, trace{Status: "pending", Reserved: hour << 20})
	h.clock.advance(time.Second)
	h.sweep(t)
	h.leaves(t, u.ID, trace{Status: "failed", Failure: "Upload timeout exceeded", Events: eventFailed, Purges: 1})
}

// The URL of a backup expires, and the client asks for another one.
func TestRenewedUploadURL(t *testing.T) {
	t.Parallel()
	h := open(t, setup{uploadTTL: time.Minute})
	body := []byte("at the second try")
	u := h.create(t, fileRequest(body))
	h.clock.at.Store(u.UploadExpiresAt.Unix() + 1)
	assert.Equal(t, http.StatusForbidden, sendPut(t, u, body, nil).status)

	renewed, err := h.api.RenewUploadURLWithResponse(t.Context(), u.ID)
	require.NoError(t, err)
	require.NotNil(t, renewed.JSON200, "%s", renewed.Body)
	assert.Equal(t, u.ID, renewed.JSON200.ID)
	assert.Equal(t, client.BackupStatusPending, renewed.JSON200.Status)
	assert.Equal(t, h.clock.now().Add(time.Minute), renewed.JSON200.UploadExpiresAt)
	assert.Equal(t, renewed.JSON200.UploadExpiresAt, h.fetch(t, u.ID).UploadExpiresAt)

	// The deadline is later, too.
	h.clock.at.Store(renewed.JSON200.UploadExpiresAt.Add(minGrace).Unix() - 1)
	h.sweep(t)
	assert.Equal(t, client.BackupStatusPending, h.fetch(t, u.ID).Status)

	h.clock.at.Store(renewed.JSON200.UploadExpiresAt.Unix() - 1)
	put(t, renewed.JSON200, body)
	require.Equal(t, http.StatusOK, h.complete(t, u.ID).status)
	again, err := h.api.RenewUploadURLWithResponse(t.Context(), u.ID)
	require.NoError(t, err)
	response{again.StatusCode(), again.HTTPResponse.Header, again.Body}.
		refused(t, http.StatusBadRequest, lox.CodeInvalidState, map[string]string{"status": "Is completed, must be pending"})
}
