package main

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/base64"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/backlox/lox/openapi/serve"
)

// server is a lox serve with a database and a store of files of its own. The
// database is behind a gate.
type server struct {
	*serve.Server

	testbed  *testbed
	name     string
	dir      string
	dsn      string
	db       *sql.DB
	database *gate
	files    files
	holding  *sql.Tx // the lock of an idempotency key
}

// serve starts a server whose files are in the store that open makes. settings
// are further LOX_… variables. It is stopped with the testbed.
func (h *testbed) serve(ctx context.Context, name string, open opener, settings ...string) (*server, error) {
	s := &server{testbed: h, name: name, dir: filepath.Join(h.dir, name)}
	if err := os.Mkdir(s.dir, 0o700); err != nil {
		return nil, err
	}
	if err := s.openDatabase(ctx); err != nil {
		return nil, err
	}
	var err error
	if s.files, err = open(ctx, h, name, s.dir); err != nil {
		return nil, err
	}
	near := strings.Replace(s.dsn, filepath.Dir(s.database.target()), filepath.Dir(s.database.listener.Addr().String()), 1)
	all := append([]string{
		"LOX_DATABASE_URL=" + near, "LOX_MASTER_KEY=" + base64.StdEncoding.EncodeToString(bytes.Repeat([]byte{7}, 32)),
		"LOX_WEBHOOK_ALLOW_PRIVATE=true", "LOX_TRUSTED_PROXIES=127.0.0.1/32",
	}, s.files.settings()...)
	if s.Server, err = serve.Start(ctx, h.lox, s.dir, append(all, settings...)...); err != nil {
		return nil, err
	}
	h.closing(func(context.Context) error { return s.Stop() })
	s.AdminSettings = []string{"LOX_DATABASE_URL=" + s.dsn} // past the gate
	return s, s.files.serving(s.Server)
}

// openDatabase makes the database, and puts a gate before it.
func (s *server) openDatabase(ctx context.Context) (err error) {
	h := s.testbed
	if err := h.database(ctx, s.name); err != nil {
		return err
	}
	s.dsn = h.postgres.DSNFor(s.name)
	if s.db, err = sql.Open("postgres", s.dsn); err != nil {
		return err
	}
	h.closing(func(context.Context) error { return s.db.Close() })
	socket := socketOf(s.dsn)
	near := filepath.Join(h.dir, "gate-"+s.name, filepath.Base(socket))
	if err := os.Mkdir(filepath.Dir(near), 0o700); err != nil {
		return err
	}
	if s.database, err = openGate(ctx, "unix", near, socket); err != nil {
		return err
	}
	h.closing(func(context.Context) error { return s.database.close() })
	return nil
}

var hostAndPort = regexp.MustCompile(`^host='([^']+)' port=(\d+)`)

// socketOf is where the server of a connection string listens.
func socketOf(dsn string) string {
	found := hostAndPort.FindStringSubmatch(dsn)
	return filepath.Join(found[1], ".s.PGSQL."+found[2])
}
