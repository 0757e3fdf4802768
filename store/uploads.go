package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/backlox/lox"
)

// The deadline moves with the expiry: between them is what the size takes (see
// lox.Backup.Deadline).
const renewUploadSQL = `update backups set upload_expires_at = $3, deadline = $3::timestamptz + (deadline - upload_expires_at)
where tenant_id = $1 and id = $2 and status = 'pending'
returning tenant_id, id, name, status, size_bytes, content_type, metadata,
	declared_checksum, checksum, object_version, failure, created_at, upload_expires_at, completed_at`

// RenewUpload implements lox.BackupStore.
func (s *Store) RenewUpload(
	ctx context.Context, tenant lox.TenantID, id lox.BackupID, now, expires time.Time, by lox.Actor,
) (b lox.Backup, err error) {
	err = transactOn(ctx, s.hot, "renew upload", func(tx *sqlx.Tx) error {
		b, err = s.renewIn(ctx, tx, tenant, id, now, expires, by)
		return err
	})
	return b, err
}

func (s *Store) renewIn(
	ctx context.Context, tx *sqlx.Tx, tenant lox.TenantID, id lox.BackupID, now, expires time.Time, by lox.Actor,
) (b lox.Backup, err error) {
	err = tx.StmtxContext(ctx, s.renewUpload).GetContext(ctx, &b, tenant, id, expires)
	if err == nil {
		return b, record(ctx, tx, s.recordHotEvent, b.UploadRenewed(now, by))
	}
	if errors.Is(err, sql.ErrNoRows) { // no longer pending
		err = tx.StmtxContext(ctx, s.getBackup).GetContext(ctx, &b, tenant, id)
	}
	if errors.Is(err, sql.ErrNoRows) {
		return b, lox.ErrBackupNotFound
	}
	return b, wrap(ctx, "renew upload", err)
}
