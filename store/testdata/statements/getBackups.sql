select wanted.n, backups.*
from unnest($1::uuid[], $2::uuid[]) with ordinality wanted (tenant_id, id, n), lateral (
	select tenant_id, id, name, status, size_bytes, content_type, metadata,
	declared_checksum, checksum, object_version, failure, created_at, upload_expires_at, completed_at,
	part_size_bytes, stream, upload_id, verified_bytes from backups where tenant_id = wanted.tenant_id and id = wanted.id
) backups;
