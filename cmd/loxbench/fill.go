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
// yesterday. Besides those that are compared there are small tenants, because
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
	account

	rows int
	day  time.Time // the first one after the last backup

	ids        []string // of completed backups, at random
	deep       string   // the cursor of a page far down the list
	unknownKey string   // a key that nobody has
	neighbours []account
}

// account is a tenant and its key.
type account struct {
	tenant lox.TenantID
	key    string
}

// fill makes the tenants and their backups, all counters included, and leaves
// the tables as autovacuum would.
func fill(ctx context.Context, h *testbed, s scale) ([]*side, error) {
	today := time.Now().UTC().Truncate(24 * time.Hour)
	var sides []*side
	var ids []string
	var rows []int64
	add := func(name string, n int) (account, error) {
		made, err := open(ctx, h, name)
		ids, rows = append(ids, uuidOf(made.tenant)), append(rows, int64(n))
		return made, err
	}
	for _, n := range s.sizes {
		made, err := add(count(n)+" backups", n)
		if err != nil {
			return nil, err
		}
		sides = append(sides, &side{account: made, rows: n, day: today, unknownKey: lox.NewAPIKey()})
	}
	for range neighbours {
		made, err := add("neighbour", neighbourBackups)
		if err != nil {
			return nil, err
		}
		for _, side := range sides {
			side.neighbours = append(side.neighbours, made)
		}
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

// open makes a tenant and its key.
func open(ctx context.Context, h *testbed, name string) (account, error) {
	q := quota
	t, err := lox.NewTenant(name, lox.PlanEnterprise, &q, time.Now())
	if err != nil {
		return account{}, err
	}
	made := account{t.ID, lox.NewAPIKey()}
	k, err := lox.StoredKey(t.ID, made.key, t.CreatedAt)
	if err != nil {
		return account{}, err
	}
	return made, h.store.CreateTenant(ctx, t, k, lox.Operator("loxbench"))
}

// sample picks backups to ask for one by one: of all ages, so that what they
// cost isn't what the newest cost.
func (s *side) sample(ctx context.Context, db *sql.DB) error {
	rows, err := db.QueryContext(ctx, `select id from backups where tenant_id = $1 and status = 'completed'
		order by md5(id::text) limit $2`, s.tenant, sampledIDs)
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

// $1 tenants, $2 the number of backups of each, $3 the end of time, $4 days.
// The rows lie in the order of their creation, the tenants' mixed, as they
// would in a table that grew. Of 20 backups in a row one failed, one is
// pending, one is being verified, and neither is due to be swept away. The ids are
// UUIDv7 of the creation.
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
	$3::timestamptz + interval '30 days',
	case status when 'completed' then at + interval '1 minute' end,
	case status when 'verifying' then 'loxbench' end,
	case status when 'verifying' then $3::timestamptz + interval '30 days' end
from (
	select tenant, n, md5(tenant::text || n) as noise,
		date_trunc('second', $3::timestamptz - (n - random()) / rows * $4 * interval '1 day') as at,
		case n % 20 when 5 then 'failed' when 10 then 'pending' when 15 then 'verifying' else 'completed' end as status
	from unnest($1::uuid[], $2::bigint[]) as t (tenant, rows), generate_series(1, rows) n
) made
order by at`

const counters = `
	count(*) filter (where status = 'pending'), coalesce(sum(size_bytes) filter (where status = 'pending'), 0),
	count(*) filter (where status = 'verifying'), coalesce(sum(size_bytes) filter (where status = 'verifying'), 0),
	count(*) filter (where status = 'completed'), coalesce(sum(size_bytes) filter (where status = 'completed'), 0),
	count(*) filter (where status = 'failed'), coalesce(sum(size_bytes) filter (where status = 'failed'), 0)`

const fillDays = `insert into backup_days (tenant_id, day, pending, pending_bytes, verifying, verifying_bytes,
	completed, completed_bytes, failed, failed_bytes)
select tenant_id, (created_at at time zone 'UTC')::date, ` + counters + `
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
