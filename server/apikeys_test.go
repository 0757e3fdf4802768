package server_test

import (
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox"
	"github.com/backlox/lox/gen/client"
)

const keysPath = "/api/v1/tenant/api-keys"

func (h *testenv) createKey(t testing.TB, in client.CreateAPIKeyRequest) *client.CreatedAPIKey {
	t.Helper()
	r, err := h.api.CreateAPIKeyWithResponse(t.Context(), in)
	require.NoError(t, err)
	require.NotNil(t, r.JSON201, "%s", r.Body)
	return r.JSON201
}

func (h *testenv) rotate(t testing.TB, id string, in client.RotateAPIKeyRequest) *client.RotatedAPIKey {
	t.Helper()
	r, err := h.api.RotateAPIKeyWithResponse(t.Context(), id, in)
	require.NoError(t, err)
	require.NotNil(t, r.JSON201, "%s", r.Body)
	return r.JSON201
}

func (h *testenv) listKeys(t testing.TB, params *client.ListAPIKeysParams) *client.APIKeyList {
	t.Helper()
	r, err := h.api.ListAPIKeysWithResponse(t.Context(), params)
	require.NoError(t, err)
	require.NotNil(t, r.JSON200, "%s", r.Body)
	return r.JSON200
}

// TestAPIKeyLifecycle creates, uses, lists, rotates and revokes a key.
func TestAPIKeyLifecycle(t *testing.T) {
	t.Parallel()
	h := open(t, setup{})
	h.clock.advance(time.Minute)
	expires := h.clock.now().Add(48 * time.Hour)
	k := h.createKey(t, client.CreateAPIKeyRequest{
		Name: "nightly", Scopes: []client.Scope{client.ScopeBackupsWrite, client.ScopeBackupsRead}, ExpiresAt: expires,
	})
	assert.Regexp(t, `^lox_[0-9A-Za-z]{36}$`, k.Key)
	assert.Equal(t, k.Key[:8], k.Prefix)
	assert.Equal(t, k.Key[36:], k.Last4)
	assert.Equal(t, h.clock.now(), k.CreatedAt)
	assert.Equal(t, http.StatusOK, h.status(t, k.Key))
	resp, err := h.as(k.Key).GetTenant(t.Context())
	readAll(t, resp, err).refused(t, http.StatusForbidden, lox.CodePermissionDenied, nil)

	list := h.listKeys(t, nil)
	assert.EqualValues(t, 2, list.Total)
	assert.Equal(t, client.APIKey{
		ID: k.ID, Name: "nightly", Prefix: k.Prefix, Last4: k.Last4, Scopes: k.Scopes, CreatedAt: k.CreatedAt, ExpiresAt: expires,
	}, list.APIKeys[0])
	assert.Empty(t, list.APIKeys[1].Scopes, "the first key may do everything")

	next := h.rotate(t, k.ID, client.RotateAPIKeyRequest{})
	assert.Equal(t, k.ID, next.Replaces)
	assert.Equal(t, h.clock.now().Add(24*time.Hour), next.OverlapEndsAt)
	assert.Equal(t, k.Scopes, next.Scopes)
	assert.Equal(t, expires, next.ExpiresAt)
	assert.Equal(t, next.ID, h.listKeys(t, &client.ListAPIKeysParams{Limit: new(1), Offset: new(1)}).APIKeys[0].ReplacedBy)
	for _, key := range []string{k.Key, next.Key} {
		assert.Equal(t, http.StatusOK, h.status(t, key), "both work")
	}
	h.clock.advance(24 * time.Hour)
	assert.Equal(t, http.StatusUnauthorized, h.status(t, k.Key), "the overlap is over")
	assert.Equal(t, http.StatusOK, h.status(t, next.Key))
	assert.EqualValues(t, 3, h.listKeys(t, nil).Total, "an expired key is still shown")

	for _, id := range []string{k.ID, next.ID} {
		r, err := h.api.RevokeAPIKeyWithResponse(t.Context(), id)
		require.NoError(t, err)
		assert.Equal(t, client.RevokedAPIKey{ID: id, Revoked: true}, *r.JSON200)
		again, err := h.api.RevokeAPIKeyWithResponse(t.Context(), id)
		require.NoError(t, err)
		assert.Equal(t, client.ErrorCodeNotFound, again.JSON404.Error.Code)
	}
	eventually(t, "it is refused", func() bool { return h.status(t, next.Key) == http.StatusUnauthorized })
	assert.EqualValues(t, 1, h.listKeys(t, nil).Total)
}

