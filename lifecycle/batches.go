package lifecycle

import (
	"context"
	"sync"
	"time"

	"github.com/backlox/lox"
)

// batchDeadline is how long a batch may take.
const batchDeadline = 10 * time.Second

// Every returns a job that does some work again and again, with a pause of the given
// length in between. The work has a minute each time. Several processes may do it at
// the same time.
func Every(name string, interval time.Duration, work func(ctx context.Context, now time.Time) error) Job {
	j := Batches(name, interval, func(ctx context.Context, now time.Time) (more bool, err error) {
		return false, work(ctx, now)
	})
	j.Deadline = defaultDeadline
	return j
}

// Batches returns a job whose work is done in batches, each of which has ten seconds,
// and reports whether more is left. After the last one there is a pause of the given
// length. Several processes may work at the same time.
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
	// since is when the first batch was due of those that aren't all done.
	since time.Time
	// done is set when nothing is left, until the next claim.
	done bool
}

// claim returns the next batch, or none behind the last one.
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

// backlog is the job itself while it is not done.
func (b *batches) backlog(context.Context, time.Time) (waiting lox.Backlog, err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if !b.since.IsZero() {
		waiting.Due, waiting.Oldest = 1, b.since
	}
	return waiting, nil
}
