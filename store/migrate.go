package store

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"path"
	"time"

	"github.com/lib/pq"
	"github.com/lib/pq/pqerror"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
)

//go:embed migrations/*.sql
var migrations embed.FS

const (
	// lockTries is how often a migration is tried that doesn't get the locks it needs:
	// for five minutes.
	lockTries = 250
	// lockPause is between two tries: whoever waited behind the first one gets on.
	lockPause = time.Second
	// turnPatience is how many seconds a server waits for another one that migrates.
	// That may build indexes of large tables. Its death ends the wait: PostgreSQL
	// drops the lock with its connection.
	turnPatience = 60 * 60
)

// migrationSessions is what connections of migrations are told. An "alter table" that
// waits for somebody to let go of the table, as pg_dump does only at its end, has
// everybody else wait behind it: so it gives up soon, and is tried again. All locks of a
// migration together take less than deadlock_timeout, 1 s by default: of a deadlock with
// a server it is the migration that ends, if it takes its locks, five at most, first.
var migrationSessions = map[string]string{"lock_timeout": "200ms"}

// migrateWith does work by connections for migrations.
func migrateWith(ctx context.Context, cfg Config, work func(context.Context, *sql.DB) error) (err error) {
	db, _, err := connect(cfg.DSN, migrationSessions, 0, nil)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	return work(ctx, db.DB)
}

// migrate applies what is missing of the schema. Several servers may start at
// once: the first one to take the lock does it.
func migrate(ctx context.Context, db *sql.DB, log *slog.Logger) error {
	if err := applyMissing(ctx, db, log); err != nil {
		return fmt.Errorf("migrate the database: %w", err)
	}
	return nil
}

func applyMissing(ctx context.Context, db *sql.DB, log *slog.Logger) error {
	provider, err := migrator(db)
	if err != nil {
		return err
	}
	// Asking first spares a server that finds nothing to do the lock, which
	// goose polls for once a second.
	if pending, err := provider.HasPending(ctx); err == nil && !pending {
		return nil
	}
	for range lockTries {
		var applied []*goose.MigrationResult
		applied, err = provider.Up(ctx)
		if partly, ok := errors.AsType[*goose.PartialError](err); ok {
			applied = partly.Applied
		}
		level := slog.LevelInfo
		if len(applied) > 0 && applied[0].Source.Version == 1 {
			level = slog.LevelDebug // the database was empty, and nothing has changed for anybody
		}
		for _, m := range applied {
			log.Log(ctx, level, "the schema of the database was migrated", "version", m.Source.Version,
				"migration", path.Base(m.Source.Path), "took", m.Duration.Round(time.Millisecond).String())
		}
		// Deadlocks are those with servers that are at work.
		if pq.As(err, pqerror.LockNotAvailable, pqerror.TRDeadlockDetected) == nil {
			return err
		}
		select {
		case <-ctx.Done():
			return errors.Join(context.Cause(ctx), err)
		case <-time.After(lockPause):
		}
	}
	return fmt.Errorf("a table is in use: try again when the transaction has ended that uses it, such as that of pg_dump: %w", err)
}

func migrator(db *sql.DB) (*goose.Provider, error) {
	dir, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return nil, err
	}
	locker, err := lock.NewPostgresSessionLocker(lock.WithLockTimeout(1, turnPatience))
	if err != nil {
		return nil, err
	}
	return goose.NewProvider(goose.DialectPostgres, db, dir, goose.WithSessionLocker(locker), goose.WithDisableGlobalRegistry(true))
}
