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

const (
	// DefaultMarkInterval is how often a mark is made, and the object store's is read.
	DefaultMarkInterval = time.Minute
	// holdReminder is how often the log is told that deletions are held.
	holdReminder = time.Hour
)

// heldJobs are those that destroy what can't be had back.
var heldJobs = []string{string(lox.WorkExpire), string(lox.WorkPurge)}

// HoldConfig is what a Hold works with.
type HoldConfig struct {
	Log *slog.Logger
	// Metrics, if not nil, gets lox_jobs_held.
	Metrics prometheus.Registerer
	// Clock tells the time. The default is time.Now.
	Clock func() time.Time
	// Off holds deletions in this process, whatever the database says.
	Off bool
	// MarkInterval is how often all processes together make a mark. 0 means
	// DefaultMarkInterval.
	MarkInterval time.Duration
}

// Hold keeps uploads from being expired, and objects from being deleted, while the database may
// be older than the object store: it would take backups that it doesn't know for unneeded. It
// finds that out by lox.Mark, before the first deletion, at each later one by what it has seen
// of the database itself, and as often as marks are made by the object store.
type Hold struct {
	store lox.MarkStore
	blobs lox.OwnObjects
	cfg   HoldConfig
	held  prometheus.Gauge

	// looking guards what follows. It is no mutex, since whoever waits for it has a deadline.
	looking *semaphore.Weighted
	// seen is the latest mark of the database that was compared with the object store's.
	seen lox.Mark
	// told is when the log was last told that deletions are held; zero if they aren't.
	told time.Time
}

// NewHold returns a Hold. Until it could read the marks, deletions are held.
func NewHold(store lox.MarkStore, blobs lox.OwnObjects, cfg HoldConfig) *Hold {
	setDefault(&cfg.MarkInterval, DefaultMarkInterval)
	if cfg.Clock == nil {
		cfg.Clock = time.Now
	}
	h := &Hold{store: store, blobs: blobs, cfg: cfg, looking: semaphore.NewWeighted(1), held: prometheus.NewGauge(prometheus.GaugeOpts{
		Name: "lox_jobs_held",
		Help: "1 while this server neither expires uploads nor deletes objects: the database may be older than the object store, " +
			"the mark that tells could not be read yet, or LOX_JOBS is off.",
	})}
	if cfg.Metrics != nil {
		cfg.Metrics.MustRegister(h.held)
	}
	h.held.Set(1)
	return h
}

// Over returns jobs of which those that destroy something do so only while nothing is held.
func (h *Hold) Over(jobs ...Job) []Job {
	jobs = slices.Clone(jobs)
	for i, j := range jobs {
		if !slices.Contains(heldJobs, j.Name) {
			continue
		}
		jobs[i].Claim = func(ctx context.Context, now time.Time, n int) ([]Item, error) {
			if held, err := h.Held(ctx); held || err != nil {
				return nil, err
			}
			return j.Claim(ctx, now, n)
		}
	}
	return jobs
}

// Job makes marks, and reads that of the object store.
func (h *Hold) Job() Job { return Every("mark", h.cfg.MarkInterval, h.mark) }

// Held reports whether deletions are held. CodeUnavailable: it can't be known.
func (h *Hold) Held(ctx context.Context) (bool, error) {
	if err := h.looking.Acquire(ctx, 1); err != nil {
		return true, err
	}
	defer h.looking.Release(1)
	if h.cfg.Off {
		return h.tell(ctx, "LOX_JOBS is off", "restart this server without it"), nil
	}
	state, err := h.store.Marks(ctx)
	if err == nil && state.HeldSince == nil && !h.knows(state.Mark) {
		state, err = h.compare(ctx)
	}
	if err != nil {
		return true, err
	}
	return h.conclude(ctx, state), nil
}

// knows reports whether the database is where it was when it was last compared, or further.
func (h *Hold) knows(m lox.Mark) bool { return m.Line == h.seen.Line && m.Number >= h.seen.Number }

func (h *Hold) conclude(ctx context.Context, state lox.MarkState) (held bool) {
	if state.HeldSince != nil {
		return h.tell(ctx, state.HeldBecause, `find out by "lox doctor" what is missing, then run "lox doctor --confirm-restore"`)
	}
	h.held.Set(0)
	if !h.told.IsZero() {
		h.told = time.Time{}
		h.cfg.Log.InfoContext(ctx, "uploads are expired and objects are deleted again")
	}
	return false
}

// tell has the log say that deletions are held, at once and every hour.
func (h *Hold) tell(ctx context.Context, why, advice string) (held bool) {
	h.held.Set(1)
	if now := h.cfg.Clock(); h.told.IsZero() || now.Sub(h.told) >= holdReminder {
		h.told = now
		h.cfg.Log.ErrorContext(ctx, "no uploads are expired and no objects are deleted", "reason", why, "advice", advice)
	}
	return true
}

// compare compares the marks of database and object store, and holds deletions if they don't fit.
func (h *Hold) compare(ctx context.Context) (lox.MarkState, error) {
	for first := true; ; first = false {
		// The object store comes first: meanwhile, another process may make a mark in both.
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
		return fmt.Sprintf("the database has gone back while this server ran: its latest mark is of %s, but there was one of %s",
			lox.Seconds(state.At).Format(time.DateTime), lox.Seconds(h.seen.At).Format(time.DateTime)), nil
	}
	if why := state.Mismatch(stored); why != "" {
		return why, nil
	}
	if stored != nil || state.Written {
		return "", nil
	}
	// Neither has a mark: the first start of this version, or of all.
	restored, err := h.store.LooksRestored(ctx, h.cfg.Clock())
	if restored {
		why = "nothing was recorded for a day, and uploads have been overdue for as long"
	}
	return why, err
}

// mark compares the marks, and makes the next one when it is due.
func (h *Hold) mark(ctx context.Context, now time.Time) error {
	if err := h.looking.Acquire(ctx, 1); err != nil {
		return err
	}
	defer h.looking.Release(1)
	state, err := h.compare(ctx)
	if err != nil {
		return err
	}
	if state.HeldSince != nil {
		if !h.cfg.Off {
			h.conclude(ctx, state)
		}
		return nil
	}
	// Half of the interval, as that of another process may end a moment later.
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
