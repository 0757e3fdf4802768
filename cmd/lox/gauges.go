package main

import (
	"context"
	"log/slog"
	"runtime"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/backlox/lox"
)

const (
	// gaugesInterval is the time between two queries.
	gaugesInterval = 15 * time.Second
	gaugesTimeout  = 5 * time.Second
)

// gauges are metrics that are counted in the database every gaugesInterval. They are the same on every
// server.
type gauges struct {
	db    gaugesStore
	clock func() time.Time // the database's clock: with their own clocks, servers would show different values
	log   *slog.Logger

	schema, overdue, pending, oldest prometheus.Gauge
}

type gaugesStore interface {
	DatabaseVersion(ctx context.Context) (int64, error)
	Backlog(ctx context.Context, of lox.Work, now time.Time) (lox.Backlog, error)
}

func newGauges(db gaugesStore, clock func() time.Time, log *slog.Logger, registry prometheus.Registerer) *gauges {
	gauge := func(name, help string) prometheus.Gauge {
		g := prometheus.NewGauge(prometheus.GaugeOpts{Name: name, Help: help})
		registry.MustRegister(g)
		return g
	}
	info := prometheus.NewGaugeVec(prometheus.GaugeOpts{
		Name: "lox_build_info", Help: "1, with the version of LOX and that of Go as labels.",
	}, []string{"version", "go"})
	info.WithLabelValues(version, runtime.Version()).Set(1)
	registry.MustRegister(info)
	return &gauges{
		db: db, clock: clock, log: log,
		schema: gauge("lox_schema_version", "The version of the database's schema, at the latest look: that of the newest release which has used it."),
		overdue: gauge("lox_uploads_overdue",
			"Uploads whose time is over and that no server has failed yet, at the latest count, counted up to 1000."),
		pending: gauge("lox_webhook_deliveries_pending",
			"Deliveries to enabled webhooks that are due and under way on no server, further tries included, at the latest count, counted up to 1000."),
		oldest: gauge("lox_webhook_deliveries_oldest_seconds", "How long the oldest of these has been due. 0 if there is none."),
	}
}

// run queries the database until ctx ends.
func (g *gauges) run(ctx context.Context) {
	tick := time.NewTicker(gaugesInterval)
	defer tick.Stop()
	for {
		if err := g.look(ctx); err != nil && ctx.Err() == nil {
			g.log.DebugContext(ctx, "the metrics of the database could not be refreshed: they keep their previous values", "error", err)
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
	}
}

func (g *gauges) look(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, gaugesTimeout)
	defer cancel()
	schema, err := g.db.DatabaseVersion(ctx)
	if err != nil {
		return err
	}
	g.schema.Set(float64(schema))
	now := g.clock()
	uploads, err := g.db.Backlog(ctx, lox.WorkExpire, now)
	if err != nil {
		return err
	}
	g.overdue.Set(float64(uploads.Due))
	deliveries, err := g.db.Backlog(ctx, lox.WorkDeliver, now)
	if err != nil {
		return err
	}
	g.pending.Set(float64(deliveries.Due))
	oldest := 0.0
	if deliveries.Due > 0 {
		oldest = max(0, now.Sub(deliveries.Oldest).Seconds())
	}
	g.oldest.Set(oldest)
	return nil
}
