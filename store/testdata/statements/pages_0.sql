select ((select pending + verifying + completed + failed from tenant_usage where tenant_id = $1))::bigint as total, tenant_id, id, name, status, size_bytes, content_type, metadata,
	declared_checksum, checksum, object_version, failure, created_at, upload_expires_at, completed_at,
	part_size_bytes, stream, upload_id, verified_bytes
from backups
where tenant_id = $1 and created_at >= $2 and (created_at, id) < ($3, $6::uuid)
order by created_at desc, id desc
limit $4 offset $5;
