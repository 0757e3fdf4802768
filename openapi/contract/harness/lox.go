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

// server is a "lox serve" process with a database and a file store of its own. It
// reaches the database through databaseProxy.
type server struct {
	*serve.Server

	testbed            *testbed
	name               string
	dir                string
	dsn                string
	db                 *sql.DB
	databaseProxy      *connProxy
	files              fileStore
	idempotencyKeyLock *sql.Tx // nil if no key is held
}

// serve starts a server that keeps its files in the store that open creates.
// settings are further LOX_… variables. Closing the testbed stops the server.
func (h *testbed) serve(ctx context.Context, name string, open openFileStore, settings ...string) (*server, error) {
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
	proxied := strings.Replace(s.dsn, filepath.Dir(s.databaseProxy.upstreamAddress()), filepath.Dir(s.databaseProxy.listener.Addr().String()), 1)
	all := append([]string{
		"LOX_DATABASE_URL=" + proxied, "LOX_MASTER_KEY=" + base64.StdEncoding.EncodeToString(bytes.Repeat([]byte{7}, 32)),
		"LOX_WEBHOOK_ALLOW_PRIVATE=true", "LOX_TRUSTED_PROXIES=127.0.0.1/32",
	}, s.files.settings()...)
	if s.Server, err = serve.Start(ctx, h.lox, s.dir, append(all, settings...)...); err != nil {
		return nil, err
	}
	h.onClose(func(context.Context) error { return s.Stop() })
	s.AdminSettings = []string{"LOX_DATABASE_URL=" + s.dsn} // not through the proxy
	return s, s.files.started(s.Server)
}

// openDatabase creates the database and starts the proxy in front of it.
func (s *server) openDatabase(ctx context.Context) (err error) {
	h := s.testbed
	if err := h.createDatabase(ctx, s.name); err != nil {
		return err
	}
	s.dsn = h.postgres.DSNFor(s.name)
	if s.db, err = sql.Open("postgres", s.dsn); err != nil {
		return err
	}
	h.onClose(func(context.Context) error { return s.db.Close() })
	socket := socketOf(s.dsn)
	proxySocket := filepath.Join(h.dir, "proxy-"+s.name, filepath.Base(socket))
	if err := os.Mkdir(filepath.Dir(proxySocket), 0o700); err != nil {
		return err
	}
	if s.databaseProxy, err = startConnProxy(ctx, "unix", proxySocket, socket); err != nil {
		return err
	}
	h.onClose(func(context.Context) error { return s.databaseProxy.close() })
	return nil
}

var hostAndPort = regexp.MustCompile(`^host='([^']+)' port=(\d+)`)

// socketOf returns the Unix socket that a connection string names.
func socketOf(dsn string) string {
	found := hostAndPort.FindStringSubmatch(dsn)
	return filepath.Join(found[1], ".s.PGSQL."+found[2])
}
