package store

import "fmt"

// deepOffset is the smallest offset that is looked up in the counters. A scan to a
// smaller offset costs no more than the look-up.
const deepOffset = 500

// seek returns the common table expressions that find the first backup of the page at
// an offset. The last one is named "start".
//
// They add up the counters of days from the newest day on until the sum exceeds the
// offset. Only the rows of that day are scanned, from the nearer end of the day, by an
// index-only scan. All is one statement, so counters and rows belong to one snapshot.
//
// The counters are those of whole days. If the range ends within its newest day, the
// backups of that day after the range must be skipped too: the day's counters that are
// not in the total, minus the tail. Backups of the oldest day before the range come after
// all others, and don't matter.
func (p pageShape) seek(count, filter string) []string {
	skipped := "$5::bigint"
	if p.span == instant {
		skipped = fmt.Sprintf(`$5::bigint - (select n from tail) + (select coalesce(sum(%s), 0) from backup_days
		where tenant_id = $1 and day >= $7::date and %s)`, count, upToLastDay)
	}
	return []string{
		fmt.Sprintf(`skipped as (
	select (%s)::bigint as n
)`, skipped),
		fmt.Sprintf(`place as (
	select day, n, (select n from skipped) - newer as skip
	from (
		select day, n, (sum(n) over (order by day desc))::bigint - n as newer
		from (
			select day, %s as n from backup_days
			where tenant_id = $1 and day >= ($2::timestamptz at time zone 'UTC')::date and %s
		) counted
	) added
	where newer + n > (select n from skipped)
	order by day desc limit 1
)`, count, upToLastDay),
		fmt.Sprintf(`start as (
	select near.* from place, lateral (
		select created_at, id from backups
		where tenant_id = $1%[1]s and created_at < (day + 1)::timestamp at time zone 'UTC' and skip < n / 2
		order by created_at desc, id desc limit 1 offset skip
	) near
	union all
	select near.* from place, lateral (
		select created_at, id from backups
		where tenant_id = $1%[1]s and created_at >= day::timestamp at time zone 'UTC' and skip >= n / 2
		order by created_at, id limit 1 offset n - 1 - skip
	) near
)`, filter),
	}
}

// upToLastDay is the condition for days that begin before the upper bound.
const upToLastDay = `day::timestamp at time zone 'UTC' < $3`
