package server

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/backlox/lox"
	"github.com/backlox/lox/gen/api"
)

// backupHandlers answers the operations on backups.
type backupHandlers struct {
	store                  lox.BackupStore
	blobs                  lox.BlobStore
	verifier               Verifier
	clock                  func() time.Time
	uploadTTL, downloadTTL time.Duration
	publicURL              string
}

// ListBackups answers GET /v1/backups.
func (h *backupHandlers) ListBackups(ctx context.Context, r api.ListBackupsRequestObject) (api.ListBackupsResponseObject, error) {
	query, err := backupQuery(r.Params)
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
	return answer{status: http.StatusOK, body: list}, nil
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
	upload, err := h.presignPut(ctx, b)
	if err != nil {
		return nil, err
	}
	out := api.BackupUpload{
		ID: b.ID.String(), Name: b.Name, Status: api.BackupStatus(b.Status),
		UploadURL: absolute(ctx, h.publicURL, upload.URL), UploadExpiresAt: b.UploadExpiresAt.UTC(), UploadHeaders: upload.Headers,
	}
	header := map[string]string{echo.HeaderLocation: BasePath + "/v1/backups/" + out.ID}
	if replayed {
		header[headerReplayed] = "true"
	}
	return answer{http.StatusCreated, header, out}, nil
}

// headerReplayed says that a create returns a backup that it made before.
const headerReplayed = "Idempotent-Replayed"

// errNotReplayed is why a create that may only replay does nothing.
var errNotReplayed = errors.New("the create is no replay")

func (h *backupHandlers) createOrReplay(
	ctx context.Context, b lox.Backup, r api.CreateBackupRequestObject,
) (_ lox.Backup, replayed bool, err error) {
	full, replayOnly := h.blobs.HasRoom(ctx, b.Size), observed(ctx).replayOnly
	if r.Params.IdempotencyKey == "" {
		if full != nil {
			return b, false, full
		}
		return b, false, h.store.CreateBackup(ctx, b)
	}
	key := lox.IdempotencyKey{Key: r.Params.IdempotencyKey, Request: requestHash(*r.Body)}
	if full == nil && !replayOnly {
		return h.store.CreateBackupOnce(ctx, b, key)
	}
	// What was made before needs no more room.
	b, replayed, err = h.store.ReplayBackup(ctx, b, key)
	switch {
	case err != nil || replayed:
		return b, replayed, err
	case replayOnly:
		return b, false, errNotReplayed
	default:
		return b, false, full
	}
}

// presignPut makes the upload URL of a backup. One that no longer waits for its
// bytes gets the URL of its first answer again, not a new one that would be
// valid for longer.
func (h *backupHandlers) presignPut(ctx context.Context, b lox.Backup) (lox.PresignedUpload, error) {
	upload := lox.Upload{Key: b.ObjectKey(), Size: b.Size, ContentType: b.ContentType, Checksum: b.Declared, Expires: h.uploadTTL}
	if b.Status != lox.StatusPending {
		upload.Signed = b.UploadExpiresAt.Add(-h.uploadTTL)
	}
	return h.blobs.PresignPut(ctx, upload)
}

// requestHash tells one request body from another, whatever its spacing and
// order, and the case of its checksum.
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
	return answer{status: http.StatusOK, body: backupOut(b)}, nil
}

// backup finds one of the principal's by the id in the path, which the
// validator has checked.
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
	b, err := h.verifier.Complete(ctx, principal(ctx).Tenant, id)
	if err != nil {
		return nil, err
	}
	if b.Status != lox.StatusCompleted {
		return answer{http.StatusAccepted, map[string]string{echo.HeaderRetryAfter: verifyRetry}, backupOut(b)}, nil
	}
	return answer{status: http.StatusOK, body: backupOut(b)}, nil
}

// verifyRetry is after how many seconds a client may ask again about a
// verification that takes long.
const verifyRetry = "10"

// GetBackupDownload answers GET /v1/backups/{id}/download.
func (h *backupHandlers) GetBackupDownload(ctx context.Context, r api.GetBackupDownloadRequestObject) (api.GetBackupDownloadResponseObject, error) {
	b, err := h.backup(ctx, r.ID)
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
	return answer{status: http.StatusOK, body: api.BackupDownload{
		DownloadURL: absolute(ctx, h.publicURL, url),
		ExpiresAt:   lox.Seconds(h.clock().Add(h.downloadTTL)),
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
	if err := h.store.DeleteBackup(ctx, tenant, id, lox.Seconds(h.clock())); err != nil {
		return nil, err
	}
	h.blobs.StopUpload(lox.Backup{Tenant: tenant, ID: id}.ObjectKey())
	return answer{status: http.StatusOK, body: api.DeletedBackup{ID: r.ID, Deleted: true}}, nil
}
