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

// Job is background work. The Runner claims it in items.
type Job struct {
	// Name is the value of the label "name" of the metrics, and the id of the actor in the
	// job's events.
	Name string
	// Interval is the pause after a claim that returned fewer items than requested. After a
	// full claim, the next one follows as soon as one of its items is done.
	Interval time.Duration
	// Concurrency is how many items run at once in this process. 0 means 1.
	Concurrency int
	// Claim returns at most n due items. It must not return an item that still runs in any
	// process, unless running it twice is harmless. It must not return a failed item again
	// for a while, so that failing items don't keep others from being claimed. Calls of
	// Claim never overlap.
	Claim func(ctx context.Context, now time.Time, n int) ([]Item, error)
	// Deadline is how long an item may take, counted from the start of its claim: so the
	// item ends before a lease of the same length. 0 means a minute.
	Deadline time.Duration
	// Backlog, if not nil, counts the items that are due and not claimed.
	Backlog func(ctx context.Context, now time.Time) (lox.Backlog, error)

	// slots bound the running items. Nil means that Concurrency is the only bound.
	slots *semaphore.Weighted
}

// Item is one unit of work of a Job.
type Item struct {
	// About names the item in the log.
	About slog.Attr
	// RequestID is the id of the request that caused the item, for the log. "" if there was
	// none.
	RequestID string
	// Deadline, unless 0, replaces the job's Deadline.
	Deadline time.Duration
	// Do does the work. It must return when ctx ends.
	Do func(ctx context.Context) error
}

const (
	defaultDeadline = time.Minute
	// callTimeout bounds a claim, and the count of a backlog.
	callTimeout = 10 * time.Second
	// measureEvery is how often backlogs are counted: about the usual scrape interval of
	// metrics.
	measureEvery = 15 * time.Second
)

// RunnerConfig configures a Runner.
type RunnerConfig struct {
	Log *slog.Logger
	// Metrics, if not nil, gets lox_job_waiting, lox_job_oldest_seconds,
	// lox_job_running, lox_job_seconds and lox_job_failed_total, by job.
	Metrics prometheus.Registerer
	// Clock tells the time. The default is time.Now.
	Clock func() time.Time
	// MayClaim, if not nil, stops all claims while it returns false, for example while the
	// clock of the process is wrong.
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
	failed  chan struct{} // signals that the back-off has begun or become longer
}

// NewRunner returns a Runner of jobs. Their names must differ.
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

// Run runs the jobs until ctx ends, and returns when all items have ended. Items run in
// ctx, so they end soon after it. After Run has returned, no job uses a store.
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
		// Take slots before the claim, so that no claimed item waits for a slot.
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
				_ = r.do(ctx, j, item, begun) // do logs errors
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

// RunDue runs all items that are due now, one job after another, and returns the errors.
// Calls of RunDue and Run must not overlap.
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

// take waits for a slot and takes all slots that are free then, up to Concurrency. It takes
// none if ctx ends.
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

// claim claims up to n items and releases the unused slots. The end of ctx doesn't
// interrupt it: otherwise items just claimed would stay leased without being run.
func (r *Runner) claim(ctx context.Context, j *job, n int) (claimed []Item, err error) {
	calling, cancel := context.WithTimeout(context.WithoutCancel(ctx), callTimeout)
	defer cancel()
	err = recovered(func() (err error) {
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
		r.log.ErrorContext(ctx, "a job could not claim work", "job", j.Name, "error", err)
		return nil, fmt.Errorf("%s: %w", j.Name, err)
	}
	j.backoff.claimed()
	return claimed, nil
}

// do runs an item. An item that the end of ctx interrupts does not count as failed.
func (r *Runner) do(ctx context.Context, j *job, item Item, claimed time.Time) error {
	working, cancel := context.WithDeadline(ctx, claimed.Add(cmp.Or(item.Deadline, j.Deadline)))
	defer cancel()
	j.running.Inc()
	defer j.running.Dec()
	begun := time.Now()
	err := recovered(func() error { return item.Do(working) })
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
	r.log.LogAttrs(ctx, slog.LevelError, "a job failed", append(fields, slog.Any("error", err))...)
	if j.backoff.failItem() {
		select {
		case j.failed <- struct{}{}:
		default: // a signal is pending already
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
				r.log.WarnContext(ctx, "the backlog of a job could not be counted", "job", j.Name, "error", err)
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
	return recovered(func() error {
		now := r.clock()
		b, err := j.Backlog(ctx, now)
		if err == nil {
			j.measured(b, now)
		}
		return err
	})
}

// panicError is a recovered panic. An unrecovered panic in a goroutine would end the
// process.
type panicError struct {
	value any
	stack []byte
}

func (p panicError) Error() string { return fmt.Sprintf("panic: %v\n%s", p.value, p.stack) }

// recovered calls do, and returns a panic as an error.
func recovered(do func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = panicError{p, debug.Stack()}
		}
	}()
	return do()
}
