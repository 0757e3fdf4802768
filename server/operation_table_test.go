package server_test

import (
	"context"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/backlox/lox"
	"github.com/backlox/lox/gen/client"
)

// operation is an operation of the document, with its differences from the others in the common
// cases.
type operation struct {
	name   string
	scope  lox.Scope
	write  bool // a suspended tenant may not call it
	ok     int
	call   func(ctx context.Context, c *client.ClientWithResponses, id string) (*http.Response, error)
	of     kind // what its id names
	bad    func(ctx context.Context, c *client.ClientWithResponses) (*http.Response, error)
	detail map[string]string // of the invalid request
}

// kind is what an id in a path names.
type kind string

const (
	nothing  kind = ""
	aBackup  kind = "bkp"
	anAPIKey kind = "key"
	aWebhook kind = "whk"
	// aDelivery has two ids in its path, the webhook's and its own. Here they are one, with a slash
	// between them.
	aDelivery kind = "whk_abc123/dlv"
	anEvent   kind = "evt"
)

// missing is the error code for an unknown id.
func (k kind) missing() lox.Code {
	if k == aBackup {
		return lox.CodeBackupNotFound
	}
	return lox.CodeNotFound
}

// fresh is an id that nothing has.
func (k kind) fresh() string {
	switch k {
	case aBackup:
		return lox.NewBackupID().String()
	case aWebhook:
		return lox.NewWebhookID().String()
	case aDelivery:
		return lox.NewWebhookID().String() + "/" + lox.NewDeliveryID().String()
	case anEvent:
		return lox.NewEventID().String()
	default:
		return lox.NewKeyID().String()
	}
}

var everyScope = lox.Scopes{
	lox.ScopeBackupsRead, lox.ScopeBackupsWrite, lox.ScopeBackupsDelete, lox.ScopeStorageRead,
	lox.ScopeTenantRead, lox.ScopeTenantWrite, lox.ScopeKeysWrite, lox.ScopeWebhooksWrite,
	lox.ScopeEventsRead,
}

// operations lists all operations. TestOperationTableIsComplete compares it with the document.
func operations() []operation {
	return slices.Concat(backupOperations(), tenantOperations(), webhookOperations(), recordOperations())
}

func backupOperations() []operation {
	return []operation{
		{
			name: "listBackups", scope: lox.ScopeBackupsRead, ok: http.StatusOK,
			call: func(ctx context.Context, c *client.ClientWithResponses, _ string) (*http.Response, error) {
				return c.ListBackups(ctx, nil)
			},
			bad: func(ctx context.Context, c *client.ClientWithResponses) (*http.Response, error) {
				return c.ListBackups(ctx, &client.ListBackupsParams{Limit: new(0)})
			},
			detail: map[string]string{"limit": "Must be an integer between 1 and 100"},
		},
		{
			name: "createBackup", scope: lox.ScopeBackupsWrite, write: true, ok: http.StatusCreated,
			call: func(ctx context.Context, c *client.ClientWithResponses, _ string) (*http.Response, error) {
				return c.CreateBackup(ctx, nil, client.CreateBackupRequest{Name: "one more", SizeBytes: 1})
			},
			bad: func(ctx context.Context, c *client.ClientWithResponses) (*http.Response, error) {
				return c.CreateBackup(ctx, nil, client.CreateBackupRequest{})
			},
			detail: map[string]string{"name": "Name is required"},
		},
		{
			name: "getBackup", scope: lox.ScopeBackupsRead, ok: http.StatusOK, of: aBackup,
			call: func(ctx context.Context, c *client.ClientWithResponses, id string) (*http.Response, error) {
				return c.GetBackup(ctx, id)
			},
		},
		{
			name: "completeBackup", scope: lox.ScopeBackupsWrite, write: true, ok: http.StatusOK, of: aBackup,
			call: func(ctx context.Context, c *client.ClientWithResponses, id string) (*http.Response, error) {
				return c.CompleteBackup(ctx, id, client.CompleteBackupRequest{})
			},
		},
		{
			name: "renewUploadUrl", scope: lox.ScopeBackupsWrite, write: true, ok: http.StatusOK, of: aBackup,
			call: func(ctx context.Context, c *client.ClientWithResponses, id string) (*http.Response, error) {
				return c.RenewUploadURL(ctx, id)
			},
		},
		{
			name: "createPartUploads", scope: lox.ScopeBackupsWrite, write: true, ok: http.StatusOK, of: aBackup,
			call: func(ctx context.Context, c *client.ClientWithResponses, id string) (*http.Response, error) {
				return c.CreatePartUploads(ctx, id, client.CreatePartUploadsRequest{Parts: []client.RequestedPart{{PartNumber: 1}}})
			},
		},
		{
			name: "listParts", scope: lox.ScopeBackupsWrite, ok: http.StatusOK, of: aBackup,
			call: func(ctx context.Context, c *client.ClientWithResponses, id string) (*http.Response, error) {
				return c.ListParts(ctx, id, nil)
			},
		},
		{
			name: "getBackupDownload", scope: lox.ScopeBackupsRead, ok: http.StatusOK, of: aBackup,
			call: func(ctx context.Context, c *client.ClientWithResponses, id string) (*http.Response, error) {
				return c.GetBackupDownload(ctx, id)
			},
		},
		{
			name: "deleteBackup", scope: lox.ScopeBackupsDelete, write: true, ok: http.StatusOK, of: aBackup,
			call: func(ctx context.Context, c *client.ClientWithResponses, id string) (*http.Response, error) {
				return c.DeleteBackup(ctx, id)
			},
		},
		{
			name: "getStorage", scope: lox.ScopeStorageRead, ok: http.StatusOK,
			call: func(ctx context.Context, c *client.ClientWithResponses, _ string) (*http.Response, error) {
				return c.GetStorage(ctx)
			},
			bad: func(ctx context.Context, c *client.ClientWithResponses) (*http.Response, error) {
				return c.GetStorage(ctx, withQuery("days=7"))
			},
			detail: map[string]string{"days": "Unknown parameter"},
		},
		{
			name: "getStorageStats", scope: lox.ScopeStorageRead, ok: http.StatusOK,
			call: func(ctx context.Context, c *client.ClientWithResponses, _ string) (*http.Response, error) {
				return c.GetStorageStats(ctx)
			},
			bad: func(ctx context.Context, c *client.ClientWithResponses) (*http.Response, error) {
				return c.GetStorageStats(ctx, withQuery("days=7"))
			},
			detail: map[string]string{"days": "Unknown parameter"},
		},
	}
}

