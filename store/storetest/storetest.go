// Package storetest gives tests a real PostgreSQL: one private server a
// package, and a database of its own for each test.
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
)

var (
	// cluster is the server of this test binary. Main sets it.
	cluster *pgembed.Server
	// admin makes and drops the databases of the tests. Its connections stay open: a new one costs PostgreSQL
	// about as much as the work of a small test.
	admin *sql.DB
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
	if admin, err = sql.Open("postgres", cluster.DSN()); err != nil {
		return 1, err
	}
	defer func() { _ = admin.Close() }()
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
	const question = "select current_setting('server_version_num')::int / 10000"
	if err := admin.QueryRowContext(ctx, question).Scan(&major); err != nil {
		return err
	}
	if major >= 15 { // where the default is slower for databases this small
		copied = template + " strategy file_copy"
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

// Database makes an empty database with the schema and returns its DSN.
func Database(t testing.TB) string {
	t.Helper()
	require.NotNil(t, cluster, "TestMain must call storetest.Main")
	name := fmt.Sprintf("lox_%d", databases.Add(1))
	require.NoError(t, execute(t.Context(), "create database "+name+" template "+copied))
	t.Cleanup(func() {
		// Whoever is still connected is no longer needed. By force, the drop would also
		// end autovacuum, which only a superuser may; without, it waits for that.
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

// By makes the changes of tests.
var By = lox.Operator("test")

// New returns a store on a database of its own.
func New(t testing.TB) *store.Grouped {
	t.Helper()
	return Open(t, Database(t))
}

// Open returns another store on a database, as a second server would have it.
func Open(t testing.TB, dsn string) *store.Grouped {
	t.Helper()
	return OpenWith(t, dsn, 0)
}

// OpenWith is Open with a number of connections at most; 0 means 16.
func OpenWith(t testing.TB, dsn string, conns int) *store.Grouped {
	t.Helper()
	s, err := store.Open(t.Context(), store.Config{DSN: dsn, MaxConns: cmp.Or(conns, 16)})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	return store.Group(s)
}

// SQL returns a plain connection pool to a database, to look behind the store.
func SQL(t testing.TB, dsn string) *sql.DB {
	t.Helper()
	db, err := sql.Open("postgres", dsn)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	return db
}

// tenantCreator is a store in which tenants can be made.
type tenantCreator interface {
	CreateTenant(ctx context.Context, t lox.Tenant, k lox.APIKey, by lox.Actor) error
}

// Tenant makes a tenant with a quota in bytes and returns it with its key. The
// key may do everything unless scopes are given.
func Tenant(t testing.TB, s tenantCreator, quota int64, scopes ...lox.Scope) (lox.Tenant, string) {
	t.Helper()
	return makeTenant(t, s, lox.PlanFree, &quota, scopes)
}

// TenantOn makes a tenant on a plan, with the plan's quota.
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

// keyCreator is a store in which API keys can be made.
type keyCreator interface {
	CreateAPIKey(ctx context.Context, k lox.APIKey, by lox.Actor) error
}

// Key gives a tenant another key and returns it with its plaintext. It may do
// everything unless scopes are given.
func Key(t testing.TB, s keyCreator, tenant lox.TenantID, scopes ...lox.Scope) (lox.APIKey, string) {
	t.Helper()
	stored, key := NewKey(t, tenant, time.Now(), scopes...)
	require.NoError(t, s.CreateAPIKey(t.Context(), stored, By))
	return stored, key
}

// NewKey makes a key and stores it nowhere.
func NewKey(t testing.TB, tenant lox.TenantID, now time.Time, scopes ...lox.Scope) (lox.APIKey, string) {
	t.Helper()
	key := lox.NewAPIKey()
	stored, err := lox.StoredKey(tenant, key, now)
	require.NoError(t, err)
	stored.Scopes = scopes
	return stored, key
}
