package server_test

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/lib/pq"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox"
	"github.com/backlox/lox/gen/client"
	"github.com/backlox/lox/store/storetest"
)

// operation is one of the document's, with what distinguishes it from the
// others in the cases that all have.
type operation struct {
	name   string
	scope  lox.Scope
	ok     int
	call   func(ctx context.Context, c *client.ClientWithResponses, id string) (*http.Response, []byte, error)
	badID  string // what the bad request has for an id; "" if it takes none
	bad    func(ctx context.Context, c *client.ClientWithResponses) (*http.Response, []byte, error)
	status int
	code   lox.Code
	detail map[string]string
}

var everyScope = []lox.Scope{
	lox.ScopeBackupsRead, lox.ScopeBackupsWrite, lox.ScopeBackupsDelete, lox.ScopeStorageRead,
	lox.ScopeTenantRead, lox.ScopeTenantWrite, lox.ScopeKeysWrite, lox.ScopeWebhooksWrite,
}

func operations() []operation {
	const notAnID = "bkp_abc123"
	return []operation{
		{
			name: "listBackups", scope: lox.ScopeBackupsRead, ok: http.StatusOK,
			call: func(ctx context.Context, c *client.ClientWithResponses, _ string) (*http.Response, []byte, error) {
				r, err := c.ListBackupsWithResponse(ctx, nil)
				return r.HTTPResponse, r.Body, err
			},
			bad: func(ctx context.Context, c *client.ClientWithResponses) (*http.Response, []byte, error) {
				r, err := c.ListBackupsWithResponse(ctx, &client.ListBackupsParams{Limit: new(0)})
				return r.HTTPResponse, r.Body, err
			},
			status: http.StatusBadRequest, code: lox.CodeValidation,
			detail: map[string]string{"limit": "Must be an integer between 1 and 100"},
		},
		{
			name: "createBackup", scope: lox.ScopeBackupsWrite, ok: http.StatusCreated,
			call: func(ctx context.Context, c *client.ClientWithResponses, _ string) (*http.Response, []byte, error) {
				r, err := c.CreateBackupWithResponse(ctx, nil, client.CreateBackupRequest{Name: "one more", SizeBytes: 1})
				return r.HTTPResponse, r.Body, err
			},
			bad: func(ctx context.Context, c *client.ClientWithResponses) (*http.Response, []byte, error) {
				r, err := c.CreateBackupWithResponse(ctx, nil, client.CreateBackupRequest{})
				return r.HTTPResponse, r.Body, err
			},
			status: http.StatusBadRequest, code: lox.CodeValidation,
			detail: map[string]string{"name": "Name is required", "size_bytes": "Must be a positive integer"},
		},
		{
			name: "getBackup", scope: lox.ScopeBackupsRead, ok: http.StatusOK, badID: notAnID,
			call: func(ctx context.Context, c *client.ClientWithResponses, id string) (*http.Response, []byte, error) {
				r, err := c.GetBackupWithResponse(ctx, id)
				return r.HTTPResponse, r.Body, err
			},
			status: http.StatusNotFound, code: lox.CodeBackupNotFound,
		},
		{
			name: "completeBackup", scope: lox.ScopeBackupsWrite, ok: http.StatusOK, badID: notAnID,
			call: func(ctx context.Context, c *client.ClientWithResponses, id string) (*http.Response, []byte, error) {
				r, err := c.CompleteBackupWithResponse(ctx, id)
				return r.HTTPResponse, r.Body, err
			},
			status: http.StatusNotFound, code: lox.CodeBackupNotFound,
		},
		{
			name: "getBackupDownload", scope: lox.ScopeBackupsRead, ok: http.StatusOK, badID: notAnID,
			call: func(ctx context.Context, c *client.ClientWithResponses, id string) (*http.Response, []byte, error) {
				r, err := c.GetBackupDownloadWithResponse(ctx, id)
				return r.HTTPResponse, r.Body, err
			},
			status: http.StatusNotFound, code: lox.CodeBackupNotFound,
		},
		{
			name: "deleteBackup", scope: lox.ScopeBackupsDelete, ok: http.StatusOK, badID: notAnID,
			call: func(ctx context.Context, c *client.ClientWithResponses, id string) (*http.Response, []byte, error) {
				r, err := c.DeleteBackupWithResponse(ctx, id)
				return r.HTTPResponse, r.Body, err
			},
			status: http.StatusNotFound, code: lox.CodeBackupNotFound,
		},
	}
}

