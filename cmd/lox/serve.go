package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/pprof"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"github.com/spf13/cobra"

	"github.com/backlox/lox/lifecycle"
	"github.com/backlox/lox/openapi"
	"github.com/backlox/lox/server"
	"github.com/backlox/lox/store/pgembed"
)

func serveCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "serve",
		Short: "Run the server",
		Long: `Run the server. With nothing configured, everything is kept under one data
directory: PostgreSQL runs as a child process and S3 in this one.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := loadConfig()
			if err != nil {
				return err
			}
			return serve(cmd.Context(), cfg, cmd.OutOrStdout(), cfg.logger(cmd.ErrOrStderr()))
		},
	}
}

// serve runs until ctx ends or a part of the house fails.
func serve(ctx context.Context, cfg config, out io.Writer, log *slog.Logger) (err error) {
	db, err := openDatabase(ctx, cfg, log)
	if errors.Is(err, pgembed.ErrInUse) {
		return fmt.Errorf("another lox serves %s: stop it, or set LOX_DATA_DIR to another directory: %w", cfg.DataDir, err)
	}
	if err != nil {
		return err
	}
	defer func() {
		if failure := db.close(); failure != nil && !errors.Is(err, failure) {
			err = errors.Join(err, failure)
		}
	}()
	objects, err := openObjects(ctx, cfg, log)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, objects.close()) }()

	verifier := lifecycle.NewVerifier(db, objects, log, lifecycle.Config{Wait: cfg.VerifyWait, Lease: cfg.VerifyLease})
	defer verifier.Close()
	registry := newRegistry()
	handler, err := newHandler(cfg, db, objects, verifier, registry, log)
	if err != nil {
		return err
	}
	listeners, err := listen(ctx, cfg)
	if err != nil {
		return err
	}
	// Last: a start that fails must not use up the one time that the key is
	// printed.
	key := ""
	if cfg.embeddedDatabase() {
		if key, err = firstTenant(ctx, db, cfg.keyFile()); err != nil {
			return errors.Join(err, listeners.close())
		}
	}
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	var running sync.WaitGroup
	defer running.Wait()
	running.Go(func() { lifecycle.NewSweeper(db, objects, verifier, log).Run(ctx, cfg.SweepInterval) })
	running.Go(func() { stop(watch(ctx, db, objects)) })
	if listeners.metrics != nil {
		log.InfoContext(ctx, "serving metrics and profiles", "addr", listeners.metrics.Addr().String())
		running.Go(func() {
			stop(serveHTTP(ctx, listeners.metrics, metricsHandler(registry), profileTimeout, cfg.ShutdownWait))
		})
	}
	// A complete that waits for its verification must not hold up the end.
	context.AfterFunc(ctx, verifier.Close)

	if cfg.embeddedS3() && cfg.S3PublicEndpoint == "" && unspecified(cfg.S3Addr) {
		log.Warn("LOX_S3_ADDR takes clients on every address, but upload and download URLs name " + objects.server.URL() +
			": set LOX_S3_PUBLIC_ENDPOINT to the URL by which clients reach it")
	}
	welcome(out, cfg, "http://"+reachable(listeners.api.Addr())+server.BasePath, key)
	err = serveHTTP(ctx, listeners.api, handler, cfg.requestTimeout()+requestMargin, cfg.ShutdownWait)
	stop(err)
	if cause := context.Cause(ctx); !errors.Is(cause, context.Canceled) {
		err = cause
	}
	return err
}

func newHandler(cfg config, db *database, objects *objects, v *lifecycle.Verifier, registry *prometheus.Registry, log *slog.Logger) (http.Handler, error) {
	document, err := openapi.Load()
	if err != nil {
		return nil, err
	}
	asJSON, err := openapi.JSON()
	if err != nil {
		return nil, err
	}
	return server.New(server.Config{
		Backups: db, Keys: db, Blobs: objects, Verifier: v,
		Document: document, Source: server.Source{YAML: openapi.YAML(), JSON: asJSON},
		Probes: map[string]server.Probe{"database": db, "storage": objects},
		Log:    log, Metrics: registry,
		UploadTTL: cfg.UploadTTL, DownloadTTL: cfg.DownloadTTL, RequestTimeout: cfg.requestTimeout(),
	})
}

const (
	// requestMargin is how much longer a request may take than the wait for a
	// verification, and its answer than that.
	requestMargin = 30 * time.Second
	// profileTimeout is how long a profile may take.
	profileTimeout = 10 * time.Minute
)

func (c config) requestTimeout() time.Duration { return c.VerifyWait + requestMargin }

// watch reports the failure of a built-in store, without which nothing works.
func watch(ctx context.Context, db *database, objects *objects) error {
	var postgres, s3 <-chan struct{}
	if db.server != nil {
		postgres = db.server.Done()
	}
	if objects.server != nil {
		s3 = objects.server.Done()
	}
	select {
	case <-ctx.Done():
		return nil
	case <-postgres:
		return fmt.Errorf("the built-in PostgreSQL ended: %w", db.server.Err())
	case <-s3:
		return fmt.Errorf("the built-in S3 server ended: %w", objects.server.Err())
	}
}

type listeners struct{ api, metrics net.Listener }

func listen(ctx context.Context, cfg config) (l listeners, err error) {
	var lc net.ListenConfig
	if l.api, err = lc.Listen(ctx, "tcp", cfg.Addr); err != nil {
		return l, fmt.Errorf("LOX_ADDR: %w", err)
	}
	if cfg.MetricsAddr == "off" {
		return l, nil
	}
	if l.metrics, err = lc.Listen(ctx, "tcp", cfg.MetricsAddr); err != nil {
		return l, errors.Join(fmt.Errorf("LOX_METRICS_ADDR: %w", err), l.api.Close())
	}
	return l, nil
}

func (l listeners) close() error {
	err := l.api.Close()
	if l.metrics != nil {
		err = errors.Join(err, l.metrics.Close())
	}
	return err
}

// serveHTTP serves until ctx ends, then lets requests finish for a while. write
// bounds the time from a request to the end of its answer, which a client that
// doesn't read would stretch for ever.
func serveHTTP(ctx context.Context, l net.Listener, h http.Handler, write, wait time.Duration) error {
	s := &http.Server{
		Handler:           h,
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       time.Minute,
		WriteTimeout:      write,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    64 << 10,
	}
	failed := make(chan error, 1)
	go func() { failed <- s.Serve(l) }()
	select {
	case err := <-failed:
		return fmt.Errorf("serve %s: %w", l.Addr(), err)
	case <-ctx.Done():
	}
	drain, cancel := context.WithTimeout(context.WithoutCancel(ctx), wait)
	defer cancel()
	if err := s.Shutdown(drain); err != nil {
		return errors.Join(fmt.Errorf("requests were cut off: %w", err), s.Close())
	}
	return nil
}

// unspecified reports whether an address to listen on means all of the
// machine's.
func unspecified(addr string) bool {
	host, _, _ := net.SplitHostPort(addr)
	ip := net.ParseIP(host)
	return host == "" || ip != nil && ip.IsUnspecified()
}

// reachable is an address that clients on this machine can use.
func reachable(a net.Addr) string {
	_, port, _ := net.SplitHostPort(a.String())
	if unspecified(a.String()) {
		return net.JoinHostPort("127.0.0.1", port)
	}
	return a.String()
}

func newRegistry() *prometheus.Registry {
	registry := prometheus.NewRegistry()
	registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return registry
}

// metricsHandler serves what an operator looks at, on a listener of its own.
func metricsHandler(registry *prometheus.Registry) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/metrics", promhttp.HandlerFor(registry, promhttp.HandlerOpts{}))
	mux.HandleFunc("/debug/pprof/", pprof.Index)
	mux.HandleFunc("/debug/pprof/cmdline", pprof.Cmdline)
	mux.HandleFunc("/debug/pprof/profile", pprof.Profile)
	mux.HandleFunc("/debug/pprof/symbol", pprof.Symbol)
	mux.HandleFunc("/debug/pprof/trace", pprof.Trace)
	return mux
}
