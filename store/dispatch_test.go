package store_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox"
	"github.com/backlox/lox/store/storetest"
)

func TestDeliverySucceeds(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	tenant, _ := storetest.Tenant(t, s, quota)
	w := addWebhook(t, s, tenant.ID)
	e := w.Event(lox.EventWebhookTest, noon, storetest.By)
	sent, err := s.SendEvent(t.Context(), tenant.ID, w.ID, e)
	require.NoError(t, err)
	assert.Equal(t, lox.Delivery{
		ID: sent.ID, Tenant: tenant.ID, Webhook: w.ID, Event: e.ID, Type: lox.EventWebhookTest,
		Status: lox.DeliveryPending, CreatedAt: sent.CreatedAt, NextAt: &sent.CreatedAt,
	}, sent)
	assert.True(t, noon.Equal(sent.CreatedAt))
	assert.Empty(t, claim(t, s, noon.Add(-time.Second), 10, 10), "not due")

	claimed := claim(t, s, noon, 10, 10)
	require.Len(t, claimed, 1)
	d := claimed[0]
	assert.Equal(t, sent, d.Delivery)
	assert.Equal(t, e.Payload, d.Payload)
	assert.Equal(t, w.URL, d.URL)
	assert.Equal(t, w.Secret, d.Secret)
	assert.Nil(t, d.Previous)
	assert.Empty(t, claim(t, s, noon, 10, 10), "hidden from others")

	finish(t, s, d, lox.DeliverySucceeded)
	got := readDelivery(t, s, sent)
	assert.Equal(t, lox.DeliverySucceeded, got.Status)
	assert.Equal(t, 1, got.Attempts)
	assert.Nil(t, got.NextAt)
	assert.True(t, noon.Add(time.Second).Equal(*got.CompletedAt))
	assert.Equal(t, e.Payload, got.Payload)
	require.Len(t, got.Tries, 1)
	got.Tries[0].At = got.Tries[0].At.UTC()
	assert.Equal(t, attempt(d, lox.DeliverySucceeded).Attempt.Body, got.Tries[0].Body)
	assert.Equal(t, lox.Attempt{Number: 1, At: noon, Latency: time.Second, Status: 204, Body: []byte("thanks")}, got.Tries[0])
	_, ok, err := s.NextDelivery(t.Context())
	require.NoError(t, err)
	assert.False(t, ok)
}

// A webhook is failing from its first failed attempt to its next successful one.
func TestDeliveryIsRetried(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	tenant, _ := storetest.Tenant(t, s, quota)
	w := addWebhook(t, s, tenant.ID)
	d := send(t, s, w, 1, noon)[0]
	failing := func() *time.Time {
		got, err := s.Webhook(t.Context(), tenant.ID, w.ID)
		require.NoError(t, err)
		return got.FailingSince
	}
	for try := range 3 {
		now := noon.Add(time.Duration(try) * 5 * time.Minute)
		next, ok, err := s.NextDelivery(t.Context())
		require.NoError(t, err)
		require.True(t, ok)
		assert.True(t, now.Equal(next))
		assert.Empty(t, claim(t, s, now.Add(-time.Second), 10, 10))
		claimed := claim(t, s, now, 10, 10)
		require.Len(t, claimed, 1)
		assert.Equal(t, try, claimed[0].Tries)
		assert.Equal(t, try, claimed[0].Attempts)
		finish(t, s, claimed[0], lox.DeliveryPending)
		assert.True(t, noon.Add(time.Second).Equal(*failing()))
	}
	finish(t, s, claim(t, s, noon.Add(time.Hour), 10, 10)[0], lox.DeliveryFailed)
	got := readDelivery(t, s, d)
	assert.Equal(t, lox.DeliveryFailed, got.Status)
	assert.Len(t, got.Tries, 4)
	assert.Equal(t, 4, got.Tries[3].Number)

	again, err := s.Redeliver(t.Context(), tenant.ID, w.ID, d.ID, noon.Add(2*time.Hour), storetest.By)
	require.NoError(t, err)
	assert.Equal(t, lox.DeliveryPending, again.Status)
	assert.Equal(t, 4, again.Attempts)
	assert.Nil(t, again.CompletedAt)
	_, err = s.Redeliver(t.Context(), tenant.ID, w.ID, d.ID, noon, storetest.By)
	code(t, lox.CodeInvalidState, err)
	claimed := claim(t, s, noon.Add(2*time.Hour), 10, 10)
	require.Len(t, claimed, 1)
	assert.Zero(t, claimed[0].Tries, "the whole schedule is before it")
	finish(t, s, claimed[0], lox.DeliverySucceeded)
	assert.Nil(t, failing())
}

