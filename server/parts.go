package server

import (
	"context"
	"time"

	"github.com/backlox/lox"
	"github.com/backlox/lox/gen/api"
)

// CreatePartUploads answers POST /v1/backups/{id}/parts.
func (h *backupHandlers) CreatePartUploads(
	ctx context.Context, r api.CreatePartUploadsRequestObject,
) (api.CreatePartUploadsResponseObject, error) {
	wanted, err := requestedParts(r.Body.Parts)
	if err != nil {
		return nil, err
	}
	b, err := h.pendingInParts(ctx, r.ID)
	if err != nil {
		return nil, err
	}
	uploads, size, err := b.PartUploads(wanted, h.uploadTTL)
	if err != nil {
		return nil, err
	}
	if b, err = h.issueParts(ctx, b, len(wanted), size); err != nil {
		return nil, err
	}
	out := api.PartUploads{Parts: make([]api.PartUpload, len(uploads)), ExpiresAt: b.UploadExpiresAt.UTC()}
	for i, u := range uploads {
		u.PartsOf = b.Parts() // issueParts may have set its UploadID
		signed, err := h.blobs.PresignPart(ctx, u)
		if err != nil {
			return nil, err
		}
		out.Parts[i] = api.PartUpload{
			PartNumber: u.Number, SizeBytes: u.Size, UploadURL: absolute(ctx, h.publicURL, signed.URL), UploadHeaders: signed.Headers,
		}
	}
	return api.CreatePartUploads200JSONResponse{Body: out}, nil
}

// pendingInParts returns a backup that is pending and uploaded in parts.
func (h *backupHandlers) pendingInParts(ctx context.Context, pathID string) (lox.Backup, error) {
	b, err := h.backup(ctx, pathID)
	if err != nil {
		return b, err
	}
	return b, waitsForParts(b)
}

func waitsForParts(b lox.Backup) error {
	switch {
	case b.Status != lox.StatusPending:
		return notPending(b)
	case b.PartSize == 0:
		return lox.Errorf(lox.CodeInvalidState, "The backup is not uploaded in parts").
			With("multipart", "Must be true when the backup is created")
	default:
		return nil
	}
}

func notPending(b lox.Backup) error {
	return lox.Errorf(lox.CodeInvalidState, "Only a pending backup can be uploaded").
		With("status", "Is "+string(b.Status)+", must be pending")
}

// issueParts records that URLs of parts are issued. The first call begins the upload in the store.
func (h *backupHandlers) issueParts(ctx context.Context, b lox.Backup, count int, size int64) (lox.Backup, error) {
	now := lox.Seconds(h.clock())
	issued := lox.IssuedParts{Count: count, Size: size, Now: now, Expires: now.Add(h.uploadTTL)}
	if b.UploadID == "" {
		var err error
		if issued.UploadID, err = h.blobs.BeginParts(ctx, b.ObjectKey()); err != nil {
			return b, err
		}
	}
	after, err := h.store.IssueParts(ctx, b.Tenant, b.ID, issued, actor(ctx))
	if err != nil {
		// It is unknown whether the backup has this upload: another request may have begun the same one, or
		// the answer of the database was lost. The job "abort" checks an hour later.
		return after, err
	}
	if issued.UploadID != "" && after.UploadID != issued.UploadID {
		h.abandon(ctx, lox.PartsOf{Key: b.ObjectKey(), UploadID: issued.UploadID, PartSize: b.PartSize})
	}
	return after, waitsForParts(after)
}

// abandonTimeout bounds the abort of an upload that another request has begun first.
const abandonTimeout = 5 * time.Second

// abandon aborts an upload that belongs to no backup. If that fails, the job "abort" does it later.
func (h *backupHandlers) abandon(ctx context.Context, upload lox.PartsOf) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), abandonTimeout)
	defer cancel()
	_ = h.blobs.AbortParts(ctx, upload)
}

// ListParts answers GET /v1/backups/{id}/parts.
func (h *backupHandlers) ListParts(ctx context.Context, r api.ListPartsRequestObject) (api.ListPartsResponseObject, error) {
	b, err := h.pendingInParts(ctx, r.ID)
	if err != nil {
		return nil, err
	}
	after, err := decodePartCursor(r.Params.Cursor, b.ID)
	if err != nil {
		return nil, invalid(map[string]string{"cursor": wantCursor})
	}
	limit := r.Params.Limit
	var parts []lox.Part
	if b.UploadID != "" {
		// One more part tells whether there is a next page.
		parts, err = h.blobs.Parts(ctx, b.Parts(), after, limit+1)
		if err != nil && lox.CodeOf(err) != lox.CodeUploadIncomplete { // the upload ended a moment ago
			return nil, err
		}
	}
	out := api.PartList{Parts: make([]api.Part, 0, len(parts)), PartSizeBytes: b.PartSize, PartCount: partCount(b), Limit: limit}
	if len(parts) > limit {
		parts = parts[:limit]
		out.NextCursor = encodePartCursor(parts[limit-1].Number, b.ID)
	}
	for _, p := range parts {
		part := api.Part{PartNumber: p.Number, SizeBytes: p.Size}
		if p.Checksum != nil {
			part.Checksum = p.Checksum.String()
		}
		out.Parts = append(out.Parts, part)
	}
	return api.ListParts200JSONResponse{Body: out}, nil
}

// requestedParts converts the parts of a request, which the schema has checked.
func requestedParts(in []api.RequestedPart) ([]lox.RequestedPart, error) {
	parts := make([]lox.RequestedPart, len(in))
	for i, p := range in {
		sum, err := declaredChecksum(p.Checksum)
		if err != nil {
			return nil, err
		}
		parts[i] = lox.RequestedPart{Number: p.PartNumber, Size: p.SizeBytes, Checksum: sum}
	}
	return parts, nil
}

// multipartOut returns the size and number of parts of a pending backup that is uploaded in parts; nil for
// others.
func multipartOut(b lox.Backup) *api.Multipart {
	if b.PartSize == 0 || b.Status != lox.StatusPending {
		return nil
	}
	return &api.Multipart{PartSizeBytes: b.PartSize, PartCount: partCount(b)}
}

func partCount(b lox.Backup) *int {
	if b.Stream {
		return nil
	}
	return new(b.PartCount())
}
