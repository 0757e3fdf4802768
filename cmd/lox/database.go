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
	"github.com/spf13/cobra"

	"github.com/backlox/lox/store"
	"github.com/backlox/lox/store/pgembed"
)

// commandSilence is how long one statement of a command may take: somebody waits for it,
// and can interrupt it.
const commandSilence = 5 * time.Minute

// stopTimeout is how long a part of the house may take to stop cleanly.
const stopTimeout = 15 * time.Second

// database is an open store and, if it was started here, the PostgreSQL below
// it.
type database struct {
	*store.Store
	server *pgembed.Server // nil if it isn't ours
}

func (c config) postgresDir() string { return filepath.Join(c.DataDir, "postgres") }

// openDatabase connects to the configured database or starts the built-in one.
// ErrInUse of pgembed: another lox serves this data directory.
func openDatabase(ctx context.Context, cfg config, log *slog.Logger) (*database, error) {
	db := &database{}
	dsn := cfg.DatabaseURL
	if cfg.embeddedDatabase() {
		server, err := pgembed.Start(ctx, pgembed.Config{Dir: cfg.postgresDir(), Logger: log.With("part", "postgres")})
		if err != nil {
			return nil, err
		}
		db.server, dsn = server, server.DSN()
	}
	return db.open(ctx, cfg, dsn)
}

// reachDatabase is openDatabase for a command that may run beside the server,
// or beside another command, which ends just when it is looked for.
func reachDatabase(ctx context.Context, cfg config, log *slog.Logger) (*database, error) {
	cfg.databaseSilence = commandSilence
	var reached *database
	err := whileInUse(ctx, func() (err error) {
		if reached, err = openDatabase(ctx, cfg, log); !errors.Is(err, pgembed.ErrInUse) {
			return err
		}
		dsn, attachErr := pgembed.Attach(ctx, cfg.postgresDir())
		if errors.Is(attachErr, pgembed.ErrNotRunning) {
			return err // that of before: it is, or was, in use
		}
		if attachErr != nil {
			return attachErr
		}
		reached, err = (&database{}).open(ctx, cfg, dsn)
		if stopping := pq.As(err, pqerror.CannotConnectNow); stopping != nil {
			return fmt.Errorf("%w: %w", pgembed.ErrInUse, err) // for a moment more
		}
		return err
	})
	return reached, err
}

// leave is close for a command: others may have attached meanwhile to what was
// started here.
func (db *database) leave() error {
	err := db.Close()
	if db.server != nil && db.server.Err() == nil {
		ctx, cancel := context.WithTimeout(context.Background(), stopTimeout)
		defer cancel()
		_ = db.server.Idle(ctx) // it has to be stopped in any case
	}
	return errors.Join(err, db.stopServer())
}

// A command takes a data directory for a moment; a server that starts meanwhile
// waits for that long before it takes it for another server's.
const (
	inUseWait = 3 * time.Second
	inUseTick = 50 * time.Millisecond
)

// whileInUse repeats what fails because a data directory is in use, for a while.
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

func (db *database) open(ctx context.Context, cfg config, dsn string) (*database, error) {
	var err error
	db.Store, err = store.Open(ctx, store.Config{DSN: dsn, MaxConns: cfg.DatabaseMaxConns, Silence: cfg.databaseSilence})
	if err != nil {
		if cfg.embeddedDatabase() {
			err = pgembed.ExplainFullDisk(cfg.postgresDir(), err)
		} else {
			err = fmt.Errorf("LOX_DATABASE_URL: %w", err)
		}
		return nil, errors.Join(err, db.stopServer())
	}
	return db, nil
}

func (db *database) close() error {
	err := db.Close()
	if db.server != nil && db.server.Err() != nil {
		// Why it ended says all; the connections went with it.
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

func migrateCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "migrate",
		Short: "Bring the database's schema up to date (serve does so by itself)",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := loadConfig()
			if err != nil {
				return err
			}
			db, err := reachDatabase(cmd.Context(), cfg, cfg.logger(cmd.ErrOrStderr()))
			if err != nil {
				return err
			}
			return db.leave()
		},
	}
}
