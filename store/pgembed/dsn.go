//go:build unix

package pgembed

import (
	"context"
	"database/sql"
	"fmt"
	"strings"

	"github.com/lib/pq"
)

// port is only part of the name of the socket file, .s.PGSQL.5432.
const port = "5432"

// dsn returns a lib/pq connection string for a database behind the socket in the directory.
func dsn(socketDir, password, database string) string {
	quote := strings.NewReplacer(`\`, `\\`, `'`, `\'`)
	return fmt.Sprintf("host='%s' port=%s user=%s password=%s dbname='%s' sslmode=disable",
		quote.Replace(socketDir), port, User, password, quote.Replace(database))
}

// ensureDatabase creates the database unless it exists.
func (s *Server) ensureDatabase(ctx context.Context, name string) error {
	db, err := sql.Open("postgres", s.DSNFor("postgres"))
	if err != nil {
		return fmt.Errorf("open database postgres: %w", err)
	}
	defer db.Close()
	var exists bool
	const query = `select exists (select from pg_database where datname = $1)`
	if err := db.QueryRowContext(ctx, query, name).Scan(&exists); err != nil {
		return fmt.Errorf("look for database %s: %w", name, err)
	}
	if exists {
		return nil
	}
	if _, err := db.ExecContext(ctx, `create database `+pq.QuoteIdentifier(name)); err != nil {
		return fmt.Errorf("create database %s: %w", name, err)
	}
	return nil
}

// ping checks that the server answers.
func ping(ctx context.Context, dsn string) error {
	db, err := sql.Open("postgres", dsn)
	if err != nil {
		return err
	}
	defer db.Close()
	return db.PingContext(ctx)
}
