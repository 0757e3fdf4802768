package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os/signal"
	"runtime/debug"
	"sync"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"github.com/backlox/lox/lifecycle"
	"github.com/backlox/lox/server"
)

func serveCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "serve",
		Short: "Run the server",
		Long: `Run the server. With nothing configured, everything is kept under one data
directory: PostgreSQL runs as a child process, and backups are plain files.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := loadConfig(config.checkObjects)
			if err != nil {
				return err
			}
			// The reader of the log may end before the server does. The server must not end with it.
			signal.Ignore(syscall.SIGPIPE)
			log := newLogWriter(cmd.ErrOrStderr())
			defer log.flush()
			logger := cfg.logger(log)
			log.lost = func(lines int) { logger.Warn("log lines were dropped because nothing read the log", "lines", lines) }
			takeOverLogs(logger)
			return serve(cmd.Context(), cfg, cmd.OutOrStdout(), logger)
		},
	}
}

// serve runs the server until ctx ends or a part of the app fails.
func serve(ctx context.Context, cfg config, out io.Writer, log *slog.Logger) (err error) {
	end := begin(ctx, log)
	defer func() { end.note(ctx, err) }()
	h, err := openApp(ctx, cfg, log)
	if err != nil {
		return err
	}
	defer func() { err = h.close(err) }()
	h.warnOfRoot(ctx, log)
	spareGarbage(leastHeap)
	listeners, err := listen(ctx, cfg)
	if err != nil {
		return err
	}
	// This comes last: a start that fails must not use up the one time that the commands to try are
	// printed.
	key := ""
	if cfg.embeddedDatabase() {
		if key, err = firstTenant(ctx, h.db, cfg.keyFile()); err != nil {
			return errors.Join(err, listeners.close())
		}
	}
	connections := server.NewConnections(server.ConnectionsConfig{
		Total: cfg.MaxConnections, PerAddress: cfg.MaxConnectionsPerAddress, Exempt: cfg.isTrustedProxy(), Log: log, Metrics: h.registry,
	})
	signalled := ctx
	ctx, stop := context.WithCancelCause(context.WithoutCancel(signalled))
	var running sync.WaitGroup
	defer running.Wait()
	defer stop(nil)
	running.Go(func() { end.await(ctx, signalled, h.health, cfg.Drain); stop(nil) })
	h.work(ctx, &running, cfg, log)
	// The key cache runs until the last request ends: a key may be revoked during the stop.
	answering, answered := context.WithCancel(context.WithoutCancel(ctx))
	defer answered()
	running.Go(func() { h.keys.Run(answering) })
	running.Go(func() { stop(h.watch(ctx)) })
	if listeners.metrics != nil {
		log.InfoContext(ctx, "serving metrics", "addr", listeners.metrics.Addr().String(), "pprof", cfg.PProf)
		running.Go(func() {
			stop(serveHTTP(ctx, connections, listeners.metrics, metricsHandler(cfg, h.registry), profileTimeout, cfg.ShutdownWait))
		})
	}
	log.InfoContext(ctx, "serving", "addr", listeners.api.Addr().String())
	// A start needs 3 MB more memory than serving does.
	debug.FreeOSMemory()
	welcome(out, cfg, "http://"+reachable(listeners.api.Addr())+server.BasePath, key)
	err = serveHTTP(ctx, connections, listeners.api, h.handler, cfg.requestTimeout()+requestMargin, cfg.ShutdownWait)
	answered()
	stop(err)
	if cause := context.Cause(ctx); !errors.Is(cause, context.Canceled) {
		err = cause
	}
	return err
}

// work starts everything that the server does without a request. It ends with ctx.
func (h *app) work(ctx context.Context, running *sync.WaitGroup, cfg config, log *slog.Logger) {
	jobs := lifecycle.NewRunner(lifecycle.RunnerConfig{
		Log: log, Metrics: h.registry, Clock: h.clock.Now, MayClaim: h.clock.Agrees,
	}, h.jobs(cfg)...)
	gauges := newGauges(h.db, h.clock.Now, log, h.registry)
	running.Go(func() { h.clock.Run(ctx) })
	running.Go(func() { h.health.Run(ctx) })
	running.Go(func() { gauges.run(ctx) })
	running.Go(func() { jobs.Run(ctx) })
	running.Go(func() { h.dispatch.Run(ctx) })
	// A complete that waits for its verification must not delay the end.
	running.Go(func() {
		<-ctx.Done()
		h.verifier.HandOver()
	})
}

const (
	// requestMargin is how much longer a request may take than its wait for a verification, and how much
	// longer its answer may take than the request.
	requestMargin = 30 * time.Second
	// profileTimeout bounds the request for a profile.
	profileTimeout = 10 * time.Minute
)

func (c config) requestTimeout() time.Duration { return c.VerifyWait + requestMargin }

type listeners struct{ api, metrics net.Listener }

func listen(ctx context.Context, cfg config) (l listeners, err error) {
	var lc net.ListenConfig
	if l.api, err = lc.Listen(ctx, "tcp", cfg.Addr); err != nil {
		return l, unable("LOX_ADDR", "127.0.0.1:8081", err)
	}
	if cfg.MetricsAddr == "off" {
		return l, nil
	}
	if l.metrics, err = lc.Listen(ctx, "tcp", cfg.MetricsAddr); err != nil {
		return l, errors.Join(unable("LOX_METRICS_ADDR", "127.0.0.1:9465, or to off", err), l.api.Close())
	}
	return l, nil
}

// unable adds advice to an error of net.Listen.
func unable(setting, other string, err error) error {
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return fmt.Errorf("%s: %w: stop the program that listens there, or set %s to another address, such as %s", setting, err, setting, other)
	case errors.Is(err, syscall.EACCES):
		return fmt.Errorf("%s: %w: only root may take ports below 1024; set %s to another address, such as %s", setting, err, setting, other)
	default:
		return fmt.Errorf("%s: %w; for example %s=%s", setting, err, setting, other)
	}
}

func (l listeners) close() error {
	err := l.api.Close()
	if l.metrics != nil {
		err = errors.Join(err, l.metrics.Close())
	}
	return err
}

// serveHTTP serves until ctx ends, then waits for running requests. write bounds the time from a request to
// the end of its answer: a client that doesn't read would otherwise extend it without end.
func serveHTTP(
	ctx context.Context, connections *server.Connections, l net.Listener, h http.Handler, write, wait time.Duration,
) error {
	s := &http.Server{
		Handler:           h,
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       time.Minute,
		WriteTimeout:      write,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    64 << 10,
		ConnState:         connections.Track,
	}
	failed := make(chan error, 1)
	go func() { failed <- s.Serve(connections.Listener(l)) }()
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

// unspecified reports whether an address to listen on stands for all addresses of the machine.
func unspecified(addr string) bool {
	host, _, _ := net.SplitHostPort(addr)
	ip := net.ParseIP(host)
	return host == "" || ip != nil && ip.IsUnspecified()
}

// reachable returns an address that clients on this machine can use.
func reachable(a net.Addr) string {
	_, port, _ := net.SplitHostPort(a.String())
	if unspecified(a.String()) {
		return net.JoinHostPort("127.0.0.1", port)
	}
	return a.String()
}
