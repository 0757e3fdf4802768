package server_test

import (
	"maps"
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// What the front end of PostgreSQL's protocol says. Each Sync, and each Query,
// is a round trip: the front end waits for the answer to it.
const (
	msgBind     = 'B'
	msgExecute  = 'E'
	msgSync     = 'S'
	msgQuery    = 'Q'
	msgParse    = 'P'
	msgDescribe = 'D'
)

// TestRoundTrips counts on the wire what an authenticated request costs once
// its key is known: one round trip that binds and executes a statement which
// was prepared before.
func TestRoundTrips(t *testing.T) {
	t.Parallel()
	proxy := newPGProxy(t)
	h := open(t, setup{dsn: proxy.before, unwatched: true})
	const times = 5
	for _, op := range operations() {
		switch op.name {
		case "completeBackup": // asks the object store as well, and more than once
			continue
		case "updateTenant", "createApiKey", "revokeApiKey", "rotateApiKey": // lock first and decide then
			continue
		case "createWebhook", "updateWebhook", "rotateWebhookSecret", "deleteWebhook", "recoverWebhook": // so do these
			continue
		case "testWebhook": // reads the webhook beside
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
			// The connection prepares the statement when it first comes to it.
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
			if again := spent[msgParse]; again > 0 { // what runs seldom may come to another connection
				assert.EqualValues(t, 1, again)
				spent[msgSync] -= again
				delete(spent, msgParse)
				delete(spent, msgDescribe)
			}
			trips := int64(times)
			switch op.name {
			case "deleteBackup", "redeliverWebhookDelivery", "renewUploadUrl": // read, or write, what they record
				trips *= 2
			case "createPartUploads": // all of that
				trips *= 3
			}
			assert.Equal(t, map[byte]int64{msgBind: trips, msgExecute: trips, msgSync: trips}, spent)
		})
	}
}

// TestRefusalsAskNobody shows that what can be refused without the database is.
func TestRefusalsAskNobody(t *testing.T) {
	t.Parallel()
	proxy := newPGProxy(t)
	h := open(t, setup{dsn: proxy.before, unwatched: true})
	before := proxy.count()
	for _, key := range []string{"", "lox_", h.key + "x", swapLast(h.key)} {
		r := h.send(t, request{method: http.MethodGet, path: backupsPath, header: http.Header{"Authorization": {"Bearer " + key}}})
		assert.Equal(t, http.StatusUnauthorized, r.status)
	}
	assert.Equal(t, before, proxy.count())
}
