package store_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox"
	"github.com/backlox/lox/store"
	"github.com/backlox/lox/store/storetest"
)

// newWebhook returns a webhook that subscribes to events, or to the default ones if none are given.
func newWebhook(tenant lox.TenantID, events ...lox.EventType) lox.Webhook {
	if events == nil {
		events = lox.DefaultEvents
	}
	return lox.Webhook{
		ID: lox.NewWebhookID(), Tenant: tenant, URL: "https://example.com/lox", Events: events,
		Description: "ours", Enabled: true, CreatedAt: noon, Secret: []byte("sealed"),
	}
}

func addWebhook(t *testing.T, s *store.Grouped, tenant lox.TenantID, events ...lox.EventType) lox.Webhook {
	t.Helper()
	w := newWebhook(tenant, events...)
	require.NoError(t, s.CreateWebhook(t.Context(), w, storetest.By))
	return w
}

// send enqueues n events for a webhook.
func send(t *testing.T, s *store.Grouped, w lox.Webhook, n int, at time.Time) (sent []lox.Delivery) {
	t.Helper()
	for range n {
		d, err := s.SendEvent(t.Context(), w.Tenant, w.ID, w.Event(lox.EventWebhookTest, at, storetest.By))
		require.NoError(t, err)
		sent = append(sent, d)
	}
	return sent
}

// inTurns allots one delivery to each webhook in turn, until nothing more is due or limit is reached.
func inTurns(limit int) func(due []lox.DueWebhook) []lox.Allotment {
	return func(due []lox.DueWebhook) []lox.Allotment {
		given, left := make([]lox.Allotment, len(due)), limit
		for before := -1; left != before; {
			before = left
			for i, w := range due {
				if left > 0 && given[i].Deliveries < w.Waiting {
					given[i].Deliveries++
					left--
				}
			}
		}
		return given
	}
}

func claim(t *testing.T, s *store.Grouped, now time.Time, limit, perWebhook int) []lox.Dispatch {
	t.Helper()
	claimed, err := s.ClaimDeliveries(t.Context(), lox.DeliveryClaim{
		Owner: "owner", Now: now, Until: now.Add(time.Minute), Limit: limit, SilentLimit: limit, PerWebhook: perWebhook,
		Allot: inTurns(limit),
	})
	require.NoError(t, err)
	return claimed
}

// A claimed delivery has the id of the request that caused its event.
func TestClaimedDeliveriesHaveRequestID(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	tenant, _ := storetest.Tenant(t, s, quota)
	w := addWebhook(t, s, tenant.ID)
	for _, by := range []lox.Actor{storetest.By.For("of-test"), storetest.By} {
		_, err := s.SendEvent(t.Context(), tenant.ID, w.ID, w.Event(lox.EventWebhookTest, noon, by))
		require.NoError(t, err)
		claimed := claim(t, s, noon, 1, 10)
		require.Len(t, claimed, 1)
		assert.Equal(t, by.RequestID, claimed[0].RequestID)
	}
}

// attempt returns an attempt that took a second.
func attempt(d lox.Dispatch, status lox.DeliveryStatus) lox.FinishedAttempt {
	f := lox.FinishedAttempt{Dispatch: d, Status: status, Answered: true, Attempt: lox.Attempt{
		Number: d.Attempts + 1, At: *d.NextAt, Latency: time.Second, Status: 204, Body: []byte("thanks"),
	}}
	if status != lox.DeliverySucceeded {
		f.Attempt.Status, f.Attempt.Body = 500, []byte("no")
	}
	if status == lox.DeliveryPending {
		next := f.Attempt.At.Add(5 * time.Minute)
		f.NextAt = &next
	}
	return f
}

func finish(t *testing.T, s *store.Grouped, d lox.Dispatch, status lox.DeliveryStatus) {
	t.Helper()
	require.NoError(t, s.FinishDelivery(t.Context(), attempt(d, status)))
}

func readDelivery(t *testing.T, s *store.Grouped, d lox.Delivery) lox.DeliveryDetails {
	t.Helper()
	got, err := s.Delivery(t.Context(), d.Tenant, d.Webhook, d.ID)
	require.NoError(t, err)
	return got
}

// utc makes times comparable.
func utc(w lox.Webhook) lox.Webhook {
	w.CreatedAt = w.CreatedAt.UTC()
	for _, at := range []**time.Time{&w.FailingSince, &w.PreviousEndsAt} {
		if *at != nil {
			*at = new((*at).UTC())
		}
	}
	return w
}

func setEnabled(enabled bool) func(*lox.Webhook) error {
	return func(w *lox.Webhook) error { return w.Apply(lox.WebhookPatch{Enabled: &enabled}) }
}

