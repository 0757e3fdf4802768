package server

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"strings"
	"time"

	"github.com/backlox/lox"
	"github.com/backlox/lox/gen/api"
)

// BackupStore keeps backups, their counters, the events of their changes and the
// purges of their objects. Every method that takes a tenant reads only that
// tenant's rows: the id of another tenant's backup is CodeBackupNotFound, as if it
// never existed.
type BackupStore interface {
	// CreateBackup reserves b.Size of the tenant's quota and inserts b, both
	// or neither. CodeQuotaExceeded: less than b.Size of the quota is free.
	CreateBackup(ctx context.Context, b lox.Backup, by lox.Actor) error

	// CreateBackupOnce is CreateBackup with an idempotency key. If the key was used
	// before with the same request, it returns the backup of that request and sets
	// replayed; if that backup is pending, its upload expiry becomes b's.
	// CodeIdempotencyMismatch: the key was used with a different request;
	// CodeIdempotencyConflict: the earlier request is still in progress, or (Final)
	// its backup was deleted.
	CreateBackupOnce(ctx context.Context, b lox.Backup, key lox.IdempotencyKey, by lox.Actor) (_ lox.Backup, replayed bool, err error)

	// ReplayBackup is like CreateBackupOnce, but creates nothing: found is false if the
	// key was not used before.
	ReplayBackup(ctx context.Context, b lox.Backup, key lox.IdempotencyKey, by lox.Actor) (_ lox.Backup, found bool, err error)

	// RenewUpload sets the expiry of a pending backup's upload URL, records the change, and
	// returns the backup. It changes nothing if the backup has another status or is
	// uploaded in parts. CodeBackupNotFound.
	RenewUpload(ctx context.Context, tenant lox.TenantID, id lox.BackupID, now, expires time.Time, by lox.Actor) (lox.Backup, error)

	// IssueParts records that upload URLs of parts are issued, and returns the backup. It
	// reserves more of the quota if the parts of a stream need it, moves the expiry, and
	// stores the upload id unless the backup already has one. It changes nothing if the
	// backup isn't pending. CodeBackupNotFound; CodeQuotaExceeded: the quota is not enough,
	// and nothing has changed.
	IssueParts(ctx context.Context, tenant lox.TenantID, id lox.BackupID, p lox.IssuedParts, by lox.Actor) (lox.Backup, error)

	// Backup returns a backup. CodeBackupNotFound.
	Backup(ctx context.Context, tenant lox.TenantID, id lox.BackupID) (lox.Backup, error)

	// Backups returns a page, newest first, with the exact number of matching
	// backups.
	Backups(ctx context.Context, tenant lox.TenantID, q lox.BackupQuery) (lox.BackupPage, error)

	// DeleteBackup removes a backup in any status, releases its part of the quota and
	// schedules the purge of its object. CodeBackupNotFound.
	DeleteBackup(ctx context.Context, tenant lox.TenantID, id lox.BackupID, now time.Time, by lox.Actor) error

	// DownloadBackup returns a backup and, if it is completed, records the event that a
	// download URL is issued. If the database crashes within a second, the event may be
	// lost. A repeated request of the same actor from the same address within a minute may
	// have no event. CodeBackupNotFound.
	DownloadBackup(ctx context.Context, tenant lox.TenantID, id lox.BackupID, e lox.Event) (lox.Backup, error)
}

// backupHandlers answers the operations on backups.
type backupHandlers struct {
	store                  BackupStore
	blobs                  lox.BlobStore
	verifier               Verifier
	clock                  func() time.Time
	uploadTTL, downloadTTL time.Duration
	publicURL              string
}

// ListBackups answers GET /v1/backups.
func (h *backupHandlers) ListBackups(ctx context.Context, r api.ListBackupsRequestObject) (api.ListBackupsResponseObject, error) {
	query, err := backupQuery(r.Params, observed(ctx).objects["metadata"])
	if err != nil {
		return nil, err
	}
	page, err := h.store.Backups(ctx, principal(ctx).Tenant, query)
	if err != nil {
		return nil, err
	}
	list := api.BackupList{
		Backups: make([]api.Backup, 0, len(page.Backups)),
		Total:   page.Total, Limit: query.Limit, Offset: query.Offset,
	}
	for _, b := range page.Backups {
		list.Backups = append(list.Backups, backupOut(b))
	}
	if page.Next != nil {
		list.NextCursor = encodeCursor(*page.Next, filtersOf(query))
	}
	return api.ListBackups200JSONResponse{Body: list}, nil
}

