package server_test

import (
	"context"
	"net/http"
	"strings"
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

// soon is how long a revoked key may still work on other servers.
const soon = time.Second

// status returns the server's status for a key.
func (h *testenv) status(t testing.TB, key string) int {
	t.Helper()
	resp, err := h.as(key).ListBackups(t.Context(), nil)
	return readAll(t, resp, err).status
}

// Keys are revoked in every way. Another server, which has them in its cache and has its own
// database connection, must refuse them soon.
func TestRevokedKeyEndsOnAllServers(t *testing.T) {
	t.Parallel()
	h := open(t, setup{})
	h.clock.follow(t) // cached keys expire by it while notifications don't arrive
	other := *h
	other.keys = &countedKeys{KeyStore: storetest.Open(t, h.dsn)}
	other.boot()
	t.Cleanup(other.stop)
	ends := map[string]func(t *testing.T, k lox.APIKey){
		"revoked": func(t *testing.T, k lox.APIKey) {
			r, err := h.api.RevokeAPIKeyWithResponse(t.Context(), k.ID.String())
			require.NoError(t, err)
			require.NotNil(t, r.JSON200, "%s", r.Body)
		},
		"rotated": func(t *testing.T, k lox.APIKey) {
			r, err := h.api.RotateAPIKeyWithResponse(t.Context(), k.ID.String(), client.RotateAPIKeyRequest{OverlapSeconds: new(0)})
			require.NoError(t, err)
			require.NotNil(t, r.JSON201, "%s", r.Body)
		},
		"by hand": func(t *testing.T, k lox.APIKey) {
			_, err := h.db.ExecContext(t.Context(), `update api_keys set revoked_at = now() where id = $1`, k.ID)
			require.NoError(t, err)
		},
		"deleted by hand": func(t *testing.T, k lox.APIKey) {
			_, err := h.db.ExecContext(t.Context(), `delete from api_keys where id = $1`, k.ID)
			require.NoError(t, err)
		},
	}
	for name, end := range ends {
		t.Run(name, func(t *testing.T) {
			k, key := h.issue(t, nil, nil)
			for _, server := range []*testenv{h, &other} {
				require.Equal(t, http.StatusOK, server.status(t, key))
			}
			end(t, k)
			ended := time.Now()
			for _, server := range []*testenv{h, &other} {
				eventually(t, "the key is refused", func() bool { return server.status(t, key) == http.StatusUnauthorized })
			}
			within := soon
			if strings.Contains(h.log.String(), "notifications of API key changes do not arrive") {
				within *= 3 // a busy machine was silent for too long: a second until the watch notices that, and one more
			}
			assert.Less(t, time.Since(ended), within)
		})
	}
}

// A key expires by itself, whether or not it is cached.
func TestExpiry(t *testing.T) {
	t.Parallel()
	h := open(t, setup{})
	other := h.second(t)
	at := h.clock.now().Add(10 * time.Second)
	key := h.newKey(t, &at, nil)
	require.Equal(t, http.StatusOK, h.status(t, key))
	h.clock.advance(9 * time.Second)
	require.Equal(t, http.StatusOK, h.status(t, key), "in its last second")
	h.clock.advance(time.Second)
	for _, server := range []*testenv{h, other} {
		assert.Equal(t, http.StatusUnauthorized, server.status(t, key))
	}
}

// slowKeys lets a test delay the result of a lookup, and reports notifications.
type slowKeys struct {
	server.KeyStore
	slow          atomic.Bool
	asked, answer chan struct{}
	live, changed chan struct{}
}

func (k *slowKeys) PrincipalByKey(ctx context.Context, hash lox.KeyHash) (lox.Principal, error) {
	p, err := k.KeyStore.PrincipalByKey(ctx, hash)
	if k.slow.Load() {
		k.asked <- struct{}{}
		<-k.answer
	}
	return p, err
}

func (k *slowKeys) WatchKeys(ctx context.Context, w lox.KeyWatch) {
	k.KeyStore.WatchKeys(ctx, tellingWatch{w, k})
}

type tellingWatch struct {
	lox.KeyWatch
	keys *slowKeys
}

func (w tellingWatch) KeyChanged(hash lox.KeyHash) {
	w.KeyWatch.KeyChanged(hash)
	w.keys.changed <- struct{}{}
}

func (w tellingWatch) KeysWatched() {
	w.KeyWatch.KeysWatched()
	w.keys.live <- struct{}{}
}

// A key is revoked after the database has read it and before the result arrives. The result must
// not be used.
func TestRevokedDuringLookup(t *testing.T) {
	t.Parallel()
	h := open(t, setup{unwatched: true})
	slow := &slowKeys{
		KeyStore: h.store, asked: make(chan struct{}), answer: make(chan struct{}),
		live: make(chan struct{}, 9), changed: make(chan struct{}, 9),
	}
	h.keys.KeyStore, h.unwatched = slow, false
	h.restart()
	<-slow.live
	k, key := h.issue(t, nil, nil)
	<-slow.changed // a new key is notified, too

	slow.slow.Store(true)
	var refused *client.ListBackupsResponse
	var err error
	done := make(chan struct{})
	caller := h.as(key)
	go func() {
		defer close(done)
		refused, err = caller.ListBackupsWithResponse(t.Context(), nil)
	}()
	<-slow.asked
	require.NoError(t, h.store.RevokeAPIKey(t.Context(), lox.Principal{Tenant: h.tenant.ID}, k.ID, h.clock.now(), storetest.By))
	<-slow.changed
	slow.slow.Store(false)
	slow.answer <- struct{}{}
	<-done
	require.NoError(t, err)
	assert.Equal(t, http.StatusUnauthorized, refused.StatusCode())
	assert.Equal(t, http.StatusUnauthorized, h.status(t, key))
}

// A cached key is looked up again every half a minute while notifications arrive, and otherwise
// every second.
func TestKeysAreCached(t *testing.T) {
	t.Parallel()
	h := open(t, setup{unwatched: true})
	slow := &slowKeys{KeyStore: h.store, live: make(chan struct{}, 9), changed: make(chan struct{}, 9)}
	asks := func(after time.Duration) int64 {
		t.Helper()
		before := h.keys.asked.Load()
		h.clock.advance(after)
		for range 3 {
			require.Equal(t, http.StatusOK, h.status(t, h.key))
		}
		return h.keys.asked.Load() - before
	}
	assert.EqualValues(t, 1, asks(0))
	assert.EqualValues(t, 0, asks(0))
	assert.EqualValues(t, 1, asks(time.Second))

	h.keys.KeyStore, h.unwatched = slow, false
	h.restart()
	<-slow.live
	assert.EqualValues(t, 1, asks(0))
	assert.EqualValues(t, 0, asks(29*time.Second))
	assert.EqualValues(t, 1, asks(time.Second))

	// The connection is lost and comes back. All keys may have changed in between.
	_, err := h.db.ExecContext(t.Context(), `select pg_terminate_backend(pid) from pg_stat_activity
		where datname = current_database() and pid <> pg_backend_pid() and (query ilike 'listen %' or query like 'do $$ begin if current_setting%')`)
	require.NoError(t, err)
	<-slow.live
	assert.EqualValues(t, 1, asks(0))
}

// The last use of a key is written, at the latest when the server stops.
func TestLastUsed(t *testing.T) {
	t.Parallel()
	h := open(t, setup{})
	h.clock.advance(time.Hour)
	_, unused := h.issue(t, nil, nil)
	require.Equal(t, http.StatusOK, h.status(t, h.key))
	at := h.clock.now()
	h.restart()
	list, err := h.api.ListAPIKeysWithResponse(t.Context(), nil)
	require.NoError(t, err)
	require.Len(t, list.JSON200.APIKeys, 2)
	assert.Equal(t, unused[len(unused)-4:], list.JSON200.APIKeys[0].Last4)
	assert.True(t, list.JSON200.APIKeys[0].LastUsedAt.IsZero())
	assert.Equal(t, at, list.JSON200.APIKeys[1].LastUsedAt)
}

// An unknown key is looked up once, and is valid as soon as it is created.
func TestUnknownKeyIsCached(t *testing.T) {
	t.Parallel()
	h := open(t, setup{})
	_, key := h.issue(t, nil, nil)
	hash, err := lox.HashAPIKey(key)
	require.NoError(t, err)
	_, err = h.db.ExecContext(t.Context(), `update api_keys set revoked_at = now() where hash = $1`, hash[:])
	require.NoError(t, err)
	eventually(t, "the key is refused", func() bool { return h.status(t, key) == http.StatusUnauthorized })
	asked := h.keys.asked.Load()
	for range 20 {
		require.Equal(t, http.StatusUnauthorized, h.status(t, key))
	}
	assert.LessOrEqual(t, h.keys.asked.Load(), asked+1, "the last change may have been heard of since")
	_, err = h.db.ExecContext(t.Context(), `update api_keys set revoked_at = null where hash = $1`, hash[:])
	require.NoError(t, err)
	eventually(t, "the key is found", func() bool { return h.status(t, key) == http.StatusOK })
}