func count(t *testing.T, db *sql.DB, query string, args ...any) (n int) {
	t.Helper()
	require.NoError(t, db.QueryRowContext(t.Context(), "select count(*) from "+query, args...).Scan(&n))
	return n
}

func TestWebhookRoundTrip(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	tenant, _ := storetest.Tenant(t, s, quota)
	w := addWebhook(t, s, tenant.ID)
	read := func() lox.Webhook {
		got, err := s.Webhook(t.Context(), tenant.ID, w.ID)
		require.NoError(t, err)
		return utc(got)
	}
	assert.Equal(t, w, read())

	ends := noon.Add(time.Hour)
	want := w
	want.URL, want.Events, want.Description, want.Enabled = "http://other.example", lox.EventTypes{lox.EventBackupCreated}, "", false
	want.DisabledReason, want.FailingSince = "why", &noon
	want.Secret, want.Previous, want.PreviousEndsAt = []byte("new"), []byte("old"), &ends
	got, err := s.UpdateWebhook(t.Context(), tenant.ID, w.ID, lox.EventWebhookUpdated, storetest.By, func(w *lox.Webhook) error {
		*w = want
		return nil
	})
	require.NoError(t, err)
	assert.Equal(t, want, utc(got))
	assert.Equal(t, want, read())

	failing := errors.New("no")
	_, err = s.UpdateWebhook(t.Context(), tenant.ID, w.ID, lox.EventWebhookUpdated, storetest.By, func(w *lox.Webhook) error {
		w.URL = "other"
		return failing
	})
	require.ErrorIs(t, err, failing)
	assert.Equal(t, want, read())

	require.NoError(t, s.DeleteWebhook(t.Context(), tenant.ID, w.ID, time.Now(), storetest.By))
	code(t, lox.CodeNotFound, s.DeleteWebhook(t.Context(), tenant.ID, w.ID, time.Now(), storetest.By))
}

func TestWebhooksAreListedAndBounded(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	tenant, _ := storetest.Tenant(t, s, quota)
	var made atomic.Int64
	var all sync.WaitGroup
	for i := range lox.MaxWebhooks + 10 {
		all.Go(func() {
			w := newWebhook(tenant.ID)
			w.URL = fmt.Sprintf("https://host%d.example.com/lox", i%6) // no host has too many
			w.CreatedAt = noon.Add(time.Duration(i) * time.Second)
			switch err := s.CreateWebhook(context.Background(), w, storetest.By); lox.CodeOf(err) {
			case "":
				made.Add(1)
			case lox.CodeInvalidState:
			default:
				t.Error(err)
			}
		})
	}
	all.Wait()
	assert.EqualValues(t, lox.MaxWebhooks, made.Load())
	var seen []lox.Webhook
	for offset := 0; offset < lox.MaxWebhooks; offset += 20 {
		page, total, err := s.Webhooks(t.Context(), tenant.ID, 20, offset)
		require.NoError(t, err)
		assert.EqualValues(t, lox.MaxWebhooks, total)
		seen = append(seen, page...)
	}
	require.Len(t, seen, lox.MaxWebhooks)
	for i, w := range seen[1:] {
		assert.True(t, w.CreatedAt.Before(seen[i].CreatedAt))
	}
	beyond, total, err := s.Webhooks(t.Context(), tenant.ID, 20, 100)
	require.NoError(t, err)
	assert.Empty(t, beyond)
	assert.EqualValues(t, lox.MaxWebhooks, total)
	code(t, lox.CodeAuthentication, s.CreateWebhook(t.Context(), newWebhook(lox.NewTenantID()), storetest.By))
}

