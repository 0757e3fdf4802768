//go:build unix

package pgembed

import (
	"context"
	"database/sql"
	"fmt"
	"time"
)

const (
	// clientsSQL counts the other clients.
	clientsSQL = "select count(*) from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid()"
	idleTick   = 20 * time.Millisecond
)

// Idle waits until no client is connected, so that a stop interrupts nobody. It fails if ctx ends or the query fails.
func (s *Server) Idle(ctx context.Context) (err error) {
	db, err := sql.Open("postgres", s.DSN())
	if err != nil {
		return fmt.Errorf("embedded PostgreSQL: %w", err)
	}
	db.SetMaxOpenConns(1)
	defer func() { _ = db.Close() }()
	for {
		var clients int
		if err := db.QueryRowContext(ctx, clientsSQL).Scan(&clients); err != nil {
			return fmt.Errorf("embedded PostgreSQL: count clients: %w", err)
		}
		if clients == 0 {
			return nil
		}
		if err := pause(ctx, idleTick); err != nil {
			return fmt.Errorf("embedded PostgreSQL: wait for %d clients: %w", clients, err)
		}
	}
}
