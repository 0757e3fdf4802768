package lifecycle

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"golang.org/x/sync/errgroup"

	"github.com/backlox/lox"
)

const (
	// sweepBatch bounds what one round of a sweep takes on of each kind.
	sweepBatch = 100
	// purgeLease is how long a purge is hidden from other processes; one that
	// was broken off by a crash comes up again after it.
	purgeLease = time.Minute
	// purgers is how many objects are deleted at once.
	purgers = 8
)

// Sweeper looks for what time alone brings about: uploads that never came,
// verifications whose process died, objects to delete, keys to forget. Any
// number of processes may sweep one database.
type Sweeper struct {
	store    lox.LifecycleStore
	blobs    lox.BlobStore
	verifier *Verifier
	log      *slog.Logger
	clock    func() time.Time
	unpinned prometheus.Counter
}

// NewSweeper returns a Sweeper that has the verifier take up abandoned work. The
// registry, if not nil, gets lox_unpinned_versions_purged_total.
func NewSweeper(
	store lox.LifecycleStore, blobs lox.BlobStore, v *Verifier, log *slog.Logger, registry prometheus.Registerer,
) *Sweeper {
	s := &Sweeper{store: store, blobs: blobs, verifier: v, log: log, clock: v.cfg.Clock}
	s.unpinned = prometheus.NewCounter(prometheus.CounterOpts{
		Name: "lox_unpinned_versions_purged_total",
		Help: "Versions of objects that were deleted because they are not the verified one of their completed backup: " +
			"what its upload URL was used for again.",
	})
	if registry != nil {
		registry.MustRegister(s.unpinned)
	}
	return s
}

// Run sweeps until ctx ends, with a pause of the given length in between. A
// failed sweep is logged: the next one finds the same work again.
func (s *Sweeper) Run(ctx context.Context, every time.Duration) {
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		if err := s.Sweep(ctx); err != nil && ctx.Err() == nil {
			s.log.ErrorContext(ctx, "sweep", "error", err)
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
	}
}

// Sweep does what is due now. What fails doesn't keep the rest from being
// done.
func (s *Sweeper) Sweep(ctx context.Context) error {
	return errors.Join(
		s.expire(ctx),
		s.resume(ctx),
		s.purge(ctx),
		s.store.ForgetIdempotencyKeys(ctx, s.clock().Add(-lox.IdempotencyLife)),
	)
}

// expire fails the uploads that are past their deadline.
func (s *Sweeper) expire(ctx context.Context) error {
	now := lox.Seconds(s.clock())
	for {
		overdue, err := s.store.OverdueUploads(ctx, now, sweepBatch)
		if err != nil {
			return err
		}
		var failures []error // of one backup, which must not keep the others
		for _, b := range overdue {
			why := lox.FailureUploadTimeout
			if _, err := s.store.Fail(ctx, b, lox.Failure{
				Text: why, At: now, Overdue: true, Event: b.Failed(why, now),
			}); err != nil {
				failures = append(failures, err)
			}
		}
		if len(overdue) < sweepBatch || len(failures) > 0 {
			return errors.Join(failures...)
		}
	}
}

// resume takes up verifications whose process gave no sign of life.
func (s *Sweeper) resume(ctx context.Context) error {
	abandoned, err := s.store.AbandonedVerifications(ctx, s.clock(), sweepBatch)
	for _, b := range abandoned {
		s.log.InfoContext(ctx, "resume verification", "backup", b.ID)
		s.verifier.begin(b.Tenant, b.ID)
	}
	return err
}

// purge deletes the objects that are due.
func (s *Sweeper) purge(ctx context.Context) error {
	for {
		now := s.clock()
		due, err := s.store.ClaimPurges(ctx, now, now.Add(purgeLease), sweepBatch)
		if err != nil {
			return err
		}
		var group errgroup.Group
		group.SetLimit(purgers)
		for _, p := range due {
			group.Go(func() error {
				if err := s.deleteObject(ctx, p); err != nil {
					return fmt.Errorf("purge %s: %w", p.ObjectKey, err)
				}
				return s.store.FinishPurge(ctx, p, now)
			})
		}
		if err := group.Wait(); err != nil || len(due) < sweepBatch {
			return err
		}
	}
}

func (s *Sweeper) deleteObject(ctx context.Context, p lox.Purge) error {
	if p.Keep == "" {
		return s.blobs.Delete(ctx, p.ObjectKey)
	}
	removed, err := s.blobs.DeleteOthers(ctx, p.ObjectKey, p.Keep)
	s.unpinned.Add(float64(removed))
	return err
}