func TestWebhooksOfOthersAreNotFound(t *testing.T) {
	t.Parallel()
	dsn := storetest.Database(t)
	s := storetest.Open(t, dsn)
	db := storetest.SQL(t, dsn)
	mine, _ := storetest.Tenant(t, s, quota)
	other, _ := storetest.Tenant(t, s, quota)
	w, theirs := addWebhook(t, s, mine.ID), addWebhook(t, s, other.ID)
	d := send(t, s, w, 1, noon)[0]
	finish(t, s, claim(t, s, noon, 10, 10)[0], lox.DeliveryFailed)
	before := digest(t, db, tables(t, db), mine.ID)
	for what, ids := range map[string]struct {
		tenant  lox.TenantID
		webhook lox.WebhookID
		want    *lox.Error
	}{
		"another tenant":  {other.ID, w.ID, lox.ErrWebhookNotFound},
		"no such tenant":  {lox.NewTenantID(), w.ID, lox.ErrWebhookNotFound},
		"no such webhook": {mine.ID, lox.NewWebhookID(), lox.ErrWebhookNotFound},
		"another webhook": {other.ID, theirs.ID, nil},
	} {
		errs := map[string]error{}
		_, errs["delivery"] = s.Delivery(t.Context(), ids.tenant, ids.webhook, d.ID)
		_, errs["redeliver"] = s.Redeliver(t.Context(), ids.tenant, ids.webhook, d.ID, noon, storetest.By)
		if ids.want != nil {
			_, errs["get"] = s.Webhook(t.Context(), ids.tenant, ids.webhook)
			_, errs["update"] = s.UpdateWebhook(t.Context(), ids.tenant, ids.webhook, lox.EventWebhookUpdated, storetest.By, setEnabled(false))
			errs["delete"] = s.DeleteWebhook(t.Context(), ids.tenant, ids.webhook, time.Now(), storetest.By)
			_, errs["send"] = s.SendEvent(t.Context(), ids.tenant, ids.webhook, w.Event(lox.EventWebhookTest, noon, storetest.By))
			_, _, errs["list"] = s.Deliveries(t.Context(), ids.tenant, ids.webhook, lox.DeliveryQuery{Limit: 1})
			_, _, errs["list beyond"] = s.Deliveries(t.Context(), ids.tenant, ids.webhook, lox.DeliveryQuery{Limit: 1, Offset: 9})
			_, errs["recover"] = s.RecoverDeliveries(t.Context(), ids.tenant, ids.webhook, noon, noon, storetest.By)
		}
		for method, err := range errs {
			assert.Equal(t, lox.CodeNotFound, lox.CodeOf(err), "%s: %s: %v", what, method, err)
		}
	}
	assert.Equal(t, before, digest(t, db, tables(t, db), mine.ID))
}

// Disabling fails the pending deliveries in batches. If that was interrupted, the remaining ones
// are not sent when the webhook is enabled again.
func TestDisablingFailsPendingDeliveries(t *testing.T) {
	t.Parallel()
	dsn := storetest.Database(t)
	s := storetest.Open(t, dsn)
	db := storetest.SQL(t, dsn)
	tenant, _ := storetest.Tenant(t, s, quota)
	w, other := addWebhook(t, s, tenant.ID), addWebhook(t, s, tenant.ID)
	n := 2*store.BatchSize + 5
	enqueue(t, db, w, n, noon)
	send(t, s, other, 3, noon)
	late := claim(t, s, noon, 1, 1)[0]
	require.Equal(t, w.ID, late.Webhook)
	update := func(change func(*lox.Webhook) error) lox.Webhook {
		got, err := s.UpdateWebhook(t.Context(), tenant.ID, w.ID, lox.EventWebhookUpdated, storetest.By, change)
		require.NoError(t, err)
		return got
	}
	assert.False(t, update(setEnabled(false)).Enabled)
	assert.Equal(t, n, count(t, db, `deliveries where webhook_id = $1 and status = 'failed'
		and failure = 'The webhook was disabled' and completed_at is not null`, w.ID))
	finish(t, s, late, lox.DeliverySucceeded)
	assert.Equal(t, lox.DeliveryFailed, readDelivery(t, s, late.Delivery).Status, "is over already")
	assert.Len(t, claim(t, s, noon, 10, 10), 3, "the other webhook's")
	_, err := s.SendEvent(t.Context(), tenant.ID, w.ID, w.Event(lox.EventWebhookTest, noon, storetest.By))
	require.ErrorIs(t, err, lox.ErrWebhookDisabled)
	_, err = s.Redeliver(t.Context(), tenant.ID, w.ID, late.ID, noon, storetest.By)
	require.ErrorIs(t, err, lox.ErrWebhookDisabled)
	_, err = s.RecoverDeliveries(t.Context(), tenant.ID, w.ID, noon, noon, storetest.By)
	require.ErrorIs(t, err, lox.ErrWebhookDisabled)

	update(setEnabled(true))
	enqueue(t, db, w, 5, noon)
	_, err = db.ExecContext(t.Context(), "update webhooks set enabled = false where id = $1", w.ID)
	require.NoError(t, err)
	update(setEnabled(true))
	assert.Empty(t, claim(t, s, noon, 10, 10))
	assert.Equal(t, n+5, count(t, db, "deliveries where webhook_id = $1 and status = 'failed'", w.ID))
	assert.Equal(t, 3, count(t, db, "deliveries where status = 'pending'"))
}

