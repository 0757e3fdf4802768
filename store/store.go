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
	"log/slog"
	"maps"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/backlox/lox"
)

// Store keeps everything but the bytes in PostgreSQL. It is safe for concurrent use.
type Store struct {
	// hot is for what runs all the time, and db for the rest: see planner and ownPlans.
	hot, db *sqlx.DB
	// pools are those two.
	pools []*pool
	// dsn is for connections beside the pool.
	dsn string
	// schemaBefore is the version of the schema that Open found.
	schemaBefore int64
	statements

	growth   growth
	notifier notifier
}

var (
	_ lox.BackupStore    = (*Store)(nil)
	_ lox.LifecycleStore = (*Store)(nil)
	_ lox.KeyStore       = (*Store)(nil)
	_ lox.StorageStore   = (*Store)(nil)
	_ lox.WebhookStore   = (*Store)(nil)
	_ lox.EventStore     = (*Store)(nil)
	_ lox.DispatchStore  = (*Store)(nil)
	_ lox.MarkStore      = (*Store)(nil)
)

// Config is how to reach PostgreSQL.
type Config struct {
	// DSN is a connection string or URL as lib/pq takes it.
	DSN string
	// MaxConns bounds the connections, which are kept for a while when idle. A quarter
	// of them is for what runs seldom. 0 means DefaultMaxConns, and there are at least 4.
	// Each watch has one more.
	MaxConns int
	// Silence is how long PostgreSQL may send nothing while it is asked something,
	// before the call fails with CodeUnavailable. 0 means 10 seconds, which no
	// statement of a request needs. Migrations have no such bound.
	Silence time.Duration
	// Schema is what Open does about the schema.
	Schema Schema
	// Log is told of migrations, and when PostgreSQL refuses connections. Nil discards it.
	Log *slog.Logger
	// Metrics, if not nil, gets lox_db_pool_… and lox_db_statement_seconds.
	Metrics prometheus.Registerer
}

// DefaultMaxConns and the two connections that watch, for three servers, are 90 of
// PostgreSQL's 97: max_connections is 100 by default, of which it reserves 3 for
// superusers. The rest is for commands, and for whoever looks.
const DefaultMaxConns, minConns = 28, 4

// Open connects, sees to the schema and prepares every statement.
func Open(ctx context.Context, cfg Config) (*Store, error) {
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	before, err := settle(ctx, cfg)
	if err != nil {
		return nil, err
	}
	conns, silence := max(minConns, cmp.Or(cfg.MaxConns, DefaultMaxConns)), cmp.Or(cfg.Silence, silencePatience)
	s := &Store{dsn: cfg.DSN, schemaBefore: before}
	s.notifier.closing = make(chan struct{})
	seconds, failed := newStatementSeconds(cfg.Metrics), newFailures(cfg.Metrics)
	for _, pool := range []struct {
		name     string
		db       **sqlx.DB
		conns    int
		settings map[string]string
	}{{"other", &s.db, conns / minConns, otherSessions}, {"requests", &s.hot, conns - conns/minConns, hotSessions}} {
		db, connector, err := connect(cfg.DSN, pool.settings, silence, s.notifier.notice)
		if err != nil {
			return nil, errors.Join(err, s.Close())
		}
		connector.seconds, connector.failed = seconds(pool.name), failed
		*pool.db, s.pools = db, append(s.pools, newPool(pool.name, db, connector, pool.conns, cfg.Log))
	}
	s.pools[0].other, s.pools[1].other = s.pools[1], s.pools[0]
	if err := s.prepare(ctx, s.db, s.hot); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	if cfg.Metrics != nil {
		cfg.Metrics.MustRegister(poolCollector{s})
	}
	return s, nil
}

// hotSessions is what connections are told on which statements run all the time.
var hotSessions = func() map[string]string {
	settings := maps.Clone(sessions)
	maps.Copy(settings, planner)
	return settings
}()

// planner makes the plans of the hot statements what they have to be.
var planner = map[string]string{
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
}

// otherSessions is what connections are told on which the other statements run.
var otherSessions = func() map[string]string {
	settings := maps.Clone(sessions)
	maps.Copy(settings, ownPlans)
	return settings
}()

// ownPlans has each execution of the other statements planned for its parameters. A list by
// metadata depends on it: what is frequent and what is rare is read from different indexes.
var ownPlans = map[string]string{
	"plan_cache_mode": "force_custom_plan",
	// To compile a plan takes longer than what it saves, and so do workers when others have
	// the processors.
	"jit":                             "off",
	"max_parallel_workers_per_gather": "0",
	// Which rows match is kept in a bitmap. One that outgrows this, at about 500,000 pages of
	// the table, would have all rows of a page looked at.
	"work_mem": "32MB",
}

// sessions is what all connections of the store are told, though not those of
// migrations.
var sessions = map[string]string{
	// A process that is stopped in the middle of a transaction would keep what it
	// has locked for as long as its connection lives.
	"idle_in_transaction_session_timeout": "30s",
	// Triggers leave it to the servers of this version to notify, after the commit.
	"lox.notify": "after commit",
	// And say by a notice that there is something to notify of.
	"client_min_messages": "notice",
	// A statement whose caller has given up ends, even while it waits for a lock.
	"client_connection_check_interval": "2s",
}

func connect(dsn string, settings map[string]string, silence time.Duration, notice func(*pq.Error)) (*sqlx.DB, *connector, error) {
	pc, err := pq.NewConfig(dsn)
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
	pc.ApplicationName = sessionName(pc.ApplicationName)
	connector, err := newConnector(pc, silence, notice)
	if err != nil {
		return nil, nil, fmt.Errorf("database URL: %w", err)
	}
	db := sqlx.NewDb(sql.OpenDB(connector), "postgres")
	db.SetConnMaxIdleTime(5 * time.Minute)
	return db, connector, nil
}

// Ping reports whether the database answers and can be written to: one that has
// become a standby can't.
func (s *Store) Ping(ctx context.Context) error {
	var readOnly string
	err := s.db.QueryRowContext(ctx, "show transaction_read_only").Scan(&readOnly)
	if err == nil && readOnly == "on" {
		for _, p := range s.pools {
			p.connector.abandon()
		}
		err = errReadOnly
	}
	return wrap(ctx, "ping", err)
}

// Close ends all connections.
func (s *Store) Close() error {
	s.growth.looking.Wait()
	s.notifier.close()
	var err error
	for _, p := range s.pools {
		err = errors.Join(err, p.close())
	}
	return err
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
	return transactOn(ctx, s.db, what, work)
}

func transactOn(ctx context.Context, db *sqlx.DB, what string, work func(*sqlx.Tx) error) error {
	tx, err := db.BeginTxx(ctx, nil)
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
