package store_test

import (
	"context"
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

// claimBy claims with an allotment. It returns the webhooks that were due, and how many deliveries
// of each were handed out.
func claimBy(t *testing.T, s *store.Grouped, now time.Time, busy []lox.TenantHost, given ...lox.Allotment) (due []lox.DueWebhook, got map[lox.WebhookID]int) {
	t.Helper()
	claimed, err := s.ClaimDeliveries(t.Context(), lox.DeliveryClaim{
		Owner: "o", Now: now, Until: now.Add(time.Minute), Limit: 20, SilentLimit: 20, PerWebhook: 16, BusyHosts: busy,
		Allot: func(hooks []lox.DueWebhook) []lox.Allotment {
			due = hooks
			return append(given, make([]lox.Allotment, len(hooks)-len(given))...)
		},
	})
	require.NoError(t, err)
	got = map[lox.WebhookID]int{}
	for _, d := range claimed {
		assert.Contains(t, []string{"example.com", "elsewhere.example"}, d.Host)
		got[d.Webhook]++
	}
	return due, got
}

// Each webhook gets what it is allotted, and is due again when it may get more.
func TestClaimsRespectAllotment(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	tenant, _ := storetest.Tenant(t, s, quota)
	other, _ := storetest.Tenant(t, s, quota)
	first, second, third := addWebhook(t, s, tenant.ID), addWebhook(t, s, tenant.ID), addWebhook(t, s, other.ID)
	elsewhere := newWebhook(other.ID)
	elsewhere.URL = "HTTPS://Elsewhere.Example.:8443?x"
	require.NoError(t, s.CreateWebhook(t.Context(), elsewhere, storetest.By))
	for i, w := range []lox.Webhook{first, second, third, elsewhere} {
		send(t, s, w, []int{20, 10, 10, 3}[i], noon.Add(time.Duration(i)*time.Second))
	}
	now := noon.Add(time.Minute)
	here, there, far := lox.TenantHost{Tenant: tenant.ID, Host: "example.com"}, lox.TenantHost{Tenant: other.ID, Host: "example.com"},
		lox.TenantHost{Tenant: other.ID, Host: "elsewhere.example"}
	hook := func(to lox.TenantHost, w lox.Webhook, n int) lox.DueWebhook {
		return lox.DueWebhook{TenantHost: to, ID: w.ID, Waiting: n}
	}
	later := now.Add(5 * time.Second)

	due, got := claimBy(t, s, now, nil, lox.Allotment{Deliveries: 3}, lox.Allotment{NotBefore: later}, lox.Allotment{Deliveries: 2, NotBefore: later})
	assert.Equal(t, []lox.DueWebhook{hook(here, first, 16), hook(here, second, 10), hook(there, third, 10), hook(far, elsewhere, 3)}, due)
	assert.Equal(t, map[lox.WebhookID]int{first.ID: 3, third.ID: 2}, got)

	due, got = claimBy(t, s, now, nil, lox.Allotment{Deliveries: 20, NotBefore: later}, lox.Allotment{Deliveries: 20})
	assert.Equal(t, []lox.DueWebhook{hook(here, first, 13), hook(far, elsewhere, 3)}, due)
	assert.Equal(t, map[lox.WebhookID]int{first.ID: 13, elsewhere.ID: 3}, got, "no more than may be under way")
	at, ok, err := s.NextDelivery(t.Context())
	require.NoError(t, err)
	assert.True(t, ok && at.Equal(later), "%s", at)
	due, _ = claimBy(t, s, now, nil)
	assert.Empty(t, due)

	due, got = claimBy(t, s, later, nil, lox.Allotment{Deliveries: 15}, lox.Allotment{Deliveries: 15})
	assert.Equal(t, []lox.DueWebhook{hook(here, second, 10), hook(there, third, 8)}, due)
	assert.Equal(t, map[lox.WebhookID]int{second.ID: 10, third.ID: 8}, got)
}

// A host is skipped for one tenant and not for others, and its webhooks stay due.
func TestClaimsSkipBusyHosts(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	tenant, _ := storetest.Tenant(t, s, quota)
	other, _ := storetest.Tenant(t, s, quota)
	mine, theirs := addWebhook(t, s, tenant.ID), addWebhook(t, s, other.ID)
	send(t, s, mine, 3, noon)
	send(t, s, theirs, 3, noon)
	busy := []lox.TenantHost{{Tenant: tenant.ID, Host: "example.com"}, {Tenant: other.ID, Host: "elsewhere.example"}}
	_, got := claimBy(t, s, noon, busy, lox.Allotment{Deliveries: 3})
	assert.Equal(t, map[lox.WebhookID]int{theirs.ID: 3}, got)
	_, got = claimBy(t, s, noon, nil, lox.Allotment{Deliveries: 3})
	assert.Equal(t, map[lox.WebhookID]int{mine.ID: 3}, got)
}

// A delivery that is put back keeps its age, and its webhook is due at the given time.
func TestDeliveryIsPutBack(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	tenant, _ := storetest.Tenant(t, s, quota)
	w := addWebhook(t, s, tenant.ID)
	sent := send(t, s, w, 1, noon)[0]
	d := claim(t, s, noon, 10, 10)[0]
	later := noon.Add(3 * time.Second)
	require.NoError(t, s.PutBackDelivery(t.Context(), d, later))
	got := readDelivery(t, s, sent)
	assert.Equal(t, lox.DeliveryPending, got.Status)
	assert.Zero(t, got.Attempts)
	assert.True(t, noon.Equal(*got.NextAt))
	at, ok, err := s.NextDelivery(t.Context())
	require.NoError(t, err)
	assert.True(t, ok && at.Equal(later), "%s", at)
	assert.Empty(t, claim(t, s, noon, 10, 10))
	send(t, s, w, 1, noon.Add(time.Second))
	again := claim(t, s, later, 1, 10)
	require.Len(t, again, 1)
	assert.Equal(t, d.ID, again[0].ID, "before what came after it")

	require.NoError(t, s.PutBackDelivery(t.Context(), d, noon), "by a claim that is over")
	finish(t, s, again[0], lox.DeliverySucceeded)
	assert.Equal(t, lox.DeliverySucceeded, readDelivery(t, s, sent).Status)
}

// A host gets at most ten webhooks of a tenant, by creation and by changes of the URL, however many
// requests run at once.
func TestHostLimitPerTenant(t *testing.T) {
	t.Parallel()
	dsn := storetest.Database(t)
	s := storetest.Open(t, dsn)
	db := storetest.SQL(t, dsn)
	tenant, _ := storetest.Tenant(t, s, quota)
	at := func(url string) lox.Webhook {
		w := newWebhook(tenant.ID)
		w.URL = url
		return w
	}
	var moving []lox.Webhook
	for i := range 9 {
		moving = append(moving, at(fmt.Sprintf("https://host%d.example/", i)))
		require.NoError(t, s.CreateWebhook(t.Context(), moving[i], storetest.By))
	}
	spellings := []string{"https://One.example/", "http://one.example", "https://one.example.:8443/a", "https://ONE.EXAMPLE?b"}
	var made atomic.Int64
	var all sync.WaitGroup
	noteTo := func(err error) {
		switch lox.CodeOf(err) {
		case "":
			made.Add(1)
		case lox.CodeInvalidState:
			var public *lox.Error
			if assert.ErrorAs(t, err, &public) {
				assert.Equal(t, map[string]string{"url": "Use another host, or delete one of the 10 webhooks to one.example first"}, public.Details)
			}
		default:
			t.Error(err)
		}
	}
	for i := range 16 {
		all.Go(func() { noteTo(s.CreateWebhook(context.Background(), at(spellings[i%4]), storetest.By)) })
		if i < len(moving) {
			all.Go(func() {
				_, err := s.UpdateWebhook(context.Background(), tenant.ID, moving[i].ID, lox.EventWebhookUpdated, storetest.By, func(w *lox.Webhook) error {
					w.URL = spellings[i%4]
					return nil
				})
				noteTo(err)
			})
		}
	}
	all.Wait()
	assert.EqualValues(t, lox.MaxWebhooksPerHost, made.Load())

	// Existing webhooks stay, and their URL may change within the same host.
	_, err := db.ExecContext(t.Context(), `update webhooks set url = 'https://two.example/'`)
	require.NoError(t, err)
	_, err = s.UpdateWebhook(t.Context(), tenant.ID, moving[0].ID, lox.EventWebhookUpdated, storetest.By, func(w *lox.Webhook) error {
		w.URL = "https://two.example:444/other"
		return nil
	})
	require.NoError(t, err)
	code(t, lox.CodeInvalidState, s.CreateWebhook(t.Context(), at("https://two.example/"), storetest.By))
}
