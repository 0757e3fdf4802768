package server_test

import (
	"context"
	"maps"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox"
	"github.com/backlox/lox/gen/client"
)

// recordedBy has the events that each operation records which changes something or returns a
// download URL: subject and type of each.
var recordedBy = map[string][]string{
	"createBackup":             {"backup backup.created"},
	"completeBackup":           {"backup backup.completed"},
	"renewUploadUrl":           {"backup backup.upload_renewed"},
	"createPartUploads":        {"backup backup.parts_issued"},
	"getBackupDownload":        {"backup backup.downloaded"},
	"deleteBackup":             {"backup backup.deleted"},
	"updateTenant":             {"tenant tenant.updated"},
	"createApiKey":             {"api_key api_key.created"},
	"rotateApiKey":             {"api_key api_key.created", "api_key api_key.rotated"}, // of the new key and of the old one
	"revokeApiKey":             {"api_key api_key.revoked"},
	"createWebhook":            {"webhook webhook.created"},
	"updateWebhook":            {"webhook webhook.updated"},
	"deleteWebhook":            {"webhook webhook.deleted"},
	"rotateWebhookSecret":      {"webhook webhook.secret_rotated"},
	"testWebhook":              {"webhook webhook.test"},
	"redeliverWebhookDelivery": {"webhook webhook.redelivered"},
	"recoverWebhook":           {"webhook webhook.recovered"},
}

// Each operation of the document is called, and the record must have its events with their actor.
// Operations that only read record nothing. Package storetest checks in every test that nothing
// else changes without an event.
func TestEveryOperationIsRecorded(t *testing.T) {
	t.Parallel()
	h := open(t, setup{undelivered: true})
	key := h.firstKey(t)
	unknown := maps.Clone(recordedBy)
	for _, op := range operations() {
		delete(unknown, op.name)
		t.Run(op.name, func(t *testing.T) {
			id := h.ready(t, op)
			var last string
			require.NoError(t, h.db.QueryRowContext(t.Context(), `select coalesce(max(id::text), '') from events`).Scan(&last))
			r := op.do(t, h.api, id)
			require.Equal(t, op.ok, r.status, "%s", r.body)
			rows, err := h.db.QueryContext(t.Context(), `select type, subject, actor_type, actor_id, request_id, host(client_address)
				from events where id::text > $1 order by type`, last)
			require.NoError(t, err)
			defer func() { assert.NoError(t, rows.Close()) }()
			var found []string
			for rows.Next() {
				var e lox.Event
				var address string
				var subject uuid.UUID
				require.NoError(t, rows.Scan(&e.Type, &subject, &e.Actor.Type, &e.Actor.ID, &e.Actor.RequestID, &address))
				found = append(found, e.Type.Subject(subject).Type()+" "+string(e.Type))
				assert.Equal(t, lox.Actor{Type: lox.ActorAPIKey, ID: key, RequestID: r.header.Get("X-Request-Id")}, e.Actor)
				assert.Equal(t, "127.0.0.1", address)
			}
			require.NoError(t, rows.Err())
			assert.Equal(t, recordedBy[op.name], found)
			if op.write {
				assert.NotEmpty(t, found)
			}
		})
	}
	assert.Empty(t, slices.Sorted(maps.Keys(unknown)), "there are no such operations")
}

// Jobs end what requests have begun. Their events, and their lines in the log, have the ids of
// these requests. Work that no request has begun has no request id.
func TestJobEventsHaveRequestID(t *testing.T) {
	t.Parallel()
	h := open(t, setup{verify: impatient, undelivered: true})
	h.blobs.careless.Store(true)
	declared := []byte("declared")
	in := fileRequest(declared)
	in.Checksum = checksumOf(declared)
	named := func(request string) client.RequestEditorFn {
		return func(_ context.Context, r *http.Request) error {
			r.Header.Set("X-Request-Id", request)
			return nil
		}
	}
	right, wrong, abandoned := h.create(t, in), h.create(t, in), h.create(t, in)
	put(t, right, declared)
	put(t, wrong, []byte("uploaded"))
	release := h.blobs.hold()
	t.Cleanup(release)
	for id, request := range map[string]string{right.ID: "complete-right", wrong.ID: "complete-wrong"} {
		eventually(t, "it is accepted", func() bool { // see verifying
			r, err := h.api.CompleteBackupWithResponse(t.Context(), id, client.CompleteBackupRequest{}, named(request))
			require.NoError(t, err)
			return r.StatusCode() == http.StatusAccepted
		})
		h.blobs.begun(t)
	}
	h.restart()
	release()
	h.sweep(t)
	r, err := h.api.DeleteBackupWithResponse(t.Context(), right.ID, named("delete-right"))
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, r.StatusCode())
	h.clock.advance(time.Hour) // the third is overdue
	h.sweep(t)

	for id, want := range map[string][]string{
		right.ID:     {"purge backup.purged delete-right", "verify backup.completed complete-right"},
		wrong.ID:     {"purge backup.purged complete-wrong", "verify backup.failed complete-wrong"},
		abandoned.ID: {"purge backup.purged ", "expire backup.failed "},
	} {
		var got []string
		for _, e := range h.record(t, "subject="+id).Events {
			if e.Actor.Type == client.ActorTypeSystem {
				assert.Empty(t, e.ClientAddress)
				got = append(got, e.Actor.ID+" "+string(e.Type)+" "+e.RequestID)
			}
		}
		assert.Equal(t, want, got)
	}
	for request, messages := range map[string][]string{
		"complete-right": {"request", "verification resumed"},
		"complete-wrong": {"request", "verification resumed", "object purged"},
		"delete-right":   {"request", "object purged"},
	} {
		for _, message := range messages {
			assert.Regexp(t, `"msg":"`+message+`".*"request_id":"`+request+`"`, h.log.String())
		}
	}
}
