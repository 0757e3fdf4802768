package main

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/lib/pq"

	"github.com/backlox/lox"
)

// Every tenant's backups are spread evenly over the same days, which ended
// yesterday. Besides the two that are compared there are small tenants, because
// a table with one tenant in it has other statistics, and so other plans, than
// one in use.
const (
	spread                 = 365 // days
	neighbours             = 1_000
	neighbourBackups       = 20
	sampledIDs             = 20_000
	quota            int64 = 1 << 50 // bytes; never reached
)

// side is one of the tenants that are compared.
type side struct {
	rows   int
	tenant lox.TenantID
	key    string
	day    time.Time // the first one after the last backup

	ids  []string // of backups, at random
	deep string   // the cursor of a page far down the list
}

// fill makes the tenants and their backups, all counters included, and leaves
// the tables as autovacuum would.
func fill(ctx context.Context, h *house, s scale) ([]*side, error) {
	today := time.Now().UTC().Truncate(24 * time.Hour)
	sides := []*side{{rows: s.small, day: today}, {rows: s.large, day: today}}
	var ids []string
	var rows []int64
	for _, side := range sides {
		if err := side.create(ctx, h); err != nil {
			return nil, err
		}
		ids, rows = append(ids, uuidOf(side.tenant)), append(rows, int64(side.rows))
	}
	for range neighbours {
		ids, rows = append(ids, uuidOf(lox.NewTenantID())), append(rows, neighbourBackups)
	}
	if _, err := h.db.ExecContext(ctx, fillTenants, pq.Array(ids), today, quota); err != nil {
		return nil, fmt.Errorf("tenants: %w", err)
	}
	if _, err := h.db.ExecContext(ctx, fillBackups, pq.Array(ids), pq.Array(rows), today, spread); err != nil {
		return nil, fmt.Errorf("backups: %w", err)
	}
	for _, statement := range []string{fillDays, fillUsage, fillTypes, fillFlows, "vacuum (analyze)", "checkpoint"} {
		if _, err := h.db.ExecContext(ctx, statement); err != nil {
			return nil, fmt.Errorf("%.40q: %w", statement, err)
		}
	}
	for _, side := range sides {
		if err := side.sample(ctx, h.db); err != nil {
			return nil, err
		}
	}
	return sides, nil
}

func uuidOf(id lox.TenantID) string {
	v, _ := id.Value() // never fails
	return v.(string)
}

// create makes the tenant and its key.
func (s *side) create(ctx context.Context, h *house) error {
	q := quota
	t, err := lox.NewTenant(fmt.Sprintf("%d backups", s.rows), lox.PlanEnterprise, &q, time.Now())
	if err != nil {
		return err
	}
	s.tenant, s.key = t.ID, lox.NewAPIKey()
	k, err := lox.StoredKey(t.ID, s.key, t.CreatedAt)
	if err != nil {
		return err
	}
	return h.store.CreateTenant(ctx, t, k)
}

// sample picks backups to ask for one by one: of all ages, so that what they
// cost isn't what the newest cost.
func (s *side) sample(ctx context.Context, db *sql.DB) error {
	rows, err := db.QueryContext(ctx, `select id from backups where tenant_id = $1 order by md5(id::text) limit $2`, s.tenant, sampledIDs)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var id lox.BackupID
		if err := rows.Scan(&id); err != nil {
			return err
		}
		s.ids = append(s.ids, id.String())
	}
	return rows.Err()
}

// $1 tenants, $2 their creation, $3 quota. Those that exist are left alone.
const fillTenants = `with tenant as (
	insert into tenants (id, name, plan, created_at)
	select id, 'neighbour', 'enterprise', $2 from unnest($1::uuid[]) id
	on conflict do nothing
	returning id
)
insert into tenant_usage (tenant_id, quota_bytes) select id, $3 from tenant`

// $1 tenants, $2 the number of backups of each, $3 the end of time, $4 days.
// The rows lie in the order of their creation, the tenants' mixed, as they
// would in a table that grew. Of 20 backups in a row one failed, one is
// pending, one is being verified. The ids are UUIDv7 of the creation.
const fillBackups = `insert into backups (tenant_id, id, name, status, size_bytes, content_type, metadata, checksum,
	failure, created_at, upload_expires_at, deadline, completed_at, lease_owner, lease_until)
select tenant,
	(lpad(to_hex((extract(epoch from at) * 1000)::bigint), 12, '0') || '7' || substr(noise, 1, 3) || '8' || substr(noise, 4, 15))::uuid,
	'daily-backup-' || n,
	status,
	1048576 + n % 1000,
	'application/x-' || n % 500,
	'{"source": "production-server", "database": "myapp"}',
	case status when 'completed' then sha256(noise::bytea) end,
	case status when 'failed' then 'Upload timeout exceeded' else '' end,
	at,
	at + interval '30 minutes',
	at + interval '45 minutes',
	case status when 'completed' then at + interval '1 minute' end,
	case status when 'verifying' then 'loxbench' end,
	case status when 'verifying' then at + interval '5 minutes' end
from (
	select tenant, n, md5(tenant::text || n) as noise,
		date_trunc('second', $3::timestamptz - (n - random()) / rows * $4 * interval '1 day') as at,
		case n % 20 when 5 then 'failed' when 10 then 'pending' when 15 then 'verifying' else 'completed' end as status
	from unnest($1::uuid[], $2::bigint[]) as t (tenant, rows), generate_series(1, rows) n
) made
order by at`

const counted = `
	count(*) filter (where status = 'pending'), coalesce(sum(size_bytes) filter (where status = 'pending'), 0),
	count(*) filter (where status = 'verifying'), coalesce(sum(size_bytes) filter (where status = 'verifying'), 0),
	count(*) filter (where status = 'completed'), coalesce(sum(size_bytes) filter (where status = 'completed'), 0),
	count(*) filter (where status = 'failed'), coalesce(sum(size_bytes) filter (where status = 'failed'), 0)`

const fillDays = `insert into backup_days (tenant_id, day, pending, pending_bytes, verifying, verifying_bytes,
	completed, completed_bytes, failed, failed_bytes)
select tenant_id, (created_at at time zone 'UTC')::date, ` + counted + `
from backups group by 1, 2 order by 2`

const fillUsage = `update tenant_usage u
set (pending, pending_bytes, verifying, verifying_bytes, completed, completed_bytes, failed, failed_bytes) = (
	select sum(pending), sum(pending_bytes), sum(verifying), sum(verifying_bytes),
		sum(completed), sum(completed_bytes), sum(failed), sum(failed_bytes)
	from backup_days d where d.tenant_id = u.tenant_id)`

const fillTypes = `insert into content_types (tenant_id, content_type, count, bytes)
select tenant_id, content_type, count(*), sum(size_bytes) from backups where status = 'completed' group by 1, 2`

const fillFlows = `insert into storage_days (tenant_id, day, uploaded, uploaded_bytes)
select tenant_id, (completed_at at time zone 'UTC')::date, count(*), sum(size_bytes)
from backups where status = 'completed' group by 1, 2`
