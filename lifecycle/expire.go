package lifecycle

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/backlox/lox"
)

const (
	// expirers is how many uploads are ended at once. Each calls the object store.
	expirers      = 4
	expireTimeout = 10 * time.Second
	// expirePause is the pause before an upload that could not be ended is tried again, for
	// example because the object store was unavailable.
	expirePause = 30 * time.Second
	// endsLogged is how many uploads are logged one by one in a minute.
	endsLogged = 100
)

// expiry ends uploads that are past their deadline: it fails incomplete uploads, and has
// complete ones verified. It takes no leases, because ending an upload twice is harmless.
type expiry struct {
	store Store
	blobs lox.BlobStore
	// ended logs failed uploads, found logs complete ones.
	ended, found *summary

	mu sync.Mutex
	// underWay are the uploads that are being ended.
	underWay map[lox.BackupID]struct{}
	// failed are the uploads that could not be ended, and when to try them again.
	failed map[lox.BackupID]time.Time
}

// maxExcluded is how many uploads a claim leaves out at most. If more uploads can't be
// ended, a store has a general problem, and nothing is claimed.
const maxExcluded = 1000

func newExpiry(store Store, blobs lox.BlobStore, log *slog.Logger) *expiry {
	return &expiry{
		store: store, blobs: blobs, ended: newSummary(log, slog.LevelInfo, "upload has expired", endsLogged),
		found:    newSummary(log, slog.LevelInfo, "overdue upload has arrived: verifying it", endsLogged),
		underWay: map[lox.BackupID]struct{}{}, failed: map[lox.BackupID]time.Time{},
	}
}

func (e *expiry) job(interval time.Duration) Job {
	return Job{
		Name: string(lox.WorkExpire), Interval: interval, Concurrency: expirers, Deadline: expireTimeout,
		Claim: e.claim, Backlog: backlogOf(e.store, lox.WorkExpire),
	}
}

func (e *expiry) claim(ctx context.Context, now time.Time, n int) ([]Item, error) {
	e.ended.tick(ctx, now)
	e.found.tick(ctx, now)
	except := e.excluded(now)
	if len(except) > maxExcluded {
		return nil, nil
	}
	overdue, err := e.store.OverdueUploads(ctx, lox.Seconds(now), except, n)
	if err != nil {
		return nil, err
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	items := make([]Item, len(overdue))
	for i, b := range overdue {
		e.underWay[b.ID] = struct{}{}
		items[i] = Item{About: slog.Any("backup", b.ID), Do: func(ctx context.Context) error { return e.end(ctx, b, now) }}
	}
	return items, nil
}

// excluded returns the uploads that are not to be claimed.
func (e *expiry) excluded(now time.Time) (ids []lox.BackupID) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for id := range e.underWay {
		ids = append(ids, id)
	}
	for id, until := range e.failed {
		if now.Before(until) {
			ids = append(ids, id)
		} else {
			delete(e.failed, id)
		}
	}
	return ids
}

func (e *expiry) end(ctx context.Context, b lox.Backup, now time.Time) error {
	failed := true // also after a panic
	defer func() {
		e.mu.Lock()
		defer e.mu.Unlock()
		delete(e.underWay, b.ID)
		if failed {
			e.failed[b.ID] = now.Add(expirePause)
		}
	}()
	err := e.endUpload(ctx, b, now)
	failed = err != nil
	return err
}

// endUpload fails an upload unless all its bytes are stored. In that case its client may have
// stopped before it completed the backup, or the database may have been restored from a copy
// that is older than the completion. A failure would delete the bytes, so the upload is verified
// instead. If the object store doesn't answer, nothing changes.
func (e *expiry) endUpload(ctx context.Context, b lox.Backup, now time.Time) error {
	about := []slog.Attr{slog.Any("backup", b.ID), slog.Any("tenant", b.Tenant)}
	if b.PartSize > 0 {
		return e.endParts(ctx, b, now, about)
	}
	o, err := e.blobs.Stat(ctx, b.ObjectKey())
	switch missing := lox.CodeOf(err) == lox.CodeUploadIncomplete; {
	case err != nil && !missing:
		return err
	case !missing && o.Size == b.Size:
		return e.verify(ctx, b, now, about)
	}
	return e.fail(ctx, b, now, about)
}

// verify makes the backup verifying, with an expired lease. The job "verify" claims it when it
// has a free hasher.
func (e *expiry) verify(ctx context.Context, b lox.Backup, now time.Time, about []slog.Attr) error {
	_, ok, err := e.store.Lease(ctx, b, lox.Lease{Owner: string(lox.WorkExpire), Now: now, Until: now})
	if ok {
		e.found.add(ctx, now, about...)
	}
	return err
}

func (e *expiry) fail(ctx context.Context, b lox.Backup, now time.Time, about []slog.Attr) error {
	at, why := lox.Seconds(now), lox.FailureUploadTimeout
	ok, err := e.store.Fail(ctx, b, lox.Failure{Text: why, At: at, Overdue: true, Event: b.Failed(why, at, lox.System(string(lox.WorkExpire)))})
	if ok {
		e.ended.add(ctx, now, about...)
	}
	return err
}
