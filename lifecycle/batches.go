package lifecycle

import (
	"context"
	"sync"
	"time"

	"github.com/backlox/lox"
)

// batchDeadline is how long a batch may take.
const batchDeadline = 10 * time.Second

// Every returns a job that repeats some work, with a pause of the given length in
// between. Each run has a minute. Several processes may run it at the same time.
func Every(name string, interval time.Duration, work func(ctx context.Context, now time.Time) error) Job {
	j := Batches(name, interval, func(ctx context.Context, now time.Time) (more bool, err error) {
		return false, work(ctx, now)
	})
	j.Deadline = defaultDeadline
	return j
}

// Batches returns a job that works in batches. Each batch has ten seconds, and reports
// whether more work is left. After the last batch the job pauses for interval. Several
// processes may run it at the same time.
func Batches(name string, interval time.Duration, work func(ctx context.Context, now time.Time) (more bool, err error)) Job {
	b := &batches{work: work}
	return Job{
		Name: name, Interval: interval, Deadline: batchDeadline,
		Claim: b.claim, Backlog: b.backlog,
	}
}

// batches is the state of such a job: its item is the next batch.
type batches struct {
	work func(ctx context.Context, now time.Time) (more bool, err error)

	mu sync.Mutex
	// since is when the first batch of the current run was due; zero between runs.
	since time.Time
	// done is set after the last batch of a run, until the next claim.
	done bool
}

// claim returns the next batch, or none after the last one.
func (b *batches) claim(_ context.Context, now time.Time, _ int) ([]Item, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.done {
		b.done = false
		return nil, nil
	}
	if b.since.IsZero() {
		b.since = now
	}
	return []Item{{Do: func(ctx context.Context) error { return b.do(ctx, now) }}}, nil
}

func (b *batches) do(ctx context.Context, now time.Time) error {
	more, err := b.work(ctx, now)
	if err == nil && !more {
		b.mu.Lock()
		defer b.mu.Unlock()
		b.done, b.since = true, time.Time{}
	}
	return err
}

// backlog counts the job as one item while a run is not finished.
func (b *batches) backlog(context.Context, time.Time) (waiting lox.Backlog, err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if !b.since.IsZero() {
		waiting.Due, waiting.Oldest = 1, b.since
	}
	return waiting, nil
}
