with skipped as (
	select ($5::bigint)::bigint as n
), place as (
	select day, n, (select n from skipped) - newer as skip
	from (
		select day, n, (sum(n) over (order by day desc))::bigint - n as newer
		from (
			select day, case $8 when 'pending' then pending when 'verifying' then verifying when 'completed' then completed when 'failed' then failed end as n from backup_days
			where tenant_id = $1 and day >= ($2::timestamptz at time zone 'UTC')::date and day::timestamp at time zone 'UTC' < $3
		) counted
	) added
	where newer + n > (select n from skipped)
	order by day desc limit 1
), start as (
	select near.* from place, lateral (
		select created_at, id from backups
		where tenant_id = $1 and status = $8 and created_at < (day + 1)::timestamp at time zone 'UTC' and skip < n / 2
		order by created_at desc, id desc limit 1 offset skip
	) near
	union all
	select near.* from place, lateral (
		select created_at, id from backups
		where tenant_id = $1 and status = $8 and created_at >= day::timestamp at time zone 'UTC' and skip >= n / 2
		order by created_at, id limit 1 offset n - 1 - skip
	) near
)
select ((select coalesce(sum(case $8 when 'pending' then pending when 'verifying' then verifying when 'completed' then completed when 'failed' then failed end), 0) from backup_days
		where tenant_id = $1 and day >= $6::date and day < $7::date))::bigint as total, tenant_id, id, name, status, size_bytes, content_type, metadata,
	declared_checksum, checksum, object_version, failure, created_at, upload_expires_at, completed_at,
	part_size_bytes, stream, upload_id, verified_bytes
from backups
where tenant_id = $1 and status = $8 and created_at >= $2 and (created_at, id) <= (select created_at, id from start)
order by created_at desc, id desc
limit $4;
