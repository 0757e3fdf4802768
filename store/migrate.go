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
	// lockTries is how often a migration is tried while it doesn't get its locks: for five
	// minutes.
	lockTries = 250
	// lockPause is the pause between two tries. In it, statements that waited behind the
	// migration's lock can run.
	lockPause = time.Second
	// migrationLockSeconds is how many seconds a server waits for another one that migrates,
	// which may build indexes of large tables. If the other server dies, the wait ends:
	// PostgreSQL releases the lock with its connection.
	migrationLockSeconds = 60 * 60
)

// migrationSessions are the settings of connections for migrations. While an "alter table"
// waits for a lock, which pg_dump for example holds until its end, all other statements
// wait behind it. So it times out soon and is tried again. All lock waits of a migration
// together are shorter than deadlock_timeout, 1 s by default, if a migration begins with its
// locks and takes at most five. So in a deadlock with a server the migration fails, not the
// server.
var migrationSessions = map[string]string{"lock_timeout": "200ms"}

// migrateWith calls work with connections for migrations.
func migrateWith(ctx context.Context, cfg Config, work func(context.Context, *sql.DB) error) (err error) {
	db, _, err := connect(cfg.DSN, migrationSessions, 0, nil)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	return work(ctx, db.DB)
}

// migrate applies missing migrations. Several servers may start at the same time: the
// first to get the lock migrates.
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
	// Without pending migrations no lock is needed: goose polls for the lock only once a
	// second.
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
			level = slog.LevelDebug // the database was empty: a new installation, not an upgrade
		}
		for _, m := range applied {
			log.Log(ctx, level, "the schema of the database was migrated", "version", m.Source.Version,
				"migration", path.Base(m.Source.Path), "took", m.Duration.Round(time.Millisecond).String())
		}
		// Deadlocks occur with running servers.
		if pq.As(err, pqerror.LockNotAvailable, pqerror.TRDeadlockDetected) == nil {
			return err
		}
		select {
		case <-ctx.Done():
			return errors.Join(context.Cause(ctx), err)
		case <-time.After(lockPause):
		}
	}
	return fmt.Errorf("a table is in use, for example by pg_dump: try again when that transaction has ended: %w", err)
}

func migrator(db *sql.DB) (*goose.Provider, error) {
	dir, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return nil, err
	}
	locker, err := lock.NewPostgresSessionLocker(lock.WithLockTimeout(1, migrationLockSeconds))
	if err != nil {
		return nil, err
	}
	return goose.NewProvider(goose.DialectPostgres, db, dir, goose.WithSessionLocker(locker), goose.WithDisableGlobalRegistry(true))
}
