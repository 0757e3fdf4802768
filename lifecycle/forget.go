package lifecycle

import (
	"context"
	"sync"
	"time"

	"github.com/backlox/lox"
)

const (
	// forgetBatch is how many rows one statement removes at most. It bounds the number of
	// its locks.
	forgetBatch = 1000
	// forgetEvery is the pause between removals of old rows. They are kept for months, so an
	// hour more doesn't matter.
	forgetEvery = time.Hour
	// countersEvery is the pause between walks through all counters.
	countersEvery = 24 * time.Hour
)

// forgetting returns the jobs that remove old idempotency keys and the rows of deleted webhooks.
func forgetting(store Store, interval time.Duration) []Job {
	return []Job{
		Batches("forget", interval, func(ctx context.Context, now time.Time) (more bool, err error) {
			n, err := store.ForgetIdempotencyKeys(ctx, now.Add(-lox.IdempotencyLife), forgetBatch)
			return n == forgetBatch, err
		}),
		Batches("forget-webhooks", interval, func(ctx context.Context, _ time.Time) (more bool, err error) {
			return store.ForgetWebhooks(ctx, forgetBatch)
		}),
	}
}

// Retention returns the jobs that remove rows older than keep, which is also how long the
// record of changes is kept: failed backups ("forget-backups"), revoked API keys
// ("forget-keys"), and counters that are zero ("forget-counters").
func Retention(store Store, keep time.Duration) []Job {
	backups := func(ctx context.Context, now time.Time) (more bool, err error) {
		n, err := store.ForgetBackups(ctx, now.Add(-keep), now, forgetBatch, lox.System("forget-backups"))
		return n == forgetBatch, err
	}
	keys := func(ctx context.Context, now time.Time) (more bool, err error) {
		n, err := store.ForgetRevokedKeys(ctx, now.Add(-keep), forgetBatch)
		return n == forgetBatch, err
	}
	walk := &counterWalk{store: store, keep: keep}
	return []Job{
		Batches("forget-backups", forgetEvery, backups),
		Batches("forget-keys", forgetEvery, keys),
		Batches("forget-counters", countersEvery, walk.step),
	}
}

// counterWalk goes through all counters, a batch at a time.
type counterWalk struct {
	store Store
	keep  time.Duration

	mu    sync.Mutex
	place lox.CounterPlace
}

func (w *counterWalk) step(ctx context.Context, now time.Time) (more bool, err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	next, err := w.store.ForgetCounters(ctx, now.Add(-w.keep), w.place, forgetBatch)
	if err != nil {
		return true, err // the next call begins at the same place
	}
	w.place = next
	return next != lox.CounterPlace{}, nil
}
