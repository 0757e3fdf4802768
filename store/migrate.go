package store

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
)

//go:embed migrations/*.sql
var migrations embed.FS

// migrateWith migrates by connections of its own.
func migrateWith(ctx context.Context, cfg Config) (err error) {
	db, _, err := connect(cfg, nil, 0)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	if err := migrate(ctx, db.DB); err != nil {
		return fmt.Errorf("migrate the database: %w", err)
	}
	return nil
}

// migrate applies what is missing of the schema. Several servers may start at
// once: the first one to take the lock does it.
func migrate(ctx context.Context, db *sql.DB) error {
	provider, err := migrator(db)
	if err != nil {
		return err
	}
	// Asking first spares a server that finds nothing to do the lock, which
	// goose polls for once a second.
	if pending, err := provider.HasPending(ctx); err == nil && !pending {
		return nil
	}
	_, err = provider.Up(ctx)
	return err
}

func migrator(db *sql.DB) (*goose.Provider, error) {
	dir, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return nil, err
	}
	locker, err := lock.NewPostgresSessionLocker(lock.WithLockTimeout(1, 60))
	if err != nil {
		return nil, err
	}
	return goose.NewProvider(goose.DialectPostgres, db, dir, goose.WithSessionLocker(locker), goose.WithDisableGlobalRegistry(true))
}
