package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"time"

	"github.com/lib/pq"
	"github.com/lib/pq/pqerror"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/backlox/lox/store"
	"github.com/backlox/lox/store/pgembed"
)

// commandSilence is the timeout of one statement of a command: an operator waits for it, and can interrupt
// it.
const commandSilence = 5 * time.Minute

// stopTimeout is how long a part of the app may take for a clean stop.
const stopTimeout = 15 * time.Second

// database is an open store and, if this process started it, the PostgreSQL that it uses.
type database struct {
	*store.Grouped
	server *pgembed.Server // nil if this process didn't start it
}

func (c config) postgresDir() string { return filepath.Join(c.DataDir, "postgres") }

// openDatabase connects to the configured database or starts the built-in one. It returns ErrInUse of
// pgembed if another lox serves this data directory.
func openDatabase(ctx context.Context, cfg config, log *slog.Logger, metrics prometheus.Registerer) (*database, error) {
	cfg.databaseMetrics = metrics
	dsn, server, err := startPostgres(ctx, cfg, log)
	if err != nil {
		return nil, err
	}
	return (&database{server: server}).open(ctx, cfg, dsn, log)
}

// startPostgres starts the built-in PostgreSQL unless an external one is configured.
func startPostgres(ctx context.Context, cfg config, log *slog.Logger) (dsn string, _ *pgembed.Server, err error) {
	if !cfg.embeddedDatabase() {
		return cfg.DatabaseURL, nil, nil
	}
	server, err := pgembed.Start(ctx, pgembed.Config{Dir: cfg.postgresDir(), Logger: log.With("part", "postgres")})
	if err != nil {
		return "", nil, err
	}
	return server.DSN(), server, nil
}

// reachDatabase is openDatabase for a command, which may run beside the server, or beside another command
// that is just about to end. Commands need the schema as it is: see store.SchemaRequired.
func reachDatabase(ctx context.Context, cfg config, schema store.Schema, log *slog.Logger) (*database, error) {
	cfg.databaseSilence = commandSilence
	cfg.databaseSchema = schema
	var reached *database
	err := reachPostgres(ctx, cfg, log, func(dsn string, server *pgembed.Server) (err error) {
		reached, err = (&database{server: server}).open(ctx, cfg, dsn, log)
		return err
	})
	return reached, err
}

// reachPostgres calls open for the PostgreSQL that is running, or for one that it starts. If open fails,
// open must stop the one that was started.
func reachPostgres(ctx context.Context, cfg config, log *slog.Logger, open func(dsn string, server *pgembed.Server) error) error {
	return whileInUse(ctx, func() error {
		dsn, server, err := startPostgres(ctx, cfg, log)
		if err == nil {
			return open(dsn, server)
		}
		if !errors.Is(err, pgembed.ErrInUse) {
			return err
		}
		dsn, attachErr := pgembed.Attach(ctx, cfg.postgresDir())
		if errors.Is(attachErr, pgembed.ErrNotRunning) {
			return err // the first error: the directory is, or was, in use
		}
		if attachErr != nil {
			return attachErr
		}
		err = open(dsn, nil)
		if stopping := pq.As(err, pqerror.CannotConnectNow); stopping != nil {
			return fmt.Errorf("%w: %w", pgembed.ErrInUse, err) // that server is about to stop: whileInUse tries again
		}
		return err
	})
}

// leave is close for a command: other commands may have attached meanwhile to the PostgreSQL that this one
// started.
func (db *database) leave() error { return errors.Join(db.Close(), db.leaveServer()) }

func (db *database) leaveServer() error {
	if db.server != nil && db.server.Err() == nil {
		ctx, cancel := context.WithTimeout(context.Background(), stopTimeout)
		defer cancel()
		_ = db.server.Idle(ctx) // the server must be stopped even if Idle fails
	}
	return db.stopServer()
}

// A command uses a data directory for a moment. A server that starts meanwhile waits this long before it
// reports that another server uses the directory.
const (
	inUseWait = 3 * time.Second
	inUseTick = 50 * time.Millisecond
)

// whileInUse repeats do for a while if it fails because a data directory is in use.
func whileInUse(ctx context.Context, do func() error) error {
	ctx, cancel := context.WithTimeout(ctx, inUseWait)
	defer cancel()
	for {
		err := do()
		if !errors.Is(err, pgembed.ErrInUse) {
			return err
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(inUseTick):
		}
	}
}

func (db *database) open(ctx context.Context, cfg config, dsn string, log *slog.Logger) (*database, error) {
	opened, err := store.Open(ctx, store.Config{
		DSN: dsn, MaxConns: cfg.DatabaseMaxConns, Silence: cfg.databaseSilence, Schema: cfg.databaseSchema, Log: log.With("part", "database"),
		Metrics: cfg.databaseMetrics,
	})
	if err != nil {
		if cfg.embeddedDatabase() {
			err = pgembed.ExplainFullDisk(cfg.postgresDir(), err)
		} else {
			err = fmt.Errorf("LOX_DATABASE_URL: %w", err)
		}
		return nil, errors.Join(err, db.stopServer())
	}
	db.Grouped = store.Group(opened)
	return db, nil
}

func (db *database) close() error {
	err := db.Close()
	if db.server != nil && db.server.Err() != nil {
		// The error of the server explains the other one: the connections ended with it.
		return db.server.Err()
	}
	return errors.Join(err, db.stopServer())
}

func (db *database) stopServer() error {
	if db.server == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), stopTimeout)
	defer cancel()
	return db.server.Stop(ctx)
}
