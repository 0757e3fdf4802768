// Package storetest gives tests a real PostgreSQL: one private server a
// package, and a database of its own for each test.
package storetest

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/backlox/lox"
	"github.com/backlox/lox/store"
	"github.com/backlox/lox/store/pgembed"
)

const (
	startTimeout = time.Minute
	template     = "lox_template"
)

var (
	// cluster is the server of this test binary. Main sets it.
	cluster *pgembed.Server
	// copied is how a database is made from the template.
	copied = template
)

// Main runs the tests of a package with a PostgreSQL beside them; TestMain
// calls it. The server keeps nothing, so it needn't wait for the disk.
func Main(m *testing.M) {
	code, err := run(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, "storetest:", err)
		code = 1
	}
	os.Exit(code)
}

func run(m *testing.M) (code int, err error) {
	dir, err := os.MkdirTemp("", "lox-test-")
	if err != nil {
		return 1, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	ctx, cancel := context.WithTimeout(context.Background(), startTimeout)
	defer cancel()
	cluster, err = pgembed.Start(ctx, pgembed.Config{
		Dir:      filepath.Join(dir, "postgres"),
		Settings: map[string]string{"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_connections": "400"},
	})
	if err != nil {
		return 1, err
	}
	defer func() { _ = cluster.Stop(context.Background()) }()
	if err := makeTemplate(ctx); err != nil {
		return 1, err
	}
	return m.Run(), nil
}

// makeTemplate migrates the database that those of the tests are copied from.
func makeTemplate(ctx context.Context) error {
	if err := execute(ctx, "create database "+template); err != nil {
		return err
	}
	var major int
	if err := query(ctx, "select current_setting('server_version_num')::int / 10000", &major); err != nil {
		return err
	}
	if major >= 15 { // where the default is slower for databases this small
		copied = template + " strategy file_copy"
	}
	s, err := store.Open(ctx, store.Config{DSN: cluster.DSNFor(template)})
	if err != nil {
		return err
	}
	return s.Close()
}

func execute(ctx context.Context, statement string) error {
	return administer(func(db *sql.DB) error {
		_, err := db.ExecContext(ctx, statement)
		return err
	})
}

func query(ctx context.Context, question string, answer any) error {
	return administer(func(db *sql.DB) error { return db.QueryRowContext(ctx, question).Scan(answer) })
}

func administer(do func(*sql.DB) error) error {
	db, err := sql.Open("postgres", cluster.DSN())
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }()
	return do(db)
}

var databases atomic.Int64

// Database makes an empty database with the schema and returns its DSN.
func Database(t testing.TB) string {
	t.Helper()
	require.NotNil(t, cluster, "TestMain must call storetest.Main")
	name := fmt.Sprintf("lox_%d", databases.Add(1))
	require.NoError(t, execute(t.Context(), "create database "+name+" template "+copied))
	t.Cleanup(func() {
		// Whoever is still connected is no longer needed.
		if err := execute(context.Background(), "drop database "+name+" with (force)"); err != nil {
			t.Errorf("drop %s: %v", name, err)
		}
	})
	return cluster.DSNFor(name)
}

// New returns a store on a database of its own.
func New(t testing.TB) *store.Store {
	t.Helper()
	return Open(t, Database(t))
}

// Open returns another store on a database, as a second server would have it.
func Open(t testing.TB, dsn string) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), store.Config{DSN: dsn, MaxConns: 16})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	return s
}

// SQL returns a plain connection pool to a database, to look behind the store.
func SQL(t testing.TB, dsn string) *sql.DB {
	t.Helper()
	db, err := sql.Open("postgres", dsn)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	return db
}

// Tenant makes a tenant with a quota in bytes and returns it with its key. The
// key may do everything unless scopes are given.
func Tenant(t testing.TB, s lox.TenantStore, quota int64, scopes ...lox.Scope) (lox.Tenant, string) {
	t.Helper()
	tenant, err := lox.NewTenant("test", lox.PlanFree, &quota, time.Now())
	require.NoError(t, err)
	key := lox.NewAPIKey()
	hash, err := lox.HashAPIKey(key)
	require.NoError(t, err)
	require.NoError(t, s.CreateTenant(t.Context(), tenant, lox.APIKey{
		ID: lox.NewKeyID(), Tenant: tenant.ID, Hash: hash, Last4: lox.KeyLast4(key), Scopes: scopes, CreatedAt: tenant.CreatedAt,
	}))
	return tenant, key
}

// CheckCounters fails the test unless every counter equals a recount of the
// rows.
func CheckCounters(t testing.TB, dsn string) {
	t.Helper()
	db := SQL(t, dsn)
	for what, query := range map[string]string{"tenant_usage": usageDrift, "backup_days": daysDrift} {
		var drifted int
		require.NoError(t, db.QueryRowContext(t.Context(), query).Scan(&drifted))
		require.Zero(t, drifted, "rows of %s that differ from a recount of backups", what)
	}
}

const counted = `
	count(*) filter (where status = 'pending') as pending,
	coalesce(sum(size_bytes) filter (where status = 'pending'), 0) as pending_bytes,
	count(*) filter (where status = 'verifying') as verifying,
	coalesce(sum(size_bytes) filter (where status = 'verifying'), 0) as verifying_bytes,
	count(*) filter (where status = 'completed') as completed,
	coalesce(sum(size_bytes) filter (where status = 'completed'), 0) as completed_bytes,
	count(*) filter (where status = 'failed') as failed,
	coalesce(sum(size_bytes) filter (where status = 'failed'), 0) as failed_bytes`

const counters = `pending, pending_bytes, verifying, verifying_bytes, completed, completed_bytes, failed, failed_bytes`

const usageDrift = `select count(*) from (
	(select t.id, ` + counters + ` from tenants t
		join lateral (select ` + counted + ` from backups where tenant_id = t.id) c on true)
	except
	(select tenant_id, ` + counters + ` from tenant_usage)
) drift`

const daysDrift = `select count(*) from (
	(select tenant_id, (created_at at time zone 'UTC')::date as day, ` + counted + ` from backups group by 1, 2)
	except
	(select tenant_id, day, ` + counters + ` from backup_days)
	union all
	(select tenant_id, day, ` + counters + ` from backup_days where pending + verifying + completed + failed > 0)
	except
	(select tenant_id, (created_at at time zone 'UTC')::date as day, ` + counted + ` from backups group by 1, 2)
) drift`