func TestExpiredClaimIsTakenOver(t *testing.T) {
	t.Parallel()
	dsn := storetest.Database(t)
	s := storetest.Open(t, dsn)
	tenant, _ := storetest.Tenant(t, s, quota)
	w := addWebhook(t, s, tenant.ID)
	d := send(t, s, w, 1, noon)[0]
	first := claim(t, s, noon, 10, 10)[0]
	assert.Empty(t, claim(t, s, noon.Add(time.Minute-time.Second), 10, 10))
	at, ok, err := s.NextDelivery(t.Context())
	require.NoError(t, err)
	assert.True(t, ok && at.Equal(noon.Add(time.Minute)), "when the claim ends")
	claimed := claim(t, s, noon.Add(time.Minute), 10, 10)
	require.Len(t, claimed, 1)
	assert.NotEqual(t, first.Claim, claimed[0].Claim, "by the same process even")

	for _, status := range []lox.DeliveryStatus{lox.DeliverySucceeded, lox.DeliveryFailed, lox.DeliveryPending} {
		late := attempt(first, status)
		late.Disable, late.Event = lox.DisabledGone, w.Disabled(lox.DisabledGone, noon, storetest.By)
		require.NoError(t, s.FinishDelivery(t.Context(), late))
	}
	got := readDelivery(t, s, d)
	assert.Equal(t, lox.DeliveryPending, got.Status)
	assert.Zero(t, got.Attempts)
	hook, err := s.Webhook(t.Context(), tenant.ID, w.ID)
	require.NoError(t, err)
	assert.True(t, hook.Enabled)
	assert.Nil(t, hook.FailingSince)
	finish(t, s, claimed[0], lox.DeliverySucceeded)
	assert.Equal(t, lox.DeliverySucceeded, readDelivery(t, s, d).Status)
}

func TestPreviousSecretSignsUntilItEnds(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	tenant, _ := storetest.Tenant(t, s, quota)
	w := addWebhook(t, s, tenant.ID)
	_, err := s.UpdateWebhook(t.Context(), tenant.ID, w.ID, lox.EventWebhookUpdated, storetest.By, func(w *lox.Webhook) error {
		return w.RotateSecret([]byte("new"), time.Hour, noon)
	})
	require.NoError(t, err)
	send(t, s, w, 2, noon)
	for at, want := range map[time.Duration][]byte{time.Hour - time.Second: w.Secret, time.Hour: nil} {
		claimed := claim(t, s, noon.Add(at), 1, 2)
		require.Len(t, claimed, 1)
		assert.Equal(t, []byte("new"), claimed[0].Secret)
		assert.Equal(t, want, claimed[0].Previous, "%s", at)
		finish(t, s, claimed[0], lox.DeliverySucceeded)
	}
}

// Webhooks of all tenants take turns, and none gets more than its limit. Of each webhook, the
// longest due deliveries come first.
func TestClaimsAreFair(t *testing.T) {
	t.Parallel()
	dsn := storetest.Database(t)
	s := storetest.Open(t, dsn)
	tenant, _ := storetest.Tenant(t, s, quota)
	other, _ := storetest.Tenant(t, s, quota)
	crowd, rare, third := addWebhook(t, s, tenant.ID), addWebhook(t, s, tenant.ID), addWebhook(t, s, other.ID)
	for i := range 10 {
		send(t, s, crowd, 1, noon.Add(time.Duration(i)*time.Second))
	}
	send(t, s, rare, 1, noon.Add(2*time.Second))
	send(t, s, third, 1, noon.Add(30*time.Second))
	now := noon.Add(time.Minute)
	webhooks := func(claimed []lox.Dispatch) (ids []lox.WebhookID) {
		for i, d := range claimed {
			ids = append(ids, d.Webhook)
			assert.False(t, i > 0 && d.NextAt.Before(*claimed[i-1].NextAt))
		}
		return ids
	}
	first := claim(t, s, now, 4, 4)
	got := webhooks(first)
	assert.Equal(t, []lox.WebhookID{crowd.ID, crowd.ID, rare.ID, third.ID}, got)
	assert.Equal(t, []lox.WebhookID{crowd.ID, crowd.ID}, webhooks(claim(t, s, now, 10, 4)), "two more than are under way")
	assert.Empty(t, claim(t, s, now, 10, 4))
	for _, d := range first {
		finish(t, s, d, lox.DeliverySucceeded)
	}
	busy, err := s.ClaimDeliveries(t.Context(), lox.DeliveryClaim{
		Owner: "o", Now: now, Until: now.Add(time.Minute), Limit: 10, SilentLimit: 10, PerWebhook: 10, Busy: []lox.WebhookID{crowd.ID},
		Allot: inTurns(10),
	})
	require.NoError(t, err)
	assert.Empty(t, busy)
	assert.Len(t, claim(t, s, now, 10, 10), 6)
}