// TestOperations puts every operation through the cases that all of them have.
func TestOperations(t *testing.T) {
	t.Parallel()
	h := open(t, setup{})
	past, future := h.clock.now(), h.clock.now().Add(time.Second)
	withheld := map[lox.Scope]string{}
	for _, scope := range []lox.Scope{lox.ScopeBackupsRead, lox.ScopeBackupsWrite, lox.ScopeBackupsDelete} {
		withheld[scope] = h.newKey(t, nil, slices.DeleteFunc(slices.Clone(everyScope), func(s lox.Scope) bool { return s == scope }))
	}
	expired, unexpired := h.newKey(t, &past, nil), h.newKey(t, &future, nil)

	for _, op := range operations() {
		t.Run(op.name, func(t *testing.T) {
			call := func(key, id string) response {
				t.Helper()
				resp, body, err := op.call(t.Context(), h.as(key), id)
				require.NoError(t, err)
				return response{resp.StatusCode, resp.Header, body}
			}
			accepts := func(key string) {
				t.Helper()
				r := call(key, h.ready(t, op.name))
				assert.Equal(t, op.ok, r.status, "%s", r.body)
			}
			t.Run("ok", func(t *testing.T) { accepts(h.key) })
			t.Run("key with only its scope", func(t *testing.T) { accepts(h.newKey(t, nil, []lox.Scope{op.scope})) })
			t.Run("key in its last second", func(t *testing.T) { accepts(unexpired) })

			id := h.ready(t, op.name)
			before := h.state(t)
			refuses := func(name, key string, status int, code lox.Code) {
				t.Run(name, func(t *testing.T) {
					r := call(key, id)
					r.refused(t, status, code, nil)
					if status == http.StatusUnauthorized {
						assert.Equal(t, "Bearer", r.header.Get("WWW-Authenticate"))
					}
				})
			}
			refuses("no key", "", http.StatusUnauthorized, lox.CodeAuthentication)
			refuses("malformed key", "lox_xxxxxxxxxxxx", http.StatusUnauthorized, lox.CodeAuthentication)
			refuses("mistyped key", swapLast(h.key), http.StatusUnauthorized, lox.CodeAuthentication)
			refuses("unknown key", lox.NewAPIKey(), http.StatusUnauthorized, lox.CodeAuthentication)
			refuses("expired key", expired, http.StatusUnauthorized, lox.CodeAuthentication)
			refuses("key without the scope", withheld[op.scope], http.StatusForbidden, lox.CodePermissionDenied)
			t.Run("bad input", func(t *testing.T) {
				if op.badID != "" {
					call(h.key, op.badID).refused(t, op.status, op.code, op.detail)
					return
				}
				resp, body, err := op.bad(t.Context(), h.api)
				require.NoError(t, err)
				response{resp.StatusCode, resp.Header, body}.refused(t, op.status, op.code, op.detail)
			})
			assert.Equal(t, before, h.state(t), "a refused request changed something")
		})
	}
	storetest.CheckCounters(t, h.dsn)
}

