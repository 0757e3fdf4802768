package main_test

import (
	"crypto/sha256"
	"encoding/json"
	"regexp"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox"
)

// The output for people, in files for a person to read.
const (
	goldenList = `
ID                              NAME                                      PLAN        STATUS       USED     QUOTA  BACKUPS  CREATED
ten_00000000000000000000000000  Example Ltd                               pro         active        0 B   250 GiB        0  2024-01-15
ten_00000000000000000000000000  株式会社バックアップ                      enterprise  suspended     0 B  10.0 TiB        0  2024-01-16
ten_00000000000000000000000000  \u202eeverything backwards, and so long…  free        active     1000 B  4.88 KiB        2  2024-01-17
`
	goldenShow = `
Tenant    ten_00000000000000000000000000
Name      \u202eeverything backwards, and so long that no list has room for it
Contact   ops@example.com
Plan      free
Status    active
Created   2024-01-17T12:00:00Z

Quota     4.88 KiB (5000 bytes), instead of the plan's 5.00 GiB
Used      1000 bytes, 20 % of the quota
Reserved  1.46 KiB (1500 bytes) by uploads that are not complete
Backups   2, from 2024-01-18T12:00:00Z to 2024-01-19T12:00:00Z

Settings
  cron.timezone  Europe/Berlin
  motd           \x1b[2Jtwo\nlines

Limits       per minute  per hour
  API calls          10        60
  Uploads             2         5
  Downloads           3        20

API keys
  ID                              KEY            NAME     SCOPES                      CREATED               LAST USED             EXPIRES
  key_00000000000000000000000000  lox_0000…0000  nightly  backups:read backups:write  2024-01-20T12:00:00Z  never                 never
  key_00000000000000000000000000  lox_0000…0000  nightly  backups:read backups:write  2024-01-19T12:00:00Z  2024-01-20T11:00:00Z  2024-01-21T12:00:00Z, expired, rotated to key_00000000000000000000000000
  key_00000000000000000000000000  lox_0000…0000           everything                  2024-01-17T12:00:00Z  never                 never
`
)

// Values that differ from run to run.
var varying = map[string]*regexp.Regexp{
	"${1}_00000000000000000000000000": regexp.MustCompile(`(ten|key)_[0-9a-z]{26}`),
	"lox_0000…0000":                   regexp.MustCompile(`lox_[0-9A-Za-z]{4}…[0-9A-Za-z]{4}`),
}

func TestTenantOutput(t *testing.T) {
	t.Parallel()
	dsn := externalDatabase(t)
	s, full := externalSetup(t, dsn), fillTenants(t, dsn)
	for want, got := range map[string]string{goldenList: s.mustRun(t, "list"), goldenShow: s.mustRun(t, "show", full.String())} {
		for by, what := range varying {
			got = what.ReplaceAllString(got, by)
		}
		assert.Equal(t, want, "\n"+got)
	}
}

func TestTenantShowJSON(t *testing.T) {
	t.Parallel()
	dsn := externalDatabase(t)
	s, full := externalSetup(t, dsn), fillTenants(t, dsn)
	var printed struct {
		tenantJSON

		Percentage float64                     `json:"used_percentage"`
		Oldest     *time.Time                  `json:"oldest_backup"`
		Newest     *time.Time                  `json:"newest_backup"`
		Settings   map[string]string           `json:"settings,omitempty"`
		Limits     map[string]map[string]int64 `json:"limits"`
		Keys       []struct {
			ID         string     `json:"id"`
			Name       string     `json:"name,omitempty"`
			Prefix     string     `json:"prefix"`
			Last4      string     `json:"last4"`
			Scopes     []string   `json:"scopes,omitempty"`
			CreatedAt  time.Time  `json:"created_at"`
			LastUsedAt *time.Time `json:"last_used_at,omitempty"`
			ExpiresAt  *time.Time `json:"expires_at,omitempty"`
			ReplacedBy string     `json:"replaced_by,omitempty"`
		} `json:"api_keys"`
	}
	text := s.mustRun(t, "show", full.String(), "--json")
	require.NoError(t, json.Unmarshal([]byte(text), &printed))
	assert.Equal(t, s.tenants(t)[2], printed.tenantJSON)
	assert.InDelta(t, 20.0, printed.Percentage, 0)
	assert.Equal(t, epoch.Add(3*day), *printed.Oldest)
	assert.Equal(t, epoch.Add(4*day), *printed.Newest)
	assert.Equal(t, map[string]string{"cron.timezone": "Europe/Berlin", "motd": "\x1b[2Jtwo\nlines"}, printed.Settings)
	assert.Equal(t, map[string]map[string]int64{
		"api_calls": {"per_minute": 10, "per_hour": 60}, "uploads": {"per_minute": 2, "per_hour": 5}, "downloads": {"per_minute": 3, "per_hour": 20},
	}, printed.Limits)
	require.Len(t, printed.Keys, 3)
	assert.Equal(t, []string{"backups:read", "backups:write"}, printed.Keys[0].Scopes)
	assert.Equal(t, printed.Keys[0].ID, printed.Keys[1].ReplacedBy)
	assert.Equal(t, epoch.Add(6*day), *printed.Keys[1].ExpiresAt)
	assert.Empty(t, printed.Keys[2].Scopes)

	// More keys than fit on a page.
	db := openStore(t, dsn)
	for range 200 {
		k, err := lox.StoredKey(full, lox.NewAPIKey(), epoch)
		require.NoError(t, err)
		require.NoError(t, db.CreateAPIKey(t.Context(), k, lox.Operator("test")))
	}
	require.NoError(t, json.Unmarshal([]byte(s.mustRun(t, "show", full.String(), "--json")), &printed))
	seen := map[string]bool{}
	for _, k := range printed.Keys {
		seen[k.ID] = true
	}
	assert.Len(t, seen, 203)
	assert.Len(t, printed.Keys, 203)
}

