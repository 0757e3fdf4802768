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
// expression "was" (tenant_id, status, size_bytes, day) out of the counters of
// their status and count them under another one, or under none.
//
// Every statement locks a backup's row first, tenant_usage next and
// backup_days last, so that no two ever wait for each other.
func moved(to lox.Status) string {
	var set strings.Builder
	for i, status := range statuses {
		in := 0
		if status == to {
			in = 1
		}
		if i > 0 {
			set.WriteString(",")
		}
		fmt.Fprintf(&set, `
		%[1]s = c.%[1]s + %[2]d - (was.status = '%[1]s')::int,
		%[1]s_bytes = c.%[1]s_bytes + (%[2]d - (was.status = '%[1]s')::int) * was.size_bytes`, status, in)
	}
	return `usage as (
	update tenant_usage c set` + set.String() + `
	from was
	where c.tenant_id = was.tenant_id
	returning c.tenant_id
), day as (
	update backup_days c set` + set.String() + `
	from was join usage using (tenant_id)
	where c.tenant_id = was.tenant_id and c.day = was.day
)`
}

// was selects and locks one backup of a tenant ($1, $2) as moved wants it.
const was = `was as (
	select tenant_id, id, status, size_bytes, deadline, (created_at at time zone 'UTC')::date as day
	from backups
	where tenant_id = $1 and id = $2`
