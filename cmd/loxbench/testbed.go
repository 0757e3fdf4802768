package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/backlox/lox"
	"github.com/backlox/lox/blob/disk"
	"github.com/backlox/lox/lifecycle"
	"github.com/backlox/lox/openapi"
	"github.com/backlox/lox/ratelimit"
	"github.com/backlox/lox/server"
	"github.com/backlox/lox/store"
	"github.com/backlox/lox/store/pgembed"
)

// stopTimeout is how long a part of the testbed may take to stop cleanly, and
// startTimeout to start.
const startTimeout, stopTimeout = 30 * time.Second, 15 * time.Second

// testbed is what servers stand on, PostgreSQL and directories, and the servers that
// are measured, which are processes of their own. What fills it and looks at its
// plans has the database.
type testbed struct {
	dir       string
	lox, bare *process
	plans     *planLog

	postgres *pgembed.Server
	db       *sql.DB // beside the product
	store    *store.Grouped
	blobs    *disk.Store

	// closers run in reverse order.
	closers []func(context.Context) error
}

// startTestbed starts everything. What it returns must be closed even after an error.
func startTestbed(ctx context.Context) (*testbed, error) {
	h := &testbed{plans: newPlanLog()}
	dir, err := os.MkdirTemp("", "loxbench-")
	if err != nil {
		return h, err
	}
	h.closing(func(context.Context) error { return os.RemoveAll(dir) })
	if dir, err = filepath.Abs(dir); err != nil {
		return h, err
	}
	h.dir = dir
	if err := h.startDatabase(ctx, filepath.Join(dir, "postgres")); err != nil {
		return h, err
	}
	return h, h.openObjects(filepath.Join(dir, "storage"))
}

// open starts the servers that are compared.
func (h *testbed) open(ctx context.Context) (err error) {
	if h.lox, err = h.product(ctx, "lox", h.external()); err == nil {
		h.bare, err = h.ceiling(ctx)
	}
	return err
}

// within runs a part of the bench, and stops what it has started.
func (h *testbed) within(part func() error) error {
	before := len(h.closers)
	return errors.Join(part(), h.closeTo(before))
}

func (h *testbed) closing(f func(context.Context) error) { h.closers = append(h.closers, f) }

// close stops what was started, the latest first.
func (h *testbed) close() error { return h.closeTo(0) }

func (h *testbed) closeTo(n int) error {
	var errs []error
	for len(h.closers) > n {
		last := len(h.closers) - 1
		ctx, cancel := context.WithTimeout(context.Background(), stopTimeout)
		errs = append(errs, h.closers[last](ctx))
		cancel()
		h.closers = h.closers[:last]
	}
	return errors.Join(errs...)
}

// startDatabase runs PostgreSQL as the product does, durably: without Settings. Only a superuser gets to see plans.
func (h *testbed) startDatabase(ctx context.Context, dir string) (err error) {
	h.postgres, err = pgembed.Start(ctx, pgembed.Config{Dir: dir, Logger: slog.New(h.plans), Superuser: true})
	if err != nil {
		return err
	}
	h.closing(h.postgres.Stop)
	if h.store, err = h.openStore(ctx, "", 0); err != nil {
		return err
	}
	if h.db, err = sql.Open("postgres", h.postgres.DSN()); err != nil {
		return err
	}
	h.closing(func(context.Context) error { return h.db.Close() })
	return nil
}

// openStore opens a store with settings of its sessions as options ("-c
// name=value …") and at most conns connections.
func (h *testbed) openStore(ctx context.Context, options string, conns int) (*store.Grouped, error) {
	dsn := h.postgres.DSN()
	if options != "" {
		dsn += fmt.Sprintf(" options='%s'", options)
	}
	s, err := store.Open(ctx, store.Config{DSN: dsn, MaxConns: conns})
	if err != nil {
		return nil, err
	}
	h.closing(func(context.Context) error { return s.Close() })
	return store.Group(s), nil
}

// openObjects opens the store of the servers in this process. Those that are
// measured have one each.
func (h *testbed) openObjects(dir string) (err error) {
	h.blobs, err = disk.Open(disk.Config{Dir: dir, Key: []byte(storageKey), Backups: h.store})
	if err == nil {
		h.closing(h.blobs.Close)
	}
	return err
}

// storageKey signs the URLs of the bench's own stores.
const storageKey = "as many bytes as such a key has to have"

// objects is where a server keeps the bytes of backups.
type objects interface {
	lox.BlobStore
	server.Probe
}

// serve puts the whole server, in this process, in front of stores and returns
// its address.
func (h *testbed) serve(ctx context.Context, s *store.Grouped, blobs objects) (string, error) {
	document, err := openapi.Load()
	if err != nil {
		return "", err
	}
	// Written and thrown away, which costs the same but for the last step.
	log := slog.New(slog.NewJSONHandler(io.Discard, nil)) //nolint:sloglint // the work of writing it is to be measured
	verifier := lifecycle.NewVerifier(s, blobs, log, lifecycle.Config{})
	h.closing(func(context.Context) error { verifier.Close(); return nil })
	limiter, err := ratelimit.Open(ratelimit.Config{})
	if err != nil {
		return "", err
	}
	h.closing(func(context.Context) error { return limiter.Close() })
	keys := server.NewKeyCache(s, log, time.Now)
	watch, unwatch := context.WithCancel(ctx)
	go keys.Run(watch)
	h.closing(func(context.Context) error { unwatch(); return nil })
	var signedURLs http.Handler
	if d, ok := blobs.(*disk.Store); ok {
		signedURLs = d.Handler()
	}
	handler, err := server.New(server.Config{
		Backups: s, Tenants: s, Storage: s, Keys: keys, Blobs: blobs, SignedURLs: signedURLs,
		Verifier: verifier, Limiter: limiter,
		// Every request is counted, and none is one too many.
		Limits:   func(lox.Plan, lox.RateClass) lox.RateLimit { return lox.RateLimit{PerMinute: 1e12, PerHour: 1e12} },
		Document: document, Source: server.Source{YAML: openapi.YAML()},
		Health: server.NewHealth(server.HealthConfig{Parts: map[string]server.Probe{"database": s, "disk": blobs}, Log: log}),
		Log:    log, Metrics: prometheus.NewRegistry(),
	})
	if err != nil {
		return "", err
	}
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	front := &http.Server{
		Handler: handler, ReadHeaderTimeout: 10 * time.Second, ReadTimeout: time.Minute,
		IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 64 << 10,
	}
	go func() { _ = front.Serve(l) }() // until Shutdown; a failure shows in the requests
	h.closing(front.Shutdown)
	return l.Addr().String(), nil
}