// CreateBackup answers POST /v1/backups.
func (h *backupHandlers) CreateBackup(ctx context.Context, r api.CreateBackupRequestObject) (api.CreateBackupResponseObject, error) {
	wanted, err := newBackup(*r.Body)
	if err != nil {
		return nil, err
	}
	b, replayed, err := h.createOrReplay(ctx, wanted.Pending(principal(ctx).Tenant, h.clock(), h.uploadTTL), r)
	if err != nil {
		return nil, err
	}
	out, err := h.uploadOut(ctx, b)
	if err != nil {
		return nil, err
	}
	header := api.CreateBackup201ResponseHeaders{Location: BasePath + "/v1/backups/" + out.ID}
	if replayed {
		header.IdempotentReplayed = new(true)
	}
	return api.CreateBackup201JSONResponse{Body: out, Headers: header}, nil
}

// errNotReplayed is the error of a create that may only replay, if there is no earlier create to replay.
var errNotReplayed = errors.New("the create is not a replay")

func (h *backupHandlers) createOrReplay(
	ctx context.Context, b lox.Backup, r api.CreateBackupRequestObject,
) (_ lox.Backup, replayed bool, err error) {
	full, replayOnly := h.blobs.HasSpace(ctx, b.Size), observed(ctx).replayOnly
	if r.Params.IdempotencyKey == "" {
		if full != nil {
			return b, false, full
		}
		return b, false, h.store.CreateBackup(ctx, b, actor(ctx))
	}
	key := lox.IdempotencyKey{Key: r.Params.IdempotencyKey, Request: requestHash(*r.Body)}
	if full == nil && !replayOnly {
		return h.store.CreateBackupOnce(ctx, b, key, actor(ctx))
	}
	// A replay creates nothing, so it needs no free space.
	b, replayed, err = h.store.ReplayBackup(ctx, b, key, actor(ctx))
	switch {
	case err != nil || replayed:
		return b, replayed, err
	case replayOnly:
		return b, false, errNotReplayed
	default:
		return b, false, full
	}
}

// RenewUploadURL answers POST /v1/backups/{id}/upload-url.
func (h *backupHandlers) RenewUploadURL(ctx context.Context, r api.RenewUploadURLRequestObject) (api.RenewUploadURLResponseObject, error) {
	id, err := backupID(r.ID)
	if err != nil {
		return nil, err
	}
	now := lox.Seconds(h.clock())
	b, err := h.store.RenewUpload(ctx, principal(ctx).Tenant, id, now, now.Add(h.uploadTTL), actor(ctx))
	if err != nil {
		return nil, err
	}
	if b.Status != lox.StatusPending {
		return nil, notPending(b)
	}
	if b.PartSize > 0 {
		return nil, lox.Errorf(lox.CodeInvalidState, "The backup is uploaded in parts: createPartUploads returns their URLs").
			With("multipart", "Must not be true when the backup is created")
	}
	out, err := h.uploadOut(ctx, b)
	if err != nil {
		return nil, err
	}
	return api.RenewUploadURL200JSONResponse{Body: out}, nil
}

// uploadOut returns a backup with its upload URL. If the backup is no longer pending, it repeats the URL of
// the latest answer: a new URL would be valid for longer.
func (h *backupHandlers) uploadOut(ctx context.Context, b lox.Backup) (api.BackupUpload, error) {
	out := api.BackupUpload{
		ID: b.ID.String(), Name: b.Name, Status: api.BackupStatus(b.Status), UploadExpiresAt: b.UploadExpiresAt.UTC(), Multipart: multipartOut(b),
	}
	if b.PartSize > 0 {
		return out, nil
	}
	upload := lox.Upload{Key: b.ObjectKey(), Size: b.Size, ContentType: b.ContentType, Checksum: b.Declared, Expires: h.uploadTTL}
	if b.Status != lox.StatusPending {
		upload.Signed = b.UploadExpiresAt.Add(-h.uploadTTL)
	}
	signed, err := h.blobs.PresignPut(ctx, upload)
	if err != nil {
		return api.BackupUpload{}, err
	}
	out.UploadURL, out.UploadHeaders = absolute(ctx, h.publicURL, signed.URL), signed.Headers
	return out, nil
}

