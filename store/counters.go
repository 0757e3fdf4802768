package store

import (
	"fmt"
	"strings"

	"github.com/backlox/lox"
)

var statuses = []lox.Status{lox.StatusPending, lox.StatusVerifying, lox.StatusCompleted, lox.StatusFailed}

// gone is the status of a backup that is there no more.
const gone = lox.Status("")

// moved returns the common table expressions that take the backups in the
// expression "was" (tenant_id, status, size_bytes, content_type, day), one or
// many, out of the counters of their status and count them under another one, or
// under none. What comes or goes as storage by that does so on the UTC day of
// the parameter at: the statement's own time, not the database's clock.
//
// A row can be updated only once in a statement, so the changes are added up
// first. Every statement locks the backups' rows first, tenant_usage next and
// the tenant's other counters last, so that no two ever wait for each other:
// whoever holds the row of tenant_usage has the rest to itself.
func moved(to lox.Status, at string) string {
	changes, set := make([]string, len(statuses)), make([]string, len(statuses))
	for i, status := range statuses {
		in := 0
		if status == to {
			in = 1
		}
		changes[i] = fmt.Sprintf(`
		sum(%[1]d - (was.status = '%[2]s')::int) as %[2]s,
		sum((%[1]d - (was.status = '%[2]s')::int) * was.size_bytes) as %[2]s_bytes`, in, status)
		set[i] = fmt.Sprintf(`
		%[1]s = c.%[1]s + change.%[1]s, %[1]s_bytes = c.%[1]s_bytes + change.%[1]s_bytes`, status)
	}
	return fmt.Sprintf(`usage as (
	update tenant_usage c set%[1]s
	from (
		select was.tenant_id,%[2]s
		from was group by was.tenant_id
	) change
	where c.tenant_id = change.tenant_id
	returning c.tenant_id, c.quota_bytes, c.completed_bytes
), day as (
	update backup_days c set%[1]s
	from (
		select was.tenant_id, was.day,%[2]s
		from was join usage using (tenant_id) group by was.tenant_id, was.day
	) change
	where c.tenant_id = change.tenant_id and c.day = change.day
)`, strings.Join(set, ","), strings.Join(changes, ",")) + stored(to, at)
}

// stored returns what moved adds for backups that become storage or cease to be
// it, and nothing for other changes: a completed backup has nowhere to go but
// away.
func stored(to lox.Status, at string) string {
	column, sign, which := "uploaded", "", ""
	switch to {
	case lox.StatusCompleted:
	case gone:
		column, sign, which = "deleted", "-", " where was.status = 'completed'"
	default:
		return ""
	}
	return fmt.Sprintf(`, flow as (
	insert into storage_days as c (tenant_id, day, %[1]s, %[1]s_bytes)
	select was.tenant_id, (%[4]s::timestamptz at time zone 'UTC')::date, count(*), sum(was.size_bytes)
	from was join usage using (tenant_id)%[3]s group by was.tenant_id
	on conflict (tenant_id, day) do update
	set %[1]s = c.%[1]s + excluded.%[1]s, %[1]s_bytes = c.%[1]s_bytes + excluded.%[1]s_bytes
), type as (
	insert into content_types as c (tenant_id, content_type, count, bytes)
	select was.tenant_id, was.content_type, %[2]scount(*), %[2]ssum(was.size_bytes)
	from was join usage using (tenant_id)%[3]s group by was.tenant_id, was.content_type
	on conflict (tenant_id, content_type) do update
	set count = c.count + excluded.count, bytes = c.bytes + excluded.bytes
)`, column, sign, which, at)
}

const wasColumns = `tenant_id, id, name, status, size_bytes, content_type, deadline, (created_at at time zone 'UTC')::date as day`

// was selects and locks one backup of a tenant ($1, $2) as moved wants it.
const was = `was as (
	select ` + wasColumns + `
	from backups
	where tenant_id = $1 and id = $2`
