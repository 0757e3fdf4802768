package main_test

import (
	"context"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox/store/pgembed"
	"github.com/backlox/lox/store/storetest"
)

// foreignEnvironment is everything that lib/pq, libpq, initdb and postgres read,
// with values under which nothing works that obeys them, and what other libraries
// read that have no say here.
var foreignEnvironment = []string{
	"PGHOST=/nowhere", "PGHOSTADDR=192.0.2.1", "PGPORT=1", "PGDATABASE=other", "PGUSER=other", "PGPASSWORD=wrong", "PGPASSFILE=/nowhere",
	"PGSERVICE=other", "PGSERVICEFILE=/nowhere", "PGSYSCONFDIR=/nowhere", "PGLOCALEDIR=/nowhere", "PGOPTIONS=--no-such-option", "PGAPPNAME=other",
	"PGSSLMODE=verify-full", "PGREQUIRESSL=1", "PGSSLCOMPRESSION=1", "PGSSLCERT=/nowhere", "PGSSLKEY=/nowhere", "PGSSLROOTCERT=system",
	"PGSSLCRL=/nowhere", "PGSSLCRLDIR=/nowhere", "PGSSLSNI=perhaps", "PGSSLNEGOTIATION=direct", "PGSSLCERTMODE=require",
	"PGREQUIREPEER=other", "PGREQUIREAUTH=none", "PGCHANNELBINDING=require", "PGKRBSRVNAME=other", "PGREALM=other", "PGGSSLIB=other",
	"PGGSSENCMODE=require", "PGGSSDELEGATION=1", "PGCONNECT_TIMEOUT=soon", "PGCLIENTENCODING=LATIN1", "PGDATESTYLE=German", "PGTZ=Mars/Base",
	"PGGEQO=perhaps", "PGTARGETSESSIONATTRS=standby", "PGLOADBALANCEHOSTS=perhaps", "PGMINPROTOCOLVERSION=9", "PGMAXPROTOCOLVERSION=1",
	"SSLPGMINPROTOCOLVERSION=9", "SSLPGMAXPROTOCOLVERSION=1", "PGDATA=/nowhere", "PG_COLOR=always", "PGCTLTIMEOUT=0",
	"TZ=Asia/Kathmandu", "LC_ALL=tr_TR.UTF-8", "LANG=tr_TR.UTF-8",
	"HTTP_PROXY=http://192.0.2.1:1", "HTTPS_PROXY=http://192.0.2.1:1", "ALL_PROXY=http://192.0.2.1:1",
	"AWS_ACCESS_KEY_ID=wrong", "AWS_SECRET_ACCESS_KEY=wrong", "AWS_REGION=mars-1", "AWS_ENDPOINT_URL=http://192.0.2.1:1",
}

// TestForeignEnvironment is a built-in database under every variable that is
// meant for another one: at the first start, at the next, beside a server, and
// for a command that starts it by itself.
func TestForeignEnvironment(t *testing.T) {
	t.Parallel()
	s := setup{dir: newDir(t), env: foreignEnvironment}
	file := noise(1, 1000)
	for range 2 {
		p := s.start(t)
		requireStored(t, newAPI(t, p.baseURL, s.savedKey(t)), file)
		stdout, stderr, code := s.run(t, "tenant", "list")
		require.Zero(t, code, stderr)
		require.Contains(t, stdout, "default")
		p.stop(t, syscall.SIGINT)
	}
	stdout, stderr, code := s.run(t, "tenant", "list")
	require.Zero(t, code, stderr)
	require.Contains(t, stdout, "default")
}

// TestOwnDatabaseIgnoresEnvironment: where a database is configured, lib/pq completes
// its URL from the environment.
func TestOwnDatabaseIgnoresEnvironment(t *testing.T) {
	t.Parallel()
	postgres, err := pgembed.Start(t.Context(), pgembed.Config{
		Dir: filepath.Join(newDir(t), "postgres"), Settings: map[string]string{"fsync": "off"},
	})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, postgres.Stop(context.Background())) })
	db := storetest.SQL(t, postgres.DSN())
	_, err = db.ExecContext(t.Context(), `create database elsewhere`)
	require.NoError(t, err)
	with := func(env ...string) setup {
		return setup{dir: newDir(t), env: append([]string{
			"LOX_DATABASE_URL=" + strings.ReplaceAll(postgres.DSN(), "dbname='lox'", ""), "LOX_S3_ENDPOINT=embedded", "LOX_MASTER_KEY=" + masterKey,
		}, env...)}
	}

	_, stderr, code := with("PGDATABASE=elsewhere").run(t, "migrate")
	require.Zero(t, code, stderr)
	elsewhere := storetest.SQL(t, postgres.DSNFor("elsewhere"))
	var tables int
	require.NoError(t, elsewhere.QueryRowContext(t.Context(), `select count(*) from pg_tables where tablename = 'backups'`).Scan(&tables))
	require.Equal(t, 1, tables, "PGDATABASE completes the connection string")

	for env, want := range map[string]string{
		"PGREQUIRESSL=1":          "$PGREQUIRESSL is not supported",
		"PGPORT=postgres":         "$PGPORT",
		"PGCLIENTENCODING=LATIN1": `unsupported client_encoding "LATIN1"`,
		"PGSERVICE=nonexistent":   ".pg_service.conf",
	} {
		s := with(env, "PGPASSWORD=a-password")
		_, stderr, code := s.run(t, "migrate")
		assert.Equal(t, 1, code)
		assert.Contains(t, stderr, "LOX_DATABASE_URL: an environment variable for PostgreSQL is wrong, correct or unset it: ")
		assert.Contains(t, stderr, want)
		assert.NotContains(t, stderr, "a-password")
	}
}