func tenantOperations() []operation {
	return []operation{
		{
			name: "getTenant", scope: lox.ScopeTenantRead, ok: http.StatusOK,
			call: func(ctx context.Context, c *client.ClientWithResponses, _ string) (*http.Response, error) {
				return c.GetTenant(ctx)
			},
			bad: func(ctx context.Context, c *client.ClientWithResponses) (*http.Response, error) {
				return c.GetTenant(ctx, withQuery("id=1"))
			},
			detail: map[string]string{"id": "Unknown parameter"},
		},
		{
			name: "updateTenant", scope: lox.ScopeTenantWrite, write: true, ok: http.StatusOK,
			call: func(ctx context.Context, c *client.ClientWithResponses, _ string) (*http.Response, error) {
				return c.UpdateTenant(ctx, client.UpdateTenantRequest{Name: "renamed"})
			},
			bad: func(ctx context.Context, c *client.ClientWithResponses) (*http.Response, error) {
				return c.UpdateTenantWithBody(ctx, "application/json", strings.NewReader(`{"plan": "enterprise"}`))
			},
			detail: map[string]string{"plan": "Is read-only: set by the operator"},
		},
		{
			name: "listApiKeys", scope: lox.ScopeTenantRead, ok: http.StatusOK,
			call: func(ctx context.Context, c *client.ClientWithResponses, _ string) (*http.Response, error) {
				return c.ListAPIKeys(ctx, nil)
			},
			bad: func(ctx context.Context, c *client.ClientWithResponses) (*http.Response, error) {
				return c.ListAPIKeys(ctx, &client.ListAPIKeysParams{Limit: new(101)})
			},
			detail: map[string]string{"limit": "Must be an integer between 1 and 100"},
		},
		{
			name: "createApiKey", scope: lox.ScopeKeysWrite, write: true, ok: http.StatusCreated,
			call: func(ctx context.Context, c *client.ClientWithResponses, _ string) (*http.Response, error) {
				return c.CreateAPIKey(ctx, client.CreateAPIKeyRequest{Scopes: []client.Scope{client.ScopeKeysWrite}})
			},
			bad: func(ctx context.Context, c *client.ClientWithResponses) (*http.Response, error) {
				return c.CreateAPIKey(ctx, client.CreateAPIKeyRequest{Scopes: []client.Scope{"everything"}})
			},
			detail: map[string]string{"scopes.0": "Must be one of backups:read, backups:write, backups:delete, " +
				"storage:read, tenant:read, tenant:write, keys:write, webhooks:write, events:read"},
		},
		{
			name: "revokeApiKey", scope: lox.ScopeKeysWrite, write: true, ok: http.StatusOK, of: anAPIKey,
			call: func(ctx context.Context, c *client.ClientWithResponses, id string) (*http.Response, error) {
				return c.RevokeAPIKey(ctx, id)
			},
		},
		{
			name: "rotateApiKey", scope: lox.ScopeKeysWrite, write: true, ok: http.StatusCreated, of: anAPIKey,
			call: func(ctx context.Context, c *client.ClientWithResponses, id string) (*http.Response, error) {
				return c.RotateAPIKeyWithBody(ctx, id, "", http.NoBody)
			},
		},
	}
}

// do calls the operation and reads the answer.
func (op operation) do(t testing.TB, c *client.ClientWithResponses, id string) response {
	t.Helper()
	resp, err := op.call(t.Context(), c, id)
	return readAll(t, resp, err)
}

// misuse calls the operation in an invalid way.
func (op operation) misuse(t testing.TB, c *client.ClientWithResponses) {
	t.Helper()
	if op.of != nothing {
		op.do(t, c, string(op.of)+"_abc123").refused(t, http.StatusNotFound, op.of.missing(), nil)
	}
	if op.bad == nil {
		require.NotEqual(t, nothing, op.of)
		return
	}
	resp, err := op.bad(t.Context(), c)
	readAll(t, resp, err).invalid(t, op.detail)
}

func readAll(t testing.TB, resp *http.Response, err error) response {
	t.Helper()
	require.NoError(t, err)
	body, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())
	return response{resp.StatusCode, resp.Header, body}
}

func withQuery(query string) client.RequestEditorFn {
	return func(_ context.Context, r *http.Request) error {
		r.URL.RawQuery = query
		return nil
	}
}
