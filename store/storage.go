package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/backlox/lox"
)

const (
	storageSQL = `select quota_bytes, completed_bytes as used_bytes, pending_bytes + verifying_bytes as reserved_bytes,
	completed as backup_count,
	(select created_at from backups where tenant_id = $1 and status = 'completed'
		order by created_at, id limit 1) as oldest_backup,
	(select created_at from backups where tenant_id = $1 and status = 'completed'
		order by created_at desc, id desc limit 1) as newest_backup
from tenant_usage where tenant_id = $1`

	// One statement, so that all figures are of one snapshot and add up. The keys of the
	// JSON objects are the names of the Go fields.
	statsSQL = `select quota_bytes, pending, pending_bytes, verifying, verifying_bytes,
	completed, completed_bytes, failed, failed_bytes,
	coalesce((select size_bytes from backups where tenant_id = $1 and status = 'completed'
		order by size_bytes desc limit 1), 0) as largest,
	(select coalesce(json_agg(most), '[]') from (
		select content_type as "ContentType", count as "Count", bytes as "Bytes"
		from content_types where tenant_id = $1 and count > 0
		order by magnitude desc, bytes desc, content_type limit $3
	) most) as types,
	(select coalesce(json_agg(flow), '[]') from (
		select day::timestamp at time zone 'UTC' as "Day", uploaded as "Uploaded", uploaded_bytes as "UploadedBytes",
			deleted as "Deleted", deleted_bytes as "DeletedBytes"
		from storage_days where tenant_id = $1 and day >= $2::date
		order by day
	) flow) as flows
from tenant_usage where tenant_id = $1`
)

// Storage implements server.StorageStore.
func (s *Store) Storage(ctx context.Context, tenant lox.TenantID) (found lox.Storage, err error) {
	err = s.storage.GetContext(ctx, &found, tenant)
	if errors.Is(err, sql.ErrNoRows) {
		return found, errTenantDeleted
	}
	return found, wrap(ctx, "read storage", err)
}

// StorageStats implements server.StorageStore.
func (s *Store) StorageStats(ctx context.Context, tenant lox.TenantID, since time.Time) (stats lox.StorageStats, err error) {
	var row struct {
		Quota          int64  `db:"quota_bytes"`
		Pending        int64  `db:"pending"`
		PendingBytes   int64  `db:"pending_bytes"`
		Verifying      int64  `db:"verifying"`
		VerifyingBytes int64  `db:"verifying_bytes"`
		Completed      int64  `db:"completed"`
		CompletedBytes int64  `db:"completed_bytes"`
		Failed         int64  `db:"failed"`
		FailedBytes    int64  `db:"failed_bytes"`
		Largest        int64  `db:"largest"`
		Types          []byte `db:"types"`
		Flows          []byte `db:"flows"`
	}
	err = s.stats.GetContext(ctx, &row, tenant, since, lox.MaxContentTypes)
	if errors.Is(err, sql.ErrNoRows) {
		return stats, errTenantDeleted
	}
	if err != nil {
		return stats, wrap(ctx, "read storage statistics", err)
	}
	stats = lox.StorageStats{
		Usage: lox.Usage{Quota: row.Quota, Used: row.CompletedBytes, Reserved: row.PendingBytes + row.VerifyingBytes},
		ByStatus: map[lox.Status]lox.Volume{
			lox.StatusPending:   {Count: row.Pending, Bytes: row.PendingBytes},
			lox.StatusVerifying: {Count: row.Verifying, Bytes: row.VerifyingBytes},
			lox.StatusCompleted: {Count: row.Completed, Bytes: row.CompletedBytes},
			lox.StatusFailed:    {Count: row.Failed, Bytes: row.FailedBytes},
		},
		Others:  lox.Volume{Count: row.Completed, Bytes: row.CompletedBytes},
		Largest: row.Largest,
	}
	err = errors.Join(json.Unmarshal(row.Types, &stats.ByType), json.Unmarshal(row.Flows, &stats.Flows)) //nolint:musttag // see statsSQL
	if err != nil {
		return stats, fmt.Errorf("read storage statistics: %w", err)
	}
	for _, t := range stats.ByType {
		stats.Others.Count -= t.Count
		stats.Others.Bytes -= t.Bytes
	}
	return stats, nil
}
