package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"runtime"
	"strings"

	"github.com/google/uuid"

	"github.com/backlox/lox"
)

const (
	getBackupSQL = `select ` + backupColumns + ` from backups where tenant_id = $1 and id = $2`

	// Each pair of a tenant and an id is looked up as it is, so that nobody's id
	// finds anything of another tenant who asks at the same moment.
	getBackupsSQL = `select wanted.n, backups.*
from unnest($1::uuid[], $2::uuid[]) with ordinality wanted (tenant_id, id, n), lateral (
	select ` + backupColumns + ` from backups where tenant_id = wanted.tenant_id and id = wanted.id
) backups`

	// mostLookups is how many backups one statement finds at most.
	mostLookups = 128
)

// lookupWidth is how many statements that find backups are under way at most.
// More of them than processors don't find more backups per second, but fewer per
// statement.
func lookupWidth() int { return max(2, runtime.GOMAXPROCS(0)) }

// backupRef names a backup.
type backupRef struct {
	tenant lox.TenantID
	id     lox.BackupID
}

// Backup implements lox.BackupStore.
func (s *Store) Backup(ctx context.Context, tenant lox.TenantID, id lox.BackupID) (lox.Backup, error) {
	b, err := s.lookups.do(ctx, struct{}{}, backupRef{tenant, id})
	if err != nil {
		return lox.Backup{}, wrap(ctx, "get backup", err)
	}
	if b == nil {
		return lox.Backup{}, lox.ErrBackupNotFound
	}
	return *b, nil
}

// lookUp finds backups that are asked for at the same moment.
func (s *Store) lookUp(ctx context.Context, _ struct{}, calls []*call[backupRef, *lox.Backup]) {
	if len(calls) == 1 {
		of, b := calls[0].key, &lox.Backup{}
		err := s.getBackup.QueryRowContext(ctx, of.tenant, of.id).Scan(backupFields(b)...)
		switch {
		case err == nil:
			calls[0].value = b
		case !errors.Is(err, sql.ErrNoRows):
			calls[0].err = err
		}
		return
	}
	if err := s.lookUpMany(ctx, calls); err != nil {
		fail(calls, err)
	}
}

func (s *Store) lookUpMany(ctx context.Context, calls []*call[backupRef, *lox.Backup]) error {
	tenants, ids := make(uuids, len(calls)), make(uuids, len(calls))
	for i, asked := range calls {
		tenants[i], ids[i] = uuid.UUID(asked.key.tenant), uuid.UUID(asked.key.id)
	}
	rows, err := s.getBackups.QueryContext(ctx, tenants, ids)
	if err != nil {
		return err
	}
	var n int
	return eachBackup(rows, func(b lox.Backup) { calls[n-1].value = &b }, &n)
}

// uuids are an array for PostgreSQL.
type uuids []uuid.UUID

// Value writes them in braces, in a quarter of the time that pq.Array takes to
// find out what each of them is.
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

// backupFields are where backupColumns go, behind what else a row begins with.
// sqlx would find them by their tags anew for each row.
func backupFields(b *lox.Backup, before ...any) []any {
	return append(before, &b.Tenant, &b.ID, &b.Name, &b.Status, &b.Size, &b.ContentType, &b.Metadata,
		&b.Declared, &b.Checksum, &b.ObjectVersion, &b.Failure, &b.CreatedAt, &b.UploadExpiresAt, &b.CompletedAt)
}

// eachBackup hands over the backups of many rows.
func eachBackup(rows *sql.Rows, take func(lox.Backup), before ...any) error {
	defer func() { _ = rows.Close() }()
	var b lox.Backup
	fields := backupFields(&b, before...)
	for rows.Next() {
		b = lox.Backup{} // whose map would be filled further
		if err := rows.Scan(fields...); err != nil {
			return err
		}
		take(b)
	}
	return rows.Err()
}
