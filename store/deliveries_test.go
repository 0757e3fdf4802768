package store_test

import (
	"context"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox"
	"github.com/backlox/lox/store"
	"github.com/backlox/lox/store/storetest"
)

func TestDeliveriesAreListed(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	tenant, _ := storetest.Tenant(t, s, quota)
	w := addWebhook(t, s, tenant.ID, lox.EventBackupCreated)
	send(t, s, addWebhook(t, s, tenant.ID), 3, noon)
	var all []lox.Delivery
	for i := range 12 {
		at := noon.Add(time.Duration(i/2) * time.Hour)
		if i%3 == 0 {
			create(t, s, pending(tenant.ID, 1, at))
		} else {
			send(t, s, w, 1, at)
		}
	}
	for i, d := range claim(t, s, noon.Add(24*time.Hour), 100, 100) {
		if d.Webhook == w.ID {
			finish(t, s, d, []lox.DeliveryStatus{lox.DeliverySucceeded, lox.DeliveryFailed, lox.DeliveryPending, lox.DeliveryFailed}[i%4])
			all = append(all, readDelivery(t, s, d.Delivery).Delivery)
		}
	}
	require.Len(t, all, 12)
	slices.SortFunc(all, func(a, b lox.Delivery) int { return -slices.Compare([]byte(created(a)), []byte(created(b))) })
	none, total, err := s.Deliveries(t.Context(), tenant.ID, addWebhook(t, s, tenant.ID).ID, lox.DeliveryQuery{Limit: 1})
	require.NoError(t, err)
	assert.Empty(t, none)
	assert.Zero(t, total)
	for _, status := range []lox.DeliveryStatus{"", lox.DeliveryPending, lox.DeliverySucceeded, lox.DeliveryFailed} {
		for _, kind := range []lox.EventType{"", lox.EventWebhookTest, lox.EventBackupCreated, lox.EventBackupFailed} {
			for _, span := range [][2]time.Time{{}, {noon.Add(time.Hour), noon.Add(3 * time.Hour)}, {noon.Add(time.Hour), {}}, {{}, noon}} {
				var want, got []lox.Delivery
				for _, d := range all {
					if (status == "" || d.Status == status) && (kind == "" || d.Type == kind) &&
						!d.CreatedAt.Before(span[0]) && (span[1].IsZero() || d.CreatedAt.Before(span[1])) {
						want = append(want, d)
					}
				}
				for offset := 0; offset < len(all)+5; offset += 5 {
					page, total, err := s.Deliveries(t.Context(), tenant.ID, w.ID, lox.DeliveryQuery{
						Status: status, Type: kind, From: span[0], To: span[1], Limit: 5, Offset: offset,
					})
					require.NoError(t, err)
					assert.EqualValues(t, len(want), total)
					got = append(got, page...)
				}
				assert.Equal(t, want, got, "%s %s %s", status, kind, span)
			}
		}
	}
}

// created is the position of a delivery in the list.
func created(d lox.Delivery) string { return d.CreatedAt.Format(time.RFC3339) + d.ID.String() }

// However many attempts a delivery has had, the latest ones are shown, in order.
func TestDeliveryShowsLatestAttempts(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	tenant, _ := storetest.Tenant(t, s, quota)
	d := send(t, s, addWebhook(t, s, tenant.ID), 1, noon)[0]
	for i := range lox.MaxAttempts + 5 {
		claimed := claim(t, s, noon.Add(time.Duration(i)*time.Hour), 1, 1)
		require.Len(t, claimed, 1)
		finish(t, s, claimed[0], lox.DeliveryPending)
	}
	tries := readDelivery(t, s, d).Tries
	require.Len(t, tries, lox.MaxAttempts)
	for i, a := range tries {
		assert.Equal(t, i+6, a.Number)
	}
}

func TestFailedDeliveriesAreRecovered(t *testing.T) {
	t.Parallel()
	dsn := storetest.Database(t)
	s := storetest.Open(t, dsn)
	db := storetest.SQL(t, dsn)
	tenant, _ := storetest.Tenant(t, s, quota)
	w, other := addWebhook(t, s, tenant.ID), addWebhook(t, s, tenant.ID)
	n := 2*store.BatchSize + 7
	enqueue(t, db, w, n, noon)
	enqueue(t, db, w, 3, noon.Add(-time.Hour))
	enqueue(t, db, other, 4, noon)
	_, err := db.ExecContext(t.Context(), "update deliveries set status = 'failed', next_at = null, completed_at = created_at, tries = 9, failure = 'why'")
	require.NoError(t, err)
	_, err = db.ExecContext(t.Context(), "update webhooks set due_at = null")
	require.NoError(t, err)
	send(t, s, w, 1, noon)
	succeeded := claim(t, s, noon, 1, 1)[0]
	finish(t, s, succeeded, lox.DeliverySucceeded)

	now := noon.Add(time.Hour)
	got, err := s.RecoverDeliveries(t.Context(), tenant.ID, w.ID, noon, now, storetest.By)
	require.NoError(t, err)
	assert.EqualValues(t, n, got)
	assert.Equal(t, n, count(t, db, `deliveries where webhook_id = $1 and status = 'pending' and next_at = $2 and tries = 0
		and failure = '' and completed_at is null`, w.ID, now))
	assert.Equal(t, 3+4, count(t, db, "deliveries where status = 'failed'"))
	assert.Len(t, claim(t, s, now, 20, 10), 10)
	got, err = s.RecoverDeliveries(t.Context(), tenant.ID, w.ID, noon, now, storetest.By)
	require.NoError(t, err)
	assert.Zero(t, got)
}

