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

func (h *testenv) remove(t testing.TB, id string) response {
	t.Helper()
	resp, err := h.api.DeleteBackupWithResponse(t.Context(), id)
	require.NoError(t, err)
	return response{resp.StatusCode(), resp.HTTPResponse.Header, resp.Body}
}

// A backup is deleted in each status. Its quota and its bytes are released, and it answers like one
// that never existed.
func TestDelete(t *testing.T) {
	t.Parallel()
	body := []byte("not for long")
	for name, prepare := range map[string]func(t *testing.T, h *testenv) string{
		"pending": func(t *testing.T, h *testenv) string { return h.create(t, fileRequest(body)).ID },
		"uploaded": func(t *testing.T, h *testenv) string {
			u := h.create(t, fileRequest(body))
			put(t, u, body)
			return u.ID
		},
		"completed": func(t *testing.T, h *testenv) string { return h.stored(t, "file", body) },
		"failed": func(t *testing.T, h *testenv) string {
			u := h.create(t, fileRequest(body))
			h.clock.at.Store(u.UploadExpiresAt.Add(minGrace).Unix())
			h.sweep(t)
			return u.ID
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := open(t, setup{})
			id := prepare(t, h)
			var events string
			require.NoError(t, h.db.QueryRowContext(t.Context(), `select coalesce(string_agg(type, ' '), '') from events
				where type in ('backup.completed', 'backup.failed')`).Scan(&events))
			require.Equal(t, http.StatusOK, h.remove(t, id).status)
			h.remove(t, id).refused(t, http.StatusNotFound, lox.CodeBackupNotFound, nil)
			h.complete(t, id).refused(t, http.StatusNotFound, lox.CodeBackupNotFound, nil)
			h.get(t, backupsPath+"/"+id).refused(t, http.StatusNotFound, lox.CodeBackupNotFound, nil)
			h.get(t, backupsPath+"/"+id+"/download").refused(t, http.StatusNotFound, lox.CodeBackupNotFound, nil)
			h.sweep(t)
			h.clock.advance(48 * time.Hour)
			h.sweep(t)
			h.leaves(t, id, trace{Events: events})
		})
	}
}

// A backup is deleted during its upload, which ends at once, and its client uploads again. No bytes
// of either upload stay.
func TestDeleteDuringUpload(t *testing.T) {
	t.Parallel()
	h := open(t, setup{})
	body := noise(4 << 20)
	u := h.create(t, fileRequest(body))
	upload := beginUpload(t, h, u, body[:1<<20])
	require.Equal(t, http.StatusOK, h.remove(t, u.ID).status)
	assert.Equal(t, http.StatusForbidden, upload.answer(t), "though its client has more to send")
	assert.Zero(t, h.blobs.uploads(t))
	h.leaves(t, u.ID, trace{Purges: 1})
	h.sweep(t)
	h.leaves(t, u.ID, trace{Purges: 1}) // again when no upload URL is valid any more

	assert.Equal(t, http.StatusForbidden, tryPut(t, u, body, nil))
	h.complete(t, u.ID).refused(t, http.StatusNotFound, lox.CodeBackupNotFound, nil)
	h.leaves(t, u.ID, trace{Purges: 1})
	h.clock.at.Store(u.UploadExpiresAt.Add(minGrace).Unix() - 1)
	h.sweep(t)
	h.leaves(t, u.ID, trace{Purges: 1})
	h.clock.advance(time.Second)
	h.sweep(t)
	h.leaves(t, u.ID, trace{Purges: 1})
	h.clock.at.Store(u.UploadExpiresAt.Add(lastPurge).Unix())
	h.sweep(t)
	h.leaves(t, u.ID, trace{})
}

// TestUploadAfterDelete uploads to a URL of a deleted backup.
func TestUploadAfterDelete(t *testing.T) {
	t.Parallel()
	for name, prepare := range map[string]func(t *testing.T, h *testenv, u *client.BackupUpload, body []byte) (events string){
		"pending": func(*testing.T, *testenv, *client.BackupUpload, []byte) string { return "" },
		"uploaded": func(t *testing.T, _ *testenv, u *client.BackupUpload, body []byte) string {
			put(t, u, body)
			return ""
		},
		"completed": func(t *testing.T, h *testenv, u *client.BackupUpload, body []byte) string {
			put(t, u, body)
			require.Equal(t, http.StatusOK, h.complete(t, u.ID).status)
			return eventCompleted
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := open(t, setup{})
			body := []byte("a late one")
			u := h.create(t, fileRequest(body))
			events := prepare(t, h, u, body)
			require.Equal(t, http.StatusOK, h.remove(t, u.ID).status)
			for range 2 { // before and after the bytes are deleted
				late := sendPut(t, u, body, nil)
				assert.Equal(t, http.StatusForbidden, late.status)
				assert.Equal(t, problem{code: "permission_denied", message: "The backup does not wait for an upload"}, problemOf(t, late.body))
				h.sweep(t)
				h.leaves(t, u.ID, trace{Events: events, Purges: 1})
			}
			h.clock.at.Store(u.UploadExpiresAt.Add(lastPurge).Unix())
			h.sweep(t)
			h.leaves(t, u.ID, trace{Events: events})
		})
	}
}

// A download URL stops working when the bytes are deleted.
func TestDownloadAfterDelete(t *testing.T) {
	t.Parallel()
	h := open(t, setup{})
	id := h.stored(t, "file", []byte("a"))
	answer, err := h.api.GetBackupDownloadWithResponse(t.Context(), id)
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, fetchBytes(t, answer.JSON200.DownloadURL, "").status)
	require.Equal(t, http.StatusOK, h.remove(t, id).status)
	h.sweep(t)
	assert.Equal(t, http.StatusNotFound, fetchBytes(t, answer.JSON200.DownloadURL, "").status)
}
