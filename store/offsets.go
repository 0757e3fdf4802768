package store

import "fmt"

// deepOffset is from where on an offset is looked up in the counters. Nearer
// ones are walked to, which then costs no more than the look-up.
const deepOffset = 500

// seek returns the common table expressions that end in "start": the backup
// with which the page at an offset begins.
//
// The counters of days are added up from the newest one until they exceed the
// offset. Only in the day where they do are rows walked: from its nearer end, and
// in an index alone. It is one statement and so one snapshot, in which counters
// and rows agree.
//
// The counters are those of whole days. What a range leaves out of its newest day
// has to be skipped as well: all that day has beyond the whole days of the total,
// less the tail. What it leaves out of its oldest day lies behind all the rest.
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

// upToLastDay is the condition of the days that begin before the upper end.
const upToLastDay = `day::timestamp at time zone 'UTC' < $3`
