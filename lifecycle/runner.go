package lifecycle

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"golang.org/x/sync/semaphore"

	"github.com/backlox/lox"
)

// Job is work that no request asks for. It is claimed in items.
type Job struct {
	// Name is that of the label "job" of the metrics, and of the actor that makes the
	// job's changes.
	Name string
	// Interval is the pause after a claim that found fewer items than were asked for.
	// After one that found as many, the next follows as soon as one of them is done.
	Interval time.Duration
	// Concurrency is how many items are worked on at once in this process. 0 means 1.
	Concurrency int
	// Claim returns at most n items that are due, and no item that it has returned
	// before and that is still being worked on, in any process unless that does no
	// harm. An item that fails must not be returned again for a while: it would keep
	// others from being claimed. Claim is never called twice at once.
	Claim func(ctx context.Context, now time.Time, n int) ([]Item, error)
	// Deadline is how long an item may take, counted from before its claim: so it ends
	// before a lease of the same length does. 0 means a minute.
	Deadline time.Duration
	// Backlog, if not nil, counts what is due and not claimed.
	Backlog func(ctx context.Context, now time.Time) (lox.Backlog, error)

	// slots bound the items, if other work shares the bound.
	slots *semaphore.Weighted
}

// Item is a part of a Job.
type Item struct {
	// About names the item in the log.
	About slog.Attr
	// RequestID is that of the request that began what the item ends, for the log. "" if none
	// did.
	RequestID string
	// Deadline is the item's own, if it isn't 0.
	Deadline time.Duration
	// Do does the work, and returns when ctx ends.
	Do func(ctx context.Context) error
}

const (
	defaultDeadline = time.Minute
	// callTimeout bounds a claim, and the count of a backlog.
	callTimeout = 10 * time.Second
	// measureEvery is how often backlogs are counted: about as often as metrics are
	// usually read.
	measureEvery = 15 * time.Second
)

// RunnerConfig is what a Runner works with.
type RunnerConfig struct {
	Log *slog.Logger
	// Metrics, if not nil, gets lox_job_waiting, lox_job_oldest_seconds,
	// lox_job_running, lox_job_seconds and lox_job_failed_total, by job.
	Metrics prometheus.Registerer
	// Clock tells what is due. The default is time.Now.
	Clock func() time.Time
	// MayClaim, if not nil, keeps all work from being claimed while it returns false: as
	// while the clock of the process can't be trusted.
	MayClaim func() bool
}

// Runner runs jobs. Any number of processes may run the same jobs on one database.
type Runner struct {
	log      *slog.Logger
	clock    func() time.Time
	mayClaim func() bool
	jobs     []*job
}

// job is a Job and its state.
type job struct {
	Job
	meters

	backoff backoff
	failed  chan struct{} // the back-off has begun or become longer
}

// NewRunner returns a Runner of jobs whose names differ.
func NewRunner(cfg RunnerConfig, jobs ...Job) *Runner {
	r := &Runner{log: cfg.Log, clock: cfg.Clock, mayClaim: cfg.MayClaim}
	if r.clock == nil {
		r.clock = time.Now
	}
	metrics := newMetrics(cfg.Metrics)
	for _, j := range jobs {
		j.Concurrency = max(1, j.Concurrency)
		j.Deadline = cmp.Or(j.Deadline, defaultDeadline)
		if j.slots == nil {
			j.slots = semaphore.NewWeighted(int64(j.Concurrency))
		}
		r.jobs = append(r.jobs, &job{
			Job: j, meters: metrics.of(j), backoff: backoff{tolerated: j.Concurrency - 1}, failed: make(chan struct{}, 1),
		})
	}
	return r
}

// Run runs the jobs until ctx ends, and returns when all items have ended: ctx is
// theirs. Nothing runs, and no store is used, once it has returned.
func (r *Runner) Run(ctx context.Context) {
	var running sync.WaitGroup
	for _, j := range r.jobs {
		running.Go(func() { r.run(ctx, j) })
	}
	running.Go(func() { r.measure(ctx) })
	running.Wait()
}

// run runs one job until ctx ends and its items have.
func (r *Runner) run(ctx context.Context, j *job) {
	var items sync.WaitGroup
	defer items.Wait()
	for due := time.Now(); j.sleep(ctx, due); {
		// First, so that nothing is claimed that has to wait for a slot.
		n := j.take(ctx)
		if until := j.backoff.end(); n == 0 || until.After(time.Now()) {
			j.slots.Release(int64(n))
			due = until
			continue
		}
		begun := time.Now()
		claimed, err := r.claim(ctx, j, n)
		for _, item := range claimed {
			items.Go(func() {
				defer j.slots.Release(1)
				_ = r.do(ctx, j, item, begun) // which has logged it
			})
		}
		switch {
		case err != nil:
			due = j.backoff.end()
		case len(claimed) == n:
			due = time.Now()
		default:
			due = time.Now().Add(j.Interval)
		}
	}
}

