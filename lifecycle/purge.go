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
	// purgeLease is how long a claimed purge is hidden from other processes. After a crash
	// it can be claimed again when the lease has ended.
	purgeLease = time.Minute
	// purgeDeadline is how long the deletion of a batch may take. It is shorter than the
	// lease, so that time is left to record the deletions.
	purgeDeadline = 50 * time.Second
	// finishTimeout bounds the record of the deletions.
	finishTimeout = 8 * time.Second
	// purgeBatch is how many objects one call of the store deletes, and purgers how many
	// such calls run at once.
	purgeBatch = 500
	purgers    = 4
	// purgesLogged is how many purges are logged one by one in a minute.
	purgesLogged = 100
)

// purging deletes objects whose purges are due.
type purging struct {
	store Store
	blobs lox.BlobStore
	// purged logs deleted objects, refused logs those that could not be deleted.
	purged, refused *summary

	unpinned, failed prometheus.Counter
	due, oldest      prometheus.Gauge
}

func newPurging(store Store, blobs lox.BlobStore, log *slog.Logger, registry prometheus.Registerer) *purging {
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

// backlog counts the due purges for lox_purges_due and for lox_job_waiting. The latter
// shows no more than lox.MaxBacklog.
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
	// Objects with neighbouring keys need fewer calls.
	slices.SortFunc(due, func(a, b lox.Purge) int { return strings.Compare(a.ObjectKey, b.ObjectKey) })
	for batch := range slices.Chunk(due, purgeBatch) {
		items = append(items, Item{
			About: slog.Group("purges", "count", len(batch), "first", batch[0].ObjectKey),
			Do:    func(ctx context.Context) error { return p.purge(ctx, batch, now) },
		})
	}
	return items, err
}

// purge deletes a batch. Objects that could not be deleted stay leased for the rest of the
// minute. The item fails only if no object could be deleted, so that a few bad objects don't
// make the job back off.
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
	// Also after the end of ctx: unrecorded objects would be deleted again.
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

// aboutPurge returns the log attributes of a purge.
func aboutPurge(p lox.Purge, more slog.Attr) []slog.Attr {
	fields := []slog.Attr{slog.String("object", p.ObjectKey), more}
	if p.RequestID != "" {
		fields = append(fields, slog.String("request_id", p.RequestID))
	}
	return fields
}

// finished returns the record of a purge. It has an event if it is the first purge of the
// object, or if an upload has written the object again.
func finished(p lox.Purge, r lox.Purged, now time.Time) lox.FinishedPurge {
	f := lox.FinishedPurge{Purge: p}
	if p.Keep == "" && !p.Recorded || r.Removed > 0 {
		if e, ok := p.Purged(r.Removed, now, lox.System(string(lox.WorkPurge)).For(p.RequestID)); ok {
			f.Event = &e
		}
	}
	return f
}
