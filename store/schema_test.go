package store_test

import (
	"context"
	"database/sql"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox/store"
	"github.com/backlox/lox/store/storetest"
)

// earlier reverts migrations of a database and returns a session with a name.
func earlier(t *testing.T, dsn, name string) *sql.Conn {
	t.Helper()
	db := storetest.SQL(t, dsn+" application_name='"+name+"'")
	db.SetMaxIdleConns(0)
	takeBack(t, db, 8)
	session, err := db.Conn(t.Context())
	require.NoError(t, err)
	t.Cleanup(func() { _ = session.Close() })
	return session
}

func openAs(t *testing.T, dsn string, schema store.Schema) error {
	t.Helper()
	s, err := store.Open(t.Context(), store.Config{DSN: dsn, Schema: schema})
	if err != nil {
		return err
	}
	return s.Close()
}

// Databases of an earlier version are opened while other sessions use them.
func TestMigrationPermission(t *testing.T) {
	t.Parallel()
	for session, want := range map[string]string{
		"psql":            "",
		"lox/8":           "another version uses the database: sessions: 1 of LOX with schema 8 from ",
		"our lox/7":       "another version uses the database: sessions: 1 of LOX with schema 7 from ",
		"":                "another version uses the database: sessions: 1 of what may be an earlier LOX from ",
		"lox/8 and so on": "",
	} {
		t.Run(session, func(t *testing.T) {
			t.Parallel()
			dsn := storetest.Database(t)
			beside := earlier(t, dsn, session)
			require.ErrorContains(t, openAs(t, dsn, store.SchemaRequired), "the schema of the database has version 8, and this lox needs ")
			require.ErrorContains(t, openAs(t, dsn, store.SchemaCreated), "the schema of the database has version 8, and this lox needs ")
			err := openAs(t, dsn, store.SchemaUpgradedAlone)
			if want == "" {
				require.NoError(t, err)
			} else {
				require.ErrorIs(t, err, store.ErrOtherVersion)
				require.ErrorContains(t, err, want)
				require.NoError(t, openAs(t, dsn, store.SchemaUpgraded), "a server migrates")
			}
			require.NoError(t, openAs(t, dsn, store.SchemaRequired))
			require.NoError(t, openAs(t, dsn, store.SchemaUpgradedAlone), "there is nothing to do")
			assert.NoError(t, beside.PingContext(t.Context()))
		})
	}
}

// A database with a newer schema stays unchanged.
func TestNewerSchema(t *testing.T) {
	t.Parallel()
	dsn := storetest.Database(t)
	_, err := storetest.SQL(t, dsn).ExecContext(t.Context(), `insert into goose_db_version (version_id, is_applied) values (99999, true)`)
	require.NoError(t, err)
	for _, schema := range []store.Schema{store.SchemaUpgraded, store.SchemaUpgradedAlone, store.SchemaRequired, store.SchemaCreated} {
		require.NoError(t, openAs(t, dsn, schema))
	}
}

// An empty database is prepared by a command that creates something in it.
func TestEmptyDatabase(t *testing.T) {
	t.Parallel()
	dsn := storetest.Database(t)
	_, err := storetest.SQL(t, dsn).ExecContext(context.Background(), `drop schema public cascade; create schema public`)
	require.NoError(t, err)
	require.ErrorContains(t, openAs(t, dsn, store.SchemaRequired), "this database isn't set up for LOX")
	require.NoError(t, openAs(t, dsn, store.SchemaCreated))
	require.NoError(t, openAs(t, dsn, store.SchemaRequired))
}
