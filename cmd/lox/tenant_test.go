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

// TestTenantCreate makes tenants before there is anything, while the server
// runs, and when it has stopped.
func TestTenantCreate(t *testing.T) {
	t.Parallel()
	s := setup{dir: filepath.Join(newDir(t), "data")}
	before := s.requireTenant(t, "before", "solo", 50<<30)
	assert.Empty(t, s.postgres(t))

	p := s.start(t)
	assert.NotContains(t, p.stdout.String(), "API key", "there is no key of a first tenant")
	during := s.requireTenant(t, "during ünd \"so\" on", "FREE", 1000, "--quota", "1000")
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
	assert.Regexp(t, `^Tenant +ten_[0-9a-z]{26}\nName +a person's\nPlan +pro\nQuota +268435456000 bytes\nAPI key +lox_[0-9A-Za-z]{36}\n`, stdout)
	after := s.requireTenant(t, "after", "enterprise", 0, "--quota", "0")
	p = s.start(t)
	for _, key := range []string{before, after} {
		requireIDs(t, newAPI(t, p.baseURL, key))
	}
	p.stop(t, syscall.SIGINT)
}

// requireTenant runs the command and returns the key that it prints.
func (s setup) requireTenant(t *testing.T, name, plan string, quota int64, flags ...string) string {
	t.Helper()
	args := append([]string{"tenant", "create", "--name", name, "--plan", plan, "--json"}, flags...)
	stdout, stderr, code := s.run(t, args...)
	require.Zero(t, code, "%s", stderr)
	var printed struct {
		Tenant struct {
			ID        string    `json:"id"`
			Name      string    `json:"name"`
			Plan      string    `json:"plan"`
			Quota     int64     `json:"quota_bytes"`
			CreatedAt time.Time `json:"created_at"`
		} `json:"tenant"`
		Key string `json:"api_key"`
	}
	decoder := json.NewDecoder(strings.NewReader(stdout))
	decoder.DisallowUnknownFields()
	require.NoError(t, decoder.Decode(&printed), "%s", stdout)
	again, err := json.Marshal(printed)
	require.NoError(t, err)
	require.Equal(t, string(again)+"\n", stdout, "nothing else is printed")
	require.Regexp(t, `^ten_[0-9a-z]{26}$`, printed.Tenant.ID)
	require.Regexp(t, `^lox_[0-9A-Za-z]{36}$`, printed.Key)
	require.Equal(t, name, printed.Tenant.Name)
	require.Equal(t, strings.ToLower(plan), printed.Tenant.Plan)
	require.Equal(t, quota, printed.Tenant.Quota)
	require.WithinDuration(t, time.Now(), printed.Tenant.CreatedAt, time.Minute)
	require.NotContains(t, stderr, printed.Key)
	return printed.Key
}

func (s setup) checkTenantRefused(t *testing.T) {
	t.Helper()
	for _, c := range []struct{ name, plan, quota, want string }{
		{"n", "gold", "1", `plan "gold": want one of [free solo pro business enterprise]`},
		{"", "free", "1", "name: Must be 1 to 255 characters"},
		{strings.Repeat("n", 256), "free", "1", "name: Must be 1 to 255 characters"},
		{"a\nb", "free", "1", "without control characters"},
		{"n", "free", "-1", "quota: Must not be negative"},
		{"n", "free", "5G", `"5G" for "--quota"`},
		{"n", "free", "9223372036854775808", "value out of range"},
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
