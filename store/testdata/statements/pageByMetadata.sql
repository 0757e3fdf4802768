with ended as materialized (
	select created_at, id from backups
	where tenant_id = $1 and status in ('completed', 'failed') and name collate "C" >= $6 and name collate "C" < $7
		and created_at >= $2 and created_at < $3 and ($8 = '' or status = $8)
		and metadata <> '{}' and backup_metadata_pairs(tenant_id, metadata) @> backup_metadata_pairs($1, $11) and metadata @> $11
), waiting as materialized (
	select created_at, id from backups
	where tenant_id = $1 and status in ('pending', 'verifying') and name collate "C" >= $6 and name collate "C" < $7
		and created_at >= $2 and created_at < $3 and ($8 = '' or status = $8) and metadata @> $11
), page as (
	select created_at, id from (select created_at, id from ended union all select created_at, id from waiting) matching
	where (created_at, id) < ($9, $10::uuid)
	order by created_at desc, id desc limit $4 offset $5
)
select (select count(*) from ended) + (select count(*) from waiting) as total, found.*
from page, lateral (select tenant_id, id, name, status, size_bytes, content_type, metadata,
	declared_checksum, checksum, object_version, failure, created_at, upload_expires_at, completed_at,
	part_size_bytes, stream, upload_id, verified_bytes from backups where tenant_id = $1 and id = page.id) found
order by page.created_at desc, page.id desc;