// 8 processes claim and finish at the same time: each delivery is handed out once, and a webhook
// never has more in progress than its limit.
func TestConcurrentClaims(t *testing.T) {
	t.Parallel()
	dsn := storetest.Database(t)
	s := storetest.Open(t, dsn)
	db := storetest.SQL(t, dsn)
	tenant, _ := storetest.Tenant(t, s, quota)
	const workers, webhooks, each, perWebhook = 8, 5, 60, 3
	for range webhooks {
		enqueue(t, db, addWebhook(t, s, tenant.ID), each, noon)
	}
	var mu sync.Mutex
	seen, underWay, most := map[lox.DeliveryID]int{}, map[lox.WebhookID]int{}, 0
	var all sync.WaitGroup
	for range workers {
		all.Go(func() {
			for {
				claimed, err := s.ClaimDeliveries(context.Background(), lox.DeliveryClaim{
					Owner: "o", Now: noon, Until: noon.Add(time.Minute), Limit: 7, SilentLimit: 7, PerWebhook: perWebhook,
					Allot: inTurns(7),
				})
				if err != nil {
					t.Error(err)
					return
				}
				mu.Lock()
				for _, d := range claimed {
					seen[d.ID]++
					underWay[d.Webhook]++
					most = max(most, underWay[d.Webhook])
				}
				done := len(seen) == webhooks*each
				mu.Unlock()
				for i, d := range claimed {
					mu.Lock()
					underWay[d.Webhook]--
					mu.Unlock()
					status := lox.DeliverySucceeded
					if i%3 == 0 {
						status = lox.DeliveryPending // again in five minutes
					}
					if err := s.FinishDelivery(context.Background(), attempt(d, status)); err != nil {
						t.Error(err)
						return
					}
				}
				if done {
					return
				}
			}
		})
	}
	all.Wait()
	for id, times := range seen {
		assert.Equal(t, 1, times, "%s", id)
	}
	assert.LessOrEqual(t, most, perWebhook)
	assert.Zero(t, count(t, db, "deliveries where lease_owner is not null or attempts <> 1"))
	assert.Zero(t, count(t, db, `webhooks w where due_at is distinct from (
		select min(next_at) from deliveries where webhook_id = w.id)`))
}

func TestOldDeliveriesAreRemoved(t *testing.T) {
	t.Parallel()
	dsn := storetest.Database(t)
	s := storetest.Open(t, dsn)
	db := storetest.SQL(t, dsn)
	tenant, _ := storetest.Tenant(t, s, quota)
	w := addWebhook(t, s, tenant.ID)
	fail := func(at time.Time) {
		b := create(t, s, pending(tenant.ID, 1, at))
		ok, err := s.Fail(t.Context(), b, lox.Failure{Text: "no", At: at, Event: b.Failed("no", at, storetest.By)})
		require.NoError(t, err)
		require.True(t, ok)
	}
	later := noon.AddDate(0, 0, 40)
	for range 5 {
		fail(noon)
	}
	for i, d := range claim(t, s, noon, 10, 10) {
		if i == 0 {
			finish(t, s, d, lox.DeliveryPending)
		} else {
			finish(t, s, d, lox.DeliverySucceeded)
		}
	}
	fail(later)
	claimed := claim(t, s, later, 10, 10)
	require.Len(t, claimed, 2) // the first one is old, but has not ended
	finish(t, s, claimed[1], lox.DeliverySucceeded)
	forget := func(limit int) int64 {
		n, err := s.ForgetDeliveries(t.Context(), noon.AddDate(0, 0, 1), limit)
		require.NoError(t, err)
		return n
	}
	assert.EqualValues(t, 3, forget(3))
	total := int64(3)
	for n := int64(1); n > 0; total += n {
		n = forget(3)
	}
	assert.EqualValues(t, 4, total)
	assert.Equal(t, 2, count(t, db, "deliveries"))
	assert.Equal(t, 2, count(t, db, "attempts"))
	page, n, err := s.Deliveries(t.Context(), tenant.ID, w.ID, lox.DeliveryQuery{Limit: 10})
	require.NoError(t, err)
	assert.Len(t, page, 2)
	assert.EqualValues(t, 2, n)
}

