package main_test

import (
	"encoding/json"
	"net/http"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox/gen/client"
)

// Tenants are created before there is any data, while the server runs, and after it has stopped.
func TestTenantCreate(t *testing.T) {
	t.Parallel()
	s := setup{dir: filepath.Join(newDir(t), "data")}
	before := s.requireTenant(t, "before", "solo", 50<<30)
	assert.Empty(t, s.postgres(t))

	p := s.start(t)
	assert.NotContains(t, p.stdout.String(), "API key", "there is no key of a first tenant")
	during := s.requireTenant(t, "during ünd \"so\" on", "FREE", 1000, "--quota", "1KB")
	file := noise(1, 1000)
	first, second := newAPI(t, p.baseURL, before), newAPI(t, p.baseURL, during)
	requireIDs(t, first)
	requireIDs(t, second, requireStored(t, second, file))
	requireIDs(t, first)
	_, err := second.create(t.Context(), client.CreateBackupJSONRequestBody{Name: "too much", SizeBytes: 1}, "")
	requireRefused(t, err, http.StatusForbidden)
	s.checkTenantRefused(t)
	p.stop(t, syscall.SIGINT)

	s.checkTenantRefused(t)
	stdout, stderr, code := s.run(t, "tenant", "create", "--name", "a person's", "--plan", "pro")
	require.Zero(t, code, "%s", stderr)
	assert.Regexp(t, `^Tenant   ten_[0-9a-z]{26}\nName     a person's\nPlan     pro\nQuota    250 GiB \(268435456000 bytes\)\n`+
		`API key  lox_[0-9A-Za-z]{36}\n\nThe key is shown this once. Keep it secret.\n$`, stdout)
	after := s.requireTenant(t, "after", "enterprise", 0, "--quota", "0")
	p = s.start(t)
	for _, key := range []string{before, after} {
		requireIDs(t, newAPI(t, p.baseURL, key))
	}
	p.stop(t, syscall.SIGINT)
}

// tenantJSON is the commands' JSON for a tenant.
type tenantJSON struct {
	ID          string     `json:"id"`
	Name        string     `json:"name"`
	Contact     string     `json:"contact_email,omitempty"`
	Plan        string     `json:"plan"`
	Status      string     `json:"status"`
	Used        int64      `json:"used_bytes"`
	Quota       int64      `json:"quota_bytes"`
	Reserved    int64      `json:"reserved_bytes"`
	Backups     int64      `json:"backup_count"`
	CreatedAt   time.Time  `json:"created_at"`
	SuspendedAt *time.Time `json:"suspended_at,omitempty"`
}

// requireTenant creates a tenant and returns its key.
func (s setup) requireTenant(t *testing.T, name, plan string, quota int64, flags ...string) string {
	t.Helper()
	tenant, key := s.newTenant(t, name, plan, flags...)
	require.Equal(t, quota, tenant.Quota)
	return key
}

// newTenant creates a tenant and returns the output.
func (s setup) newTenant(t *testing.T, name, plan string, flags ...string) (_ tenantJSON, key string) {
	t.Helper()
	stdout, stderr, code := s.run(t, append([]string{"tenant", "create", "--name", name, "--plan", plan, "--json"}, flags...)...)
	require.Zero(t, code, "%s", stderr)
	var printed struct {
		Tenant tenantJSON `json:"tenant"`
		Key    string     `json:"api_key"`
	}
	requireDocument(t, stdout, &printed)
	require.Regexp(t, `^ten_[0-9a-z]{26}$`, printed.Tenant.ID)
	require.Regexp(t, `^lox_[0-9A-Za-z]{36}$`, printed.Key)
	require.WithinDuration(t, time.Now(), printed.Tenant.CreatedAt, time.Minute)
	require.Equal(t, tenantJSON{
		ID: printed.Tenant.ID, Name: name, Plan: strings.ToLower(plan), Status: "active",
		Quota: printed.Tenant.Quota, CreatedAt: printed.Tenant.CreatedAt,
	}, printed.Tenant)
	require.NotContains(t, stderr, printed.Key)
	return printed.Tenant, printed.Key
}

// requireDocument decodes an output of one JSON document, without unknown or missing fields.
func requireDocument(t *testing.T, stdout string, into any) {
	t.Helper()
	decoder := json.NewDecoder(strings.NewReader(stdout))
	decoder.DisallowUnknownFields()
	require.NoError(t, decoder.Decode(into), "%s", stdout)
	again, err := json.Marshal(into)
	require.NoError(t, err)
	require.Equal(t, string(again)+"\n", stdout, "nothing else is printed")
}

func (s setup) checkTenantRefused(t *testing.T) {
	t.Helper()
	for _, c := range []struct{ name, plan, quota, want string }{
		{"n", "gold", "1", `plan "gold": want one of [free solo pro business enterprise]`},
		{"", "free", "1", "lox: name: Must be 1 to 255 characters\n"},
		{strings.Repeat("n", 256), "free", "1", "name: Must be 1 to 255 characters"},
		{"a\nb", "free", "1", "lox: name: Must not contain control characters\n"},
		{"n", "free", "-1", `"-1" is not a size: want bytes, not negative, or a number with a unit`},
		{"n", "free", "5G", `"5G" for "--quota" flag: "5G" is not a size`},
		{"n", "free", "9223372036854775808", "want less than 8EiB"},
	} {
		stdout, stderr, code := s.run(t, "tenant", "create", "--json", "--name", c.name, "--plan", c.plan, "--quota", c.quota)
		assert.Equal(t, 1, code)
		assert.Empty(t, stdout)
		assert.Contains(t, stderr, c.want)
	}
	stdout, stderr, code := s.run(t, "tenant", "create", "--json")
	assert.Equal(t, 1, code)
	assert.Empty(t, stdout)
	assert.Contains(t, stderr, `required flag(s) "name", "plan" not set`)
}
