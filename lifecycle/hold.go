package lifecycle

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"golang.org/x/sync/semaphore"

	"github.com/backlox/lox"
)

// MarkStore keeps the marks of a database, and whether deletions are held.
type MarkStore interface {
	// Marks returns what the database knows of its marks.
	Marks(ctx context.Context) (lox.MarkState, error)

	// AdvanceMark makes the next mark after the given one. ok is false if the given one is no
	// longer the latest, or while deletions are held.
	AdvanceMark(ctx context.Context, after lox.Mark, now time.Time) (next lox.Mark, ok bool, err error)

	// MarkWritten records that a mark was written to the object store.
	MarkWritten(ctx context.Context, m lox.Mark) error

	// HoldDeletions keeps all servers from expiring uploads and deleting objects. It does
	// nothing if the mark is no longer the latest.
	HoldDeletions(ctx context.Context, latest lox.Mark, why string, now time.Time) error

	// LooksRestored reports whether the database seems to be restored from an older copy:
	// uploads have been overdue for a day, and no event was recorded in that day. Running
	// servers never leave a database in this state.
	LooksRestored(ctx context.Context, now time.Time) (bool, error)
}

const (
	// defaultMarkInterval is how often a mark is made, and the mark in the object store is read.
	defaultMarkInterval = time.Minute
	// holdReminder is how often it is logged that deletions are held.
	holdReminder = time.Hour
)

// heldJobs are the jobs that delete data for good.
var heldJobs = []string{string(lox.WorkExpire), string(lox.WorkPurge)}

// HoldConfig configures a Hold.
type HoldConfig struct {
	Log *slog.Logger
	// Metrics, if not nil, gets lox_jobs_held.
	Metrics prometheus.Registerer
	// Clock tells the time. The default is time.Now.
	Clock func() time.Time
	// Off holds deletions in this process, whatever the database says.
	Off bool
	// MarkInterval is how often all processes together make a mark. 0 means
	// defaultMarkInterval.
	MarkInterval time.Duration
}

// Hold stops the expiry of uploads and the deletion of objects while the database may be older
// than the object store. Such a database doesn't know the latest backups, and their objects
// would be deleted. Hold compares the marks (lox.Mark) of database and object store before the
// first deletion and at every MarkInterval. Before each later deletion it checks that the
// database's mark has not gone back.
type Hold struct {
	store MarkStore
	blobs lox.OwnObjects
	cfg   HoldConfig
	held  prometheus.Gauge

	// lock guards the fields below. It is a semaphore, because callers wait with a deadline.
	lock *semaphore.Weighted
	// seen is the latest mark of the database that was compared with the object store's mark.
	seen lox.Mark
	// loggedAt is when it was last logged that deletions are held; zero if they aren't.
	loggedAt time.Time
}

// NewHold returns a Hold. Deletions are held until it has read the marks.
func NewHold(store MarkStore, blobs lox.OwnObjects, cfg HoldConfig) *Hold {
	setDefault(&cfg.MarkInterval, defaultMarkInterval)
	if cfg.Clock == nil {
		cfg.Clock = time.Now
	}
	h := &Hold{store: store, blobs: blobs, cfg: cfg, lock: semaphore.NewWeighted(1), held: prometheus.NewGauge(prometheus.GaugeOpts{
		Name: "lox_jobs_held",
		Help: "1 while this server neither expires uploads nor deletes objects: the database may be older than the object store, " +
			"the mark that shows this could not be read yet, or LOX_JOBS is off.",
	})}
	if cfg.Metrics != nil {
		cfg.Metrics.MustRegister(h.held)
	}
	h.held.Set(1)
	return h
}

// Over returns the jobs, changed so that those in heldJobs claim nothing while deletions are
// held.
func (h *Hold) Over(jobs ...Job) []Job {
	jobs = slices.Clone(jobs)
	for i, j := range jobs {
		if !slices.Contains(heldJobs, j.Name) {
			continue
		}
		jobs[i].Claim = func(ctx context.Context, now time.Time, n int) ([]Item, error) {
			if held, err := h.isHeld(ctx); held || err != nil {
				return nil, err
			}
			return j.Claim(ctx, now, n)
		}
	}
	return jobs
}

// Job returns the job that makes marks and compares them.
func (h *Hold) Job() Job { return Every("mark", h.cfg.MarkInterval, h.mark) }

// isHeld reports whether deletions are held. CodeUnavailable: the marks can't be read.
func (h *Hold) isHeld(ctx context.Context) (bool, error) {
	if err := h.lock.Acquire(ctx, 1); err != nil {
		return true, err
	}
	defer h.lock.Release(1)
	if h.cfg.Off {
		return h.logHeld(ctx, "LOX_JOBS is off", "restart this server without it"), nil
	}
	state, err := h.store.Marks(ctx)
	if err == nil && state.HeldSince == nil && !h.hasCompared(state.Mark) {
		state, err = h.compare(ctx)
	}
	if err != nil {
		return true, err
	}
	return h.update(ctx, state), nil
}

