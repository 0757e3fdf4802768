package lifecycle

import (
	"context"
	"log/slog"
	"time"

	"github.com/backlox/lox"
)

const (
	// abortEvery is how often the job reads the object store's list of unfinished uploads.
	abortEvery = time.Hour
	// abortAge is the minimum age of an aborted upload: an upload that a request has just begun isn't in
	// the database yet.
	abortAge = time.Hour
	// abortsLogged is how many aborted uploads are logged one by one in a minute.
	abortsLogged = 100
)

// aborter aborts uploads in parts that no backup needs. There are three causes of such an upload: the
// request that began it failed before it wrote to the database; a server of a version without parts
// deleted its backup; or the database was restored from an older copy.
type aborter struct {
	store   Store
	blobs   lox.BlobStore
	aborted *summary
}

// aborting returns the job "abort".
func aborting(store Store, blobs lox.BlobStore, log *slog.Logger) Job {
	a := &aborter{store: store, blobs: blobs, aborted: newSummary(log, slog.LevelInfo, "unfinished upload aborted", abortsLogged)}
	return Every("abort", abortEvery, a.sweep)
}

// sweep reads the list once. If it doesn't finish within its deadline, the next run continues: the list
// is then shorter.
func (a *aborter) sweep(ctx context.Context, now time.Time) error {
	a.aborted.tick(ctx, now)
	for upload, err := range a.blobs.UnfinishedParts(ctx) {
		if err != nil {
			return err
		}
		if now.Sub(upload.Begun) < abortAge {
			continue
		}
		keep, err := a.keep(ctx, upload)
		if err != nil {
			return err
		}
		if keep {
			continue
		}
		if err := a.blobs.AbortParts(ctx, lox.PartsOf{Key: upload.Key, UploadID: upload.UploadID}); err != nil {
			return err
		}
		a.aborted.add(ctx, now, slog.String("object", upload.Key), slog.Time("begun", upload.Begun))
	}
	return nil
}

// keep reports whether an upload must stay: an unfinished backup needs it, or its key shows that LOX has
// not begun it.
func (a *aborter) keep(ctx context.Context, upload lox.UnfinishedParts) (bool, error) {
	tenant, id, ok := lox.ParseObjectKey(upload.Key)
	if !ok {
		return true, nil
	}
	b, err := a.store.Backup(ctx, tenant, id)
	if lox.CodeOf(err) == lox.CodeBackupNotFound {
		return false, nil
	}
	unfinished := b.Status == lox.StatusPending || b.Status == lox.StatusVerifying
	return unfinished && b.UploadID == upload.UploadID, err
}
