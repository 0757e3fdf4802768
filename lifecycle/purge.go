package lifecycle

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/backlox/lox"
)

const (
	// purgeLease is how long a purge is hidden from other processes; one that was broken
	// off by a crash comes up again after it.
	purgeLease = time.Minute
	// purgeDeadline is how long the deletion of a batch may take: what was deleted by
	// then is still to be recorded under the lease.
	purgeDeadline = 50 * time.Second
	// finishTimeout bounds that.
	finishTimeout = 8 * time.Second
	// purgeBatch is how many objects are deleted by one call of the store, and purgers how
	// many such calls are under way at once.
	purgeBatch = 500
	purgers    = 4
	// purgesLogged is how many purges have lines of their own in the log in one minute.
	purgesLogged = 100
)

// purging deletes the objects that are due.
type purging struct {
	store lox.LifecycleStore
	blobs lox.BlobStore
	// purged and refused are the lines of the log about them.
	purged, refused *summary

	unpinned, failed prometheus.Counter
	due, oldest      prometheus.Gauge
}

func newPurging(store lox.LifecycleStore, blobs lox.BlobStore, log *slog.Logger, registry prometheus.Registerer) *purging {
	p := &purging{
		store: store, blobs: blobs,
		purged:  newSummary(log, slog.LevelInfo, "object purged", purgesLogged),
		refused: newSummary(log, slog.LevelError, "an object can't be purged: its bytes may stay in the store", 1),
		unpinned: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "lox_unpinned_versions_purged_total",
			Help: "Versions of objects that were deleted because they are not the verified one of their completed backup: " +
				"what its upload URL was used for again.",
		}),
		failed: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "lox_purges_failed_total",
			Help: "Objects that could not be deleted. Each is tried again a minute later, and counts again.",
		}),
		due: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "lox_purges_due",
			Help: "Objects that are to be deleted by now and that no server is at, at the latest count, counted up to 100000.",
		}),
		oldest: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "lox_purges_oldest_seconds",
			Help: "How long the object that has waited longest had been due at the latest count, or since it was last tried. 0 if none waits.",
		}),
	}
	if registry != nil {
		registry.MustRegister(p.unpinned, p.failed, p.due, p.oldest)
	}
	return p
}

func (p *purging) job(interval time.Duration) Job {
	return Job{
		Name: string(lox.WorkPurge), Interval: interval, Concurrency: purgers, Deadline: purgeLease,
		Claim: p.claim, Backlog: p.backlog,
	}
}

// backlog counts what is due for both metrics. That of all jobs shows no more than
// lox.MaxBacklog.
func (p *purging) backlog(ctx context.Context, now time.Time) (lox.Backlog, error) {
	b, err := p.store.PurgesDue(ctx, now)
	if err != nil {
		return b, err
	}
	p.due.Set(float64(b.Due))
	p.oldest.Set(0)
	if b.Due > 0 {
		p.oldest.Set(max(0, now.Sub(b.Oldest).Seconds()))
	}
	b.Due = min(b.Due, lox.MaxBacklog)
	return b, nil
}

// claim returns up to n batches.
func (p *purging) claim(ctx context.Context, now time.Time, n int) (items []Item, err error) {
	p.purged.tick(ctx, now)
	p.refused.tick(ctx, now)
	due, err := p.store.ClaimPurges(ctx, now, now.Add(purgeLease), n*purgeBatch)
	// Objects that lie side by side are deleted by fewer calls.
	slices.SortFunc(due, func(a, b lox.Purge) int { return strings.Compare(a.ObjectKey, b.ObjectKey) })
	for batch := range slices.Chunk(due, purgeBatch) {
		items = append(items, Item{
			About: slog.Group("purges", "count", len(batch), "first", batch[0].ObjectKey),
			Do:    func(ctx context.Context) error { return p.purge(ctx, batch, now) },
		})
	}
	return items, err
}

// purge deletes a batch. What could not be deleted stays leased for the rest of the minute.
// That is a failure of the job only if nothing could be: a few objects must not hold up others.
func (p *purging) purge(ctx context.Context, batch []lox.Purge, now time.Time) error {
	deleting, cancel := context.WithTimeout(ctx, purgeDeadline)
	results := p.blobs.DeleteAll(deleting, batch)
	cancel()
	var done []lox.FinishedPurge
	var failure error
	for i, r := range results {
		if batch[i].Keep != "" {
			p.unpinned.Add(float64(r.Removed))
		}
		if r.Err != nil {
			if ctx.Err() == nil {
				p.failed.Inc()
				p.refused.add(ctx, now, aboutPurge(batch[i], slog.Any("error", r.Err))...)
			}
			failure = r.Err
			continue
		}
		done = append(done, finished(batch[i], r, now))
	}
	if len(done) == 0 {
		return failure
	}
	// Also at a stop: it would be deleted again.
	finishing, cancel := context.WithTimeout(context.WithoutCancel(ctx), finishTimeout)
	defer cancel()
	if err := p.store.FinishPurges(finishing, done, now); err != nil {
		return fmt.Errorf("record %d purges: %w", len(done), err)
	}
	for _, f := range done {
		if f.Event != nil {
			p.purged.add(ctx, now, aboutPurge(f.Purge, slog.String("kept_version", f.Keep))...)
		}
	}
	return nil
}

// aboutPurge is what the log says of a purge.
func aboutPurge(p lox.Purge, more slog.Attr) []slog.Attr {
	fields := []slog.Attr{slog.String("object", p.ObjectKey), more}
	if p.RequestID != "" {
		fields = append(fields, slog.String("request_id", p.RequestID))
	}
	return fields
}

// finished is a purge that was carried out, with its event if it is the first of the object,
// or if something was there again.
func finished(p lox.Purge, r lox.Purged, now time.Time) lox.FinishedPurge {
	f := lox.FinishedPurge{Purge: p}
	if p.Keep == "" && !p.Recorded || r.Removed > 0 {
		if e, ok := p.Purged(r.Removed, now, lox.System(string(lox.WorkPurge)).For(p.RequestID)); ok {
			f.Event = &e
		}
	}
	return f
}