// hasCompared reports whether m continues the mark that was last compared, so that no new
// comparison is needed.
func (h *Hold) hasCompared(m lox.Mark) bool {
	return m.Line == h.seen.Line && m.Number >= h.seen.Number
}

// update sets the metric and logs according to state.
func (h *Hold) update(ctx context.Context, state lox.MarkState) (held bool) {
	if state.HeldSince != nil {
		return h.logHeld(ctx, state.HeldBecause, `find out by "lox doctor" what is missing, then run "lox doctor --confirm-restore"`)
	}
	h.held.Set(0)
	if !h.loggedAt.IsZero() {
		h.loggedAt = time.Time{}
		h.cfg.Log.InfoContext(ctx, "expiry of uploads and deletion of objects have resumed")
	}
	return false
}

// logHeld logs that deletions are held, at once and then every hour.
func (h *Hold) logHeld(ctx context.Context, why, advice string) (held bool) {
	h.held.Set(1)
	if now := h.cfg.Clock(); h.loggedAt.IsZero() || now.Sub(h.loggedAt) >= holdReminder {
		h.loggedAt = now
		h.cfg.Log.ErrorContext(ctx, "expiry of uploads and deletion of objects are paused", "reason", why, "advice", advice)
	}
	return true
}

// compare compares the marks of database and object store, and holds deletions if they don't match.
func (h *Hold) compare(ctx context.Context) (lox.MarkState, error) {
	for first := true; ; first = false {
		// Read the object store first: in between, another process may advance both marks.
		stored, err := ReadMark(ctx, h.blobs)
		if err != nil {
			return lox.MarkState{}, err
		}
		state, err := h.store.Marks(ctx)
		if err != nil || state.HeldSince != nil {
			return state, err
		}
		why, err := h.mismatch(ctx, state, stored)
		if err != nil {
			return state, err
		}
		if why == "" {
			h.seen = state.Mark
			return state, nil
		}
		if first {
			continue // an operator may have confirmed a restore in between
		}
		if err := h.store.HoldDeletions(ctx, state.Mark, why, h.cfg.Clock()); err != nil {
			return state, err
		}
		return h.store.Marks(ctx)
	}
}

func (h *Hold) mismatch(ctx context.Context, state lox.MarkState, stored *lox.Mark) (why string, err error) {
	if state.Line == h.seen.Line && state.Number < h.seen.Number {
		return fmt.Sprintf("the database went back in time while this server ran: its latest mark is of %s, but there was one of %s",
			lox.Seconds(state.At).Format(time.DateTime), lox.Seconds(h.seen.At).Format(time.DateTime)), nil
	}
	if why := state.Mismatch(stored); why != "" {
		return why, nil
	}
	if stored != nil || state.Written {
		return "", nil
	}
	// Neither has a mark: the first start of LOX, or of a version with marks.
	restored, err := h.store.LooksRestored(ctx, h.cfg.Clock())
	if restored {
		why = "nothing was recorded for a day, and uploads have been overdue for as long"
	}
	return why, err
}

// mark compares the marks, and makes the next one when it is due.
func (h *Hold) mark(ctx context.Context, now time.Time) error {
	if err := h.lock.Acquire(ctx, 1); err != nil {
		return err
	}
	defer h.lock.Release(1)
	state, err := h.compare(ctx)
	if err != nil {
		return err
	}
	if state.HeldSince != nil {
		if !h.cfg.Off {
			h.update(ctx, state)
		}
		return nil
	}
	// Half of the interval: another process may have made the last mark a little later than this
	// one would have.
	if age := now.Sub(state.At); age >= 0 && age < h.cfg.MarkInterval/2 {
		return nil
	}
	next, ok, err := h.store.AdvanceMark(ctx, state.Mark, now)
	if err != nil || !ok {
		return err
	}
	h.seen = next
	if err := WriteMark(ctx, h.blobs, next); err != nil || state.Written {
		return err
	}
	return h.store.MarkWritten(ctx, next)
}

// ReadMark returns the mark in an object store, nil if there is none.
func ReadMark(ctx context.Context, blobs lox.OwnObjects) (*lox.Mark, error) {
	data, err := blobs.ReadOwn(ctx, lox.MarkName)
	if err != nil || data == nil {
		return nil, err
	}
	var m lox.Mark
	if err := json.Unmarshal(data, &m); err != nil {
		return nil, fmt.Errorf("%s%s in the object store is damaged: %w", lox.OwnPrefix, lox.MarkName, err)
	}
	return &m, nil
}

// WriteMark puts a mark into an object store.
func WriteMark(ctx context.Context, blobs lox.OwnObjects, m lox.Mark) error {
	data, err := json.Marshal(m)
	if err != nil {
		return err
	}
	return blobs.WriteOwn(ctx, lox.MarkName, data)
}