// requestHash identifies a request body. White space, the order of fields and the case of the checksum make
// no difference.
func requestHash(body api.CreateBackupRequest) [sha256.Size]byte {
	body.Checksum = strings.ToLower(body.Checksum)
	canonical, err := json.Marshal(body)
	if err != nil {
		panic(err) // strings and numbers always marshal
	}
	return sha256.Sum256(canonical)
}

// GetBackup answers GET /v1/backups/{id}.
func (h *backupHandlers) GetBackup(ctx context.Context, r api.GetBackupRequestObject) (api.GetBackupResponseObject, error) {
	b, err := h.backup(ctx, r.ID)
	if err != nil {
		return nil, err
	}
	return api.GetBackup200JSONResponse{Body: backupOut(b)}, nil
}

// backup returns the principal's backup with the id in the path, which the validator has checked.
func (h *backupHandlers) backup(ctx context.Context, pathID string) (lox.Backup, error) {
	id, err := backupID(pathID)
	if err != nil {
		return lox.Backup{}, err
	}
	return h.store.Backup(ctx, principal(ctx).Tenant, id)
}

// CompleteBackup answers POST /v1/backups/{id}/complete.
func (h *backupHandlers) CompleteBackup(ctx context.Context, r api.CompleteBackupRequestObject) (api.CompleteBackupResponseObject, error) {
	id, err := backupID(r.ID)
	if err != nil {
		return nil, err
	}
	uploaded := lox.Uploaded{}
	if r.Body != nil {
		uploaded.Size = r.Body.SizeBytes
		if uploaded.Checksum, err = declaredChecksum(r.Body.Checksum); err != nil {
			return nil, err
		}
	}
	b, err := h.verifier.Complete(ctx, principal(ctx).Tenant, id, uploaded, actor(ctx))
	if err != nil {
		return nil, err
	}
	if b.Status != lox.StatusCompleted {
		return api.CompleteBackup202JSONResponse{Body: backupOut(b), Headers: api.CompleteBackup202ResponseHeaders{RetryAfter: verifyRetry}}, nil
	}
	return api.CompleteBackup200JSONResponse{Body: backupOut(b)}, nil
}

// verifyRetry is the Retry-After of a verification that takes long, in seconds.
const verifyRetry = 10

// GetBackupDownload answers GET /v1/backups/{id}/download.
func (h *backupHandlers) GetBackupDownload(ctx context.Context, r api.GetBackupDownloadRequestObject) (api.GetBackupDownloadResponseObject, error) {
	id, err := backupID(r.ID)
	if err != nil {
		return nil, err
	}
	tenant, now := principal(ctx).Tenant, h.clock()
	expires := lox.Seconds(now.Add(h.downloadTTL))
	b, err := h.store.DownloadBackup(ctx, tenant, id, lox.Backup{Tenant: tenant, ID: id}.Downloaded(now, expires, actor(ctx)))
	if err != nil {
		return nil, err
	}
	if b.Status != lox.StatusCompleted {
		return nil, lox.Errorf(lox.CodeInvalidState, "Only a completed backup can be downloaded").
			With("status", "Is "+string(b.Status)+", must be completed")
	}
	url, err := h.blobs.PresignGet(ctx, lox.Download{
		Key: b.ObjectKey(), Version: b.ObjectVersion, Filename: b.Name, ContentType: b.ContentType, Expires: h.downloadTTL,
	})
	if err != nil {
		return nil, err
	}
	return api.GetBackupDownload200JSONResponse{Body: api.BackupDownload{
		DownloadURL: absolute(ctx, h.publicURL, url),
		ExpiresAt:   expires,
		SizeBytes:   b.Size,
		Checksum:    b.Checksum.String(),
	}}, nil
}

// DeleteBackup answers DELETE /v1/backups/{id}.
func (h *backupHandlers) DeleteBackup(ctx context.Context, r api.DeleteBackupRequestObject) (api.DeleteBackupResponseObject, error) {
	id, err := backupID(r.ID)
	if err != nil {
		return nil, err
	}
	tenant := principal(ctx).Tenant
	if err := h.store.DeleteBackup(ctx, tenant, id, lox.Seconds(h.clock()), actor(ctx)); err != nil {
		return nil, err
	}
	h.blobs.StopUpload(lox.Backup{Tenant: tenant, ID: id}.ObjectKey())
	return api.DeleteBackup200JSONResponse{Body: api.DeletedBackup{ID: r.ID, Deleted: true}}, nil
}
