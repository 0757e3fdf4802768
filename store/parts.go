package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"github.com/backlox/lox"
)

const (
	// With greatest, concurrent calls can't shorten the expiry or release quota. The trigger of backups fails with
	// LX001 if the quota is exceeded.
	issuePartsSQL = `update backups set upload_expires_at = greatest(upload_expires_at, $3),
	deadline = greatest(deadline, $4),
	size_bytes = case when stream then greatest(size_bytes, $5) else size_bytes end,
	upload_id = coalesce(nullif(upload_id, ''), $6)
where tenant_id = $1 and id = $2 and status = 'pending' and part_size_bytes > 0
returning ` + backupColumns

	extendUploadSQL = `update backups set deadline = greatest(deadline, $3)
where tenant_id = $1 and id = $2 and status = 'pending' and part_size_bytes > 0`
)

// IssueParts implements server.BackupStore.
func (s *Store) IssueParts(
	ctx context.Context, tenant lox.TenantID, id lox.BackupID, p lox.IssuedParts, by lox.Actor,
) (b lox.Backup, err error) {
	err = transactOn(ctx, s.hot, "issue parts", func(tx *sqlx.Tx) error {
		err := tx.StmtxContext(ctx, s.issueParts).GetContext(ctx, &b, tenant, id, p.Expires, p.Expires.Add(lox.PartsGrace), p.Size, p.UploadID)
		if errors.Is(err, sql.ErrNoRows) {
			b, err = s.readIn(ctx, tx, tenant, id)
			return err
		}
		if full := pq.As(err, sqlQuotaExceeded); full != nil {
			return partsExceedQuota(full.Detail, p.Size)
		}
		if err != nil {
			return wrap(ctx, "issue parts", err)
		}
		return record(ctx, tx, s.recordHotEvent, b.PartsIssued(p.Count, p.Now, by))
	})
	return b, err
}

// partsExceedQuota returns CodeQuotaExceeded, with the figures in the detail of the error of the triggers of
// backups: see migrations/00009_counters.sql.
func partsExceedQuota(detail string, size int64) error {
	var free, quota int64
	err := lox.Errorf(lox.CodeQuotaExceeded, "Storage quota limit reached")
	if _, failed := fmt.Sscanf(detail, "%d %d", &free, &quota); failed == nil {
		err = err.With("parts", fmt.Sprintf("The stream needs %d bytes with them; %d of the quota of %d bytes are free for more", size, free, quota))
	}
	return err
}

// readIn reads a backup in a transaction.
func (s *Store) readIn(ctx context.Context, tx *sqlx.Tx, tenant lox.TenantID, id lox.BackupID) (b lox.Backup, err error) {
	err = tx.StmtxContext(ctx, s.getBackup).GetContext(ctx, &b, tenant, id)
	if errors.Is(err, sql.ErrNoRows) {
		return b, lox.ErrBackupNotFound
	}
	return b, wrap(ctx, "get backup", err)
}

// ExtendUpload implements lifecycle.Store.
func (s *Store) ExtendUpload(ctx context.Context, b lox.Backup, until, now time.Time, by lox.Actor) error {
	return transactOn(ctx, s.hot, "extend upload", func(tx *sqlx.Tx) error {
		n, err := affected(ctx, "extend upload", tx.StmtxContext(ctx, s.extendUpload), b.Tenant, b.ID, until)
		if err != nil || n == 0 {
			return err
		}
		return record(ctx, tx, s.recordHotEvent, b.Extended(until, now, by))
	})
}