// A person at a terminal rotates a key without a body.
func TestRotateWithoutBody(t *testing.T) {
	t.Parallel()
	h := open(t, setup{})
	h.clock.advance(time.Minute) // the tenant's first key was created at the real time
	for name, r := range map[string]request{
		"none":  {},
		"empty": {body: strings.NewReader("")},
		"null":  {body: strings.NewReader("null")},
		"{}":    {body: strings.NewReader("{}")},
	} {
		k := h.createKey(t, client.CreateAPIKeyRequest{})
		r.method, r.path = http.MethodPost, keysPath+"/"+k.ID+"/rotate"
		out := h.send(t, r)
		require.Equal(t, http.StatusCreated, out.status, "%s: %s", name, out.body)
		assert.Contains(t, string(out.body), h.clock.now().Add(24*time.Hour).Format(time.RFC3339))
		h.send(t, r).refused(t, http.StatusBadRequest, lox.CodeInvalidState, map[string]string{
			"id": "Was rotated to " + h.listKeys(t, nil).APIKeys[0].ID,
		})
	}
}

func TestBadKeys(t *testing.T) {
	t.Parallel()
	h := open(t, setup{})
	before := h.accounts(t)
	const future = "Must be an RFC 3339 timestamp in the future, such as 2030-01-15T10:30:00Z"
	for body, details := range map[string]map[string]string{
		`{"expires_at":"` + h.clock.now().Format(time.RFC3339) + `"}`: {"expires_at": future},
		`{"expires_at":"9999-12-31T23:59:59-23:59"}`:                  {"expires_at": future}, // in UTC this is in the year 10000
		`{"expires_at":"2030-01-01T00:00:00,5Z"}`:                     {"expires_at": future},
		`{"expires_at":"2030-01-01T0:00:00Z"}`:                        {"expires_at": future},
		`{"expires_at":"0001-01-01T00:00:00Z"}`:                       {"expires_at": future},
		`{"expires_at":"2030-02-30T00:00:00Z"}`:                       {"expires_at": future},
		`{"expires_at":"tomorrow"}`:                                   {"expires_at": future},
		`{"expires_at":null}`:                                         {"expires_at": future},
		`{"scopes":[]}`:                                               {"scopes": "Must name at least one scope, or be left out for a key that may do everything"},
		`{"scopes":["backups:read","backups:read"]}`:                  {"scopes": "Must not name a scope twice"},
		`{"scopes":"backups:read"}`:                                   {"scopes": "Must be a list of scopes"},
		`{"key":"lox_mine"}`:                                          {"key": "Unknown field"},
		``:                                                            {"body": "Must be a JSON object"},
	} {
		h.send(t, request{method: http.MethodPost, path: keysPath, body: strings.NewReader(body)}).invalid(t, details)
	}
	id := h.listKeys(t, nil).APIKeys[0].ID
	for body, field := range map[string]string{
		`{"overlap_seconds":-1}`:                         "overlap_seconds",
		`{"overlap_seconds":2592001}`:                    "overlap_seconds",
		`{"overlap_seconds":1.5}`:                        "overlap_seconds",
		`{"overlap_seconds":"1"}`:                        "overlap_seconds",
		`{"overlap_seconds":null}`:                       "overlap_seconds",
		`{"expires_at":"2001-01-01T00:00:00Z"}`:          "expires_at",
		`{"scopes":["backups:read"]}`:                    "scopes",
		`[]`:                                             "body",
		`{"overlap_seconds":99999999999999999999999999}`: "overlap_seconds",
	} {
		r := h.send(t, request{method: http.MethodPost, path: keysPath + "/" + id + "/rotate", body: strings.NewReader(body)})
		require.Equal(t, http.StatusBadRequest, r.status, "%s: %s", body, r.body)
		assert.Contains(t, problemOf(t, r.body).details, field, "%s", body)
	}
	assert.Equal(t, before, h.accounts(t))
}

