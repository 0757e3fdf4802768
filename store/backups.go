package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/jmoiron/sqlx"

	"github.com/backlox/lox"
)

const backupColumns = `tenant_id, id, name, status, size_bytes, content_type, metadata,
	declared_checksum, checksum, object_version, failure, created_at, upload_expires_at, completed_at`

// Triggers on backups keep the counters, and refuse what exceeds a quota.
const (
	// Few want to hear of it, and the statement that tells them takes a fifth
	// longer for everybody: this one inserts nothing if somebody does. Nor does it if there
	// is no room as far as it can see without a lock: an error would be in PostgreSQL's log.
	createBackupSQL = `insert into backups (tenant_id, id, name, status, size_bytes, content_type, metadata,
	declared_checksum, created_at, upload_expires_at, deadline)
select tenant_id, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11 from tenant_usage
where tenant_id = $1 and $5 <= quota_bytes - completed_bytes - verifying_bytes - pending_bytes
	and not exists (select from webhooks where tenant_id = $1 and enabled and 'backup.created' = any (events))`

	usageSQL = `select quota_bytes, completed_bytes as used_bytes, pending_bytes + verifying_bytes as reserved_bytes
from tenant_usage where tenant_id = $1`
)

// CreateBackup implements lox.BackupStore.
func (s *Store) CreateBackup(ctx context.Context, b lox.Backup) error {
	if err := storable(b); err != nil {
		return err
	}
	_, err := s.creates.do(ctx, b.Tenant, b)
	if err == nil {
		s.grew()
	}
	return err
}

// storable refuses text that PostgreSQL has no form for, which would fail whatever
// else is in the same statement. No request can have any.
func storable(b lox.Backup) error {
	texts := append(make([]string, 0, 2+2*len(b.Metadata)), b.Name, b.ContentType)
	for name, value := range b.Metadata {
		texts = append(texts, name, value)
	}
	for _, text := range texts {
		if !utf8.ValidString(text) || strings.ContainsRune(text, 0) {
			return fmt.Errorf("create backup: %q can't be stored: invalid UTF-8, or a NUL", text)
		}
	}
	return nil
}

func createArgs(b lox.Backup) []any {
	return []any{b.Tenant, b.ID, b.Name, b.Status, b.Size, b.ContentType, b.Metadata,
		b.Declared, b.CreatedAt, b.UploadExpiresAt, b.Deadline()}
}

// createToldArgs are those with the event, which is of the backup's own time.
func createToldArgs(b lox.Backup) []any {
	e := b.Created()
	return append(createArgs(b), e.ID, e.Type, e.Payload)
}

// noRoom says by how much a backup exceeds its tenant's quota. In a transaction
// the statement must be the transaction's: waiting for a second connection
// while holding one can starve the pool.
func noRoom(ctx context.Context, usage *sqlx.Stmt, b lox.Backup) error {
	u, err := readUsage(ctx, usage, b.Tenant)
	if err != nil {
		return err
	}
	return quotaExceeded(b, u.Free(), u.Quota)
}

func quotaExceeded(b lox.Backup, free, quota int64) error {
	return lox.Errorf(lox.CodeQuotaExceeded, "Storage quota limit reached").With("size_bytes",
		fmt.Sprintf("Needs %d bytes; %d of the quota of %d bytes are free", b.Size, free, quota))
}

// Usage tells what a tenant's backups take of its quota. CodeAuthentication: the
// tenant is gone.
func (s *Store) Usage(ctx context.Context, tenant lox.TenantID) (lox.Usage, error) {
	return readUsage(ctx, s.usage, tenant)
}

func readUsage(ctx context.Context, usage *sqlx.Stmt, tenant lox.TenantID) (u lox.Usage, err error) {
	err = usage.GetContext(ctx, &u, tenant)
	if errors.Is(err, sql.ErrNoRows) {
		return u, errTenantGone
	}
	return u, wrap(ctx, "read usage", err)
}

var (
	createBackupOnceSQL = `with usage as (
	select tenant_id from tenant_usage
	where tenant_id = $1 and $5 <= quota_bytes - completed_bytes - verifying_bytes - pending_bytes
	for update
), ` + news("usage", "$12", "$13", "$9", "$14") + `, ` + announced() + `, key as (
	insert into idempotency_keys (tenant_id, key, request, backup_id, created_at)
	select tenant_id, $15, $16, $2, $9 from usage
	on conflict (tenant_id, key) do update
	set request = excluded.request, backup_id = excluded.backup_id, created_at = excluded.created_at
)
insert into backups (tenant_id, id, name, status, size_bytes, content_type, metadata,
	declared_checksum, created_at, upload_expires_at, deadline)
select tenant_id, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11 from usage`

	deleteBackupSQL = `with deleted as (
	delete from backups where tenant_id = $1 and id = $2
	returning tenant_id, name, size_bytes, deadline
), ` + usageLocked("deleted") + `, ` + purged("deleted", "$3", "$4") + `, ` +
		news("deleted join usage using (tenant_id)", "$5", "'backup.deleted'", "$6",
			payload("$7", `to_json(deleted.name)::text, deleted.size_bytes`)) + `, ` + announced() + `
select from deleted`
)

// usageLocked returns the common table expression that locks the counters of the tenant
// of changed backups. Every statement locks backups first, these counters next and
// webhooks last, so that no two wait for each other. The triggers that keep the counters
// run at the statement's end: too late where webhooks are locked, too.
func usageLocked(changed string) string {
	return `usage as (
	select tenant_id from tenant_usage where tenant_id = (select tenant_id from ` + changed + ` limit 1) for update
)`
}

// DeleteBackup implements lox.BackupStore.
func (s *Store) DeleteBackup(ctx context.Context, tenant lox.TenantID, id lox.BackupID, now time.Time) error {
	b := lox.Backup{Tenant: tenant, ID: id}
	e := b.DeletedFormat(now)
	n, err := affected(ctx, "delete backup", s.deleteBackup, tenant, id, b.ObjectKey(), now, e.ID, e.At, string(e.Payload))
	if err == nil && n == 0 {
		err = lox.ErrBackupNotFound
	}
	return err
}
