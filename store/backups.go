package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/backlox/lox"
)

const backupColumns = `tenant_id, id, name, status, size_bytes, content_type, metadata,
	declared_checksum, checksum, object_version, failure, created_at, upload_expires_at, completed_at,
	part_size_bytes, stream, upload_id, verified_bytes`

const (
	usageSQL = `select quota_bytes, completed_bytes as used_bytes, pending_bytes + verifying_bytes as reserved_bytes
from tenant_usage where tenant_id = $1`
)

// Usage returns how much of its quota a tenant uses. CodeAuthentication: the tenant was
// deleted.
func (s *Store) Usage(ctx context.Context, tenant lox.TenantID) (lox.Usage, error) {
	return readUsage(ctx, s.usage, tenant)
}

func readUsage(ctx context.Context, usage *sqlx.Stmt, tenant lox.TenantID) (u lox.Usage, err error) {
	err = usage.GetContext(ctx, &u, tenant)
	if errors.Is(err, sql.ErrNoRows) {
		return u, errTenantDeleted
	}
	return u, wrap(ctx, "read usage", err)
}

// deleteBackupSQL schedules purges of the object for now, for the deadline and for a day
// later: until then an upload may write the object again.
const deleteBackupSQL = `with deleted as (
	delete from backups where tenant_id = $1 and id = $2
	returning tenant_id, deadline, upload_id
), purge as (
	insert into purges (object_key, due_at, final_at, request_id, upload_id)
	select $3, $4, deadline + interval '1 day', $11, upload_id from deleted
	on conflict (object_key) do update set due_at = excluded.due_at, request_id = excluded.request_id
)
insert into events (tenant_id, id, type, created_at, actor_type, actor_id, subject, request_id, client_address, payload)
select tenant_id, $5, $6, $7, $8, $9, $10, $11, $12, $13 from deleted`

// DeleteBackup implements server.BackupStore. The fields of the backup in the event never
// change, so they can be read in an earlier statement.
func (s *Store) DeleteBackup(ctx context.Context, tenant lox.TenantID, id lox.BackupID, now time.Time, by lox.Actor) error {
	b, err := s.Backup(ctx, tenant, id)
	if err != nil {
		return err
	}
	n, err := affected(ctx, "delete backup", s.deleteBackup,
		append([]any{tenant, id, b.ObjectKey(), now}, eventArgs(b.Deleted(now, by))...)...)
	if err == nil && n == 0 {
		err = lox.ErrBackupNotFound
	}
	s.recorded()
	return err
}
