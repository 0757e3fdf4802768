package webhooks_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/backlox/lox"
	"github.com/backlox/lox/webhooks"
)

// A tenant has ten thousand deliveries due at a host that fails them. A tenant that comes later
// gets the next attempt. Nothing is known of the host before.
func TestLongQueueAtFailingHostDoesNotBlockOthers(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m := newMemory()
		run(t, m, transport(missing), webhooks.Config{})
		for range 10 {
			w := m.hookOf(0, "https://shared.example/missing")
			m.send(w, 1000)
		}
		pass(1500 * time.Millisecond)
		id := m.send(m.hook("https://shared.example/good"), 1)[0]
		pass(2 * time.Second)
		assert.Equal(t, lox.DeliverySucceeded, m.get(id).Status)
	})
}

// Three tenants at a host that never answers 2xx get every third attempt, however many deliveries
// each has and for however long.
func TestTenantsTakeTurnsAtFailingHost(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m := newMemory()
		var mu sync.Mutex
		var tenants []lox.TenantID
		run(t, m, transport(func(ctx context.Context, d lox.Dispatch) webhooks.Answer {
			mu.Lock()
			tenants = append(tenants, d.Tenant)
			mu.Unlock()
			return answers(http.StatusInternalServerError, time.Millisecond)(ctx, d)
		}), webhooks.Config{})
		for i, hooks := range []int{10, 1, 3} {
			for range hooks {
				w := m.hookOf(i, "https://failing.example")
				m.send(w, 100)
			}
			pass(2 * time.Second)
		}
		mu.Lock()
		tenants = nil
		mu.Unlock()
		pass(30 * time.Second)
		got := map[lox.TenantID]int{}
		mu.Lock()
		defer mu.Unlock()
		for i, tenant := range tenants {
			got[tenant]++
			if i >= 3 {
				assert.Equal(t, tenants[i-3], tenant)
			}
		}
		assert.Len(t, got, 3)
		assert.GreaterOrEqual(t, len(tenants), 29)
	})
}

// Free slots of a host are given to tenants in turn, also to those whose deliveries became due
// later.
func TestTenantsShareWorkingHost(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m := newMemory()
		count, out := counted(transport(func(ctx context.Context, d lox.Dispatch) webhooks.Answer {
			if strings.HasSuffix(d.URL, "/slow") {
				return answers(http.StatusOK, time.Second)(ctx, d)
			}
			return answers(http.StatusOK, time.Millisecond)(ctx, d)
		}))
		cfg := webhooks.Config{PerHost: 4} // three for one tenant
		run(t, m, out, cfg)
		var hooks []*lox.Webhook
		for i := range 2 {
			w := m.hookOf(i, "https://shared.example/fast")
			m.send(w, 1)
			pass(2 * time.Second) // both are known to answer
			m.with(func() { w.URL = "https://shared.example/slow" })
			hooks = append(hooks, w)
		}
		m.with(func() { m.mute = true })
		m.send(hooks[0], 100)
		pass(time.Millisecond)
		m.with(func() { m.mute = false })
		m.send(hooks[1], 100)
		pass(time.Millisecond)
		for i := range 2 {
			assert.Equal(t, 2, count.current(m.tenant(i).String()+" shared.example"))
		}
	})
}

// Receivers of one tenant hang at a host that works and take all slots that the tenant may have
// there: the other slots remain for others.
func TestHangingReceiversLeaveQuarterOfHost(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m := newMemory()
		var slow sync.Map // webhooks that have answered once
		count, out := counted(transport(func(ctx context.Context, d lox.Dispatch) webhooks.Answer {
			if _, again := slow.LoadOrStore(d.Webhook, true); again && strings.HasSuffix(d.URL, "/hangs") {
				return hangs(ctx, d)
			}
			return answers(http.StatusOK, 10*time.Millisecond)(ctx, d)
		}))
		run(t, m, out, webhooks.Config{})
		good := m.hook("https://shared.example/good")
		m.send(good, 1)
		for range 4 {
			w := m.hookOf(0, "https://shared.example/hangs")
			m.send(w, 100)
		}
		pass(2 * time.Second)
		hanging := m.tenant(0).String() + " shared.example"
		assert.Equal(t, 12, count.current(hanging))
		for range 12 { // until the first of these end
			pass(777 * time.Millisecond)
			id := m.send(good, 1)[0]
			pass(10 * time.Millisecond)
			assert.Equal(t, lox.DeliverySucceeded, m.get(id).Status)
		}
		assert.Equal(t, 12, count.current(hanging))
	})
}

// A hundred tenants wait for one host that hangs. Claims skip them or put them off, so they find at
// once what becomes due to others.
func TestManyWaitingWebhooksDoNotHideOthers(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m := newMemory()
		run(t, m, transport(bothKinds), webhooks.Config{})
		for i := range 1000 {
			w := m.hookOf(i/10, "https://slow.example")
			m.send(w, 1)
		}
		for i := range 20 {
			pass(777 * time.Millisecond)
			id := m.send(m.hook(fmt.Sprintf("https://fast%d.example", i)), 1)[0]
			pass(time.Second)
			assert.Equal(t, lox.DeliverySucceeded, m.get(id).Status)
		}
	})
}