// A deletion is interrupted while it waits for a lock, in two ways.
func TestTenantDeleteInterrupted(t *testing.T) {
	t.Parallel()
	dsn := externalDatabase(t)
	s, full := externalSetup(t, dsn), fillTenants(t, dsn)
	db := openStore(t, dsn)
	pool := openSQL(t, dsn)
	busy, err := pool.BeginTx(t.Context(), nil)
	require.NoError(t, err)
	_, err = busy.ExecContext(t.Context(), "select from backups where tenant_id = $1 for update", full)
	require.NoError(t, err)
	for i, sig := range []syscall.Signal{syscall.SIGINT, syscall.SIGKILL} {
		cmd := s.command("tenant", "delete", full.String(), "--yes")
		var stdout, stderr output
		cmd.Stdout, cmd.Stderr = &stdout, &stderr
		require.NoError(t, cmd.Start())
		eventually(t, func() bool {
			var waiting int
			require.NoError(t, pool.QueryRowContext(t.Context(),
				"select count(*) from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()").Scan(&waiting))
			return waiting > 0
		})
		keys, _, err := db.APIKeys(t.Context(), full, 10, 0)
		require.NoError(t, err)
		assert.Empty(t, keys, "they cease to work first")
		require.NoError(t, cmd.Process.Signal(sig))
		require.Error(t, cmd.Wait())
		assert.Empty(t, stdout.String())
		if i == 0 {
			assert.Equal(t, 1, cmd.ProcessState.ExitCode())
			assert.Contains(t, stderr.String(), "The tenant is not deleted, or not completely. To go on:\n\n  lox tenant delete "+full.String()+" --yes\n")
		}
		assert.Len(t, s.tenants(t), 3)
	}
	assert.Contains(t, s.mustRun(t, "show", full.String()), "\nStatus    suspended since ")
	require.NoError(t, busy.Rollback())
	s.mustRun(t, "delete", full.String(), "--yes")
	assert.Len(t, s.tenants(t), 2)
}

const day = 24 * time.Hour

var epoch = time.Date(2024, 1, 15, 12, 0, 0, 0, time.UTC)

// fillTenants creates three tenants and returns the one that has everything.
func fillTenants(t *testing.T, dsn string) lox.TenantID {
	t.Helper()
	db := openStore(t, dsn)
	create := func(name string, plan lox.Plan, quota *int64, at time.Time, change func(*lox.Tenant)) lox.TenantID {
		tenant, err := lox.NewTenant(name, plan, quota, at)
		require.NoError(t, err)
		change(&tenant)
		k, err := lox.StoredKey(tenant.ID, lox.NewAPIKey(), at)
		require.NoError(t, err)
		require.NoError(t, db.CreateTenant(t.Context(), tenant, k, lox.Operator("test")))
		return tenant.ID
	}
	create("Example Ltd", lox.PlanPro, nil, epoch, func(*lox.Tenant) {})
	create("株式会社バックアップ", lox.PlanEnterprise, nil, epoch.Add(day), func(t *lox.Tenant) { t.SuspendedAt = &epoch })
	quota := int64(5000)
	full := create("renamed", lox.PlanFree, &quota, epoch.Add(2*day), func(t *lox.Tenant) {
		// A name that is refused today, but may exist from before.
		t.Name = "\u202eeverything backwards, and so long that no list has room for it"
		t.ContactEmail = "ops@example.com"
		t.Settings = lox.Metadata{"motd": "\x1b[2Jtwo\nlines", "cron.timezone": "Europe/Berlin"}
	})
	for i, size := range []int64{400, 600, 1500} {
		b := lox.NewBackup{Name: "n", Size: size}.Pending(full, epoch.Add(time.Duration(3+i)*day), time.Hour)
		require.NoError(t, db.CreateBackup(t.Context(), b, lox.Operator("test")))
		if i == 2 {
			break
		}
		sum := lox.Checksum(sha256.Sum256(nil))
		ok, err := db.Complete(t.Context(), b, lox.Verified{Checksum: sum, At: b.CreatedAt, Event: b.Completed(sum, b.CreatedAt, lox.Operator("test"))})
		require.NoError(t, err)
		require.True(t, ok)
	}
	by := lox.Principal{Tenant: full}
	k, _, err := lox.NewKey{Name: "nightly", Scopes: lox.Scopes{lox.ScopeBackupsRead, lox.ScopeBackupsWrite}}.Issue(by, epoch.Add(4*day))
	require.NoError(t, err)
	require.NoError(t, db.CreateAPIKey(t.Context(), k, lox.Operator("test")))
	require.NoError(t, db.NoteKeyUse(t.Context(), map[lox.KeyID]time.Time{k.ID: epoch.Add(5*day - time.Hour)}))
	require.NoError(t, db.RotateAPIKey(t.Context(), full, k.ID, lox.Operator("test"), func(k *lox.APIKey) (lox.APIKey, error) {
		next, _, err := k.Rotate(by, lox.Rotation{Overlap: day}, epoch.Add(5*day))
		return next, err
	}))
	return full
}
