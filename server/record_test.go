package server_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox"
	"github.com/backlox/lox/gen/client"
)

const eventsPath = "/api/v1/events"

// record requests a page of the record of changes.
func (h *testenv) record(t testing.TB, query string) *client.RecordedEventList {
	t.Helper()
	r := h.get(t, eventsPath+"?"+query)
	require.Equal(t, http.StatusOK, r.status, "%s: %s", query, r.body)
	parsed, err := client.ParseListEventsResponse(r.http())
	require.NoError(t, err)
	return parsed.JSON200
}

func typesOf(page *client.RecordedEventList) []client.EventType {
	types := []client.EventType{}
	for _, e := range page.Events {
		types = append(types, e.Type)
	}
	return types
}

// firstKey is the API key that the tests of a testenv use.
func (h *testenv) firstKey(t testing.TB) string {
	t.Helper()
	var id lox.KeyID
	row := h.db.QueryRowContext(t.Context(), "select id from api_keys where tenant_id = $1 order by created_at, id limit 1", h.tenant.ID)
	require.NoError(t, row.Scan(&id))
	return id.String()
}

// TestRecord follows the changes of a backup in the record.
func TestRecord(t *testing.T) {
	t.Parallel()
	h := open(t, setup{undelivered: true})
	key := h.firstKey(t)
	const name = `a "name" <b> & \ / é 𝄞`
	u := h.create(t, client.CreateBackupRequest{Name: name, SizeBytes: 1})
	put(t, u, []byte("a"))
	completed := h.complete(t, u.ID)
	require.Equal(t, http.StatusOK, completed.status)
	downloaded := h.get(t, backupsPath+"/"+u.ID+"/download")
	require.Equal(t, http.StatusOK, downloaded.status)
	require.Equal(t, http.StatusOK, h.remove(t, u.ID).status)

	page := h.record(t, "subject="+u.ID)
	require.Equal(t, []client.EventType{
		client.EventTypeBackupDeleted, client.EventTypeBackupDownloaded, client.EventTypeBackupCompleted, client.EventTypeBackupCreated,
	}, typesOf(page))
	assert.Empty(t, page.NextCursor)
	for i, e := range page.Events {
		assert.Equal(t, client.Actor{Type: client.ActorTypeAPIKey, ID: key}, e.Actor)
		assert.Equal(t, client.Subject{Type: client.SubjectTypeBackup, ID: u.ID}, e.Subject)
		assert.Equal(t, "127.0.0.1", e.ClientAddress)
		assert.NotEmpty(t, e.RequestID)
		assert.Equal(t, h.clock.now(), e.Timestamp)
		assert.Equal(t, u.ID, e.Data["id"])
		if e.Type != client.EventTypeBackupDownloaded {
			assert.Equal(t, name, e.Data["name"])
		}
		one, err := h.api.GetEventWithResponse(t.Context(), e.ID)
		require.NoError(t, err)
		assert.Equal(t, e, *one.JSON200, i)
	}
	assert.Equal(t, downloaded.header.Get("X-Request-Id"), page.Events[1].RequestID)
	assert.Equal(t, completed.header.Get("X-Request-Id"), page.Events[2].RequestID)

	// The data is that of the webhook's body, byte for byte.
	var id lox.EventID
	require.NoError(t, id.UnmarshalText([]byte(page.Events[2].ID)))
	var payload []byte
	require.NoError(t, h.db.QueryRowContext(t.Context(), "select payload from events where id = $1", id).Scan(&payload))
	var body struct {
		Data json.RawMessage `json:"data"`
	}
	require.NoError(t, json.Unmarshal(payload, &body))
	assert.Contains(t, string(h.get(t, eventsPath+"/"+page.Events[2].ID).body), `"data":`+string(body.Data)+"}")
}