// A limited key can't get more rights by creating a key, or by rotating a key with more rights.
func TestKeyCannotGrantMoreThanItHas(t *testing.T) {
	t.Parallel()
	h := open(t, setup{})
	h.clock.advance(time.Minute)
	limited := h.as(h.newKey(t, nil, lox.Scopes{lox.ScopeKeysWrite, lox.ScopeBackupsRead}))
	full := h.listKeys(t, nil).APIKeys[1]
	require.Empty(t, full.Scopes)
	before := h.accounts(t)
	for _, scopes := range [][]client.Scope{nil, {client.ScopeBackupsRead, client.ScopeBackupsDelete}} {
		r, err := limited.CreateAPIKeyWithResponse(t.Context(), client.CreateAPIKeyRequest{Scopes: scopes})
		require.NoError(t, err)
		assert.Equal(t, client.ErrorCodePermissionDenied, r.JSON403.Error.Code, "%s", r.Body)
	}
	r, err := limited.RotateAPIKeyWithResponse(t.Context(), full.ID, client.RotateAPIKeyRequest{})
	require.NoError(t, err)
	assert.Equal(t, client.ErrorCodePermissionDenied, r.JSON403.Error.Code, "%s", r.Body)
	assert.Equal(t, before, h.accounts(t))
	brief := h.as(h.newKey(t, new(h.clock.now().Add(time.Minute)), lox.Scopes{lox.ScopeKeysWrite}))
	for _, expires := range []time.Time{{}, h.clock.now().Add(time.Hour)} {
		r, err := brief.CreateAPIKeyWithResponse(t.Context(), client.CreateAPIKeyRequest{
			Scopes: []client.Scope{client.ScopeKeysWrite}, ExpiresAt: expires,
		})
		require.NoError(t, err)
		assert.Equal(t, client.ErrorCodePermissionDenied, r.JSON403.Error.Code, "%s", r.Body)
	}
	granted, err := limited.CreateAPIKeyWithResponse(t.Context(), client.CreateAPIKeyRequest{Scopes: []client.Scope{client.ScopeBackupsRead}})
	require.NoError(t, err)
	assert.Equal(t, http.StatusOK, h.status(t, granted.JSON201.Key))
}

// A limited key can revoke only keys that have no more rights than itself.
func TestKeyCannotRevokeMoreThanItHas(t *testing.T) {
	t.Parallel()
	h := open(t, setup{})
	h.clock.advance(time.Minute)
	limited := h.as(h.newKey(t, nil, lox.Scopes{lox.ScopeKeysWrite, lox.ScopeBackupsRead}))
	own, first := h.listKeys(t, nil).APIKeys[0], h.listKeys(t, nil).APIKeys[1]
	require.Empty(t, first.Scopes)
	second := h.createKey(t, client.CreateAPIKeyRequest{})
	more := h.createKey(t, client.CreateAPIKeyRequest{Scopes: []client.Scope{client.ScopeBackupsRead, client.ScopeBackupsDelete}})
	as := h.createKey(t, client.CreateAPIKeyRequest{Scopes: []client.Scope{client.ScopeBackupsRead}})
	before := h.accounts(t)
	for id, text := range map[string]string{
		first.ID:  "The API key cannot revoke a key with full access, which it lacks itself",
		second.ID: "The API key cannot revoke a key with full access, which it lacks itself",
		more.ID:   "The API key cannot revoke a key with the scope backups:delete, which it lacks itself",
	} {
		r, err := limited.RevokeAPIKeyWithResponse(t.Context(), id)
		require.NoError(t, err)
		require.NotNil(t, r.JSON403, "%s", r.Body)
		assert.Equal(t, client.ErrorCodePermissionDenied, r.JSON403.Error.Code)
		assert.Equal(t, text, r.JSON403.Error.Message)
	}
	assert.Equal(t, before, h.accounts(t))
	for _, id := range []string{as.ID, own.ID} { // a key may revoke itself
		r, err := limited.RevokeAPIKeyWithResponse(t.Context(), id)
		require.NoError(t, err)
		assert.Equal(t, http.StatusOK, r.StatusCode(), "%s", r.Body)
	}
	for _, id := range []string{second.ID, more.ID} {
		r, err := h.api.RevokeAPIKeyWithResponse(t.Context(), id)
		require.NoError(t, err)
		assert.Equal(t, http.StatusOK, r.StatusCode(), "%s", r.Body)
	}
}

// Twenty clients revoke twenty keys with full access at the same time, each another key: one key
// stays.
func TestConcurrentRevocationsKeepOneKey(t *testing.T) {
	t.Parallel()
	h := open(t, setup{})
	ids := []string{h.listKeys(t, nil).APIKeys[0].ID}
	for range 19 {
		ids = append(ids, h.createKey(t, client.CreateAPIKeyRequest{}).ID)
	}
	h.createKey(t, client.CreateAPIKeyRequest{Scopes: []client.Scope{client.ScopeKeysWrite}})
	h.createKey(t, client.CreateAPIKeyRequest{ExpiresAt: h.clock.now().Add(time.Hour)})
	var refused sync.Map
	var wg sync.WaitGroup
	for _, id := range ids {
		wg.Go(func() {
			// Through the store, because over HTTP a client could revoke the key that it uses.
			if err := h.store.RevokeAPIKey(t.Context(), lox.Principal{Tenant: h.tenant.ID}, keyIDOf(t, id), h.clock.now(), lox.Operator("test")); err != nil {
				refused.Store(id, lox.CodeOf(err))
			}
		})
	}
	wg.Wait()
	left := 0
	refused.Range(func(_, code any) bool {
		left++
		assert.Equal(t, lox.CodeInvalidState, code)
		return true
	})
	assert.Equal(t, 1, left)
}

