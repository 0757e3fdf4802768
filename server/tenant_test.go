package server_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/oapi-codegen/nullable"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox"
	"github.com/backlox/lox/gen/client"
)

const tenantPath = "/api/v1/tenant"

// patch changes the tenant and returns it.
func (h *testenv) patch(t testing.TB, body string) client.Tenant {
	t.Helper()
	r := h.send(t, request{method: http.MethodPatch, path: tenantPath, body: strings.NewReader(body)})
	require.Equal(t, http.StatusOK, r.status, "%s", r.body)
	var out client.Tenant
	require.NoError(t, json.Unmarshal(r.body, &out))
	got, err := h.api.GetTenantWithResponse(t.Context())
	require.NoError(t, err)
	require.Equal(t, *got.JSON200, out, "it is what was answered")
	return out
}

func TestTenant(t *testing.T) {
	t.Parallel()
	h := planned(t, lox.PlanPro, setup{quota: 5 << 30})
	got, err := h.api.GetTenantWithResponse(t.Context())
	require.NoError(t, err)
	assert.Equal(t, client.Tenant{
		ID: h.tenant.ID.String(), Name: "test", Plan: client.PlanPro, Status: client.TenantStatusActive, QuotaBytes: 5 << 30,
		Limits: client.TenantLimits{
			APICalls:  client.ClassLimits{PerMinute: 100, PerHour: 1000},
			Uploads:   client.ClassLimits{PerMinute: 20, PerHour: 200},
			Downloads: client.ClassLimits{PerMinute: 40, PerHour: 400},
		},
		CreatedAt: h.tenant.CreatedAt,
	}, *got.JSON200)
}

// TestMergePatch follows RFC 7396.
func TestMergePatch(t *testing.T) {
	t.Parallel()
	h := open(t, setup{})
	assert.Equal(t, "test", h.patch(t, `{}`).Name, "nothing was asked for")
	out := h.patch(t, `{"name":"Example Inc.","contact_email":"ops@example.com","settings":{"a":"1","b":"2"}}`)
	assert.Equal(t, "Example Inc.", out.Name)
	assert.Equal(t, "ops@example.com", out.ContactEmail)
	assert.Equal(t, client.TenantSettings{"a": "1", "b": "2"}, out.Settings)
	out = h.patch(t, `{"settings":{"b":null,"c":"3","never there":null}}`)
	assert.Equal(t, client.TenantSettings{"a": "1", "c": "3"}, out.Settings)
	assert.Equal(t, "Example Inc.", out.Name)
	assert.Equal(t, "ops@example.com", out.ContactEmail)
	assert.Empty(t, h.patch(t, `{"contact_email":null}`).ContactEmail)
	assert.Equal(t, client.TenantSettings{"a": "1", "c": "3"}, h.patch(t, `{"settings":{}}`).Settings)
	assert.Empty(t, h.patch(t, `{"settings":null}`).Settings)

	for _, media := range []string{"application/json", "APPLICATION/JSON; charset=utf-8"} {
		r := h.send(t, request{
			method: http.MethodPatch, path: tenantPath, body: strings.NewReader(`{"name":"` + media + `"}`),
			header: http.Header{"Content-Type": {media}},
		})
		require.Equal(t, http.StatusOK, r.status, "%s", r.body)
		assert.Contains(t, string(r.body), media)
	}
	typed, err := h.api.UpdateTenantWithResponse(t.Context(), client.UpdateTenantRequest{
		ContactEmail: nullable.NewNullNullable[string](),
		Settings:     nullable.NewNullableWithValue(client.TenantSettingsPatch{"x": new("y"), "z": nil}),
	})
	require.NoError(t, err)
	assert.Equal(t, client.TenantSettings{"x": "y"}, typed.JSON200.Settings)
}

func TestBadPatches(t *testing.T) {
	t.Parallel()
	h := open(t, setup{})
	h.patch(t, `{"settings":{"kept":"yes"}}`)
	const operator = "Is read-only: set by the operator"
	many := make([]string, 50)
	for i := range many {
		many[i] = fmt.Sprintf(`"%d":""`, i)
	}
	for body, details := range map[string]map[string]string{
		`{"id":"ten_01h455vb4pex5vsknk084sn02q","plan":"pro","status":"active","quota_bytes":1,"limits":{},"created_at":"2024-01-15T10:30:00Z"}`: {
			"id": "Is read-only", "plan": operator, "status": operator, "quota_bytes": operator,
			"limits": "Is read-only: set by the plan", "created_at": "Is read-only",
		},
		`{"quota":1,"Name":"a"}`:                         {"quota": "Unknown field", "Name": "Unknown field"},
		`{"name":null}`:                                  {"name": "Must be a string, and cannot be removed"},
		`{"name":""}`:                                    {"name": "Must be 1 to 255 characters"},
		`{"name":"a\u0000b"}`:                            {"name": "Must not contain control characters"},
		`{"contact_email":"nobody"}`:                     nil,
		`{"contact_email":7}`:                            nil,
		`{"settings":"dark"}`:                            nil,
		`{"settings":{"a":1}}`:                           nil,
		`{"settings":{` + strings.Join(many, ",") + `}}`: {"settings": "Must have at most 50 keys"},
		`{"settings":{"a":"` + strings.Repeat("b", 16<<10) + `"}}`: nil,
		`{"settings":{"":"a"}}`: nil,
	} {
		r := h.send(t, request{method: http.MethodPatch, path: tenantPath, body: strings.NewReader(body)})
		if details != nil {
			r.invalid(t, details)
			continue
		}
		require.Equal(t, http.StatusBadRequest, r.status, "%.100s", body)
		var sent map[string]any
		require.NoError(t, json.Unmarshal([]byte(body), &sent))
		for field := range problemOf(t, r.body).details {
			assert.Contains(t, sent, strings.Split(field, ".")[0], "%s", r.body)
		}
	}
	assert.Equal(t, client.TenantSettings{"kept": "yes"}, h.patch(t, `{}`).Settings)
	for _, media := range []string{"application/json-patch+json", "application/merge-patch+json"} {
		r := h.send(t, request{method: http.MethodPatch, path: tenantPath, body: strings.NewReader(`{}`), header: http.Header{"Content-Type": {media}}})
		r.refused(t, http.StatusUnsupportedMediaType, lox.CodeUnsupportedMedia, map[string]string{"Content-Type": "Must be application/json"})
	}
}

// Concurrent patches of different settings don't undo each other.
func TestConcurrentPatches(t *testing.T) {
	t.Parallel()
	h := open(t, setup{})
	var wg sync.WaitGroup
	for n := range 20 {
		wg.Go(func() {
			r, err := h.api.UpdateTenantWithResponse(t.Context(), client.UpdateTenantRequest{
				Settings: nullable.NewNullableWithValue(client.TenantSettingsPatch{fmt.Sprint(n): new("set")}),
			})
			if assert.NoError(t, err) {
				assert.Equal(t, http.StatusOK, r.StatusCode(), "%s", r.Body)
			}
		})
	}
	wg.Wait()
	assert.Len(t, h.patch(t, `{}`).Settings, 20)
}
