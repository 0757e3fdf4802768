package main_test

import (
	"database/sql"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox"
	"github.com/backlox/lox/store"
)

// An operator manages tenants in every way: without a server, with one, and on an external
// database.
func TestTenantCommands(t *testing.T) {
	t.Parallel()
	t.Run("server stopped", func(t *testing.T) {
		t.Parallel()
		s := setup{dir: filepath.Join(newDir(t), "data")}
		s.testTenantCommands(t)
		assert.Empty(t, s.postgres(t))
	})
	t.Run("server running", func(t *testing.T) {
		t.Parallel()
		s := setup{dir: filepath.Join(newDir(t), "data")}
		s.newTenant(t, "goes again", "free") // otherwise the server would create one
		p := s.start(t)
		s.mustRun(t, "delete", s.tenants(t)[0].ID, "--yes")
		s.testTenantCommands(t)
		p.stop(t, syscall.SIGINT)
		assert.Empty(t, p.complaints())
	})
	t.Run("external database", func(t *testing.T) {
		t.Parallel()
		s := externalSetup(t, externalDatabase(t))
		s.testTenantCommands(t)
		assert.NoDirExists(t, s.postgresDir())
	})
}

func (s setup) testTenantCommands(t *testing.T) {
	first, _ := s.newTenant(t, "First", "free")
	second, _ := s.newTenant(t, "Second", "pro", "--quota", "1.5TiB")
	require.Equal(t, int64(3<<39), second.Quota)
	require.Equal(t, []tenantJSON{first, second}, s.tenants(t))

	// Plan and quota.
	change := func(id, plan, quota string) string {
		return fmt.Sprintf("Tenant  %s\nName    %s\nPlan    %s\nQuota   %s\n", id, map[string]string{first.ID: "First", second.ID: "Second"}[id], plan, quota)
	}
	const five, pro = "5.00 GiB (5368709120 bytes), the plan's", "250 GiB (268435456000 bytes), the plan's"
	const own, small = "1.50 TiB (1649267441664 bytes), its own", "500 bytes, its own"
	assert.Equal(t, change(first.ID, "free → pro", five+" → "+pro), s.mustRun(t, "set-plan", first.ID, "Pro"))
	assert.Equal(t, change(first.ID, "pro (as before)", pro+" (as before)"), s.mustRun(t, "set-plan", first.ID, "pro"))
	assert.Equal(t, change(second.ID, "pro → free", own+" (as before)"), s.mustRun(t, "set-plan", second.ID, "free"))
	assert.Equal(t, change(second.ID, "free (as before)", own+" → "+small), s.mustRun(t, "set-quota", second.ID, "500"))
	first.Plan, first.Quota, second.Plan, second.Quota = "pro", 250<<30, "free", 500
	require.Equal(t, []tenantJSON{first, second}, s.tenants(t))
	assert.Equal(t, change(second.ID, "free (as before)", small+" → "+five), s.mustRun(t, "set-quota", second.ID, "default"))

	// Suspension, each twice.
	title := first.ID + " (First)"
	since := s.mustRun(t, "suspend", first.ID)
	assert.Regexp(t, `^The tenant `+first.ID+` \(First\) is now suspended, since \S+Z: it can read but not write.\n$`, since)
	assert.Equal(t, strings.Replace(since, "is now", "was already", 1), s.mustRun(t, "suspend", first.ID))
	listed := s.tenants(t)[0]
	assert.Equal(t, "suspended", listed.Status)
	require.NotNil(t, listed.SuspendedAt)
	assert.Equal(t, "The tenant "+title+" is now active.\n", s.mustRun(t, "resume", first.ID))
	assert.Equal(t, "The tenant "+title+" was already active.\n", s.mustRun(t, "resume", first.ID))
	require.Equal(t, first, s.tenants(t)[0])

	// Deletion.
	for range 2 {
		assert.Equal(t, "lox: this would delete, for good, the tenant "+title+" with 1 API key and no backups. To confirm:\n\n"+
			"  lox tenant delete "+first.ID+" --yes\n", s.mustFail(t, "delete", first.ID))
	}
	assert.Equal(t, "Deleted the tenant "+title+" with 1 API key and no backups.\n", s.mustRun(t, "delete", first.ID, "--yes"))
	for _, command := range [][]string{
		{"delete", first.ID, "--yes"}, {"delete", first.ID}, {"show", first.ID}, {"suspend", first.ID}, {"resume", first.ID},
		{"set-plan", first.ID, "pro"}, {"set-quota", first.ID, "1GB"},
	} {
		assert.Equal(t, "lox: there is no tenant "+first.ID+`; "lox tenant list" lists those that exist`+"\n", s.mustFail(t, command...))
	}
	s.mustRun(t, "delete", "--yes", second.ID)
	assert.Empty(t, s.tenants(t))
	assert.Contains(t, s.mustRun(t, "list"), "There are no tenants. To create one:\n\n  lox tenant create --name NAME --plan PLAN\n")
}

