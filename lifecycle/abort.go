package lifecycle

import (
	"context"
	"log/slog"
	"time"

	"github.com/backlox/lox"
)

const (
	// abortEvery is how often the store's own list of unfinished uploads is gone through.
	abortEvery = time.Hour
	// abortAge is how old an upload is before it is aborted: one that a request has just begun isn't in
	// the database yet.
	abortAge = time.Hour
	// abortsLogged is how many aborted uploads have lines of their own in the log in one minute.
	abortsLogged = 100
)

// abortion aborts the uploads in parts that no backup waits for: those of a request that failed between
// the store and the database, of a server that knew no parts, or of a database that was restored.
type abortion struct {
	store   lox.LifecycleStore
	blobs   lox.BlobStore
	aborted *summary
}

// aborting returns the job "abort".
func aborting(store lox.LifecycleStore, blobs lox.BlobStore, log *slog.Logger) Job {
	a := &abortion{store: store, blobs: blobs, aborted: newSummary(log, slog.LevelInfo, "unfinished upload aborted", abortsLogged)}
	return Every("abort", abortEvery, a.sweep)
}

// sweep goes through the list once. What it doesn't reach within its deadline has time: each upload that
// it aborts makes the next list shorter.
func (a *abortion) sweep(ctx context.Context, now time.Time) error {
	a.aborted.tick(ctx, now)
	for upload, err := range a.blobs.UnfinishedParts(ctx) {
		if err != nil {
			return err
		}
		if now.Sub(upload.Begun) < abortAge {
			continue
		}
		wanted, err := a.wanted(ctx, upload)
		if err != nil {
			return err
		}
		if wanted {
			continue
		}
		if err := a.blobs.AbortParts(ctx, lox.PartsOf{Key: upload.Key, UploadID: upload.UploadID}); err != nil {
			return err
		}
		a.aborted.add(ctx, now, slog.String("object", upload.Key), slog.Time("begun", upload.Begun))
	}
	return nil
}

// wanted reports whether a backup waits for an upload, or whether it isn't one of LOX's.
func (a *abortion) wanted(ctx context.Context, upload lox.UnfinishedParts) (bool, error) {
	tenant, id, ok := lox.ParseObjectKey(upload.Key)
	if !ok {
		return true, nil
	}
	b, err := a.store.Backup(ctx, tenant, id)
	if lox.CodeOf(err) == lox.CodeBackupNotFound {
		return false, nil
	}
	waits := b.Status == lox.StatusPending || b.Status == lox.StatusVerifying
	return waits && b.UploadID == upload.UploadID, err
}
