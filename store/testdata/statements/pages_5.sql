with head as (
	select $8::int * count(*) as n from backups
	where tenant_id = $1 and status = $14 and created_at >= $9 and created_at < $10
), tail as (
	select $11::int * count(*) as n from backups
	where tenant_id = $1 and status = $14 and created_at >= $12 and created_at < $13
)
select ((select coalesce(sum(case $14 when 'pending' then pending when 'verifying' then verifying when 'completed' then completed when 'failed' then failed end), 0) from backup_days
		where tenant_id = $1 and day >= $6::date and day < $7::date) + (select n from head) + (select n from tail))::bigint as total, tenant_id, id, name, status, size_bytes, content_type, metadata,
	declared_checksum, checksum, object_version, failure, created_at, upload_expires_at, completed_at,
	part_size_bytes, stream, upload_id, verified_bytes
from backups
where tenant_id = $1 and status = $14 and created_at >= $2 and (created_at, id) < ($3, $15::uuid)
order by created_at desc, id desc
limit $4 offset $5;
