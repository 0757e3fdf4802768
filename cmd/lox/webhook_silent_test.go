package main_test

import (
	"encoding/hex"
	"fmt"
	"net"
	"syscall"
	"testing"
	"time"

	"github.com/lib/pq"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox"
	"github.com/backlox/lox/store/storetest"
	"github.com/backlox/lox/webhooks"
)

const (
	silentTenants = 200
	silentEach    = 50 // webhooks of a tenant
	silentHosts   = 5  // of a tenant, which may have ten webhooks at one host
)

// 10,000 webhooks of 200 tenants lead to machines that accept connections and never answer, and one
// of another tenant to a receiver that answers. The test runs alone, because it would otherwise
// measure how busy the machine is.
func TestSilentReceivers(t *testing.T) {
	dsn := externalDatabase(t)
	s := externalSetup(t, dsn, "LOX_WEBHOOK_ALLOW_PRIVATE=true", "LOX_RATE_LIMIT_FACTOR=100000")
	p := s.start(t)
	_, key := s.newTenant(t, "answers", "pro")
	a := newAPI(t, p.baseURL, key)
	answering := newReceiver(t, a)
	lag := func(r *receiver) time.Duration {
		begun := time.Now()
		before, _ := r.distinct()
		r.test(t, a)
		eventually(t, func() bool { now, _ := r.distinct(); return now > before })
		return time.Since(begun)
	}
	lag(answering)

	addSilentWebhooks(t, dsn, silentAddresses(t))
	begun := time.Now()
	_, err := openSQL(t, dsn).ExecContext(t.Context(), `insert into events
		(id, tenant_id, type, created_at, actor_type, actor_id, subject, payload)
		select gen_random_uuid(), id, 'storage.quota_warning', now(), 'system', 'test', id, '{}' from tenants where plan = 'free'`)
	require.NoError(t, err)
	var slowest time.Duration
	for n := 0; time.Since(begun) < webhooks.DefaultTimeout+5*time.Second; n++ { // the first attempts, and the next
		slowest = max(slowest, lag(answering))
	}
	t.Logf("slowest of those to the webhook that answers: %s", slowest)
	assert.Less(t, slowest, time.Second)
	t.Logf("the first to a new webhook: %s", lag(newReceiver(t, a)))
	p.stop(t, syscall.SIGTERM)
}

// silentAddresses are hosts with a port whose connections are never accepted.
func silentAddresses(t *testing.T) (addresses []string) {
	t.Helper()
	for i := range silentTenants * silentHosts {
		var lc net.ListenConfig
		l, err := lc.Listen(t.Context(), "tcp", fmt.Sprintf("127.9.%d.%d:0", i/200, 1+i%200))
		require.NoError(t, err)
		t.Cleanup(func() { _ = l.Close() })
		addresses = append(addresses, l.Addr().String())
	}
	return addresses
}

// addSilentWebhooks inserts the webhooks and their tenants.
func addSilentWebhooks(t *testing.T, dsn string, addresses []string) {
	t.Helper()
	var master [webhooks.KeySize]byte
	_, err := hex.Decode(master[:], []byte(masterKey))
	require.NoError(t, err)
	box := webhooks.NewSecretBox(master)
	db := openStore(t, dsn)
	var tenants []lox.TenantID
	var ids []lox.WebhookID
	var urls []string
	var secrets [][]byte
	for i := range silentTenants {
		tenant, _ := storetest.TenantOn(t, db, lox.PlanFree)
		for n := range silentEach {
			id := lox.NewWebhookID()
			tenants, ids = append(tenants, tenant.ID), append(ids, id)
			urls = append(urls, fmt.Sprintf("http://%s/%d", addresses[i*silentHosts+n%silentHosts], n))
			secrets = append(secrets, box.Seal(lox.NewWebhookSecret(), id))
		}
	}
	_, err = openSQL(t, dsn).ExecContext(t.Context(), `insert into webhooks
		(tenant_id, id, url, events, description, enabled, created_at, secret)
		select tenant, id, url, '{storage.quota_warning}', '', true, now(), secret
		from unnest($1::uuid[], $2::uuid[], $3::text[], $4::bytea[]) as w (tenant, id, url, secret)`,
		pq.Array(tenants), pq.Array(ids), pq.Array(urls), pq.ByteaArray(secrets))
	require.NoError(t, err)
}
