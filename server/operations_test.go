package server_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox"
	"github.com/backlox/lox/gen/client"
	"github.com/backlox/lox/store/storetest"
)

// TestOperations runs the common cases for every operation.
func TestOperations(t *testing.T) {
	t.Parallel()
	h := open(t, setup{undelivered: true})
	past, future := h.clock.now(), h.clock.now().Add(time.Second)
	withheld := map[lox.Scope]string{}
	for _, scope := range everyScope {
		withheld[scope] = h.newKey(t, nil, slices.DeleteFunc(slices.Clone(everyScope), func(s lox.Scope) bool { return s == scope }))
	}
	expired, unexpired := h.newKey(t, &past, nil), h.newKey(t, &future, nil)

	for _, op := range operations() {
		t.Run(op.name, func(t *testing.T) {
			accepts := func(key string) {
				t.Helper()
				r := op.do(t, h.as(key), h.ready(t, op))
				assert.Equal(t, op.ok, r.status, "%s", r.body)
			}
			t.Run("ok", func(t *testing.T) { accepts(h.key) })
			t.Run("key with only its scope", func(t *testing.T) { accepts(h.newKey(t, nil, lox.Scopes{op.scope})) })
			t.Run("key in its last second", func(t *testing.T) { accepts(unexpired) })

			id := h.ready(t, op)
			before, accounts := h.state(t), h.accounts(t)
			refuses := func(name, key string, status int, code lox.Code) {
				t.Run(name, func(t *testing.T) {
					r := op.do(t, h.as(key), id)
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
			t.Run("bad input", func(t *testing.T) { op.misuse(t, h.api) })
			if op.write {
				h.suspend(t, true)
				refuses("suspended tenant", h.key, http.StatusForbidden, lox.CodePermissionDenied)
				h.suspend(t, false)
			}
			assert.Equal(t, before, h.state(t), "a refused request changed something")
			assert.Equal(t, accounts, h.accounts(t), "a refused request changed something")
		})
	}
	t.Run("a suspended tenant reads", func(t *testing.T) {
		for _, op := range operations() {
			if op.write {
				continue
			}
			id := h.ready(t, op)
			h.suspend(t, true)
			assert.Equal(t, op.ok, op.do(t, h.api, id).status, op.name)
			h.suspend(t, false)
		}
	})
	storetest.CheckCounters(t, h.dsn)
}

// The table has all operations of the document, with the document's scopes.
func TestOperationTableIsComplete(t *testing.T) {
	t.Parallel()
	want, have := map[string]string{}, map[string]string{}
	for _, item := range document().Paths.Map() {
		for _, op := range item.Operations() {
			scope, _ := op.Extensions["x-required-scope"].(string)
			want[op.OperationID] = scope
		}
	}
	for _, op := range operations() {
		have[op.name] = string(op.scope)
	}
	assert.Equal(t, want, have)
}

// For one tenant, the ids of another are no different from those that never existed.
func TestTenantsDoNotSeeEachOther(t *testing.T) {
	t.Parallel()
	h := open(t, setup{undelivered: true})
	otherTenant := h.other()
	mine, err := otherTenant.CreateWebhookWithResponse(t.Context(), client.CreateWebhookRequest{URL: nowhere})
	require.NoError(t, err)
	for _, op := range operations() {
		t.Run(op.name, func(t *testing.T) {
			id := h.ready(t, op)
			if op.of == nothing {
				theirs := op.do(t, otherTenant, "")
				assert.Equal(t, op.ok, theirs.status)
				assert.NotContains(t, string(theirs.body), h.tenant.ID.String())
				return
			}
			nobodys := op.do(t, otherTenant, op.of.fresh())
			nobodys.refused(t, http.StatusNotFound, op.of.missing(), nil)
			every := append(h.everyID(t), id)
			if op.of == aDelivery {
				webhook, delivery, _ := strings.Cut(id, "/")
				every = []string{id, webhook + "/" + lox.NewDeliveryID().String(), lox.NewWebhookID().String() + "/" + delivery}
				for _, theirs := range append(h.everyID(t), delivery) {
					every = append(every, mine.JSON201.ID+"/"+theirs)
				}
			}
			before, accounts := h.state(t), h.accounts(t)
			for _, theirs := range every {
				assert.Equal(t, nobodys.bare(), op.do(t, otherTenant, theirs).bare(), "the id %s of another tenant", theirs)
			}
			assert.Equal(t, before, h.state(t), "another tenant changed something")
			assert.Equal(t, accounts, h.accounts(t), "another tenant changed something")
			assert.Equal(t, op.ok, op.do(t, h.api, id).status, "for its owner it is still there")
		})
	}
	list, err := otherTenant.ListBackupsWithResponse(t.Context(), nil)
	require.NoError(t, err)
	assert.Equal(t, int64(1), list.JSON200.Total, "the one that the other tenant created")
	storetest.CheckCounters(t, h.dsn)
}

// bare is a response without the time and without the counts of requests.
func (r response) bare() response {
	r.header = http.Header{"Content-Type": r.header["Content-Type"], "Allow": r.header["Allow"]}
	return r
}

// everyID is an id of each kind of the tenant's resources.
func (h *testenv) everyID(t testing.TB) []string {
	t.Helper()
	backup := h.stored(t, "not for others", []byte("some bytes"))
	var key lox.KeyID
	var event lox.EventID
	row := h.db.QueryRowContext(t.Context(), `select (select id from api_keys where tenant_id = $1 limit 1),
		(select id from events where tenant_id = $1 limit 1)`, h.tenant.ID)
	require.NoError(t, row.Scan(&key, &event))
	delivery := h.delivery(t)
	return []string{
		backup, key.String(), event.String(), h.tenant.ID.String(), delivery.Webhook.String(), delivery.ID.String(),
	}
}

// ready creates what the operation needs to succeed, and returns its id.
func (h *testenv) ready(t testing.TB, op operation) string {
	t.Helper()
	switch op.of {
	case anAPIKey:
		k, _ := h.issue(t, nil, lox.Scopes{lox.ScopeKeysWrite})
		return k.ID.String()
	case aWebhook:
		if op.name == "deleteWebhook" {
			return h.addWebhook(t).ID.String()
		}
		return h.delivery(t).Webhook.String()
	case anEvent:
		return h.delivery(t).Event.String()
	case aDelivery:
		d := h.delivery(t)
		return d.Webhook.String() + "/" + d.ID.String()
	}
	body := []byte("some bytes")
	switch op.name {
	case "createPartUploads", "listParts":
		return h.create(t, client.CreateBackupRequest{Name: "ready", SizeBytes: int64(len(body)), Multipart: new(true)}).ID
	case "completeBackup", "renewUploadUrl":
		u := h.create(t, client.CreateBackupRequest{Name: "ready", SizeBytes: int64(len(body))})
		put(t, u, body)
		return u.ID
	default:
		return h.stored(t, "ready for "+op.name, body)
	}
}

// newKey creates another key of the tenant.
func (h *testenv) newKey(t testing.TB, expires *time.Time, scopes lox.Scopes) string {
	t.Helper()
	_, key := h.issue(t, expires, scopes)
	return key
}

func (h *testenv) issue(t testing.TB, expires *time.Time, scopes lox.Scopes) (lox.APIKey, string) {
	t.Helper()
	key := lox.NewAPIKey()
	k, err := lox.StoredKey(h.tenant.ID, key, h.clock.now())
	require.NoError(t, err)
	k.Scopes, k.ExpiresAt = scopes, expires
	require.NoError(t, h.store.CreateAPIKey(t.Context(), k, storetest.By))
	return k, key
}

// suspend suspends or resumes the tenant, and waits until the server knows.
func (h *testenv) suspend(t testing.TB, stop bool) {
	t.Helper()
	_, err := h.store.UpdateTenant(t.Context(), h.tenant.ID, time.Now(), storetest.By, func(tenant *lox.Tenant) error {
		tenant.SuspendedAt = nil
		if stop {
			tenant.SuspendedAt = new(h.clock.now())
		}
		return nil
	})
	require.NoError(t, err)
	eventually(t, "the server knows", func() bool {
		r := h.send(t, request{method: http.MethodPatch, path: "/api/v1/tenant", body: strings.NewReader(`{}`)})
		return (r.status == http.StatusForbidden) == stop
	})
}

// swapLast swaps two characters, which a key's check digits detect.
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

// uuidOf returns the id as the database stores it.
func uuidOf(t testing.TB, id string) lox.BackupID {
	t.Helper()
	var parsed lox.BackupID
	require.NoError(t, parsed.UnmarshalText([]byte(id)))
	return parsed
}
