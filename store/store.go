// Package store keeps the domain in PostgreSQL, through sqlx and lib/pq.
//
// Every statement is a constant beside the method that runs it and is prepared
// once, when the store opens: an unprepared one costs a second round trip and
// a new plan each time.
package store

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"github.com/backlox/lox"
)

// Store is the PostgreSQL side of the house. It is safe for concurrent use.
type Store struct {
	db *sqlx.DB
	// connector makes the connections of db.
	connector *connector
	// dsn is for connections beside the pool.
	dsn string
	statements

	lookups   coalescer[struct{}, backupRef, *lox.Backup]
	creates   coalescer[lox.TenantID, lox.Backup, struct{}]
	completes coalescer[lox.TenantID, completion, bool]

	growth growth
}

var (
	_ lox.BackupStore    = (*Store)(nil)
	_ lox.LifecycleStore = (*Store)(nil)
	_ lox.TenantStore    = (*Store)(nil)
	_ lox.KeyStore       = (*Store)(nil)
	_ lox.StorageStore   = (*Store)(nil)
	_ lox.WebhookStore   = (*Store)(nil)
	_ lox.DispatchStore  = (*Store)(nil)
)

// Config is how to reach PostgreSQL.
type Config struct {
	// DSN is a connection string or URL as lib/pq takes it.
	DSN string
	// MaxConns bounds the connections, which are kept for a while when idle. 0
	// means 32.
	MaxConns int
	// Silence is how long PostgreSQL may send nothing while it is asked something,
	// before the call fails with CodeUnavailable. 0 means 10 seconds, which no
	// statement of a request needs. Migrations have no such bound.
	Silence time.Duration
}

const defaultMaxConns = 32

// Open connects, brings the schema up to date and prepares every statement.
func Open(ctx context.Context, cfg Config) (*Store, error) {
	if err := migrateWith(ctx, cfg); err != nil {
		return nil, err
	}
	db, connector, err := connect(cfg, sessions, cmp.Or(cfg.Silence, silencePatience))
	if err != nil {
		return nil, err
	}
	s := &Store{db: db, connector: connector, dsn: cfg.DSN}
	s.lookups.width, s.lookups.most, s.lookups.run = lookupWidth(), mostLookups, s.lookUp
	s.creates.width, s.creates.most, s.creates.run = 1, mostCreates, s.createAll
	s.completes.width, s.completes.most, s.completes.run = 1, mostCompletes, s.completeAll
	if err := s.prepare(ctx, db); err != nil {
		_ = db.Close()
		return nil, err
	}
	return s, nil
}

// sessions is what connections of the store are told, though not those of
// migrations, which read whole tables.
var sessions = map[string]string{
	// One tenant far bigger than the rest makes PostgreSQL prefer custom plans
	// and plan the prepared page queries anew at each execution; every query
	// here has one good plan, whatever its parameters.
	"plan_cache_mode": "force_generic_plan",
	// That plan is by an index, in the index's order. A plan that was made while
	// the tables were small must not be another one.
	"enable_seqscan":    "off",
	"enable_bitmapscan": "off",
	"enable_sort":       "off",
	// Where one can't do without a sort, the price put on it would have every
	// execution compile its plan first.
	"jit": "off",
	// A process that is stopped in the middle of a transaction would keep what it
	// has locked for as long as its connection lives.
	"idle_in_transaction_session_timeout": "30s",
	// A statement whose caller has given up ends, even while it waits for a lock.
	"client_connection_check_interval": "2s",
}

func connect(cfg Config, settings map[string]string, silence time.Duration) (*sqlx.DB, *connector, error) {
	pc, err := pq.NewConfig(cfg.DSN)
	if err != nil {
		// lib/pq takes PG* variables into account, and refuses some of them.
		if _, err := pq.NewConfig("host=localhost user=lox dbname=lox"); err != nil {
			return nil, nil, fmt.Errorf("an environment variable for PostgreSQL is wrong, correct or unset it: %w", err)
		}
		// The error itself would show a part of the password.
		return nil, nil, errors.New("database URL: want postgres://… with special characters percent-encoded, or key=value pairs")
	}
	if pc.Runtime == nil {
		pc.Runtime = map[string]string{}
	}
	maps.Copy(pc.Runtime, settings)
	pc.Runtime["TimeZone"] = "UTC"
	connector, err := newConnector(pc, silence)
	if err != nil {
		return nil, nil, fmt.Errorf("database URL: %w", err)
	}
	db := sqlx.NewDb(sql.OpenDB(connector), "postgres")
	conns := cfg.MaxConns
	if conns == 0 {
		conns = defaultMaxConns
	}
	db.SetMaxOpenConns(conns)
	db.SetMaxIdleConns(conns)
	db.SetConnMaxIdleTime(5 * time.Minute)
	return db, connector, nil
}

// Ping reports whether the database answers and can be written to: one that has
// become a standby can't.
func (s *Store) Ping(ctx context.Context) error {
	var readOnly string
	err := s.db.QueryRowContext(ctx, "show transaction_read_only").Scan(&readOnly)
	if err == nil && readOnly == "on" {
		s.connector.abandon()
		err = errReadOnly
	}
	return wrap(ctx, "ping", err)
}

// Close ends all connections.
func (s *Store) Close() error {
	s.growth.looking.Wait()
	return s.db.Close()
}

// affected runs a statement and tells how many rows its last part touched.
func affected(ctx context.Context, what string, stmt *sqlx.Stmt, args ...any) (int64, error) {
	res, err := stmt.ExecContext(ctx, args...)
	if err != nil {
		return 0, wrap(ctx, what, err)
	}
	n, err := res.RowsAffected()
	return n, wrap(ctx, what, err)
}

// transact does work in a transaction, which is undone if it fails.
func (s *Store) transact(ctx context.Context, what string, work func(*sqlx.Tx) error) error {
	tx, err := s.db.BeginTxx(ctx, nil)
	if err != nil {
		return wrap(ctx, what, err)
	}
	defer func() { _ = tx.Rollback() }() // after a commit this does nothing
	if err := work(tx); err != nil {
		return err
	}
	return wrap(ctx, what+": commit", tx.Commit())
}

// batchSize is how many rows change in one transaction where there may be any
// number: few enough that nobody waits long for what it locks.
const batchSize = 1000

// repeat works in batches until one isn't full.
func repeat(work func() (int64, error)) error {
	for {
		if n, err := work(); err != nil || n < batchSize {
			return err
		}
	}
}
