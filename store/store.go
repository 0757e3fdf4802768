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
)

// Store keeps everything but the bytes in PostgreSQL. It is safe for concurrent use.
type Store struct {
	// hot runs the frequent statements, and db the others: see hotPlans and otherPlans.
	hot, db *sqlx.DB
	// pools are the pools of db and hot.
	pools []*pool
	// dsn is for connections outside of the pools.
	dsn string
	// schemaBefore is the version of the schema that Open found.
	schemaBefore int64
	statements

	growth   growth
	notifier notifier
}

// Config says how to connect to PostgreSQL.
type Config struct {
	// DSN is a connection string or URL in the format of lib/pq.
	DSN string
	// MaxConns bounds the connections. Idle ones are kept for five minutes. A quarter of
	// them is for the less frequent statements. 0 means defaultMaxConns, and less than 4
	// means 4. Each watch needs one more connection.
	MaxConns int
	// Silence is how long PostgreSQL may send nothing while a call waits for its answer.
	// After it the call fails with CodeUnavailable. 0 means 10 seconds: all statements of
	// requests are faster. Migrations have no such bound.
	Silence time.Duration
	// Schema says what Open does about the schema.
	Schema Schema
	// Log gets lines about migrations, and about connections that PostgreSQL refuses. Nil
	// discards them.
	Log *slog.Logger
	// Metrics, if not nil, gets lox_db_pool_… and lox_db_statement_seconds.
	Metrics prometheus.Registerer
}

// defaultMaxConns is the default of Config.MaxConns. With it and two watches, three servers
// use 90 of the 97 connections of a default PostgreSQL: max_connections is 100, and 3 are
// reserved for superusers. The rest is for commands and operators.
const defaultMaxConns, minConns = 28, 4

// Open connects, upgrades or checks the schema, and prepares every statement.
func Open(ctx context.Context, cfg Config) (*Store, error) {
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	before, err := prepareSchema(ctx, cfg)
	if err != nil {
		return nil, err
	}
	conns, silence := max(minConns, cmp.Or(cfg.MaxConns, defaultMaxConns)), cmp.Or(cfg.Silence, silenceTimeout)
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

// hotSessions are the settings of connections for the frequent statements.
var hotSessions = func() map[string]string {
	settings := maps.Clone(sessions)
	maps.Copy(settings, hotPlans)
	return settings
}()

// hotPlans are the planner settings for the frequent statements.
var hotPlans = map[string]string{
	// If one tenant is far bigger than the others, PostgreSQL prefers custom plans, and
	// plans the prepared page queries again at each execution. But every frequent statement
	// has one good plan, whatever its parameters.
	"plan_cache_mode": "force_generic_plan",
	// The good plan reads an index in order. PostgreSQL must not choose another one while
	// the tables are small.
	"enable_seqscan":    "off",
	"enable_bitmapscan": "off",
	"enable_sort":       "off",
	// If a plan needs a sort, the penalty of enable_sort raises its estimated cost so far
	// that every execution would compile the plan.
	"jit": "off",
}

// otherSessions are the settings of connections for the other statements.
var otherSessions = func() map[string]string {
	settings := maps.Clone(sessions)
	maps.Copy(settings, otherPlans)
	return settings
}()

// otherPlans are the planner settings for the other statements. Each execution is planned for
// its parameters. A list by metadata needs that: frequent values and rare values need different
// indexes.
var otherPlans = map[string]string{
	"plan_cache_mode": "force_custom_plan",
	// Compiling a plan takes longer than it saves. Parallel workers don't help while other
	// statements use the processors.
	"jit":                             "off",
	"max_parallel_workers_per_gather": "0",
	// A bitmap of matching rows must fit in memory. Above this size, at about 500,000 pages of
	// the table, PostgreSQL would check all rows of the pages.
	"work_mem": "32MB",
}

// sessions are the settings of all connections in the pools. Connections of migrations don't
// have them.
var sessions = map[string]string{
	// If a process is stopped in the middle of a transaction, its locks would be held as long
	// as its connection lives.
	"idle_in_transaction_session_timeout": "30s",
	// With this setting triggers don't notify: the servers do, after the commit.
	"lox.notify": "after commit",
	// Triggers send a notice instead.
	"client_min_messages": "notice",
	// Ends a statement whose caller has given up, even while it waits for a lock.
	"client_connection_check_interval": "2s",
}

func connect(dsn string, settings map[string]string, silence time.Duration, notice func(*pq.Error)) (*sqlx.DB, *connector, error) {
	pc, err := pq.NewConfig(dsn)
	if err != nil {
		// lib/pq reads the PG* variables, and returns an error for invalid ones.
		if _, err := pq.NewConfig("host=localhost user=lox dbname=lox"); err != nil {
			return nil, nil, fmt.Errorf("an environment variable for PostgreSQL is wrong, correct or unset it: %w", err)
		}
		// The error of lib/pq may contain a part of the password.
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

// Ping returns an error if the database doesn't answer, or is read-only, for example a
// standby.
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
	s.growth.analyzing.Wait()
	s.notifier.close()
	var err error
	for _, p := range s.pools {
		err = errors.Join(err, p.close())
	}
	return err
}

// affected runs a statement and returns the number of affected rows.
func affected(ctx context.Context, what string, stmt *sqlx.Stmt, args ...any) (int64, error) {
	res, err := stmt.ExecContext(ctx, args...)
	if err != nil {
		return 0, wrap(ctx, what, err)
	}
	n, err := res.RowsAffected()
	return n, wrap(ctx, what, err)
}

// transact calls work in a transaction, and rolls back if work fails.
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

// batchSize is how many rows one transaction changes at most if there may be many. It is
// small, so that other transactions don't wait long for its locks.
const batchSize = 1000

// repeat calls work until it returns less than batchSize.
func repeat(work func() (int64, error)) error {
	for {
		if n, err := work(); err != nil || n < batchSize {
			return err
		}
	}
}
