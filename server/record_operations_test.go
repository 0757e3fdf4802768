package server_test

import (
	"maps"
	"slices"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox"
)

// recordedBy is what every operation that changes something, or hands out a download URL,
// leaves in the record: subject and type of each event.
var recordedBy = map[string][]string{
	"createBackup":             {"backup backup.created"},
	"completeBackup":           {"backup backup.completed"},
	"renewUploadUrl":           {"backup backup.upload_renewed"},
	"getBackupDownload":        {"backup backup.downloaded"},
	"deleteBackup":             {"backup backup.deleted"},
	"updateTenant":             {"tenant tenant.updated"},
	"createApiKey":             {"api_key api_key.created"},
	"rotateApiKey":             {"api_key api_key.created", "api_key api_key.rotated"}, // the new key and the old one
	"revokeApiKey":             {"api_key api_key.revoked"},
	"createWebhook":            {"webhook webhook.created"},
	"updateWebhook":            {"webhook webhook.updated"},
	"deleteWebhook":            {"webhook webhook.deleted"},
	"rotateWebhookSecret":      {"webhook webhook.secret_rotated"},
	"testWebhook":              {"webhook webhook.test"},
	"redeliverWebhookDelivery": {"webhook webhook.redelivered"},
	"recoverWebhook":           {"webhook webhook.recovered"},
}

// TestEveryOperationIsRecorded calls each operation of the document, and looks at what the
// record has of it, and by whom. Those that only read leave nothing. That nothing else
// changes is what package storetest sees to in every test.
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
