package server_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"github.com/oapi-codegen/nullable"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox"
	"github.com/backlox/lox/gen/client"
)

// nowhere is a URL at which nothing listens.
const nowhere = "http://127.0.0.1:1/lox"

func webhookOperations() []operation {
	return []operation{
		{
			name: "listWebhooks", scope: lox.ScopeWebhooksWrite, ok: http.StatusOK,
			call: func(ctx context.Context, c *client.ClientWithResponses, _ string) (*http.Response, error) {
				return c.ListWebhooks(ctx, nil)
			},
			bad: func(ctx context.Context, c *client.ClientWithResponses) (*http.Response, error) {
				return c.ListWebhooks(ctx, &client.ListWebhooksParams{Limit: new(101)})
			},
			detail: map[string]string{"limit": badLimit},
		},
		{
			name: "createWebhook", scope: lox.ScopeWebhooksWrite, write: true, ok: http.StatusCreated,
			call: func(ctx context.Context, c *client.ClientWithResponses, _ string) (*http.Response, error) {
				return c.CreateWebhook(ctx, client.CreateWebhookRequest{URL: nowhere})
			},
			bad: func(ctx context.Context, c *client.ClientWithResponses) (*http.Response, error) {
				return c.CreateWebhook(ctx, client.CreateWebhookRequest{URL: "example.com"})
			},
			detail: map[string]string{"url": badURL},
		},
		{
			name: "getWebhook", scope: lox.ScopeWebhooksWrite, ok: http.StatusOK, of: aWebhook,
			call: func(ctx context.Context, c *client.ClientWithResponses, id string) (*http.Response, error) {
				return c.GetWebhook(ctx, id)
			},
		},
		{
			name: "updateWebhook", scope: lox.ScopeWebhooksWrite, write: true, ok: http.StatusOK, of: aWebhook,
			call: func(ctx context.Context, c *client.ClientWithResponses, id string) (*http.Response, error) {
				return c.UpdateWebhook(ctx, id, client.UpdateWebhookRequest{Description: nullable.NewNullableWithValue("another")})
			},
			bad: func(ctx context.Context, c *client.ClientWithResponses) (*http.Response, error) {
				return c.UpdateWebhookWithBody(ctx, aWebhook.fresh(), "application/json", strings.NewReader(`{"secret":"mine"}`))
			},
			detail: map[string]string{"secret": "Is read-only: rotate it instead"},
		},
		{
			name: "deleteWebhook", scope: lox.ScopeWebhooksWrite, write: true, ok: http.StatusOK, of: aWebhook,
			call: func(ctx context.Context, c *client.ClientWithResponses, id string) (*http.Response, error) {
				return c.DeleteWebhook(ctx, id)
			},
		},
		{
			name: "rotateWebhookSecret", scope: lox.ScopeWebhooksWrite, write: true, ok: http.StatusOK, of: aWebhook,
			call: func(ctx context.Context, c *client.ClientWithResponses, id string) (*http.Response, error) {
				return c.RotateWebhookSecretWithBody(ctx, id, "", http.NoBody)
			},
			bad: func(ctx context.Context, c *client.ClientWithResponses) (*http.Response, error) {
				return c.RotateWebhookSecret(ctx, aWebhook.fresh(), client.RotateWebhookSecretRequest{OverlapSeconds: new(604801)})
			},
			detail: map[string]string{"overlap_seconds": "Must be an integer between 0 and 604800"},
		},
		{
			name: "testWebhook", scope: lox.ScopeWebhooksWrite, write: true, ok: http.StatusAccepted, of: aWebhook,
			call: func(ctx context.Context, c *client.ClientWithResponses, id string) (*http.Response, error) {
				return c.TestWebhook(ctx, id)
			},
		},
		{
			name: "listWebhookDeliveries", scope: lox.ScopeWebhooksWrite, ok: http.StatusOK, of: aWebhook,
			call: func(ctx context.Context, c *client.ClientWithResponses, id string) (*http.Response, error) {
				return c.ListWebhookDeliveries(ctx, id, nil)
			},
			bad: func(ctx context.Context, c *client.ClientWithResponses) (*http.Response, error) {
				return c.ListWebhookDeliveries(ctx, aWebhook.fresh(), &client.ListWebhookDeliveriesParams{CreatedAfter: new("today")})
			},
			detail: map[string]string{"created_after": badTime},
		},
		{
			name: "getWebhookDelivery", scope: lox.ScopeWebhooksWrite, ok: http.StatusOK, of: aDelivery,
			call: func(ctx context.Context, c *client.ClientWithResponses, id string) (*http.Response, error) {
				webhook, delivery, _ := strings.Cut(id, "/")
				return c.GetWebhookDelivery(ctx, webhook, delivery)
			},
		},
		{
			name: "redeliverWebhookDelivery", scope: lox.ScopeWebhooksWrite, write: true, ok: http.StatusAccepted, of: aDelivery,
			call: func(ctx context.Context, c *client.ClientWithResponses, id string) (*http.Response, error) {
				webhook, delivery, _ := strings.Cut(id, "/")
				return c.RedeliverWebhookDelivery(ctx, webhook, delivery)
			},
		},
		{
			name: "recoverWebhook", scope: lox.ScopeWebhooksWrite, write: true, ok: http.StatusOK, of: aWebhook,
			call: func(ctx context.Context, c *client.ClientWithResponses, id string) (*http.Response, error) {
				return c.RecoverWebhook(ctx, id, client.RecoverWebhookRequest{Since: "2024-01-15"})
			},
			bad: func(ctx context.Context, c *client.ClientWithResponses) (*http.Response, error) {
				return c.RecoverWebhook(ctx, aWebhook.fresh(), client.RecoverWebhookRequest{Since: "yesterday"})
			},
			detail: map[string]string{"since": badTime},
		},
	}
}

const badURL = "Must be an http or https URL without user name, password and fragment, such as https://example.com/lox"

// addWebhook creates another webhook of the tenant, at which nothing listens.
func (h *testenv) addWebhook(t testing.TB) lox.Webhook {
	t.Helper()
	w := lox.Webhook{
		ID: lox.NewWebhookID(), Tenant: h.tenant.ID, URL: nowhere, Events: lox.EventTypes{lox.EventWebhookDisabled},
		Enabled: true, CreatedAt: h.clock.now(),
	}
	w.Secret = secretBox.Seal(lox.NewWebhookSecret(), w.ID)
	require.NoError(t, h.store.CreateWebhook(t.Context(), w, lox.Operator("test")))
	return w
}

// delivery creates a failed delivery to a webhook.
func (h *testenv) delivery(t testing.TB) lox.Delivery {
	t.Helper()
	h.lasting.Do(func() { h.webhook = h.addWebhook(t) })
	w := h.webhook
	d, err := h.store.SendEvent(t.Context(), w.Tenant, w.ID, w.Event(lox.EventWebhookTest, h.clock.now(), lox.Operator("test")))
	require.NoError(t, err)
	for _, enabled := range []bool{false, true} { // disabling it fails pending deliveries
		_, err := h.store.UpdateWebhook(t.Context(), w.Tenant, w.ID, lox.EventWebhookUpdated, lox.Operator("test"), func(w *lox.Webhook) error {
			return w.Apply(lox.WebhookPatch{Enabled: &enabled})
		})
		require.NoError(t, err)
	}
	return d
}
