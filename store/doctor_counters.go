package store

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/jmoiron/sqlx"

	"github.com/backlox/lox"
)

// Difference is a counter with a wrong value.
type Difference struct {
	Tenant lox.TenantID `db:"tenant_id"`
	// Table and Counter name the counter. Part is its day or its content type, "" for a
	// counter of the whole tenant.
	Table    string `db:"counter_table"`
	Part     string `db:"part"`
	Counter  string `db:"counter"`
	Recorded int64  `db:"recorded"`
	Counted  int64  `db:"counted"`
}

// Counted is the result of a comparison of the counters.
type Counted struct {
	Tenants     int64 `db:"tenants"`
	Backups     int64 `db:"backups"`
	Differences int64 `db:"-"`
}

// Each statement compares one table and returns the differences. Backups of deleted tenants
// are left out. There may be millions of rows: PostgreSQL sorts and hashes on disk what
// exceeds its work_mem, and the rows are read one by one here.
var comparisons = []string{
	`with counted as (
	select t.tenant_id, ` + sums("status") + ` from tenant_usage t left join backups b using (tenant_id) group by 1
)
select tenant_id, 'tenant_usage' as counter_table, '' as part, d.*
from tenant_usage r join counted c using (tenant_id) ` + differing(statusCounters),

	`with counted as (
	select tenant_id, (created_at at time zone 'UTC')::date as day, ` + sums("status") + `
	from backups join tenant_usage using (tenant_id) group by 1, 2
)
select tenant_id, 'backup_days' as counter_table, day::text as part, d.*
from backup_days r full join counted c using (tenant_id, day) ` + differing(statusCounters),

	`with counted as (
	select tenant_id, content_type, count(*) as count, sum(size_bytes)::bigint as bytes
	from backups join tenant_usage using (tenant_id) where status = 'completed' group by 1, 2
)
select tenant_id, 'content_types' as counter_table, content_type as part, d.*
from content_types r full join counted c using (tenant_id, content_type) ` + differing([]string{"count", "bytes"}),

	// Deleted backups have no rows, so the counters of deletions can't be checked alone. But
	// all uploads minus all deletions must be what is stored,
	`with counted as (
	select tenant_id, count(id) as stored, coalesce(sum(size_bytes), 0)::bigint as stored_bytes
	from tenant_usage left join (select tenant_id, id, size_bytes from backups where status = 'completed') b using (tenant_id) group by 1
), r as (
	select tenant_id, sum(uploaded - deleted)::bigint as stored, sum(uploaded_bytes - deleted_bytes)::bigint as stored_bytes
	from storage_days group by 1
)
select tenant_id, 'storage_days' as counter_table, '' as part, d.*
from counted c left join r using (tenant_id) ` + differing([]string{"stored", "stored_bytes"}),

	// and the uploads of a day must be at least the stored backups of that day.
	`with counted as (
	` + stillThere + `
)
select tenant_id, 'storage_days' as counter_table, day::text as part, d.*
from counted c left join storage_days r using (tenant_id, day) ` + differing([]string{"uploaded", "uploaded_bytes"}, "recorded < counted"),
}

const stillThere = `select tenant_id, (completed_at at time zone 'UTC')::date as day, count(*) as uploaded, sum(size_bytes)::bigint as uploaded_bytes
	from backups join tenant_usage using (tenant_id) where status = 'completed' group by 1, 2`

var statusCounters = func() (columns []string) {
	for _, s := range []lox.Status{lox.StatusPending, lox.StatusVerifying, lox.StatusCompleted, lox.StatusFailed} {
		columns = append(columns, string(s), string(s)+"_bytes")
	}
	return columns
}()

// sums returns the columns that count backups by status.
func sums(status string) string {
	var columns []string
	for s := range slices.Chunk(statusCounters, 2) {
		columns = append(columns,
			fmt.Sprintf("count(*) filter (where %s = '%s') as %s", status, s[0], s[0]),
			fmt.Sprintf("coalesce(sum(size_bytes) filter (where %s = '%s'), 0)::bigint as %s", status, s[0], s[1]))
	}
	return strings.Join(columns, ", ")
}

// differing returns the end of a statement that makes a row of each counter with different
// values in the tables r and c.
func differing(counters []string, how ...string) string {
	values := make([]string, len(counters))
	for i, c := range counters {
		values[i] = fmt.Sprintf("('%[1]s', coalesce(r.%[1]s, 0), coalesce(c.%[1]s, 0))", c)
	}
	condition := strings.Join(append(slices.Clip(how), "recorded <> counted"), " and ")
	return `cross join lateral (values ` + strings.Join(values, ", ") + `) d (counter, recorded, counted)
where ` + condition + ` order by 1, 3, 4`
}