// A receiver that answers 410 is disabled at once, one that fails when all attempts have failed for
// long enough. Its pending deliveries fail, and subscribed webhooks get an event.
func TestFailuresDisableWebhook(t *testing.T) {
	t.Parallel()
	for what, test := range map[string]struct {
		status      lox.DeliveryStatus
		onlyFailing time.Duration // before the end of the attempt
		never, want bool
	}{
		"gone":                  {status: lox.DeliveryFailed, want: true},
		"gone, to be tried":     {status: lox.DeliveryPending, want: true},
		"failing for long":      {status: lox.DeliveryPending, onlyFailing: 100 * time.Hour, want: true},
		"failing for as long":   {status: lox.DeliveryPending, onlyFailing: 120 * time.Hour, want: true},
		"not yet for long":      {status: lox.DeliveryPending, onlyFailing: 121 * time.Hour},
		"failing for the 1st":   {status: lox.DeliveryPending, onlyFailing: time.Hour, never: true},
		"failing a moment less": {status: lox.DeliveryFailed, never: true, onlyFailing: time.Microsecond},
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			dsn := storetest.Database(t)
			s := storetest.Open(t, dsn)
			db := storetest.SQL(t, dsn)
			tenant, _ := storetest.Tenant(t, s, quota)
			listener := addWebhook(t, s, tenant.ID, lox.EventWebhookDisabled)
			w := addWebhook(t, s, tenant.ID, lox.EventWebhookDisabled)
			addWebhook(t, s, tenant.ID)
			if !test.never {
				send(t, s, w, 1, noon)
				finish(t, s, claim(t, s, noon, 1, 1)[0], lox.DeliveryFailed)
			}
			now := noon.Add(120 * time.Hour)
			waiting := send(t, s, w, 3, now)
			claimed := claim(t, s, now, 1, 1)[0]
			f := attempt(claimed, test.status)
			f.Disable = lox.DisabledFailing
			f.Event = w.Disabled(f.Disable, now, storetest.By)
			if test.onlyFailing != 0 {
				since := now.Add(time.Second).Add(-test.onlyFailing)
				f.OnlyFailing = &since
			}
			require.NoError(t, s.FinishDelivery(t.Context(), f))

			got, err := s.Webhook(t.Context(), tenant.ID, w.ID)
			require.NoError(t, err)
			assert.Equal(t, !test.want, got.Enabled)
			if !test.want {
				assert.Empty(t, got.DisabledReason)
				assert.Zero(t, count(t, db, "deliveries where failure <> ''"))
				assert.Zero(t, count(t, db, "events where type = 'webhook.disabled'"))
				return
			}
			assert.Equal(t, lox.DisabledFailing, got.DisabledReason)
			for _, d := range waiting {
				got := readDelivery(t, s, d)
				assert.Equal(t, lox.DeliveryFailed, got.Status)
				if d.ID != claimed.ID || test.status == lox.DeliveryPending {
					assert.Equal(t, "The webhook was disabled", got.Failure)
				} else {
					assert.Empty(t, got.Failure, "its own attempt says why")
				}
			}
			events := claim(t, s, now, 10, 10)
			require.Len(t, events, 1)
			assert.Equal(t, listener.ID, events[0].Webhook)
			assert.Equal(t, f.Event.ID, events[0].Event)
			assert.Equal(t, f.Event.Payload, events[0].Payload)

			enabled, err := s.UpdateWebhook(t.Context(), tenant.ID, w.ID, lox.EventWebhookUpdated, storetest.By, setEnabled(true))
			require.NoError(t, err)
			assert.Nil(t, enabled.FailingSince)
			assert.Empty(t, enabled.DisabledReason)
		})
	}
}

// Two webhooks that subscribed to webhook.disabled fail at the same time.
func TestConcurrentlyDisabledWebhooks(t *testing.T) {
	t.Parallel()
	dsn := storetest.Database(t)
	s := storetest.Open(t, dsn)
	tenant, _ := storetest.Tenant(t, s, quota)
	for range 10 {
		hooks := map[lox.WebhookID]lox.Webhook{}
		for range 4 {
			w := addWebhook(t, s, tenant.ID, lox.EventWebhookDisabled)
			hooks[w.ID] = w
			send(t, s, w, 5, noon)
		}
		var all sync.WaitGroup
		for _, d := range claim(t, s, noon, 100, 5) {
			all.Go(func() {
				f := attempt(d, lox.DeliveryFailed)
				f.Disable, f.Event = lox.DisabledGone, hooks[d.Webhook].Disabled(lox.DisabledGone, noon, storetest.By)
				if err := s.FinishDelivery(context.Background(), f); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		for _, w := range hooks {
			got, err := s.Webhook(t.Context(), tenant.ID, w.ID)
			require.NoError(t, err)
			assert.False(t, got.Enabled)
			require.NoError(t, s.DeleteWebhook(t.Context(), tenant.ID, w.ID, time.Now(), storetest.By))
		}
	}
	assert.Equal(t, 40, count(t, storetest.SQL(t, dsn), "events where type = 'webhook.disabled'"))
}
