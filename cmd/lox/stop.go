package main

import (
	"context"
	"log/slog"
	"runtime"
	"time"

	"github.com/backlox/lox/server"
	"github.com/backlox/lox/store"
)

// ending logs the end of a server. The log begins with "starting". After a stop it ends with "stopping" and
// "stopped". After a crash it has neither, or "ended" with the error.
type ending struct {
	log   *slog.Logger
	asked time.Time // when the server was asked to stop; zero until then
}

func begin(ctx context.Context, log *slog.Logger) *ending {
	log.InfoContext(ctx, "starting", "version", version, "schema", store.SchemaVersion(), "go", runtime.Version())
	return &ending{log: log}
}

// await waits until signalled ends, and then for drain. During drain the server still answers requests, but
// /readyz says that it isn't ready, so that a load balancer sends requests elsewhere. await returns early
// when ctx ends, which means that something failed.
func (e *ending) await(ctx, signalled context.Context, health *server.Health, drain time.Duration) {
	select {
	case <-signalled.Done():
	case <-ctx.Done():
		return
	}
	e.asked = time.Now()
	health.Stop()
	e.log.InfoContext(ctx, "stopping", "reason", context.Cause(signalled).Error(), "drain", drain.String())
	wait := time.NewTimer(drain)
	defer wait.Stop()
	select {
	case <-wait.C:
	case <-ctx.Done():
	}
}

// note writes the last line of the log.
func (e *ending) note(ctx context.Context, err error) {
	if err != nil {
		e.log.ErrorContext(ctx, "ended", "error", err)
		return
	}
	e.log.InfoContext(ctx, "stopped", "after", time.Since(e.asked).Round(time.Millisecond).String())
}
