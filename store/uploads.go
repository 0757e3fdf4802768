package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/backlox/lox"
)

// The deadline moves with the expiry. The time between them depends on the size (see
// lox.Backup.Deadline).
const renewUploadSQL = `update backups set upload_expires_at = $3, deadline = $3::timestamptz + (deadline - upload_expires_at)
where tenant_id = $1 and id = $2 and status = 'pending' and (part_size_bytes = 0 or $4)
returning ` + backupColumns

// RenewUpload implements server.BackupStore.
func (s *Store) RenewUpload(
	ctx context.Context, tenant lox.TenantID, id lox.BackupID, now, expires time.Time, by lox.Actor,
) (b lox.Backup, err error) {
	err = transactOn(ctx, s.hot, "renew upload", func(tx *sqlx.Tx) error {
		b, err = s.renewIn(ctx, tx, tenant, id, renewal{now: now, expires: expires}, by)
		return err
	})
	return b, err
}

// renewal is a new expiry of an upload.
type renewal struct {
	now, expires time.Time
	// parts means that an upload in parts is renewed, too.
	parts bool
}

func (s *Store) renewIn(
	ctx context.Context, tx *sqlx.Tx, tenant lox.TenantID, id lox.BackupID, r renewal, by lox.Actor,
) (b lox.Backup, err error) {
	err = tx.StmtxContext(ctx, s.renewUpload).GetContext(ctx, &b, tenant, id, r.expires, r.parts)
	if err == nil {
		return b, record(ctx, tx, s.recordHotEvent, b.UploadRenewed(r.now, by))
	}
	if errors.Is(err, sql.ErrNoRows) { // no longer pending
		return s.readIn(ctx, tx, tenant, id)
	}
	return b, wrap(ctx, "renew upload", err)
}
