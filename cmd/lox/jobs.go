package main

import (
	"context"
	"time"

	"github.com/backlox/lox/lifecycle"
	"github.com/backlox/lox/webhooks"
)

// upkeepInterval is the pause between runs of jobs that aren't urgent.
const upkeepInterval = time.Hour

// minEventRetention is twice the retention of deliveries, which show their event.
const minEventRetention = 2 * webhooks.Retention

// jobs returns all jobs that the server runs without a request.
func (h *app) jobs(cfg config) []lifecycle.Job {
	jobs := h.hold.Over(lifecycle.Jobs(h.db, h.objects, h.verifier, cfg.SweepInterval, h.registry)...)
	jobs = append(jobs, lifecycle.Retention(h.db, cfg.EventRetention)...)
	return append(jobs,
		h.hold.Job(),
		lifecycle.Batches("deliveries", upkeepInterval, h.dispatch.ForgetDeliveries),
		lifecycle.Every("webhooks", upkeepInterval, h.db.FailAbandoned),
		lifecycle.Every("events", upkeepInterval, func(ctx context.Context, now time.Time) error {
			return h.db.KeepEvents(ctx, now, now.Add(-cfg.EventRetention))
		}),
	)
}
