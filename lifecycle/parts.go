package lifecycle

import (
	"context"
	"log/slog"
	"time"

	"github.com/backlox/lox"
)

// partsPage is how many parts one call lists: as many as S3 lists in one answer.
const partsPage = 1000

// storedParts returns the parts of an upload that are in the store, at most lox.MaxParts.
// CodeUploadIncomplete: the upload has not begun, or has ended.
func storedParts(ctx context.Context, blobs lox.BlobStore, b lox.Backup) ([]lox.Part, error) {
	if b.UploadID == "" {
		return nil, lox.Errorf(lox.CodeUploadIncomplete, "No part was uploaded")
	}
	var parts []lox.Part
	after := 0
	for {
		page, err := blobs.Parts(ctx, b.Parts(), after, partsPage)
		if err != nil {
			return nil, err
		}
		parts = append(parts, page...)
		if len(page) < partsPage {
			return parts, nil
		}
		after = page[len(page)-1].Number
	}
}

// beginParts makes a pending backup verifying if all its parts are stored. They are assembled
// under the lease, because that takes long in some stores.
func (v *Verifier) beginParts(ctx context.Context, b lox.Backup, by lox.Actor) error {
	parts, err := storedParts(ctx, v.blobs, b)
	if err == nil {
		err = lox.CheckParts(parts, b.Size, b.PartSize)
	}
	if lox.CodeOf(err) == lox.CodeUploadIncomplete && v.cfg.Clock().After(b.Deadline()) {
		return errUploadExpired
	}
	if err != nil {
		return err
	}
	return v.beginVerifying(ctx, b, by)
}

// inspectAssembled assembles the parts of a backup, if it has parts, and then inspects the object.
func (v *Verifier) inspectAssembled(ctx context.Context, b lox.Backup) (lox.Object, error) {
	if b.PartSize > 0 {
		if err := v.blobs.AssembleParts(ctx, b.Parts(), b.Size); err != nil {
			return lox.Object{}, err
		}
	}
	return v.inspect(ctx, b)
}

// endParts is endUpload for an upload in parts. It extends the deadline while parts still arrive. It
// never completes a stream, because only the client knows whether all parts were uploaded.
func (e *expiry) endParts(ctx context.Context, b lox.Backup, now time.Time, about []slog.Attr) error {
	parts, err := storedParts(ctx, e.blobs, b)
	if err != nil && lox.CodeOf(err) != lox.CodeUploadIncomplete {
		return err
	}
	if !b.Stream && lox.CheckParts(parts, b.Size, b.PartSize) == nil {
		return e.verify(ctx, b, now, about)
	}
	var latest time.Time
	for _, p := range parts {
		if p.Modified.After(latest) {
			latest = p.Modified
		}
	}
	if until := lox.Seconds(latest.Add(lox.PartsGrace)); until.After(now) {
		return e.store.ExtendUpload(ctx, b, until, lox.Seconds(now), lox.System(string(lox.WorkExpire)))
	}
	return e.fail(ctx, b, now, about)
}
