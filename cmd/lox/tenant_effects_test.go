package main_test

import (
	"encoding/json"
	"net/http"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox/gen/client"
)

// Tenants are changed while a server runs, and the effects are checked through the API.
func TestTenantEffects(t *testing.T) {
	t.Parallel()
	for name, new := range map[string]func(*testing.T) setup{
		"embedded": func(t *testing.T) setup { return setup{dir: usedDir(t)} },
		"external": func(t *testing.T) setup { return externalSetup(t, externalDatabase(t)) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := new(t)
			s.env = append(s.env, "LOX_SWEEP_INTERVAL=50ms")
			p := s.start(t)
			t.Run("at once", func(t *testing.T) { // the server runs until all are done
				t.Run("set-plan", func(t *testing.T) { t.Parallel(); p.testSetPlan(t) })
				t.Run("create-key", func(t *testing.T) { t.Parallel(); p.testCreateKey(t) })
				t.Run("set-quota", func(t *testing.T) { t.Parallel(); p.testSetQuota(t) })
				t.Run("suspend", func(t *testing.T) { t.Parallel(); p.testSuspend(t) })
				t.Run("delete", func(t *testing.T) { t.Parallel(); p.testDelete(t) })
			})
			p.stop(t, syscall.SIGINT)
			assert.Empty(t, p.complaints())
		})
	}
}

func (p *process) testSetPlan(t *testing.T) {
	tenant, key := p.newTenant(t, "n", "business")
	a := newAPI(t, p.baseURL, key)
	limit := func() int {
		resp, err := a.ListBackupsWithResponse(t.Context(), &client.ListBackupsParams{})
		require.NoError(t, err)
		n, err := strconv.Atoi(resp.HTTPResponse.Header.Get("X-RateLimit-Limit"))
		require.NoError(t, err)
		return n
	}
	require.Equal(t, 300, limit())
	for _, plan := range []struct {
		name  string
		limit int
	}{{"enterprise", 1000}, {"pro", 100}} {
		p.mustRun(t, "set-plan", tenant.ID, plan.name)
		eventually(t, func() bool { return limit() == plan.limit })
	}
}

func (p *process) testCreateKey(t *testing.T) {
	tenant, lost := p.newTenant(t, "n", "pro")
	var raw map[string]string
	require.NoError(t, json.Unmarshal([]byte(p.mustRun(t, "create-key", tenant.ID, "--name", "found again", "--json")), &raw))
	assert.Equal(t, tenant.ID, raw["tenant_id"])
	id, key := raw["id"], raw["api_key"]
	assert.Contains(t, p.mustRun(t, "show", tenant.ID), id+"  "+key[:8]+"…"+key[36:]+"  found again  everything")
	requireIDs(t, newAPI(t, p.baseURL, key))
	requireIDs(t, newAPI(t, p.baseURL, lost))
	assert.Contains(t, p.mustRun(t, "create-key", tenant.ID), "API key  lox_")
}

func (p *process) testSetQuota(t *testing.T) {
	tenant, key := p.newTenant(t, "n", "pro")
	a := newAPI(t, p.baseURL, key)
	requireStored(t, a, noise(1, 3<<10))
	pending := client.CreateBackupJSONRequestBody{Name: "n", SizeBytes: 1 << 10}
	_, err := a.create(t.Context(), pending, "")
	require.NoError(t, err)

	assert.Contains(t, p.mustRun(t, "set-quota", tenant.ID, "3KiB"),
		"\n4.00 KiB (4096 bytes) are stored or reserved already, more than the quota:\nnew backups are refused until enough of them is deleted.\n")
	_, err = a.create(t.Context(), pending, "")
	requireRefused(t, err, http.StatusForbidden)
	assert.NotContains(t, p.mustRun(t, "set-quota", tenant.ID, "5KiB"), "refused")
	_, err = a.create(t.Context(), pending, "")
	require.NoError(t, err)
	_, err = a.create(t.Context(), pending, "")
	requireRefused(t, err, http.StatusForbidden)
	p.mustRun(t, "set-quota", tenant.ID, "default")
	_, err = a.create(t.Context(), pending, "")
	require.NoError(t, err)
}

func (p *process) testSuspend(t *testing.T) {
	tenant, key := p.newTenant(t, "n", "enterprise")
	a, other := newAPI(t, p.baseURL, key), newAPI(t, p.baseURL, p.requireTenant(t, "other", "pro", 250<<30))
	file := noise(1, 1000)
	stored := requireStored(t, a, file)
	status := func(a *api) int {
		resp, err := a.CreateBackupWithResponse(t.Context(), &client.CreateBackupParams{}, client.CreateBackupJSONRequestBody{Name: "n", SizeBytes: 1})
		require.NoError(t, err)
		return resp.StatusCode()
	}
	p.mustRun(t, "suspend", tenant.ID)
	eventually(t, func() bool { return status(a) == http.StatusForbidden })
	requireDownload(t, a, stored, file)
	requireRefused(t, a.delete(t.Context(), stored), http.StatusForbidden)
	assert.Equal(t, http.StatusCreated, status(other))

	p.mustRun(t, "resume", tenant.ID)
	eventually(t, func() bool { return status(a) == http.StatusCreated })
	require.NoError(t, a.delete(t.Context(), stored))
}

func (p *process) testDelete(t *testing.T) {
	tenant, key := p.newTenant(t, "Doomed", "pro")
	a, other := newAPI(t, p.baseURL, key), newAPI(t, p.baseURL, p.requireTenant(t, "other", "pro", 250<<30))
	file := noise(1, 1000)
	kept := requireStored(t, other, file)
	var urls []string
	for range 2 {
		download, err := a.GetBackupDownloadWithResponse(t.Context(), requireStored(t, a, file))
		require.NoError(t, err)
		urls = append(urls, download.JSON200.DownloadURL)
	}
	_, err := a.create(t.Context(), client.CreateBackupJSONRequestBody{Name: "n", SizeBytes: 1}, "")
	require.NoError(t, err)

	const lost = " (Doomed) with 1 API key, 1 unfinished upload and 2 backups of 1.95 KiB (2000 bytes)"
	assert.Contains(t, p.mustFail(t, "delete", tenant.ID), tenant.ID+lost+". To confirm:")
	for _, url := range urls {
		_, err := a.fetch(t.Context(), url)
		require.NoError(t, err, "nothing is deleted without --yes")
	}
	assert.Equal(t, "Deleted the tenant "+tenant.ID+lost+".\n", p.mustRun(t, "delete", tenant.ID, "--yes"))
	eventually(t, func() bool {
		resp, err := a.GetTenantWithResponse(t.Context())
		require.NoError(t, err)
		return resp.StatusCode() == http.StatusUnauthorized
	})
	// The files are deleted as well, after the tenant is deleted.
	eventually(t, func() bool {
		for _, url := range urls {
			if _, err := a.fetch(t.Context(), url); err == nil {
				return false
			}
		}
		return true
	})
	requireDownload(t, other, kept, file)
}

// eventually waits for the effect of a change by another process.
func eventually(t *testing.T, done func() bool) {
	t.Helper()
	deadline := time.Now().Add(patience)
	poll := time.NewTicker(20 * time.Millisecond) // slow enough for rate limits
	defer poll.Stop()
	for !done() {
		require.True(t, time.Now().Before(deadline), "the server doesn't notice")
		<-poll.C
	}
}
