package server_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox"
	"github.com/backlox/lox/gen/client"
	"github.com/backlox/lox/webhooks/verify"
)

func (h *testenv) deliveries(t testing.TB, webhook string, params *client.ListWebhookDeliveriesParams) *client.DeliveryList {
	t.Helper()
	r, err := h.api.ListWebhookDeliveriesWithResponse(t.Context(), webhook, params)
	require.NoError(t, err)
	require.NotNil(t, r.JSON200, "%s", r.Body)
	return r.JSON200
}

func (h *testenv) details(t testing.TB, webhook, delivery string) *client.DeliveryDetails {
	t.Helper()
	r, err := h.api.GetWebhookDeliveryWithResponse(t.Context(), webhook, delivery)
	require.NoError(t, err)
	require.NotNil(t, r.JSON200, "%s", r.Body)
	return r.JSON200
}

// becomesDelivery waits for a delivery to reach a status.
func (h *testenv) becomesDelivery(t testing.TB, webhook, delivery string, status client.DeliveryStatus) (d *client.DeliveryDetails) {
	t.Helper()
	eventually(t, string(status), func() bool {
		d = h.details(t, webhook, delivery)
		return d.Status == status
	})
	return d
}

// tried waits until the n-th attempt of a delivery is recorded.
func (h *testenv) tried(t testing.TB, webhook, delivery string, n int) (d *client.DeliveryDetails) {
	t.Helper()
	eventually(t, "it is tried", func() bool {
		d = h.details(t, webhook, delivery)
		return d.Attempts == n
	})
	return d
}

// try has a test event sent.
func (h *testenv) try(t testing.TB, webhook string) *client.Delivery {
	t.Helper()
	r, err := h.api.TestWebhookWithResponse(t.Context(), webhook)
	require.NoError(t, err)
	require.NotNil(t, r.JSON202, "%s", r.Body)
	assert.Equal(t, "1", r.HTTPResponse.Header.Get("Retry-After"))
	return r.JSON202
}

func (h *testenv) redeliver(t testing.TB, webhook, delivery string) *client.Delivery {
	t.Helper()
	r, err := h.api.RedeliverWebhookDeliveryWithResponse(t.Context(), webhook, delivery)
	require.NoError(t, err)
	require.NotNil(t, r.JSON202, "%s", r.Body)
	assert.Equal(t, "1", r.HTTPResponse.Header.Get("Retry-After"))
	return r.JSON202
}

func (h *testenv) recoverSince(t testing.TB, webhook, since string) int64 {
	t.Helper()
	r, err := h.api.RecoverWebhookWithResponse(t.Context(), webhook, client.RecoverWebhookRequest{Since: since})
	require.NoError(t, err)
	require.NotNil(t, r.JSON200, "%s", r.Body)
	return r.JSON200.Recovered
}

func (h *testenv) rotateSecret(t testing.TB, webhook string, in client.RotateWebhookSecretRequest) *client.RotatedWebhookSecret {
	t.Helper()
	r, err := h.api.RotateWebhookSecretWithResponse(t.Context(), webhook, in)
	require.NoError(t, err)
	require.NotNil(t, r.JSON200, "%s", r.Body)
	return r.JSON200
}

