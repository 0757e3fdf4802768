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

func TestListDeliveries(t *testing.T) {
	t.Parallel()
	h := open(t, setup{})
	h.clock.at.Store(instant("2024-01-15T10:30:00Z").Unix())
	r := newReceiver(t)
	w := h.createWebhook(t, client.CreateWebhookRequest{URL: r.URL})
	other := h.createWebhook(t, client.CreateWebhookRequest{URL: nowhere})
	ids := []string{h.try(t, w.ID).ID}
	h.becomesDelivery(t, w.ID, ids[0], client.DeliveryStatusSucceeded)
	h.clock.advance(24 * time.Hour)
	h.stored(t, "a", []byte("a"))
	ids = append(ids, h.deliveries(t, w.ID, nil).Deliveries[0].ID)
	h.becomesDelivery(t, w.ID, ids[1], client.DeliveryStatusSucceeded)
	h.clock.advance(24 * time.Hour)
	r.will(http.StatusInternalServerError, "")
	ids = append(ids, h.try(t, w.ID).ID)
	h.tried(t, w.ID, ids[2], 1)
	for query, want := range map[string][]int{
		"":                                  {2, 1, 0},
		"?limit=2":                          {2, 1},
		"?limit=2&offset=2":                 {0},
		"?offset=3":                         {},
		"?offset=10000":                     {},
		"?status=succeeded":                 {1, 0},
		"?status=pending":                   {2},
		"?status=failed":                    {},
		"?event=webhook.test":               {2, 0},
		"?event=backup.completed":           {1},
		"?event=api_key.created":            {},
		"?event=webhook.test&status=failed": {},
		"?event=webhook.test&status=succeeded&created_before=2024-01-16": {0},
		"?created_after=2024-01-16":                                      {2, 1},
		"?created_after=2024-01-16&created_before=2024-01-16":            {1},
		"?created_after=2024-01-15T10:30:00Z":                            {2, 1, 0},
		"?created_after=2024-01-15T10:30:01Z":                            {2, 1},
		"?created_before=2024-01-17T10:30:00Z":                           {1, 0},
	} {
		got := h.get(t, webhooksPath+"/"+w.ID+"/deliveries"+query)
		require.Equal(t, http.StatusOK, got.status, "%s: %s", query, got.body)
		parsed, err := client.ParseListWebhookDeliveriesResponse(got.http())
		require.NoError(t, err)
		found := []string{}
		for _, d := range parsed.JSON200.Deliveries {
			found = append(found, d.ID)
		}
		expected := []string{}
		for _, i := range want {
			expected = append(expected, ids[i])
		}
		assert.Equal(t, expected, found, query)
	}
	assert.EqualValues(t, 3, h.deliveries(t, w.ID, &client.ListWebhookDeliveriesParams{Limit: new(1), Offset: new(7)}).Total)
	assert.EqualValues(t, 1, h.deliveries(t, other.ID, nil).Total, "the tests are another's")
	for query, details := range map[string]map[string]string{
		"?status=lost&limit=0":                                {"status": "Must be one of pending, succeeded, failed", "limit": badLimit},
		"?offset=10001":                                       {"offset": "Must be at most 10000 here: use created_before to list older deliveries"},
		"?offset=-1&page=2":                                   {"offset": badOffset, "page": unknownParam},
		"?created_after=2024-02-30":                           {"created_after": badTime},
		"?created_before=":                                    {"created_before": badTime},
		"?status=failed&status=pending":                       {"status": "Must be given once"},
		"?created_after=2024-01-16&created_before=2024-01-15": {"created_after": "Must be earlier than created_before"},
		"?event=backup.lost": {"event": "Must be one of backup.completed, backup.failed, backup.created, backup.deleted, " +
			"storage.quota_warning, api_key.created, api_key.revoked, webhook.disabled, webhook.test"},
	} {
		h.get(t, webhooksPath+"/"+w.ID+"/deliveries"+query).invalid(t, details)
	}
}

// TestManyDeliveries lists more deliveries than are counted.
func TestManyDeliveries(t *testing.T) {
	t.Parallel()
	h := open(t, setup{undelivered: true})
	w := h.createWebhook(t, client.CreateWebhookRequest{URL: nowhere})
	add := func(n int) {
		_, err := h.db.ExecContext(t.Context(), `with made as (
			insert into events (id, tenant_id, type, created_at, payload)
			select gen_random_uuid(), tenant_id, 'webhook.test', now(), '{}' from webhooks, generate_series(1, $1) returning id
		)
		insert into deliveries (id, tenant_id, webhook_id, event_id, type, created_at, next_at)
		select gen_random_uuid(), w.tenant_id, w.id, made.id, 'webhook.test', date_trunc('second', now()), now() from made, webhooks w`, n)
		require.NoError(t, err)
	}
	add(lox.MaxExactTotal)
	list := h.deliveries(t, w.ID, nil)
	assert.EqualValues(t, lox.MaxExactTotal, list.Total)
	assert.False(t, list.TotalCapped)
	add(1)
	list = h.deliveries(t, w.ID, nil)
	assert.EqualValues(t, lox.MaxExactTotal, list.Total)
	assert.True(t, list.TotalCapped)
	assert.Len(t, list.Deliveries, 20)
}
