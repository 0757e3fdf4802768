// Package storetest gives tests a real PostgreSQL: a private server for each package, and a database for each test.
package storetest

import (
	"cmp"
	"context"
	"database/sql"
	_ "embed" // recorded.sql
	"errors"
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
	dirPrefix    = "lox-storetest-"
)

var (
	// cluster is the server of this test binary. Main sets it.
	cluster *pgembed.Server
	// admin makes and drops the databases of the tests. Its connections stay open: a new one costs PostgreSQL
	// about as much as the work of a small test.
	admin *sql.DB
	// copyTemplate is the end of "create database" statements for tests: the template, and how to copy it.
	copyTemplate = template
)

// Main runs the tests of a package with a PostgreSQL. TestMain must call it. The server doesn't wait for the disk, since its
// data needn't survive.
func Main(m *testing.M) {
	code, err := run(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, "storetest:", err)
		code = 1
	}
	os.Exit(code)
}

func run(m *testing.M) (code int, err error) {
	dir, err := os.MkdirTemp(parentDir(), dirPrefix)
	if err != nil {
		return 1, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	lock, err := lockDir(dir)
	if err != nil {
		return 1, err
	}
	defer func() { _ = lock.Close() }()
	ctx, cancel := context.WithTimeout(context.Background(), startTimeout)
	defer cancel()
	cluster, err = pgembed.Start(ctx, pgembed.Config{
		Dir: filepath.Join(dir, "postgres"),
		Settings: map[string]string{
			"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_connections": "400",
			"max_wal_size": "64MB", "min_wal_size": "32MB", // so that the cluster stays small, which may be in memory
		},
	})
	if err != nil {
		return 1, err
	}
	defer func() { _ = cluster.Stop(context.Background()) }()
	if admin, err = sql.Open("postgres", cluster.DSN()); err != nil {
		return 1, err
	}
	defer func() { _ = admin.Close() }()
	if err := makeTemplate(ctx); err != nil {
		return 1, err
	}
	return m.Run(), nil
}

// makeTemplate creates and migrates the database that is copied for each test.
func makeTemplate(ctx context.Context) error {
	if err := execute(ctx, "create database "+template); err != nil {
		return err
	}
	var major int
	const question = "select current_setting('server_version_num')::int / 10000"
	if err := admin.QueryRowContext(ctx, question).Scan(&major); err != nil {
		return err
	}
	if major >= 15 { // earlier versions have only this strategy; the default of later ones is slower for small databases
		copyTemplate = template + " strategy file_copy"
	}
	s, err := store.Open(ctx, store.Config{DSN: cluster.DSNFor(template)})
	if err != nil {
		return err
	}
	db, err := sql.Open("postgres", cluster.DSNFor(template))
	if err == nil {
		_, err = db.ExecContext(ctx, recorded)
		err = errors.Join(err, db.Close())
	}
	return errors.Join(err, s.Close())
}

//go:embed recorded.sql
var recorded string

func execute(ctx context.Context, statement string) error {
	_, err := admin.ExecContext(ctx, statement)
	return err
}

var databases atomic.Int64

// Database creates an empty database with the schema and returns its DSN.
func Database(t testing.TB) string {
	t.Helper()
	require.NotNil(t, cluster, "TestMain must call storetest.Main")
	name := fmt.Sprintf("lox_%d", databases.Add(1))
	require.NoError(t, execute(t.Context(), "create database "+name+" template "+copyTemplate))
	t.Cleanup(func() {
		// End the remaining connections. "with (force)" would also end autovacuum, which only a superuser may do.
		// Without it, the drop waits for autovacuum.
		err := errors.Join(
			execute(context.Background(), "select pg_terminate_backend(pid) from pg_stat_activity where usename = current_user and datname = '"+name+"'"),
			execute(context.Background(), "drop database "+name),
		)
		if err != nil {
			t.Errorf("drop %s: %v", name, err)
		}
	})
	return cluster.DSNFor(name)
}

// By is the actor of changes in tests.
var By = lox.Operator("test")

// New returns a store on a new database.
func New(t testing.TB) *store.Grouped {
	t.Helper()
	return Open(t, Database(t))
}

// Open returns another store on a database, as of a second server.
func Open(t testing.TB, dsn string) *store.Grouped {
	t.Helper()
	return OpenWith(t, dsn, 0)
}

// OpenWith is Open with a limit of connections; 0 means 16.
func OpenWith(t testing.TB, dsn string, conns int) *store.Grouped {
	t.Helper()
	s, err := store.Open(t.Context(), store.Config{DSN: dsn, MaxConns: cmp.Or(conns, 16)})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	return store.Group(s)
}

// SQL returns a plain connection pool to a database, for tests that check the tables themselves.
func SQL(t testing.TB, dsn string) *sql.DB {
	t.Helper()
	db, err := sql.Open("postgres", dsn)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	return db
}

// tenantCreator is a store that can create tenants.
type tenantCreator interface {
	CreateTenant(ctx context.Context, t lox.Tenant, k lox.APIKey, by lox.Actor) error
}

// Tenant creates a tenant with a quota in bytes, and returns it with its key. Without scopes, the key may do everything.
func Tenant(t testing.TB, s tenantCreator, quota int64, scopes ...lox.Scope) (lox.Tenant, string) {
	t.Helper()
	return makeTenant(t, s, lox.PlanFree, &quota, scopes)
}

// TenantOn creates a tenant with a plan and the plan's quota.
func TenantOn(t testing.TB, s tenantCreator, plan lox.Plan, scopes ...lox.Scope) (lox.Tenant, string) {
	t.Helper()
	return makeTenant(t, s, plan, nil, scopes)
}

func makeTenant(t testing.TB, s tenantCreator, plan lox.Plan, quota *int64, scopes lox.Scopes) (lox.Tenant, string) {
	t.Helper()
	tenant, err := lox.NewTenant("test", plan, quota, time.Now())
	require.NoError(t, err)
	stored, key := NewKey(t, tenant.ID, tenant.CreatedAt, scopes...)
	require.NoError(t, s.CreateTenant(t.Context(), tenant, stored, By))
	return tenant, key
}

// keyCreator is a store in which API keys can be created.
type keyCreator interface {
	CreateAPIKey(ctx context.Context, k lox.APIKey, by lox.Actor) error
}

// Key creates another key of a tenant, and returns it with its plaintext. Without scopes, the key may do everything.
func Key(t testing.TB, s keyCreator, tenant lox.TenantID, scopes ...lox.Scope) (lox.APIKey, string) {
	t.Helper()
	stored, key := NewKey(t, tenant, time.Now(), scopes...)
	require.NoError(t, s.CreateAPIKey(t.Context(), stored, By))
	return stored, key
}

// NewKey returns a new key that isn't stored.
func NewKey(t testing.TB, tenant lox.TenantID, now time.Time, scopes ...lox.Scope) (lox.APIKey, string) {
	t.Helper()
	key := lox.NewAPIKey()
	stored, err := lox.StoredKey(tenant, key, now)
	require.NoError(t, err)
	stored.Scopes = scopes
	return stored, key
}
