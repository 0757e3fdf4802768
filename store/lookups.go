package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"strings"

	"github.com/google/uuid"

	"github.com/backlox/lox"
)

const (
	getBackupSQL = `select ` + backupColumns + ` from backups where tenant_id = $1 and id = $2`

	// Looks up pairs of tenant and id, so that an id never finds a backup of another tenant
	// in the same batch.
	getBackupsSQL = `select wanted.n, backups.*
from unnest($1::uuid[], $2::uuid[]) with ordinality wanted (tenant_id, id, n), lateral (
	select ` + backupColumns + ` from backups where tenant_id = wanted.tenant_id and id = wanted.id
) backups`
)

// backupRef names a backup.
type backupRef struct {
	tenant lox.TenantID
	id     lox.BackupID
}

type lookup = lox.Call[backupRef, *lox.Backup]

// Backup implements server.BackupStore.
func (s *Store) Backup(ctx context.Context, tenant lox.TenantID, id lox.BackupID) (lox.Backup, error) {
	var b lox.Backup
	err := s.getBackup.QueryRowContext(ctx, tenant, id).Scan(backupFields(&b)...)
	if errors.Is(err, sql.ErrNoRows) {
		return b, lox.ErrBackupNotFound
	}
	return b, wrap(ctx, "get backup", err)
}

// found returns the result of a look-up in a batch.
func found(ctx context.Context, b *lox.Backup, err error) (lox.Backup, error) {
	switch {
	case err != nil:
		return lox.Backup{}, wrap(ctx, "get backup", err)
	case b == nil:
		return lox.Backup{}, lox.ErrBackupNotFound
	default:
		return *b, nil
	}
}

// lookUpBatch reads the backups of a batch of calls. Out stays nil for a backup that does not
// exist.
func (s *Store) lookUpBatch(ctx context.Context, calls []*lookup) error {
	if len(calls) == 1 {
		b, err := s.Backup(ctx, calls[0].In.tenant, calls[0].In.id)
		if err == nil {
			calls[0].Out = &b
		}
		if errors.Is(err, lox.ErrBackupNotFound) {
			err = nil
		}
		return err
	}
	tenants, ids := make(uuids, len(calls)), make(uuids, len(calls))
	for i, c := range calls {
		tenants[i], ids[i] = uuid.UUID(c.In.tenant), uuid.UUID(c.In.id)
	}
	rows, err := s.getBackups.QueryContext(ctx, tenants, ids)
	if err != nil {
		return wrap(ctx, "get backups", err)
	}
	var n int
	return wrap(ctx, "get backups", eachBackup(rows, func(b lox.Backup) { calls[n-1].Out = &b }, &n))
}

// uuids is an array of uuids for PostgreSQL.
type uuids []uuid.UUID

// Value returns the text of the array. It takes a quarter of the time of pq.Array, which
// uses reflection.
func (u uuids) Value() (driver.Value, error) {
	var text strings.Builder
	text.Grow(len("{}") + len(u)*len("00000000-0000-0000-0000-000000000000,"))
	text.WriteByte('{')
	for i, id := range u {
		if i > 0 {
			text.WriteByte(',')
		}
		text.WriteString(id.String())
	}
	text.WriteByte('}')
	return text.String(), nil
}

// backupFields returns the destinations of backupColumns, after those of the columns
// before. sqlx would find the fields by their tags again for each row.
func backupFields(b *lox.Backup, before ...any) []any {
	return append(before, &b.Tenant, &b.ID, &b.Name, &b.Status, &b.Size, &b.ContentType, &b.Metadata,
		&b.Declared, &b.Checksum, &b.ObjectVersion, &b.Failure, &b.CreatedAt, &b.UploadExpiresAt, &b.CompletedAt,
		&b.PartSize, &b.Stream, &b.UploadID, &b.VerifiedBytes)
}

// eachBackup calls take with the backup of each row.
func eachBackup(rows *sql.Rows, take func(lox.Backup), before ...any) error {
	defer func() { _ = rows.Close() }()
	var b lox.Backup
	fields := backupFields(&b, before...)
	for rows.Next() {
		b = lox.Backup{} // otherwise the map Metadata would keep keys of the row before
		if err := rows.Scan(fields...); err != nil {
			return err
		}
		take(b)
	}
	return rows.Err()
}
