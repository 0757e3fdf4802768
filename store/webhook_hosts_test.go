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
	"github.com/backlox/lox/store/storetest"
)

// A host gets no more than it has room for, whatever the webhooks and the tenants,
// and tenants take turns there. Other hosts get theirs all the same.
func TestClaimsLeaveRoomOfHosts(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	tenant, _ := storetest.Tenant(t, s, quota)
	other, _ := storetest.Tenant(t, s, quota)
	first, second, third := addWebhook(t, s, tenant.ID), addWebhook(t, s, tenant.ID), addWebhook(t, s, other.ID)
	elsewhere := newWebhook(other.ID)
	elsewhere.URL = "HTTPS://Elsewhere.Example.:8443?x"
	require.NoError(t, s.CreateWebhook(t.Context(), elsewhere))
	send(t, s, first, 10, noon)
	send(t, s, second, 10, noon)
	send(t, s, third, 10, noon.Add(time.Second))
	send(t, s, elsewhere, 10, noon.Add(time.Second))

	now := noon.Add(time.Minute)
	room := map[string]lox.HostRoom{"example.com": {Host: 7, Tenant: 4}, "elsewhere.example": {Host: 9, Tenant: 9}}
	claimed := func(busy ...string) map[string]int {
		got, err := s.ClaimDeliveries(t.Context(), lox.DeliveryClaim{
			Owner: "o", Now: now, Until: now.Add(time.Minute), Limit: 100, PerWebhook: 16, BusyHosts: busy,
			Room: func(_ lox.TenantID, host string) lox.HostRoom { return room[host] },
		})
		require.NoError(t, err)
		hosts := map[string]int{}
		for _, d := range got {
			hosts[d.Tenant.String()+" "+d.Host]++
		}
		return hosts
	}
	mine, others, far := tenant.ID.String()+" example.com", other.ID.String()+" example.com", other.ID.String()+" elsewhere.example"
	assert.Equal(t, map[string]int{mine: 4, others: 3, far: 9}, claimed())
	assert.Equal(t, map[string]int{mine: 4, others: 3}, claimed("elsewhere.example"))

	// Without room nothing of a host is due before it may have some.
	later := now.Add(5 * time.Second)
	room["example.com"] = lox.HostRoom{NotBefore: later}
	assert.Equal(t, map[string]int{far: 1}, claimed())
	at, ok, err := s.NextDelivery(t.Context())
	require.NoError(t, err)
	assert.True(t, ok && at.Equal(later), "%s", at)
	room["example.com"] = lox.HostRoom{Host: 7, Tenant: 4}
	assert.Empty(t, claimed())
	now = later
	assert.Equal(t, map[string]int{mine: 4, others: 3}, claimed())
}

func TestADeliveryIsPutBack(t *testing.T) {
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
	assert.True(t, later.Equal(*got.NextAt))
	assert.Empty(t, claim(t, s, noon, 10, 10))
	again := claim(t, s, later, 10, 10)
	require.Len(t, again, 1)

	require.NoError(t, s.PutBackDelivery(t.Context(), d, noon), "by a claim that is over")
	assert.Empty(t, claim(t, s, later, 10, 10))
	finish(t, s, again[0], lox.DeliverySucceeded)
}

// However many come at once: a host gets ten webhooks of a tenant, by creation and
// by changes of the URL.
func TestAHostGetsTenWebhooksOfATenant(t *testing.T) {
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
		require.NoError(t, s.CreateWebhook(t.Context(), moving[i]))
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
		all.Go(func() { noteTo(s.CreateWebhook(context.Background(), at(spellings[i%4]))) })
		if i < len(moving) {
			all.Go(func() {
				_, err := s.UpdateWebhook(context.Background(), tenant.ID, moving[i].ID, func(w *lox.Webhook) error {
					w.URL = spellings[i%4]
					return nil
				})
				noteTo(err)
			})
		}
	}
	all.Wait()
	assert.EqualValues(t, lox.MaxWebhooksPerHost, made.Load())

	// Those that are there already stay, and their URL may change at the same host.
	_, err := db.ExecContext(t.Context(), `update webhooks set url = 'https://two.example/'`)
	require.NoError(t, err)
	_, err = s.UpdateWebhook(t.Context(), tenant.ID, moving[0].ID, func(w *lox.Webhook) error {
		w.URL = "https://two.example:444/other"
		return nil
	})
	require.NoError(t, err)
	code(t, lox.CodeInvalidState, s.CreateWebhook(t.Context(), at("https://two.example/")))
}