// TestRecordFilters requests parts of the record.
func TestRecordFilters(t *testing.T) {
	t.Parallel()
	h := open(t, setup{undelivered: true})
	start, first := h.clock.now(), h.firstKey(t)
	k := h.createKey(t, client.CreateAPIKeyRequest{Name: "second"})
	h.clock.advance(time.Hour)
	id := h.stored(t, "a", []byte("a"))
	other, err := h.as(k.Key).CreateBackupWithResponse(t.Context(), nil, client.CreateBackupRequest{Name: "b", SizeBytes: 1})
	require.NoError(t, err)
	require.NotNil(t, other.JSON201)
	const created, completed = client.EventTypeBackupCreated, client.EventTypeBackupCompleted
	hour := url.QueryEscape(start.Add(time.Hour).Format(time.RFC3339))
	for query, want := range map[string][]client.EventType{
		"type=backup.created":                                        {created, created},
		"subject=" + id:                                              {completed, created},
		"subject=" + id + "&type=backup.created":                     {created},
		"subject=" + k.ID:                                            {client.EventTypeAPIKeyCreated},
		"subject=" + lox.NewBackupID().String():                      {},
		"actor=" + k.ID:                                              {created},
		"actor=" + first + "&type=backup.created":                    {created},
		"actor=expire":                                               {},
		"type=tenant.closed":                                         {},
		"created_after=" + hour:                                      {created, completed, created},
		"created_before=" + hour + "&type=api_key.created":           {client.EventTypeAPIKeyCreated, client.EventTypeAPIKeyCreated},
		"created_before=" + hour + "&type=backup.created":            {},
		"created_after=2999-01-01":                                   {},
		"limit=2&created_after=" + hour + "&actor=" + first:          {completed, created},
		"limit=100&created_after=" + hour + "&subject=" + id:         {completed, created},
		"created_after=1999-01-01&created_before=1999-01-02":         {},
		"subject=" + h.tenant.ID.String() + "&type=tenant.suspended": {},
	} {
		assert.Equal(t, want, typesOf(h.record(t, query)), query)
	}

	// Pages of every size have the same events, even if events are added in between.
	for _, limit := range []string{"1", "2", "3"} {
		all, got := h.record(t, "limit=100").Events, []client.RecordedEvent{}
		query := url.Values{"limit": {limit}, "created_before": {h.clock.now().Add(time.Second).Format(time.RFC3339)}}
		for more := true; more; more = query.Get("cursor") != "" {
			page := h.record(t, query.Encode())
			got = append(got, page.Events...)
			query.Set("cursor", page.NextCursor)
			h.clock.advance(time.Second)
			h.createKey(t, client.CreateAPIKeyRequest{})
		}
		assert.Equal(t, all, got, limit)
	}
}

// A cursor is valid only with the filters of its page.
func TestRecordCursor(t *testing.T) {
	t.Parallel()
	h := open(t, setup{undelivered: true})
	for range 3 {
		h.createKey(t, client.CreateAPIKeyRequest{})
	}
	const filters = "type=api_key.created&limit=1"
	cursor := h.record(t, filters).NextCursor
	require.NotEmpty(t, cursor)
	assert.Len(t, h.record(t, "type=api_key.created&limit=2&cursor="+cursor).Events, 2, "the limit is no filter")
	const wrong = "Must be used with the filters of the page that it came with"
	for _, query := range []string{
		"", "type=api_key.revoked", "type=api_key.created&actor=expire", "type=api_key.created&subject=" + h.tenant.ID.String(),
		"type=api_key.created&created_after=2024-01-01", "type=api_key.created&created_before=2999-01-01",
	} {
		h.get(t, eventsPath+"?"+query+"&cursor="+cursor).invalid(t, map[string]string{"cursor": wrong})
	}
	h.create(t, client.CreateBackupRequest{Name: "a", SizeBytes: 1})
	h.create(t, client.CreateBackupRequest{Name: "b", SizeBytes: 1})
	ofBackups := h.list(t, "limit=1").NextCursor
	require.NotEmpty(t, ofBackups)
	for _, bad := range []string{"a", cursor[1:], cursor + "A", ofBackups} {
		h.get(t, eventsPath+"?"+filters+"&cursor="+bad).invalid(t, map[string]string{"cursor": badCursor})
	}
	h.get(t, backupsPath+"?limit=1&cursor="+cursor).invalid(t, map[string]string{"cursor": badCursor})
}

// TestRecordQueries sends invalid queries.
func TestRecordQueries(t *testing.T) {
	t.Parallel()
	h := open(t, setup{undelivered: true})
	for query, want := range map[string]map[string]string{
		"offset=1":                             {"offset": unknownParam},
		"type=a&type=b":                        {"type": onceOnly},
		"subject=" + lox.NewEventID().String(): {"subject": badSubject},
		"subject=bkp_abc123":                   {"subject": badSubject},
		"subject=":                             {"subject": badSubject},
		"actor=key_abc123":                     {"actor": badActor},
		"actor=" + h.key:                       {"actor": badActor},
		"actor=Expire":                         {"actor": badActor},
		"actor=" + strings.Repeat("a", 101):    {"actor": badActor},
		"created_after=yesterday":              {"created_after": badTime},
		"created_after=2024-02-02&created_before=2024-02-01": {"created_after": inverted},
		"limit=0&subject=x&actor=X&cursor=%20":               {"limit": badLimit, "subject": badSubject, "actor": badActor, "cursor": badCursor},
	} {
		h.get(t, eventsPath+"?"+query).invalid(t, want)
	}
	r := h.get(t, eventsPath+"?type=backup.restored")
	assert.Equal(t, http.StatusBadRequest, r.status)
	assert.Contains(t, string(r.body), `"type":"Must be one of backup.completed, backup.failed, `)
}
