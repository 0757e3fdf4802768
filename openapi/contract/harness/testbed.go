package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	_ "github.com/lib/pq" // for the databases of the servers

	"github.com/backlox/lox/blob/blobtest/miniotest"
	"github.com/backlox/lox/store/pgembed"
)

// stopTimeout is how long a part of the testbed may take to stop.
const stopTimeout = 15 * time.Second

// testbed is a PostgreSQL and a MinIO that the harness starts for its servers.
type testbed struct {
	dir      string
	lox      string // path of the binary
	postgres *pgembed.Server
	admin    *sql.DB
	minio    *miniotest.Server

	closers []func(context.Context) error
}

// startTestbed starts a testbed. The result must be closed even after an error.
func startTestbed(ctx context.Context, lox string) (*testbed, error) {
	h := &testbed{}
	var err error
	if h.lox, err = filepath.Abs(lox); err != nil {
		return h, err
	}
	if h.dir, err = os.MkdirTemp("", "lox-contract-"); err != nil {
		return h, err
	}
	h.onClose(func(context.Context) error { return os.RemoveAll(h.dir) })
	quiet := slog.New(slog.NewTextHandler(io.Discard, nil)) //nolint:sloglint // errors are returned
	h.postgres, err = pgembed.Start(ctx, pgembed.Config{
		Dir: filepath.Join(h.dir, "postgres"), Logger: quiet,
		// The data need not survive a crash. Each server has its own connection pool.
		Settings: map[string]string{"fsync": "off", "max_connections": "300"},
	})
	if err != nil {
		return h, err
	}
	h.onClose(h.postgres.Stop)
	if h.admin, err = sql.Open("postgres", h.postgres.DSN()); err != nil {
		return h, err
	}
	h.onClose(func(context.Context) error { return h.admin.Close() })
	if h.minio, err = miniotest.Start(ctx, filepath.Join(h.dir, "minio")); err != nil {
		return h, err
	}
	h.onClose(func(context.Context) error { h.minio.Stop(); return nil })
	return h, nil
}

// onClose has close call f.
func (h *testbed) onClose(f func(context.Context) error) { h.closers = append(h.closers, f) }

// close stops everything in reverse order of its start.
func (h *testbed) close() error {
	var errs []error
	for len(h.closers) > 0 {
		last := len(h.closers) - 1
		ctx, cancel := context.WithTimeout(context.Background(), stopTimeout)
		errs = append(errs, h.closers[last](ctx))
		cancel()
		h.closers = h.closers[:last]
	}
	return errors.Join(errs...)
}

// createDatabase creates an empty database.
func (h *testbed) createDatabase(ctx context.Context, name string) error {
	_, err := h.admin.ExecContext(ctx, fmt.Sprintf("create database %q", name))
	return err
}