func TestLastKeyCannotBeRevoked(t *testing.T) {
	t.Parallel()
	h := open(t, setup{})
	id := h.listKeys(t, nil).APIKeys[0].ID
	r, err := h.api.RevokeAPIKeyWithResponse(t.Context(), id)
	require.NoError(t, err)
	response{r.StatusCode(), r.HTTPResponse.Header, r.Body}.refused(t, http.StatusBadRequest, lox.CodeInvalidState,
		map[string]string{"id": "First create a key without scopes that lasts at least as long"})
	soon, err := h.api.RotateAPIKeyWithResponse(t.Context(), id, client.RotateAPIKeyRequest{ExpiresAt: h.clock.now().Add(2 * time.Second)})
	require.NoError(t, err)
	assert.Equal(t, client.ErrorCodeInvalidState, soon.JSON400.Error.Code, "nor be rotated away: %s", soon.Body)
	next := h.rotate(t, id, client.RotateAPIKeyRequest{OverlapSeconds: new(0)})
	eventually(t, "the old one is refused", func() bool { return h.status(t, h.key) == http.StatusUnauthorized })
	other, err := h.as(next.Key).RevokeAPIKeyWithResponse(t.Context(), id)
	require.NoError(t, err)
	assert.Equal(t, http.StatusOK, other.StatusCode(), "an expired key is of no use to anybody")
}

// A key that is sent as an id by mistake must not be logged. The fixture checks the log for keys.
func TestKeySentAsID(t *testing.T) {
	t.Parallel()
	h := open(t, setup{})
	r := h.send(t, request{method: http.MethodDelete, path: keysPath + "/" + h.key})
	r.refused(t, http.StatusNotFound, lox.CodeNotFound, nil)
	assert.Contains(t, h.log.String(), keysPath+"/lox_…")
}

// A tenant has a maximum number of keys. Expired keys count for a day, so that keys which expire at
// once can't be created without limit.
func TestTooManyKeys(t *testing.T) {
	t.Parallel()
	h := open(t, setup{})
	_, err := h.db.ExecContext(t.Context(), `insert into api_keys (id, tenant_id, hash, last4, created_at, expires_at)
		select gen_random_uuid(), $1, sha256(n::text::bytea), '0000', $3, $3 from generate_series(1, $2::int) n`,
		h.tenant.ID, lox.MaxAPIKeys-1, h.clock.now())
	require.NoError(t, err)
	create := func() response {
		return h.send(t, request{method: http.MethodPost, path: keysPath, body: strings.NewReader("{}")})
	}
	create().refused(t, http.StatusBadRequest, lox.CodeInvalidState, nil)
	h.clock.advance(24 * time.Hour)
	assert.Equal(t, http.StatusCreated, create().status)
}

func TestKeyPages(t *testing.T) {
	t.Parallel()
	h := open(t, setup{})
	for range 4 {
		h.clock.advance(time.Second)
		h.newKey(t, nil, nil)
	}
	var seen []string
	for offset := 0; ; offset += 2 {
		page := h.listKeys(t, &client.ListAPIKeysParams{Limit: new(2), Offset: new(offset)})
		assert.EqualValues(t, 5, page.Total)
		assert.Equal(t, 2, page.Limit)
		assert.Equal(t, offset, page.Offset)
		if len(page.APIKeys) == 0 {
			break
		}
		for _, k := range page.APIKeys {
			seen = append(seen, k.ID)
		}
	}
	var want []string
	for _, k := range h.listKeys(t, nil).APIKeys {
		want = append(want, k.ID)
	}
	assert.Len(t, want, 5)
	assert.Equal(t, want, seen)
}

func keyIDOf(t testing.TB, id string) lox.KeyID {
	t.Helper()
	var parsed lox.KeyID
	require.NoError(t, parsed.UnmarshalText([]byte(id)))
	return parsed
}