// Wrong commands are refused before anything is changed or created.
func TestTenantMisuse(t *testing.T) {
	t.Parallel()
	s := setup{dir: filepath.Join(newDir(t), "data")}
	tenant, key := lox.NewTenantID().String(), lox.NewAPIKey()
	const want = `ten_ and 26 digits and lower-case letters, as "lox tenant list" shows it`
	for _, command := range []string{"show", "suspend", "resume", "delete", "events", "set-plan", "set-quota"} {
		args := func(id string) []string {
			return append([]string{command, id}, map[string][]string{"set-plan": {"pro"}, "set-quota": {"1GB"}}[command]...)
		}
		id := lox.NewKeyID().String()
		assert.Equal(t, fmt.Sprintf("lox: %q is the id of an API key: want that of a tenant, %s\n", id, want), s.mustFail(t, args(id)...))
		id = lox.NewBackupID().String()
		assert.Equal(t, fmt.Sprintf("lox: %q is the id of a backup: want that of a tenant, %s\n", id, want), s.mustFail(t, args(id)...))
		for _, id := range []string{"", "x", "Example Ltd", tenant[:29], strings.ToUpper(tenant), tenant + "\n", "ten_\x1b[2J"} {
			assert.Equal(t, fmt.Sprintf("lox: %q is not the id of a tenant: want %s\n", id, want), s.mustFail(t, args(id)...))
		}
		refusal := s.mustFail(t, args(key)...)
		assert.Contains(t, refusal, "that is an API key, not the id of a tenant: want ten_")
		assert.NotContains(t, refusal, key[8:], "a key is in what may go to a log")

		assert.Contains(t, s.mustFail(t, args(tenant)...), "there is no database in "+s.dir+": LOX_DATA_DIR must name")
		assert.Contains(t, s.mustFail(t, command), "want: lox tenant "+command+" ID")
		assert.Contains(t, s.mustFail(t, append(args(tenant), "more")...), "want: lox tenant "+command+" ID")
	}
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"set-plan", tenant, "gold"}, `plan "gold": want one of [free solo pro business enterprise]`},
		{[]string{"set-plan", "pro", tenant}, `plan "` + tenant + `": want one of`},
		{[]string{"set-quota", tenant, "lots"}, `"lots" is not a size: want bytes`},
		{[]string{"set-quota", tenant, "-5GiB"}, `"-5GiB" is not a size: want bytes, not negative`},
		{[]string{"set-quota", tenant, "-.5"}, `"-.5" is not a size: want bytes, not negative`},
		{[]string{"set-quota", tenant, "--", "-5"}, `"-5" is not a size: want bytes, not negative`},
		{[]string{"set-quota", tenant, "-x"}, "unknown shorthand flag: 'x'"},
		{[]string{"set-quota", tenant, "8EiB"}, `"8EiB" is too large: want less than 8EiB`},
		{[]string{"list"}, "there is no database in " + s.dir},
		{[]string{"list", "all"}, `unknown command "all" for "lox tenant list"`},
		{[]string{"supend", tenant}, `unknown command "supend" for "lox tenant"`},
	} {
		assert.Contains(t, s.mustFail(t, c.args...), "lox: "+c.want)
	}
	assert.NoDirExists(t, s.dir)
}

func TestTenantHelp(t *testing.T) {
	t.Parallel()
	s := setup{dir: newDir(t)}
	help := s.mustRun(t)
	for _, command := range []string{"create", "list", "show", "set-plan", "set-quota", "suspend", "resume", "delete", "events"} {
		assert.Contains(t, help, "\n  "+command)
		assert.Contains(t, s.mustRun(t, command, "--help"), "\nExamples:\n  lox tenant "+command)
	}
}

// mustRun runs a tenant command that must succeed, and returns its output.
func (s setup) mustRun(t *testing.T, args ...string) string {
	t.Helper()
	stdout, stderr, code := s.run(t, append([]string{"tenant"}, args...)...)
	require.Zero(t, code, "%s", stderr)
	require.Empty(t, stderr)
	return stdout
}

// mustFail runs a tenant command that must fail, and returns its error.
func (s setup) mustFail(t *testing.T, args ...string) string {
	t.Helper()
	stdout, stderr, code := s.run(t, append([]string{"tenant"}, args...)...)
	require.Equal(t, 1, code, "%v", args)
	require.Empty(t, stdout)
	return stderr
}

// tenants lists all tenants.
func (s setup) tenants(t *testing.T) []tenantJSON {
	t.Helper()
	var printed struct {
		Tenants []tenantJSON `json:"tenants"`
	}
	requireDocument(t, s.mustRun(t, "list", "--json"), &printed)
	return printed.Tenants
}

// externalSetup is a LOX with an external database and its own storage.
func externalSetup(t *testing.T, dsn string, env ...string) setup {
	t.Helper()
	return setup{dir: filepath.Join(newDir(t), "data"), env: append(env,
		"LOX_DATABASE_URL="+dsn, "LOX_S3_ENDPOINT=embedded", "LOX_MASTER_KEY="+masterKey,
	)}
}

// masterKey is the master key of tests: 32 bytes as hex digits.
const masterKey = "6c6f782d6d61737465722d6b65792d666f722d73797374656d2d74657374732e"

func openStore(t *testing.T, dsn string) *store.Grouped {
	t.Helper()
	db, err := store.Open(t.Context(), store.Config{DSN: dsn})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	return store.Group(db)
}

// openSQL opens the database for changes that no part of LOX makes.
func openSQL(t *testing.T, dsn string) *sql.DB {
	t.Helper()
	db, err := sql.Open("postgres", dsn)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	return db
}

// Several commands run on a data directory without a server: each finds a PostgreSQL that another
// one has started for a moment.
func TestConcurrentTenantCommands(t *testing.T) {
	t.Parallel()
	s := setup{dir: filepath.Join(newDir(t), "data")}
	s.newTenant(t, "first", "pro")
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			_, stderr, code := s.run(t, "tenant", "create", "--name", "n", "--plan", "pro")
			assert.Zero(t, code, "%s", stderr)
		})
	}
	all.Wait()
	assert.Len(t, s.tenants(t), 5)
}