// enqueue inserts deliveries directly, due one by one.
func enqueue(t *testing.T, db *sql.DB, w lox.Webhook, n int, at time.Time) {
	t.Helper()
	_, err := db.ExecContext(t.Context(), fmt.Sprintf(`with made as (
		insert into events (id, tenant_id, type, created_at, payload)
		select gen_random_uuid(), '%s', 'webhook.test', $2::timestamptz + n * interval '1 ms', '{}' from generate_series(1, %d) n
		returning id, created_at
	), due as (update webhooks set due_at = least(due_at, $2) where id = $1)
	insert into deliveries (id, tenant_id, webhook_id, event_id, type, created_at, next_at)
	select gen_random_uuid(), '%s', $1, id, 'webhook.test', created_at, $2 from made`, uuidOf(w.Tenant), n, uuidOf(w.Tenant)), w.ID, at)
	require.NoError(t, err)
}

// The connection to the database breaks after the transaction that rotates the secret of a disabled
// webhook, or disables one: the change is made, and the call reports success.
func TestWebhookChangeIsAtomic(t *testing.T) {
	t.Parallel()
	dsn := storetest.Database(t)
	s := storetest.Open(t, dsn)
	db := storetest.SQL(t, dsn)
	tenant, _ := storetest.Tenant(t, s, quota)
	w := addWebhook(t, s, tenant.ID)
	enqueue(t, db, w, store.BatchSize+5, noon)
	// The second batch fails from now on.
	_, err := db.ExecContext(t.Context(), fmt.Sprintf(`create function refuse() returns trigger language plpgsql as $$ begin
		if (select count(*) from deliveries where status = 'failed') > %d then raise 'broken'; end if; return null; end $$;
		create trigger broken after update on deliveries for each statement execute function refuse()`, store.BatchSize))
	require.NoError(t, err)

	off, err := s.UpdateWebhook(t.Context(), tenant.ID, w.ID, lox.EventWebhookUpdated, storetest.By, setEnabled(false))
	require.NoError(t, err, "the change is stored")
	assert.False(t, off.Enabled)
	statuses := func() (pending, failed int) {
		require.NoError(t, db.QueryRowContext(t.Context(),
			`select count(*) filter (where status = 'pending'), count(*) filter (where status = 'failed') from deliveries`).Scan(&pending, &failed))
		return pending, failed
	}
	pending, failed := statuses()
	assert.Equal(t, []int{5, store.BatchSize}, []int{pending, failed})
	rotated, err := s.UpdateWebhook(t.Context(), tenant.ID, w.ID, lox.EventWebhookUpdated, storetest.By, func(w *lox.Webhook) error {
		return w.RotateSecret([]byte("another"), time.Hour, noon)
	})
	require.NoError(t, err, "which has nothing to do with deliveries")
	assert.Equal(t, []byte("another"), rotated.Secret)
	got, err := s.Webhook(t.Context(), tenant.ID, w.ID)
	require.NoError(t, err)
	assert.Equal(t, []byte("another"), got.Secret)

	require.Error(t, s.FailAbandoned(t.Context(), noon))
	_, err = db.ExecContext(t.Context(), `drop trigger broken on deliveries`)
	require.NoError(t, err)
	require.NoError(t, s.FailAbandoned(t.Context(), noon))
	pending, failed = statuses()
	assert.Equal(t, []int{0, store.BatchSize + 5}, []int{pending, failed})
}

// If a webhook can't be disabled, the attempt that disables it isn't recorded either: both are
// retried.
func TestDisablingAttemptIsAtomic(t *testing.T) {
	t.Parallel()
	dsn := storetest.Database(t)
	s := storetest.Open(t, dsn)
	db := storetest.SQL(t, dsn)
	tenant, _ := storetest.Tenant(t, s, quota)
	w := addWebhook(t, s, tenant.ID)
	sent := send(t, s, w, 2, noon)[0]
	d := claim(t, s, noon, 1, 1)[0]
	gone := attempt(d, lox.DeliveryFailed)
	gone.Disable, gone.Event = lox.DisabledGone, w.Disabled(lox.DisabledGone, noon, storetest.By)
	_, err := db.ExecContext(t.Context(), `create function refuse() returns trigger language plpgsql as $$ begin
		if not new.enabled then raise 'broken'; end if; return new; end $$;
		create trigger broken before update on webhooks for each row execute function refuse()`)
	require.NoError(t, err)
	require.Error(t, s.FinishDelivery(t.Context(), gone))
	assert.Equal(t, lox.DeliveryPending, readDelivery(t, s, sent).Status)
	_, err = db.ExecContext(t.Context(), `drop trigger broken on webhooks`)
	require.NoError(t, err)
	require.NoError(t, s.FinishDelivery(t.Context(), gone))
	got, err := s.Webhook(t.Context(), tenant.ID, w.ID)
	require.NoError(t, err)
	assert.Equal(t, lox.DisabledGone, got.DisabledReason)
	assert.Zero(t, count(t, db, "deliveries where status = 'pending'"))
}
