package server_test

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox"
	"github.com/backlox/lox/gen/client"
	"github.com/backlox/lox/server"
	"github.com/backlox/lox/store/storetest"
)

// lookupsAllowed is the number of unknown keys a minute for which one address may cause a query.
const lookupsAllowed = 100

// flood sends well-formed unknown keys, each once, until the address has used up its lookups.
func (h *testenv) flood(t testing.TB) {
	t.Helper()
	asked := h.keys.asked.Load()
	for range lookupsAllowed + 20 {
		assert.NotEqual(t, http.StatusOK, h.guess(t, lox.NewAPIKey()).status)
	}
	// A key is looked up twice if the watch begins in between.
	require.LessOrEqual(t, h.keys.asked.Load()-asked, int64(lookupsAllowed)+1)
	require.True(t, h.guess(t, lox.NewAPIKey()).limited())
}

// An address sends more unknown keys than it may, and then valid keys that this server has never
// seen.
func TestUnknownKeyFloodRefusesNoValidKey(t *testing.T) {
	t.Parallel()
	for name, unwatched := range map[string]bool{"watched": false, "not watched": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := planned(t, lox.PlanEnterprise, setup{unwatched: unwatched})
			keys := []string{h.key}
			for range 20 {
				keys = append(keys, h.newKey(t, nil, nil))
				_, other := storetest.Tenant(t, h.store, 1<<30)
				keys = append(keys, other)
			}
			h.restart()
			h.flood(t)
			for _, key := range keys {
				require.Equal(t, http.StatusOK, h.status(t, key))
			}
			created := h.as(keys[1])
			r, err := created.CreateAPIKeyWithResponse(t.Context(), client.CreateAPIKeyRequest{})
			require.NoError(t, err)
			require.NotNil(t, r.JSON201, "%s", r.Body)
			assert.Equal(t, http.StatusOK, h.status(t, r.JSON201.Key), "one that this server created")
			next, err := created.RotateAPIKeyWithResponse(t.Context(), r.JSON201.ID, client.RotateAPIKeyRequest{})
			require.NoError(t, err)
			require.NotNil(t, next.JSON201, "%s", next.Body)
			assert.Equal(t, http.StatusOK, h.status(t, next.JSON201.Key), "one that this server rotated to")
		})
	}
}

// Keys are created by another server. This server is notified of them, or finds them within the
// lookups of their address.
func TestOtherServersKeyDuringFlood(t *testing.T) {
	t.Parallel()
	t.Run("notified", func(t *testing.T) {
		t.Parallel()
		h := planned(t, lox.PlanEnterprise, setup{})
		h.flood(t)
		key := h.newKey(t, nil, nil)
		eventually(t, "the server has heard of it", func() bool { return h.status(t, key) == http.StatusOK })
	})
	t.Run("not notified", func(t *testing.T) {
		t.Parallel()
		h := planned(t, lox.PlanEnterprise, setup{unwatched: true})
		for range lookupsAllowed - 1 {
			h.guess(t, lox.NewAPIKey())
		}
		key := h.newKey(t, nil, nil)
		assert.Equal(t, http.StatusOK, h.status(t, key))
		h.flood(t)
		h.clock.advance(2 * time.Second)
		assert.Equal(t, http.StatusOK, h.status(t, key), "it is known from then on")
	})
}

// The limit holds for unknown keys that arrive at the same moment, and no query goes beyond it.
func TestUnknownKeysConcurrently(t *testing.T) {
	t.Parallel()
	// When a watch begins, lookups in progress are repeated.
	h := planned(t, lox.PlanEnterprise, setup{unwatched: true})
	require.Equal(t, http.StatusOK, h.status(t, h.key))
	asked := h.keys.asked.Load()
	rush(500, func(int64) { h.guess(t, lox.NewAPIKey()) })
	assert.EqualValues(t, lookupsAllowed, h.keys.asked.Load()-asked)
}

// A revoked key is looked up once more, and is then unknown.
func TestRevokedKeyLeavesIndex(t *testing.T) {
	t.Parallel()
	h := planned(t, lox.PlanEnterprise, setup{})
	k, key := h.issue(t, nil, nil)
	h.restart()
	h.flood(t)
	require.Equal(t, http.StatusOK, h.status(t, key))
	require.NoError(t, h.store.RevokeAPIKey(t.Context(), lox.Principal{Tenant: h.tenant.ID}, k.ID, h.clock.now(), storetest.By))
	eventually(t, "the key is refused", func() bool { return h.status(t, key) != http.StatusOK })
	h.clock.advance(40 * time.Second) // longer than an unknown key is cached
	asked := h.keys.asked.Load()
	require.True(t, h.guess(t, key).limited())
	assert.Equal(t, asked, h.keys.asked.Load())
}

// brokenPrefixes fails half-way to list the keys, as often as a test says.
type brokenPrefixes struct {
	server.KeyStore
	failures atomic.Int64
	listed   chan error
}

func (k *brokenPrefixes) KeyPrefixes(ctx context.Context, each func(lox.KeyPrefix)) error {
	err := k.KeyStore.KeyPrefixes(ctx, each)
	if k.failures.Add(-1) >= 0 {
		err = errors.New("the connection was lost")
	}
	k.listed <- err
	return err
}

// The known keys stay valid if the database fails to list them again.
func TestIndexStaysIfLoadFails(t *testing.T) {
	t.Parallel()
	h := planned(t, lox.PlanEnterprise, setup{unwatched: true})
	unused := h.newKey(t, nil, nil)
	broken := &brokenPrefixes{KeyStore: h.store, listed: make(chan error, 9)}
	h.keys.KeyStore, h.unwatched = broken, false
	h.restart()
	require.NoError(t, <-broken.listed, "at the start")
	require.NoError(t, <-broken.listed, "when the watch began")
	broken.failures.Store(1)
	_, err := h.db.ExecContext(t.Context(), `select pg_terminate_backend(pid) from pg_stat_activity
		where datname = current_database() and pid <> pg_backend_pid() and (query ilike 'listen %' or query like 'do $$ begin if current_setting%')`)
	require.NoError(t, err)
	require.Error(t, <-broken.listed, "the watch came back")
	h.flood(t)
	assert.Equal(t, http.StatusOK, h.status(t, unused))
}

// A thousand keys change while another one is being looked up.
func TestLookupSurvivesOtherKeyChanges(t *testing.T) {
	t.Parallel()
	h := open(t, setup{unwatched: true})
	other, _ := storetest.Tenant(t, h.store, 1<<30)
	slow := &slowKeys{
		KeyStore: h.store, asked: make(chan struct{}), answer: make(chan struct{}),
		live: make(chan struct{}, 9), changed: make(chan struct{}, 2000),
	}
	h.keys.KeyStore, h.unwatched = slow, false
	h.restart()
	<-slow.live
	slow.slow.Store(true)
	var answered sync.WaitGroup
	answered.Go(func() { assert.Equal(t, http.StatusOK, h.status(t, h.key)) })
	<-slow.asked
	_, err := h.db.ExecContext(t.Context(), `insert into api_keys (id, tenant_id, hash, last4, created_at)
		select gen_random_uuid(), $1, sha256(n::text::bytea), '0000', now() from generate_series(1, 1000) n`, other.ID)
	require.NoError(t, err)
	for range 1000 {
		<-slow.changed
	}
	slow.slow.Store(false)
	slow.answer <- struct{}{}
	answered.Wait()
	assert.EqualValues(t, 1, h.keys.asked.Load())
}
