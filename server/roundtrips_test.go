package server_test

import (
	"maps"
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox"
)

// Messages of the front end in PostgreSQL's protocol. Each Sync, and each Query, is a round trip:
// the front end waits for the answer.
const (
	msgBind     = 'B'
	msgExecute  = 'E'
	msgSync     = 'S'
	msgQuery    = 'Q'
	msgParse    = 'P'
	msgDescribe = 'D'
)

// TestRoundTrips counts the messages of an authenticated request whose key is cached: one round
// trip that binds and executes a prepared statement.
func TestRoundTrips(t *testing.T) {
	t.Parallel()
	proxy := newPGProxy(t)
	h := open(t, setup{dsn: proxy.before, unwatched: true})
	const times = 5
	for _, op := range operations() {
		switch op.name {
		case "completeBackup": // also calls the object store, more than once
			continue
		case "updateTenant", "createApiKey", "revokeApiKey", "rotateApiKey": // lock first and then decide
			continue
		case "createWebhook", "updateWebhook", "rotateWebhookSecret", "deleteWebhook", "recoverWebhook": // these lock, too
			continue
		case "testWebhook": // also reads the webhook
			continue
		}
		var ids []string
		for range times + 1 {
			ids = append(ids, h.ready(t, op))
		}
		t.Run(op.name, func(t *testing.T) {
			request := func(id string) {
				r := op.do(t, h.api, id)
				require.Equal(t, op.ok, r.status, "%s", r.body)
			}
			// A connection prepares the statement when it first uses it.
			request(ids[times])
			before, asked := proxy.count(), h.keys.asked.Load()
			for _, id := range ids[:times] {
				request(id)
			}
			spent := proxy.count()
			maps.DeleteFunc(spent, func(kind byte, n int64) bool { return n == before[kind] })
			for kind := range spent {
				spent[kind] -= before[kind]
			}
			assert.Equal(t, asked, h.keys.asked.Load(), "the key was known")
			delete(spent, msgQuery)                  // notifications, after the commit
			if again := spent[msgParse]; again > 0 { // rare statements may run on another connection
				assert.EqualValues(t, 1, again)
				spent[msgSync] -= again
				delete(spent, msgParse)
				delete(spent, msgDescribe)
			}
			trips := int64(times)
			switch op.name {
			case "deleteBackup", "redeliverWebhookDelivery", "renewUploadUrl": // also read, or write, what they record
				trips *= 2
			case "createPartUploads": // all of these
				trips *= 3
			}
			assert.Equal(t, map[byte]int64{msgBind: trips, msgExecute: trips, msgSync: trips}, spent)
		})
	}
}

// Requests that can be refused without the database are refused without it.
func TestRefusalsMakeNoRoundTrip(t *testing.T) {
	t.Parallel()
	proxy := newPGProxy(t)
	h := open(t, setup{dsn: proxy.before, unwatched: true})
	unknown := lox.NewAPIKey()
	assert.Equal(t, http.StatusUnauthorized, h.guess(t, unknown).status) // the database is asked once
	before := proxy.count()
	for _, key := range []string{"", "lox_", h.key + "x", swapLast(h.key), unknown} {
		r := h.send(t, request{method: http.MethodGet, path: backupsPath, header: http.Header{"Authorization": {"Bearer " + key}}})
		assert.Equal(t, http.StatusUnauthorized, r.status)
	}
	assert.Equal(t, before, proxy.count())
}

// TestCompleteIsTwoStatements: one reads the backup, and one, which is a transaction of its own, completes it.
func TestCompleteIsTwoStatements(t *testing.T) {
	t.Parallel()
	proxy := newPGProxy(t)
	h := open(t, setup{dsn: proxy.before, unwatched: true})
	const times = 5
	body := noise(1 << 10)
	in := fileRequest(body)
	in.Checksum = checksumOf(body)
	var ids []string
	for range times + 1 {
		u := h.create(t, in)
		put(t, u, body)
		ids = append(ids, u.ID)
	}
	require.Equal(t, http.StatusOK, h.complete(t, ids[times]).status) // the connection prepares the statements
	before := proxy.count()
	for _, id := range ids[:times] {
		require.Equal(t, http.StatusOK, h.complete(t, id).status)
	}
	spent := proxy.count()
	for kind := range spent {
		spent[kind] -= before[kind]
	}
	assert.EqualValues(t, 2*times, spent[msgExecute])
	assert.EqualValues(t, 2*times, spent[msgSync])
	assert.LessOrEqual(t, spent[msgQuery], int64(times), "a notification each; a transaction would begin and end")
}
