package server_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox/gen/client"
)

// event checks a message against the schema of its type and returns its data.
func (m message) event(t testing.TB, want client.EventType) map[string]any {
	t.Helper()
	var e struct {
		Event client.EventType `json:"event"`
		Data  map[string]any   `json:"data"`
	}
	require.NoError(t, json.Unmarshal(m.body, &e), "%s", m.body)
	require.Equal(t, want, e.Event, "%s", m.body)
	m.inOneForm(t)
	schema := eventSchema(want)
	require.NotNil(t, schema, "the document has no schema of %s", want)
	var whole any
	require.NoError(t, json.Unmarshal(m.body, &whole))
	assert.NoError(t, schema.VisitJSON(whole, openapi3.EnableFormatValidation()), "%s", m.body)
	return e.Data
}

// inOneForm checks that a body is encoded compactly, so that decoding and encoding it gives the
// same bytes.
func (m message) inOneForm(t testing.TB) {
	t.Helper()
	assert.Regexp(t, `^\{"event":"[a-z_.]+","timestamp":"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ","data":\{"`, string(m.body))
	var again bytes.Buffer
	in, out := jsontext.NewDecoder(bytes.NewReader(m.body)), jsontext.NewEncoder(&again, jsontext.CanonicalizeRawInts(true), jsontext.CanonicalizeRawFloats(true))
	for {
		token, err := in.ReadToken()
		if errors.Is(err, io.EOF) {
			break
		}
		require.NoError(t, err)
		require.NoError(t, out.WriteToken(token))
	}
	assert.Equal(t, strings.TrimSuffix(again.String(), "\n"), string(m.body))
}

func eventSchema(of client.EventType) *openapi3.Schema {
	for _, ref := range strict().Components.Schemas {
		if kind := ref.Value.Properties["event"]; kind != nil && slices.Equal(kind.Value.Enum, []any{string(of)}) {
			return ref.Value
		}
	}
	return nil
}

// subscribe starts a receiver and creates a webhook for it.
func (h *testenv) subscribe(t testing.TB, events ...client.EventType) (*receiver, *client.CreatedWebhook) {
	t.Helper()
	r := newReceiver(t)
	return r, h.createWebhook(t, client.CreateWebhookRequest{URL: r.URL, Events: events})
}

// TestOptionalEvents causes every event that is sent only to webhooks that subscribed to it. Other
// webhooks get nothing.
func TestOptionalEvents(t *testing.T) {
	t.Parallel()
	h := open(t, setup{})
	defaults, quiet := h.subscribe(t)
	body := []byte("some bytes")

	created, _ := h.subscribe(t, client.EventTypeBackupCreated)
	const name = `a "name" <b> & \ / é 𝄞 %1$s %`
	u := h.create(t, client.CreateBackupRequest{Name: name, SizeBytes: int64(len(body))})
	assert.Equal(t, map[string]any{"id": u.ID, "name": name, "status": "pending", "size_bytes": 10.0},
		created.next(t).event(t, client.EventTypeBackupCreated))

	deleted, _ := h.subscribe(t, client.EventTypeBackupDeleted)
	require.Equal(t, http.StatusOK, h.remove(t, u.ID).status)
	assert.Equal(t, map[string]any{"id": u.ID, "name": name, "status": "deleted", "size_bytes": 10.0},
		deleted.next(t).event(t, client.EventTypeBackupDeleted))

	keyMade, _ := h.subscribe(t, client.EventTypeAPIKeyCreated)
	keyGone, _ := h.subscribe(t, client.EventTypeAPIKeyRevoked)
	both, _ := h.subscribe(t, client.EventTypeAPIKeyCreated, client.EventTypeAPIKeyRevoked)
	k := h.createKey(t, client.CreateAPIKeyRequest{Name: "nightly", Scopes: []client.Scope{client.ScopeBackupsRead}})
	about := map[string]any{"id": k.ID, "name": "nightly", "prefix": k.Prefix, "last4": k.Last4, "scopes": []any{"backups:read"}}
	for _, r := range []*receiver{keyMade, both} {
		m := r.next(t)
		assert.Equal(t, about, m.event(t, client.EventTypeAPIKeyCreated))
		assert.NotContains(t, string(m.body), k.Key)
	}
	next := h.rotate(t, k.ID, client.RotateAPIKeyRequest{OverlapSeconds: new(0)})
	for _, r := range []*receiver{keyMade, both} {
		assert.Equal(t, next.ID, r.next(t).event(t, client.EventTypeAPIKeyCreated)["id"])
	}
	revoked, err := h.api.RevokeAPIKeyWithResponse(t.Context(), next.ID)
	require.NoError(t, err)
	require.NotNil(t, revoked.JSON200, "%s", revoked.Body)
	about["id"], about["prefix"], about["last4"] = next.ID, next.Prefix, next.Last4
	for _, r := range []*receiver{keyGone, both} {
		assert.Equal(t, about, r.next(t).event(t, client.EventTypeAPIKeyRevoked))
	}
	full := h.createKey(t, client.CreateAPIKeyRequest{})
	assert.Equal(t, map[string]any{"id": full.ID, "prefix": full.Prefix, "last4": full.Last4},
		keyMade.next(t).event(t, client.EventTypeAPIKeyCreated), "with neither a name nor scopes")
	both.next(t)

	assert.Zero(t, h.deliveries(t, quiet.ID, nil).Total)
	id := h.stored(t, "<the end>", body)
	assert.Equal(t, id, defaults.next(t).event(t, client.EventTypeBackupCompleted)["id"])
	assert.Equal(t, id, created.next(t).event(t, client.EventTypeBackupCreated)["id"])
	for _, r := range []*receiver{defaults, created, deleted, keyMade, keyGone, both} {
		assert.Empty(t, r.got)
	}
}

