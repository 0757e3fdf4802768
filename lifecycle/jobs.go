package lifecycle

import (
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/backlox/lox"
)

// Jobs returns the jobs that backups need: "expire" for uploads that were not completed,
// "verify" for verifications whose process has died or that found no free hasher, "purge"
// for objects to delete, "forget" for old idempotency keys, "forget-webhooks" for the rows
// of deleted webhooks, "abort" for uploads in parts that no backup needs. The registry, if
// not nil, gets lox_purges_due, lox_purges_oldest_seconds, lox_purges_failed_total and
// lox_unpinned_versions_purged_total.
func Jobs(
	store Store, blobs lox.BlobStore, v *Verifier, interval time.Duration, registry prometheus.Registerer,
) []Job {
	return append([]Job{
		newExpiry(store, blobs, v.log).job(interval),
		v.job(interval),
		newPurging(store, blobs, v.log, registry).job(interval),
		aborting(store, blobs, v.log),
	}, forgetting(store, interval)...)
}

// backlogOf returns a Job.Backlog that counts some work in the store.
func backlogOf(store Store, of lox.Work) func(context.Context, time.Time) (lox.Backlog, error) {
	return func(ctx context.Context, now time.Time) (lox.Backlog, error) { return store.Backlog(ctx, of, now) }
}
