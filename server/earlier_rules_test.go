package server_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox"
	"github.com/backlox/lox/gen/client"
)

// An earlier version may have accepted names that are refused today. Everything else of these
// resources can still be changed.
func TestEarlierNamesStayValid(t *testing.T) {
	t.Parallel()
	const name = "CI \U0001F469\u200d\U0001F4BB" // with a zero-width joiner
	refused := "Must not contain invisible characters such as U+200D"
	h := open(t, setup{})
	store := func(statement string, args ...any) {
		_, err := h.db.ExecContext(t.Context(), statement, args...)
		require.NoError(t, err)
	}
	send := func(method, path, body string) response {
		return h.send(t, request{method: method, path: path, body: strings.NewReader(body)})
	}

	store(`update tenants set name = $2, settings = jsonb_build_object($2::text, 'x') where id = $1`, h.tenant.ID, name)
	changed := h.patch(t, `{"contact_email":"ops@example.com","settings":{"color":"red"}}`)
	assert.Equal(t, name, changed.Name)
	assert.Equal(t, client.TenantSettings{name: "x", "color": "red"}, changed.Settings)
	send(http.MethodPatch, tenantPath, `{"name":"other \u200d"}`).refused(t, http.StatusBadRequest, lox.CodeValidation, map[string]string{"name": refused})
	send(http.MethodPatch, tenantPath, `{"settings":{"other \u200d":"x"}}`).refused(t, http.StatusBadRequest, lox.CodeValidation,
		map[string]string{"settings": "Keys must be 1 to 128 characters, without control and invisible characters"})

	id := h.listKeys(t, nil).APIKeys[0].ID
	store(`update api_keys set name = $2 where tenant_id = $1`, h.tenant.ID, name)
	assert.Equal(t, name, h.rotate(t, id, client.RotateAPIKeyRequest{OverlapSeconds: new(3600)}).Name)

	hook := h.createWebhook(t, client.CreateWebhookRequest{URL: "https://example.com/"}).ID
	store(`update webhooks set description = $2 where tenant_id = $1`, h.tenant.ID, name)
	assert.False(t, h.patchWebhook(t, hook, `{"enabled":false}`).Enabled)
	send(http.MethodPatch, webhooksPath+"/"+hook, `{"description":"other \u200d"}`).
		refused(t, http.StatusBadRequest, lox.CodeValidation, map[string]string{"description": refused})
	assert.Equal(t, "right", h.patchWebhook(t, hook, `{"description":"right"}`).Description)
}