// Two attempts fail and the third succeeds. Then the delivery is sent again on request.
func TestDeliveryIsRetriedUntilItSucceeds(t *testing.T) {
	t.Parallel()
	h := open(t, setup{})
	r := newReceiver(t)
	r.will(http.StatusServiceUnavailable, "busy\x00\xff")
	r.will(http.StatusFound, "")
	w := h.createWebhook(t, client.CreateWebhookRequest{URL: r.URL})
	begun := h.clock.now()
	d := h.try(t, w.ID)
	assert.Equal(t, client.Delivery{
		ID: d.ID, EventID: d.EventID, Event: client.EventTypeWebhookTest, Status: client.DeliveryStatusPending,
		CreatedAt: begun, NextAttemptAt: begun,
	}, *d)
	payload := `{"event":"webhook.test","timestamp":"` + begun.Format(time.RFC3339) + `","data":{"id":"` + w.ID + `","url":"` + r.URL + `"}}`

	arrives := func() {
		t.Helper()
		m := r.next(t)
		assert.Equal(t, payload, string(m.body))
		assert.Equal(t, d.EventID, m.header.Get("Webhook-Id"))
		m.signedBy(t, h, w.Secret)
	}
	arrives()
	got := h.tried(t, w.ID, d.ID, 1)
	assert.Equal(t, client.DeliveryStatusPending, got.Status)
	assert.Equal(t, begun.Add(5*time.Second), got.NextAttemptAt)
	assert.Equal(t, begun, h.getWebhook(t, w.ID).FailingSince)
	again, err := h.api.RedeliverWebhookDeliveryWithResponse(t.Context(), w.ID, d.ID)
	require.NoError(t, err)
	response{again.StatusCode(), again.HTTPResponse.Header, again.Body}.refused(t, http.StatusBadRequest, lox.CodeInvalidState,
		map[string]string{"status": "Will be tried without being asked for"})

	h.clock.advance(5 * time.Second)
	arrives()
	assert.Equal(t, begun.Add(5*time.Second+5*time.Minute), h.tried(t, w.ID, d.ID, 2).NextAttemptAt)
	h.clock.advance(5 * time.Minute)
	arrives()
	got = h.becomesDelivery(t, w.ID, d.ID, client.DeliveryStatusSucceeded)
	assert.Zero(t, h.getWebhook(t, w.ID).FailingSince)
	for i := range got.AttemptLog {
		assert.GreaterOrEqual(t, got.AttemptLog[i].LatencyMs, int64(0))
		got.AttemptLog[i].LatencyMs = 0
	}
	log := []client.Attempt{
		{Number: 1, At: begun, Status: http.StatusServiceUnavailable, ResponseBody: "busy\x00\uFFFD"},
		{Number: 2, At: begun.Add(5 * time.Second), Status: http.StatusFound},
		{Number: 3, At: h.clock.now(), Status: http.StatusNoContent},
	}
	assert.Equal(t, client.DeliveryDetails{
		ID: d.ID, EventID: d.EventID, Event: d.Event, Status: client.DeliveryStatusSucceeded, Attempts: 3,
		CreatedAt: begun, CompletedAt: h.clock.now(), Payload: payload, AttemptLog: log,
	}, *got)

	other := h.createWebhook(t, client.CreateWebhookRequest{URL: r.URL})
	for _, op := range webhookOperations() {
		if op.of == aDelivery {
			op.do(t, h.api, other.ID+"/"+d.ID).refused(t, http.StatusNotFound, lox.CodeNotFound, nil)
		}
	}
	h.clock.advance(time.Hour)
	once := h.redeliver(t, w.ID, d.ID)
	assert.Equal(t, client.Delivery{
		ID: d.ID, EventID: d.EventID, Event: d.Event, Status: client.DeliveryStatusPending, Attempts: 3,
		CreatedAt: begun, NextAttemptAt: h.clock.now(),
	}, *once)
	arrives()
	assert.Len(t, h.tried(t, w.ID, d.ID, 4).AttemptLog, 4)
	assert.Empty(t, r.got)
}

// TestTenthAttemptIsLast goes through the whole schedule.
func TestTenthAttemptIsLast(t *testing.T) {
	t.Parallel()
	h := open(t, setup{})
	r := newReceiver(t)
	w := h.createWebhook(t, client.CreateWebhookRequest{URL: r.URL})
	for range 10 {
		r.will(http.StatusInternalServerError, "")
	}
	begun := h.clock.now()
	d := h.try(t, w.ID)
	for n := 1; n < 10; n++ {
		r.next(t)
		h.clock.advance(h.tried(t, w.ID, d.ID, n).NextAttemptAt.Sub(h.clock.now()))
	}
	r.next(t)
	got := h.becomesDelivery(t, w.ID, d.ID, client.DeliveryStatusFailed)
	assert.Empty(t, got.Failure, "its last attempt says why")
	assert.Equal(t, h.clock.now(), got.CompletedAt)
	assert.Equal(t, 75*time.Hour+35*time.Minute+5*time.Second, h.clock.now().Sub(begun))
	assert.True(t, h.getWebhook(t, w.ID).Enabled)
	assert.EqualValues(t, 1, h.recoverSince(t, w.ID, begun.Format(time.RFC3339)))
	r.next(t)
	h.becomesDelivery(t, w.ID, d.ID, client.DeliveryStatusSucceeded)
}