// The event names the key that replaced it, and the time when it ends.
func TestReplacedKeyEvents(t *testing.T) {
	t.Parallel()
	h := open(t, setup{})
	r, _ := h.subscribe(t, client.EventTypeAPIKeyCreated, client.EventTypeAPIKeyRevoked)
	ends := h.clock.now().Add(48 * time.Hour)
	k := h.createKey(t, client.CreateAPIKeyRequest{ExpiresAt: ends})
	about := map[string]any{"id": k.ID, "prefix": k.Prefix, "last4": k.Last4, "expires_at": ends.Format(time.RFC3339)}
	assert.Equal(t, about, r.next(t).event(t, client.EventTypeAPIKeyCreated))
	next := h.rotate(t, k.ID, client.RotateAPIKeyRequest{OverlapSeconds: new(3600)})
	assert.Equal(t, next.ID, r.next(t).event(t, client.EventTypeAPIKeyCreated)["id"])
	revoked, err := h.api.RevokeAPIKeyWithResponse(t.Context(), k.ID)
	require.NoError(t, err)
	require.NotNil(t, revoked.JSON200, "%s", revoked.Body)
	about["replaced_by"], about["expires_at"] = next.ID, h.clock.now().Add(time.Hour).Format(time.RFC3339)
	assert.Equal(t, about, r.next(t).event(t, client.EventTypeAPIKeyRevoked))
}

// The quota's use passes each of the thresholds, and then two at once.
func TestQuotaWarnings(t *testing.T) {
	t.Parallel()
	h := open(t, setup{quota: 1000})
	r, w := h.subscribe(t, client.EventTypeStorageQuotaWarning)
	fill := func(n int) string { return h.stored(t, "fills", make([]byte, n)) }
	warning := func(threshold, used int) map[string]any {
		return map[string]any{
			"threshold_percentage": float64(threshold), "used_bytes": float64(used), "quota_bytes": 1000.0,
			"used_percentage": float64(used) / 10,
		}
	}
	total := func(n int64) {
		t.Helper()
		assert.Equal(t, n, h.deliveries(t, w.ID, nil).Total)
	}
	fill(799)
	total(0)
	fill(1)
	assert.Equal(t, warning(80, 800), r.next(t).event(t, client.EventTypeStorageQuotaWarning))
	fill(99)
	total(1)
	big := fill(2)
	assert.Equal(t, warning(90, 901), r.next(t).event(t, client.EventTypeStorageQuotaWarning))
	last := fill(99)
	assert.Equal(t, warning(100, 1000), r.next(t).event(t, client.EventTypeStorageQuotaWarning))
	total(3)
	for _, id := range []string{big, last} {
		require.Equal(t, http.StatusOK, h.remove(t, id).status)
	}
	fill(101)
	assert.Equal(t, warning(100, 1000), r.next(t).event(t, client.EventTypeStorageQuotaWarning), "the highest alone")
	total(4)
	assert.Empty(t, r.got)
}

// An answer of 410 disables a webhook, and the tenant's other webhooks get an event.
func TestReceiverAnswers410(t *testing.T) {
	t.Parallel()
	h := open(t, setup{})
	r, w := h.subscribe(t, client.EventTypeWebhookDisabled)
	other, _ := h.subscribe(t, client.EventTypeWebhookDisabled)
	deaf, silent := h.subscribe(t)
	r.will(http.StatusGone, "no more")
	d := h.try(t, w.ID)
	r.next(t).signedBy(t, h, w.Secret)
	assert.Equal(t, map[string]any{"id": w.ID, "url": r.URL, "reason": "The receiver answered 410 Gone"},
		other.next(t).event(t, client.EventTypeWebhookDisabled))
	got := h.becomesDelivery(t, w.ID, d.ID, client.DeliveryStatusFailed)
	assert.Empty(t, got.Failure)
	assert.Equal(t, http.StatusGone, got.AttemptLog[0].Status)
	assert.Equal(t, "no more", got.AttemptLog[0].ResponseBody)
	off := h.getWebhook(t, w.ID)
	assert.False(t, off.Enabled)
	assert.Equal(t, "The receiver answered 410 Gone", off.DisabledReason)
	assert.Equal(t, h.clock.now(), off.FailingSince)
	assert.Zero(t, h.deliveries(t, silent.ID, nil).Total)

	on := h.patchWebhook(t, w.ID, `{"enabled":true}`)
	assert.Empty(t, on.DisabledReason)
	assert.Zero(t, on.FailingSince)
	assert.EqualValues(t, 1, h.recoverSince(t, w.ID, d.CreatedAt.Format(time.DateOnly)))
	m := r.next(t)
	assert.Equal(t, w.ID, m.event(t, client.EventTypeWebhookTest)["id"])
	assert.Equal(t, d.EventID, m.header.Get("Webhook-Id"))
	for _, r := range []*receiver{r, other, deaf} {
		assert.Empty(t, r.got)
	}
}