// RunDue does what is due now, one job after another, and returns what failed. It
// must not be called while Run, or itself, runs.
func (r *Runner) RunDue(ctx context.Context) error {
	failures := make([]error, len(r.jobs))
	for i, j := range r.jobs {
		failures[i] = r.runDue(ctx, j)
	}
	return errors.Join(failures...)
}

func (r *Runner) runDue(ctx context.Context, j *job) error {
	for {
		n := j.take(ctx)
		if n == 0 {
			return ctx.Err()
		}
		begun := time.Now()
		claimed, err := r.claim(ctx, j, n)
		var items sync.WaitGroup
		failures := make([]error, len(claimed)+1)
		failures[len(claimed)] = err
		for i, item := range claimed {
			items.Go(func() {
				defer j.slots.Release(1)
				failures[i] = r.do(ctx, j, item, begun)
			})
		}
		items.Wait()
		if err = errors.Join(failures...); err != nil || len(claimed) < n {
			return err
		}
	}
}

// sleep waits until a time, or until the job backs off. It returns false when ctx has
// ended.
func (j *job) sleep(ctx context.Context, until time.Time) bool {
	timer := time.NewTimer(time.Until(until))
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-j.failed:
	case <-ctx.Done():
	}
	return ctx.Err() == nil
}

// take waits for a slot and takes all that are free then. It takes none if ctx ends.
func (j *job) take(ctx context.Context) (n int) {
	if j.slots.Acquire(ctx, 1) != nil {
		return 0
	}
	if ctx.Err() != nil {
		j.slots.Release(1)
		return 0
	}
	for n = 1; n < j.Concurrency && j.slots.TryAcquire(1); {
		n++
	}
	return n
}

// claim claims up to n items and gives back the slots of the others. A stop doesn't
// break it off: what is claimed just then would stay leased, and nobody would know.
func (r *Runner) claim(ctx context.Context, j *job, n int) (claimed []Item, err error) {
	calling, cancel := context.WithTimeout(context.WithoutCancel(ctx), callTimeout)
	defer cancel()
	err = contained(func() (err error) {
		if r.mayClaim == nil || r.mayClaim() {
			claimed, err = j.Claim(calling, r.clock(), n)
		}
		return err
	})
	if err != nil {
		claimed = nil
	}
	j.slots.Release(int64(n - len(claimed)))
	if err != nil {
		j.failures.Inc()
		j.backoff.fail()
		r.log.ErrorContext(ctx, "claim work of job", "job", j.Name, "error", err)
		return nil, fmt.Errorf("%s: %w", j.Name, err)
	}
	j.backoff.claimed()
	return claimed, nil
}

// do works on an item. What a stop breaks off has not failed.
func (r *Runner) do(ctx context.Context, j *job, item Item, claimed time.Time) error {
	working, cancel := context.WithDeadline(ctx, claimed.Add(cmp.Or(item.Deadline, j.Deadline)))
	defer cancel()
	j.running.Inc()
	defer j.running.Dec()
	begun := time.Now()
	err := contained(func() error { return item.Do(working) })
	j.seconds.Observe(time.Since(begun).Seconds())
	_, panicked := errors.AsType[panicError](err)
	switch {
	case err == nil:
		j.backoff.succeed()
		return nil
	case ctx.Err() != nil && !panicked:
		return ctx.Err()
	}
	j.failures.Inc()
	fields := []slog.Attr{slog.String("job", j.Name), item.About}
	if item.RequestID != "" {
		fields = append(fields, slog.String("request_id", item.RequestID))
	}
	r.log.LogAttrs(ctx, slog.LevelError, "run job", append(fields, slog.Any("error", err))...)
	if j.backoff.failItem() {
		select {
		case j.failed <- struct{}{}:
		default: // it is awake already
		}
	}
	return fmt.Errorf("%s: %s: %w", j.Name, item.About.Value, err)
}

// measure counts the backlogs until ctx ends.
func (r *Runner) measure(ctx context.Context) {
	tick := time.NewTicker(measureEvery)
	defer tick.Stop()
	for {
		for _, j := range r.jobs {
			if err := r.count(ctx, j); err != nil && ctx.Err() == nil {
				r.log.WarnContext(ctx, "count backlog of job", "job", j.Name, "error", err)
			}
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
	}
}

func (r *Runner) count(ctx context.Context, j *job) error {
	if j.Backlog == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	return contained(func() error {
		now := r.clock()
		b, err := j.Backlog(ctx, now)
		if err == nil {
			j.measured(b, now)
		}
		return err
	})
}

// panicError is a panic as an error. Where no server watches over a goroutine, a panic
// would end the process.
type panicError struct {
	value any
	stack []byte
}

func (p panicError) Error() string { return fmt.Sprintf("panic: %v\n%s", p.value, p.stack) }

// contained calls do, and returns a panic as an error.
func contained(do func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = panicError{p, debug.Stack()}
		}
	}()
	return do()
}