// TestTenantsDoNotSeeEachOther shows that to one tenant the ids of another are
// no different from those that never existed.
func TestTenantsDoNotSeeEachOther(t *testing.T) {
	t.Parallel()
	h := open(t, setup{})
	stranger := h.other()
	for _, op := range operations() {
		t.Run(op.name, func(t *testing.T) {
			id := h.ready(t, op.name)
			before := h.state(t).Usage
			theirs, body, err := op.call(t.Context(), stranger, id)
			require.NoError(t, err)
			if op.badID == "" {
				assert.Equal(t, op.ok, theirs.StatusCode)
				assert.NotContains(t, string(body), id)
			} else {
				nobodys, none, err := op.call(t.Context(), stranger, lox.NewBackupID().String())
				require.NoError(t, err)
				assert.Equal(t, http.StatusNotFound, theirs.StatusCode)
				assert.Equal(t, http.StatusNotFound, nobodys.StatusCode)
				assert.Equal(t, string(none), string(body))
			}
			assert.Equal(t, before, h.state(t).Usage, "a stranger changed something")
			r, _, err := op.call(t.Context(), h.api, id)
			require.NoError(t, err)
			assert.Equal(t, op.ok, r.StatusCode, "for its owner it is still there")
		})
	}
	list, err := stranger.ListBackupsWithResponse(t.Context(), nil)
	require.NoError(t, err)
	assert.Equal(t, int64(1), list.JSON200.Total, "the one that the stranger created")
	storetest.CheckCounters(t, h.dsn)
}

// ready makes a backup on which the operation succeeds.
func (h *house) ready(t testing.TB, op string) string {
	t.Helper()
	body := []byte("some bytes")
	if op != "completeBackup" {
		return h.stored(t, "ready for "+op, body)
	}
	u := h.create(t, client.CreateBackupRequest{Name: "ready", SizeBytes: int64(len(body))})
	put(t, u, body)
	return u.ID
}

// newKey gives the tenant one more key.
func (h *house) newKey(t testing.TB, expires *time.Time, scopes []lox.Scope) string {
	t.Helper()
	key := lox.NewAPIKey()
	hash, err := lox.HashAPIKey(key)
	require.NoError(t, err)
	names := pq.StringArray{}
	for _, scope := range scopes {
		names = append(names, string(scope))
	}
	_, err = h.db.ExecContext(t.Context(), `insert into api_keys (id, tenant_id, hash, last4, scopes, created_at, expires_at)
		values ($1, $2, $3, $4, $5, $6, $7)`,
		lox.NewKeyID(), h.tenant.ID, hash[:], key[36:], names, h.clock.now(), expires)
	require.NoError(t, err)
	return key
}

// swapLast makes the typing error that a key's check digits are for.
func swapLast(key string) string {
	last := key[len(key)-1:]
	return key[:len(key)-1] + string("0123456789A"[(strings.Index("0123456789", last)+1)])
}

func TestAuthorizationHeader(t *testing.T) {
	t.Parallel()
	h := open(t, setup{})
	for _, header := range []string{"bearer " + h.key, "BEARER " + h.key, "Bearer  " + h.key} {
		r := h.send(t, request{method: http.MethodGet, path: backupsPath, header: http.Header{"Authorization": {header}}})
		assert.Equal(t, http.StatusOK, r.status, "%q", header)
	}
	for _, header := range []string{
		"", "Bearer", "Bearer ", h.key, "Basic " + h.key, "Token " + h.key, "Bearer" + h.key,
		"Bearer " + h.key + h.key, "Bearer " + h.key + ", Bearer " + h.key, "Bearer " + strings.ToUpper(h.key),
		"Bearer " + strings.Repeat("x", 8000), "Bearer lox_" + strings.Repeat("ä", 18), "Bearer \xff\xfe",
	} {
		r := h.send(t, request{method: http.MethodGet, path: backupsPath, header: http.Header{"Authorization": {header}}})
		r.refused(t, http.StatusUnauthorized, lox.CodeAuthentication, nil)
	}
}

// A revoked key may go on for as long as it is remembered, but no longer.
func TestRevokedKey(t *testing.T) {
	t.Parallel()
	h := open(t, setup{})
	require.Equal(t, http.StatusOK, h.get(t, backupsPath).status)
	_, err := h.db.ExecContext(t.Context(), `update api_keys set revoked_at = now()`)
	require.NoError(t, err)
	eventually(t, "the key is refused", func() bool {
		return h.get(t, backupsPath).status == http.StatusUnauthorized
	})
}

// uuidOf returns the id as the database keeps it.
func uuidOf(t testing.TB, id string) lox.BackupID {
	t.Helper()
	var parsed lox.BackupID
	require.NoError(t, parsed.UnmarshalText([]byte(id)))
	return parsed
}