// LOX disables a webhook after five days of failures.
func TestReceiverFailsForFiveDays(t *testing.T) {
	t.Parallel()
	h := open(t, setup{})
	other, _ := h.subscribe(t, client.EventTypeWebhookDisabled)
	w := h.createWebhook(t, client.CreateWebhookRequest{URL: nowhere})
	h.tried(t, w.ID, h.try(t, w.ID).ID, 1)
	h.clock.advance(120*time.Hour - time.Second)
	d := h.try(t, w.ID)
	h.tried(t, w.ID, d.ID, 1)
	assert.True(t, h.getWebhook(t, w.ID).Enabled)
	h.clock.advance(time.Minute)
	assert.Equal(t, map[string]any{"id": w.ID, "url": nowhere, "reason": "All deliveries failed for 120 hours"},
		other.next(t).event(t, client.EventTypeWebhookDisabled))
	got := h.becomesDelivery(t, w.ID, d.ID, client.DeliveryStatusFailed)
	assert.Equal(t, "The webhook was disabled", got.Failure)
	off := h.getWebhook(t, w.ID)
	assert.False(t, off.Enabled)
	assert.Equal(t, "All deliveries failed for 120 hours", off.DisabledReason)
}

// TestPrivateAddressesAreRefused checks what a tenant sees whose webhook leads to a private
// address.
func TestPrivateAddressesAreRefused(t *testing.T) {
	t.Parallel()
	h := open(t, setup{guarded: true})
	r := newReceiver(t)
	for _, url := range []string{r.URL, "http://169.254.169.254/latest/meta-data", "http://[::ffff:a00:1]/", "http://localhost:1/"} {
		w := h.createWebhook(t, client.CreateWebhookRequest{URL: url})
		got := h.tried(t, w.ID, h.try(t, w.ID).ID, 1)
		assert.Equal(t, client.DeliveryStatusPending, got.Status)
		assert.Equal(t, "The URL does not lead to an address that webhooks may go to", got.AttemptLog[0].Error)
		assert.Zero(t, got.AttemptLog[0].Status)
		assert.Zero(t, got.AttemptLog[0].LatencyMs)
	}
	assert.Empty(t, r.got)
}

// Events are sent only to webhooks of their own tenant.
func TestEventsStayInTenant(t *testing.T) {
	t.Parallel()
	h := open(t, setup{})
	otherTenant := h.other()
	r, theirs := newReceiver(t), newReceiver(t)
	all := []client.EventType{
		client.EventTypeBackupCompleted, client.EventTypeBackupCreated, client.EventTypeWebhookDisabled,
	}
	h.createWebhook(t, client.CreateWebhookRequest{URL: r.URL, Events: all})
	made, err := otherTenant.CreateWebhookWithResponse(t.Context(), client.CreateWebhookRequest{URL: theirs.URL, Events: all})
	require.NoError(t, err)
	require.NotNil(t, made.JSON201)
	id := h.stored(t, "ours", []byte("a"))
	assert.Equal(t, id, r.next(t).event(t, client.EventTypeBackupCreated)["id"])
	assert.Equal(t, id, r.next(t).event(t, client.EventTypeBackupCompleted)["id"])
	list, err := otherTenant.ListWebhookDeliveriesWithResponse(t.Context(), made.JSON201.ID, nil)
	require.NoError(t, err)
	assert.Zero(t, list.JSON200.Total)
	assert.Empty(t, theirs.got)
	var events int
	require.NoError(t, h.db.QueryRowContext(t.Context(), "select count(*) from events where tenant_id <> $1 and type like 'backup.%'", h.tenant.ID).Scan(&events))
	assert.Zero(t, events)
}

// A delivery is pending when the server stops. The next process sends it.
func TestDeliveryAfterRestart(t *testing.T) {
	t.Parallel()
	h := open(t, setup{undelivered: true})
	r, w := h.subscribe(t)
	id := h.stored(t, "before", []byte("a"))
	h.undelivered = false
	h.restart()
	m := r.next(t)
	assert.Equal(t, id, m.event(t, client.EventTypeBackupCompleted)["id"])
	m.signedBy(t, h, w.Secret)
	assert.Empty(t, r.got)
}
