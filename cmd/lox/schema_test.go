package main_test

import (
	"os"
	"regexp"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox/store/storetest"
)

// schemaOf returns the version of a database's schema.
func schemaOf(t *testing.T, dsn string) (version int) {
	t.Helper()
	require.NoError(t, storetest.SQL(t, dsn).QueryRowContext(t.Context(), `select max(version_id) from goose_db_version`).Scan(&version))
	return version
}

// Commands of this version run with a server of the previous one, and commands of the previous one
// with a server of this version.
func TestCommandsDoNotMigrate(t *testing.T) {
	t.Parallel()
	dsn := externalDatabase(t)
	s := externalSetup(t, dsn)
	previous := s.by(previousBinary(t))

	// Nobody uses an empty database, but a command that reads doesn't create a schema.
	_, stderr, code := s.run(t, "tenant", "list")
	require.Equal(t, 1, code)
	require.Contains(t, stderr, "lox: LOX_DATABASE_URL: this database isn't set up for LOX: run lox serve or lox migrate first\n")

	p := previous.start(t)
	before := schemaOf(t, dsn)
	for _, command := range [][]string{
		{"tenant", "list"}, {"tenant", "create", "--name", "n", "--plan", "pro"}, {"tenant", "show", layoutTenant}, {"rekey"},
	} {
		stdout, stderr, code := s.run(t, command...)
		assert.Equal(t, 1, code, command)
		assert.Empty(t, stdout, command)
		assert.Regexp(t, `^lox: LOX_DATABASE_URL: the schema of the database has version \d+, and this lox needs \d+: use the lox of the `+
			`version that serves, or upgrade first, by the lox serve of this version or by lox migrate\n$`, stderr, command)
	}
	stdout, stderr, code := s.run(t, "migrate")
	assert.Equal(t, 1, code)
	assert.Empty(t, stdout)
	assert.Regexp(t, `^lox: LOX_DATABASE_URL: another version uses the database: sessions: \d+ of what may be an earlier LOX from [^;]+: stop these `+
		`servers first\. Servers of the previous release may keep running if you add --beside-servers\n$`, stderr)
	assert.Equal(t, before, schemaOf(t, dsn))
	previous.requireTenant(t, "by the previous version", "pro", 250<<30)

	stdout, stderr, code = s.run(t, "migrate", "--beside-servers")
	require.Zero(t, code, stderr)
	assert.Regexp(t, `^The schema of the database had version \d+ and has \d+ now\.\n$`, stdout)
	assert.Greater(t, schemaOf(t, dsn), before)
	requireReady(t, newAPI(t, p.baseURL, s.requireTenant(t, "by this version", "pro", 250<<30)), p.baseURL)
	stdout, stderr, code = s.run(t, "migrate")
	require.Zero(t, code, stderr)
	assert.Regexp(t, `^The schema of the database has version \d+: there is nothing to do\.\n$`, stdout)

	// Back again: the previous version works with the schema of this one.
	p.stop(t, syscall.SIGTERM)
	p = s.start(t)
	previous.requireTenant(t, "by the previous version, beside this one", "pro", 250<<30)
	assert.Len(t, s.tenants(t), 3)
	p.stop(t, syscall.SIGTERM)
}

// A later version recognizes the sessions of this one.
func TestSessionsHaveSchemaVersion(t *testing.T) {
	t.Parallel()
	host, err := os.Hostname()
	require.NoError(t, err)
	for _, c := range []struct{ configured, want string }{{"", host}, {"the 'backups'", "the 'backups'"}} {
		dsn := externalDatabase(t)
		s := externalSetup(t, dsn+" application_name='"+strings.ReplaceAll(c.configured, "'", `\'`)+"'")
		p := s.start(t)
		rows, err := storetest.SQL(t, dsn).QueryContext(t.Context(),
			`select distinct application_name from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid() and usesysid is not null`)
		require.NoError(t, err)
		var names []string
		for rows.Next() {
			var name string
			require.NoError(t, rows.Scan(&name))
			names = append(names, name)
		}
		require.NoError(t, rows.Err())
		require.NoError(t, rows.Close())
		require.Len(t, names, 1)
		assert.Regexp(t, "^"+regexp.QuoteMeta(c.want)+` lox/\d+$`, names[0])
		p.stop(t, syscall.SIGTERM)
	}
}