// A disabled webhook misses events, and recover sends them again.
func TestDisableAndRecover(t *testing.T) {
	t.Parallel()
	h := open(t, setup{})
	r := newReceiver(t)
	w := h.createWebhook(t, client.CreateWebhookRequest{URL: nowhere})
	var missed []string
	for range 3 {
		missed = append(missed, h.try(t, w.ID).ID)
		h.clock.advance(time.Second)
	}
	for _, id := range missed {
		assert.Equal(t, "The connection was refused", h.tried(t, w.ID, id, 1).AttemptLog[0].Error)
	}
	since := h.details(t, w.ID, missed[1]).CreatedAt
	h.patchWebhook(t, w.ID, `{"enabled":false}`)
	for _, id := range missed {
		got := h.details(t, w.ID, id)
		assert.Equal(t, client.DeliveryStatusFailed, got.Status)
		assert.Equal(t, "The webhook was disabled", got.Failure)
	}
	for _, op := range webhookOperations() {
		switch op.name {
		case "testWebhook", "recoverWebhook", "redeliverWebhookDelivery":
			id := w.ID
			if op.of == aDelivery {
				id += "/" + missed[0]
			}
			op.do(t, h.api, id).refused(t, http.StatusBadRequest, lox.CodeInvalidState,
				map[string]string{"enabled": "Enable the webhook first"})
		}
	}
	h.stored(t, "unheard of", []byte("a"))
	assert.EqualValues(t, 3, h.deliveries(t, w.ID, nil).Total)

	on := h.patchWebhook(t, w.ID, `{"enabled":true,"url":"`+r.URL+`"}`)
	assert.Empty(t, on.DisabledReason)
	assert.Zero(t, on.FailingSince)
	assert.Zero(t, h.recoverSince(t, w.ID, since.Add(time.Hour).Format(time.RFC3339)))
	assert.EqualValues(t, 2, h.recoverSince(t, w.ID, since.Add(-time.Second/2).Format(time.RFC3339Nano)), "of those created since")
	for range 2 {
		r.next(t).signedBy(t, h, w.Secret)
	}
	for _, id := range missed[1:] {
		h.becomesDelivery(t, w.ID, id, client.DeliveryStatusSucceeded)
	}
	assert.EqualValues(t, 1, h.recoverSince(t, w.ID, "1969-12-31T23:59:59+12:00"))
	r.next(t)
	assert.Zero(t, h.recoverSince(t, w.ID, "0000-01-01"))
	assert.Zero(t, h.recoverSince(t, w.ID, "9999-12-31T23:59:59.999999999Z"))
	for body, want := range map[string]string{"2024-02-30": badTime, "yesterday": badTime, "": badTime} {
		bad, err := h.api.RecoverWebhookWithResponse(t.Context(), w.ID, client.RecoverWebhookRequest{Since: body})
		require.NoError(t, err)
		response{bad.StatusCode(), bad.HTTPResponse.Header, bad.Body}.invalid(t, map[string]string{"since": want})
	}
	h.createWebhook(t, client.CreateWebhookRequest{URL: r.URL, Enabled: new(false)})
	h.stored(t, "heard of once", []byte("a"))
	r.next(t)
	assert.Empty(t, r.got)
}

// Secrets are rotated with and without an overlap.
func TestRotatedSecrets(t *testing.T) {
	t.Parallel()
	h := open(t, setup{})
	r := newReceiver(t)
	w := h.createWebhook(t, client.CreateWebhookRequest{URL: r.URL})
	first := w.Secret
	second := h.rotateSecret(t, w.ID, client.RotateWebhookSecretRequest{})
	ends := h.clock.now().Add(24 * time.Hour)
	assert.NotEqual(t, first, second.Secret)
	assert.Equal(t, ends, second.PreviousSecretExpiresAt)
	assert.Equal(t, ends, h.getWebhook(t, w.ID).PreviousSecretExpiresAt)
	r.will(http.StatusInternalServerError, "")
	d := h.try(t, w.ID)
	for n, plain := range []string{second.Secret, first} {
		m := r.next(t)
		m.standardBy(t, h, first, nil)
		m.standardBy(t, h, second.Secret, nil)
		assert.Equal(t, plainSignature(plain, m.body), m.header.Get("X-Lox-Signature"), "they take turns")
		h.tried(t, w.ID, d.ID, n+1)
		h.clock.advance(5 * time.Second)
	}
	h.clock.advance(24 * time.Hour)
	assert.Zero(t, h.getWebhook(t, w.ID).PreviousSecretExpiresAt)
	h.try(t, w.ID)
	m := r.next(t)
	m.signedBy(t, h, second.Secret)
	m.standardBy(t, h, first, verify.ErrSignature)

	third := h.rotateSecret(t, w.ID, client.RotateWebhookSecretRequest{OverlapSeconds: new(0)})
	assert.Zero(t, third.PreviousSecretExpiresAt)
	assert.Zero(t, h.getWebhook(t, w.ID).PreviousSecretExpiresAt)
	h.try(t, w.ID)
	m = r.next(t)
	m.signedBy(t, h, third.Secret)
	m.standardBy(t, h, second.Secret, verify.ErrSignature)

	h.rotateSecret(t, w.ID, client.RotateWebhookSecretRequest{OverlapSeconds: new(604800)})
	fifth := h.rotateSecret(t, w.ID, client.RotateWebhookSecretRequest{OverlapSeconds: new(60)})
	h.try(t, w.ID)
	m = r.next(t)
	m.signedBy(t, h, fifth.Secret)
	m.standardBy(t, h, third.Secret, verify.ErrSignature)
}

// A person at a terminal rotates a secret without a body.
func TestRotateSecretWithoutBody(t *testing.T) {
	t.Parallel()
	h := open(t, setup{})
	w := h.createWebhook(t, client.CreateWebhookRequest{URL: nowhere})
	for name, r := range map[string]request{
		"none":  {},
		"empty": {body: strings.NewReader("")},
		"{}":    {body: strings.NewReader("{}")},
	} {
		r.method, r.path = http.MethodPost, webhooksPath+"/"+w.ID+"/rotate-secret"
		out := h.send(t, r)
		require.Equal(t, http.StatusOK, out.status, "%s: %s", name, out.body)
		assert.Contains(t, string(out.body), h.clock.now().Add(24*time.Hour).Format(time.RFC3339), name)
		h.clock.advance(time.Second)
	}
}
