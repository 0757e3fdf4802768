package store_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox"
	"github.com/backlox/lox/store"
	"github.com/backlox/lox/store/pgembed"
	"github.com/backlox/lox/store/storetest"
)

// A store with the role in docs/permissions.md may run every statement with its triggers, and owns
// nothing.
func TestDocumentedRoleIsSufficient(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../docs/permissions.md")
	require.NoError(t, err)
	grants := regexp.MustCompile("(?s)```sql\n(.*?)```").FindSubmatch(page)
	require.NotNil(t, grants)
	// On the server of the other tests, no role may create roles.
	cluster, err := pgembed.Start(t.Context(), pgembed.Config{Dir: filepath.Join(t.TempDir(), "postgres"), Superuser: true, Settings: map[string]string{"fsync": "off"}})
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, cluster.Stop(context.Background())) })
	owner := cluster.DSN()
	migrated := storetest.Open(t, owner)
	db := storetest.SQL(t, owner)
	script := strings.ReplaceAll(string(grants[1]), "lox_server", "lox_run") // the owner has the name lox_server here
	_, err = db.ExecContext(t.Context(), script)
	require.NoError(t, err, script)

	dsn := owner + " options='-c role=lox_run'"
	run := storetest.SQL(t, dsn)
	run.SetMaxOpenConns(1)
	var role string
	require.NoError(t, run.QueryRowContext(t.Context(), "select current_user").Scan(&role))
	require.Equal(t, "lox_run", role)
	for _, forbidden := range []string{
		"delete from events", "update events set type = ''", "update goose_db_version set is_applied = false", "drop table backups",
		"create table public.x ()", "truncate backups",
	} {
		_, err := run.ExecContext(t.Context(), forbidden)
		assert.ErrorContains(t, err, "(42501)", forbidden)
	}
	// Explaining a statement needs the permissions to execute it.
	for name, text := range store.Statements() {
		_, err := run.ExecContext(t.Context(), `prepare "`+name+`" as `+text)
		require.NoError(t, err, name)
		call := ""
		if n := parameters(text); n > 0 {
			call = "(" + strings.TrimSuffix(strings.Repeat("null,", n), ",") + ")"
		}
		_, err = run.ExecContext(t.Context(), `explain execute "`+name+`"`+call)
		assert.NoError(t, err, name)
	}
	require.NoError(t, migrated.Close())
	s := storetest.Open(t, dsn)
	livesThrough(t, s)
	storetest.CheckCounters(t, owner)
	// A function of the owner creates and drops months.
	now := time.Now()
	require.NoError(t, s.KeepEvents(t.Context(), now.AddDate(0, 5, 0), now.AddDate(0, 2, 0)))
	var months int
	require.NoError(t, db.QueryRowContext(t.Context(), "select count(*) from pg_class where relispartition and relkind = 'r' and relname like 'events_20%'").Scan(&months))
	assert.Greater(t, months, 5)
}

// parameters counts the parameters of a statement.
func parameters(text string) (n int) {
	for _, found := range regexp.MustCompile(`\$\d+`).FindAllString(text, -1) {
		var i int
		_, _ = fmt.Sscanf(found, "$%d", &i)
		n = max(n, i)
	}
	return n
}

// livesThrough creates, changes and deletes a tenant with its backups, keys and webhooks, and runs
// the statements of jobs.
func livesThrough(t *testing.T, s *store.Grouped) {
	t.Helper()
	tenant, key := storetest.Tenant(t, s, quota)
	_, err := principal(t, s, key)
	require.NoError(t, err)
	w := addWebhook(t, s, tenant.ID, everything...)
	made := fill(t, s, tenant.ID, 9)
	for _, d := range claim(t, s, time.Now(), 100, 4) {
		finish(t, s, d, lox.DeliverySucceeded)
	}
	_, err = s.UpdateWebhook(t.Context(), tenant.ID, w.ID, lox.EventWebhookUpdated, storetest.By, setEnabled(false))
	require.NoError(t, err)
	require.NoError(t, s.FailAbandoned(t.Context(), noon))
	require.NoError(t, s.DeleteBackup(t.Context(), tenant.ID, made[0].ID, noon, storetest.By))
	for _, p := range claimPurges(t, s, noon) {
		finishPurge(t, s, p, noon)
	}
	k, _ := storetest.Key(t, s, tenant.ID)
	require.NoError(t, s.RevokeAPIKey(t.Context(), lox.Principal{Tenant: tenant.ID}, k.ID, noon, storetest.By))
	later := noon.AddDate(2, 0, 0)
	_, err = s.ForgetRevokedKeys(t.Context(), later, 10)
	require.NoError(t, err)
	_, err = s.ForgetBackups(t.Context(), later, later, 10, storetest.By)
	require.NoError(t, err)
	_, err = s.ForgetIdempotencyKeys(t.Context(), later, 10)
	require.NoError(t, err)
	for place := (lox.CounterPlace{}); ; {
		place, err = s.ForgetCounters(t.Context(), later, place, 10)
		require.NoError(t, err)
		if place == (lox.CounterPlace{}) {
			break
		}
	}
	require.NoError(t, s.DeleteWebhook(t.Context(), tenant.ID, w.ID, noon, storetest.By))
	for more := true; more; {
		more, err = s.ForgetWebhooks(t.Context(), 10)
		require.NoError(t, err)
	}
	require.NoError(t, s.DeleteTenant(t.Context(), tenant.ID, noon, storetest.By, nil))
}
