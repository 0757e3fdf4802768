package store_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox"
	"github.com/backlox/lox/store"
	"github.com/backlox/lox/store/storetest"
)

func TestWebhookDeletionDeletesDeliveries(t *testing.T) {
	t.Parallel()
	dsn := storetest.Database(t)
	s := storetest.Open(t, dsn)
	db := storetest.SQL(t, dsn)
	tenant, _ := storetest.Tenant(t, s, quota)
	w, other := addWebhook(t, s, tenant.ID), addWebhook(t, s, tenant.ID)
	enqueue(t, db, w, 2*store.BatchSize+5, noon)
	send(t, s, other, 1, noon.Add(time.Second))
	claimed := claim(t, s, noon, 2, 2)
	finish(t, s, claimed[0], lox.DeliveryFailed)
	require.NoError(t, s.DeleteWebhook(t.Context(), tenant.ID, w.ID, time.Now(), storetest.By))
	finish(t, s, claimed[1], lox.DeliverySucceeded)
	// Its deliveries still exist, but no method returns them.
	requireWebhookGone(t, s, tenant.ID, w.ID, claimed[0].ID)
	assert.Equal(t, 2*store.BatchSize+6, count(t, db, "deliveries"))
	require.NoError(t, s.FailAbandoned(t.Context(), noon))
	assert.Equal(t, 2*store.BatchSize+3, count(t, db, "deliveries where status = 'pending' and webhook_id = $1", uuidOf(w.ID)), "it isn't taken for disabled")

	steps := 0
	for more := true; more; steps++ {
		before := count(t, db, "deliveries")
		var err error
		more, err = s.ForgetWebhooks(t.Context(), store.BatchSize)
		require.NoError(t, err)
		assert.LessOrEqual(t, before-count(t, db, "deliveries"), store.BatchSize)
	}
	assert.Equal(t, 4, steps)
	assert.Equal(t, 1, count(t, db, "deliveries"))
	assert.Zero(t, count(t, db, "attempts"))
	assert.Equal(t, 1, count(t, db, "webhooks"))
	assert.Equal(t, 1, count(t, db, "events where type = 'webhook.deleted'"))
	requireWebhookGone(t, s, tenant.ID, w.ID, claimed[0].ID)
}

// requireWebhookGone checks that no method finds a deleted webhook of a tenant that has another
// one.
func requireWebhookGone(t *testing.T, s *store.Grouped, tenant lox.TenantID, id lox.WebhookID, delivery lox.DeliveryID) {
	t.Helper()
	errs := map[string]error{}
	_, errs["get"] = s.Webhook(t.Context(), tenant, id)
	_, errs["update"] = s.UpdateWebhook(t.Context(), tenant, id, lox.EventWebhookUpdated, storetest.By, setEnabled(true))
	errs["delete"] = s.DeleteWebhook(t.Context(), tenant, id, time.Now(), storetest.By)
	_, errs["send"] = s.SendEvent(t.Context(), tenant, id, lox.Webhook{ID: id, Tenant: tenant}.Event(lox.EventWebhookTest, noon, storetest.By))
	_, _, errs["list deliveries"] = s.Deliveries(t.Context(), tenant, id, lox.DeliveryQuery{Limit: 1})
	_, _, errs["list deliveries beyond"] = s.Deliveries(t.Context(), tenant, id, lox.DeliveryQuery{Limit: 1, Offset: 9})
	_, errs["delivery"] = s.Delivery(t.Context(), tenant, id, delivery)
	_, errs["redeliver"] = s.Redeliver(t.Context(), tenant, id, delivery, noon, storetest.By)
	_, errs["recover"] = s.RecoverDeliveries(t.Context(), tenant, id, noon, noon, storetest.By)
	for method, err := range errs {
		assert.Equal(t, lox.CodeNotFound, lox.CodeOf(err), "%s: %v", method, err)
	}
	listed, total, err := s.Webhooks(t.Context(), tenant, 10, 0)
	require.NoError(t, err)
	assert.Len(t, listed, 1)
	assert.EqualValues(t, 1, total)
}

// After a tenant with the maximum number of webhooks deletes one, it can create another one at
// once.
func TestDeletedWebhookDoesNotCount(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	tenant, _ := storetest.Tenant(t, s, quota)
	var made []lox.Webhook
	for i := range lox.MaxWebhooks {
		w := newWebhook(tenant.ID)
		w.URL = fmt.Sprintf("https://host%d.example.com/lox", i/lox.MaxWebhooksPerHost)
		require.NoError(t, s.CreateWebhook(t.Context(), w, storetest.By))
		made = append(made, w)
	}
	another := newWebhook(tenant.ID)
	another.URL = made[0].URL
	code(t, lox.CodeInvalidState, s.CreateWebhook(t.Context(), another, storetest.By))
	require.NoError(t, s.DeleteWebhook(t.Context(), tenant.ID, made[0].ID, noon, storetest.By))
	require.NoError(t, s.CreateWebhook(t.Context(), another, storetest.By), "also at its host")
}

// All of that is deleted with the tenant, and no webhook gets an event of the deleted backups.
func TestTenantDeletionDeletesWebhooks(t *testing.T) {
	t.Parallel()
	dsn := storetest.Database(t)
	s := storetest.Open(t, dsn)
	db := storetest.SQL(t, dsn)
	tenant, _ := storetest.Tenant(t, s, quota)
	other, _ := storetest.Tenant(t, s, quota)
	for _, id := range []lox.TenantID{tenant.ID, other.ID} {
		w := addWebhook(t, s, id, lox.EventBackupDeleted, lox.EventAPIKeyRevoked)
		complete(t, s, create(t, s, pending(id, 1, noon)), noon)
		send(t, s, w, 2, noon)
		finish(t, s, claim(t, s, noon, 1, 1)[0], lox.DeliveryFailed)
	}
	enqueue(t, db, addWebhook(t, s, tenant.ID), store.BatchSize+5, noon)
	untouched := digest(t, db, tables(t, db), other.ID)
	_, err := db.ExecContext(t.Context(), `create function refuse() returns trigger language plpgsql as $$ begin raise 'an event was sent'; end $$;
		create trigger no_deliveries before insert on deliveries for each row execute function refuse()`)
	require.NoError(t, err)
	require.NoError(t, s.DeleteTenant(t.Context(), tenant.ID, noon, storetest.By, nil))
	assert.Equal(t, map[string]int{"purges": 1, "version_purges": 1}, leftovers(t, db, tenant.ID))
	assert.Equal(t, untouched, digest(t, db, tables(t, db), other.ID))
}