// A receiver that hangs uses the slot of one attempt.
func TestFailingWebhookGetsOneAttemptAtATime(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	tenant, _ := storetest.Tenant(t, s, quota)
	w := addWebhook(t, s, tenant.ID)
	send(t, s, w, 9, noon)
	well := claim(t, s, noon, 10, 3)
	require.Len(t, well, 3)
	finish(t, s, well[0], lox.DeliveryPending)
	assert.Empty(t, claim(t, s, noon, 10, 3), "two are under way")
	finish(t, s, well[1], lox.DeliveryPending)
	finish(t, s, well[2], lox.DeliveryPending)
	one := claim(t, s, noon, 10, 3)
	require.Len(t, one, 1)
	assert.Empty(t, claim(t, s, noon, 10, 3))
	finish(t, s, one[0], lox.DeliverySucceeded)
	assert.Len(t, claim(t, s, noon, 10, 3), 3)
}

// Answers of the old URL say nothing about the new one.
func TestNewURLIsNotDisabledByOldFailures(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	tenant, _ := storetest.Tenant(t, s, quota)
	w := addWebhook(t, s, tenant.ID)
	send(t, s, w, 3, noon)
	claimed := claim(t, s, noon, 10, 10)
	require.Len(t, claimed, 3)
	finish(t, s, claimed[0], lox.DeliveryPending)
	moved, err := s.UpdateWebhook(t.Context(), tenant.ID, w.ID, lox.EventWebhookUpdated, storetest.By, func(w *lox.Webhook) error {
		return w.Apply(lox.WebhookPatch{URL: new("https://example.net/lox")})
	})
	require.NoError(t, err)
	assert.Nil(t, moved.FailingSince, "begins anew")

	gone := attempt(claimed[1], lox.DeliveryFailed)
	gone.Disable, gone.Event = lox.DisabledGone, w.Disabled(lox.DisabledGone, noon, storetest.By)
	require.NoError(t, s.FinishDelivery(t.Context(), gone))
	got, err := s.Webhook(t.Context(), tenant.ID, w.ID)
	require.NoError(t, err)
	assert.True(t, got.Enabled)

	later := claim(t, s, noon.Add(time.Hour), 10, 10)
	require.Len(t, later, 1) // it is failing
	gone = attempt(later[0], lox.DeliveryFailed)
	gone.Disable, gone.Event = lox.DisabledGone, moved.Disabled(lox.DisabledGone, noon, storetest.By)
	require.NoError(t, s.FinishDelivery(t.Context(), gone))
	got, err = s.Webhook(t.Context(), tenant.ID, w.ID)
	require.NoError(t, err)
	assert.False(t, got.Enabled, "by its own answer")
}

// An attempt that LOX couldn't sign neither starts nor ends a webhook's failures.
func TestUnsignedAttemptsDoNotCountAsFailures(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	tenant, _ := storetest.Tenant(t, s, quota)
	w := addWebhook(t, s, tenant.ID)
	failing := func(f lox.FinishedAttempt) *time.Time {
		require.NoError(t, s.FinishDelivery(t.Context(), f))
		got, err := s.Webhook(t.Context(), tenant.ID, w.ID)
		require.NoError(t, err)
		return got.FailingSince
	}
	send(t, s, w, 3, noon)
	claimed := claim(t, s, noon, 10, 10)
	require.Len(t, claimed, 3)
	unsigned := attempt(claimed[0], lox.DeliveryPending)
	unsigned.Unsigned = true
	assert.Nil(t, failing(unsigned))
	assert.NotNil(t, failing(attempt(claimed[1], lox.DeliveryPending)))
	unsigned = attempt(claimed[2], lox.DeliveryPending)
	unsigned.Unsigned = true
	assert.NotNil(t, failing(unsigned))
}