const countedSQL = `select (select count(*) from tenant_usage) as tenants, (select count(*) from backups) as backups`

// CompareCounters counts all backups and calls differ for each wrong counter. It uses one
// snapshot, so it is exact even while servers run.
func (i *Inspector) CompareCounters(ctx context.Context, differ func(Difference) error) (counted Counted, err error) {
	err = i.read(ctx, "compare counters", func(tx *sqlx.Tx) error {
		if err := tx.GetContext(ctx, &counted, countedSQL); err != nil {
			return wrap(ctx, "count backups", err)
		}
		for _, statement := range comparisons {
			n, err := eachDifference(ctx, tx, statement, differ)
			counted.Differences += n
			if err != nil {
				return err
			}
		}
		return nil
	})
	return counted, err
}

func eachDifference(ctx context.Context, tx *sqlx.Tx, statement string, differ func(Difference) error) (n int64, err error) {
	rows, err := tx.QueryxContext(ctx, statement)
	if err != nil {
		return 0, wrap(ctx, "compare counters", err)
	}
	defer rows.Close()
	for rows.Next() {
		var d Difference
		if err := rows.StructScan(&d); err != nil {
			return n, wrap(ctx, "compare counters", err)
		}
		n++
		if err := differ(d); err != nil {
			return n, err
		}
	}
	return n, wrap(ctx, "compare counters", rows.Err())
}

// The last two statements correct storage_days. The uploads of a day become at least the stored
// backups of that day. Any remaining difference is added to the tenant's first day, which the
// API usually no longer shows.
var recounts = []string{
	`set local lock_timeout = '2s'`,
	`select recount_backups()`, // locks backups until the end of the transaction
	`set local lox.counters = 'writable'`,
	`insert into storage_days as d (tenant_id, day, uploaded, uploaded_bytes)
` + stillThere + `
on conflict (tenant_id, day) do update
set uploaded = greatest(d.uploaded, excluded.uploaded), uploaded_bytes = greatest(d.uploaded_bytes, excluded.uploaded_bytes)
where d.uploaded < excluded.uploaded or d.uploaded_bytes < excluded.uploaded_bytes`,
	`insert into storage_days as d (tenant_id, day, uploaded, uploaded_bytes, deleted, deleted_bytes)
select tenant_id, day, greatest(n, 0), greatest(bytes, 0), greatest(-n, 0), greatest(-bytes, 0)
from (
	select u.tenant_id, coalesce(min(day), (now() at time zone 'UTC')::date) as day,
		u.completed - coalesce(sum(uploaded - deleted), 0) as n, u.completed_bytes - coalesce(sum(uploaded_bytes - deleted_bytes), 0) as bytes
	from tenant_usage u left join storage_days using (tenant_id) group by u.tenant_id
) missing
where (n, bytes) <> (0, 0)
on conflict (tenant_id, day) do update
set uploaded = d.uploaded + excluded.uploaded, uploaded_bytes = d.uploaded_bytes + excluded.uploaded_bytes,
	deleted = d.deleted + excluded.deleted, deleted_bytes = d.deleted_bytes + excluded.deleted_bytes`,
}

// RecountBackups sets all counters to the values that CompareCounters counts. It locks all
// backups against changes. It waits for running transactions, but at most two seconds at a time,
// because other transactions wait behind it.
func (i *Inspector) RecountBackups(ctx context.Context) error {
	return retryLocked(ctx, func() error {
		tx, err := i.db.BeginTxx(ctx, nil)
		if err != nil {
			return wrap(ctx, "recount backups", err)
		}
		defer func() { _ = tx.Rollback() }() // after a commit this does nothing
		for _, statement := range recounts {
			if _, err := tx.ExecContext(ctx, statement); err != nil {
				return wrap(ctx, "recount backups", err)
			}
		}
		return wrap(ctx, "recount backups: commit", tx.Commit())
	})
}

const reservedSQL = `select coalesce(sum(size_bytes) filter (where status = 'pending'), 0)::bigint as pending,
	coalesce(sum(size_bytes) filter (where status = 'verifying'), 0)::bigint as verifying
from backups where status in ('pending', 'verifying')`

// Reserved returns the total sizes of pending and of verifying backups, in bytes.
func (i *Inspector) Reserved(ctx context.Context) (pending, verifying int64, err error) {
	err = i.db.QueryRowxContext(ctx, reservedSQL).Scan(&pending, &verifying)
	return pending, verifying, wrap(ctx, "count what uploads reserve", err)
}
