with due (tenant, backup) as (
	select tenant_id, id from backups
	where status = 'verifying' and lease_until <= $2
	order by lease_until limit $4
	for update skip locked
)
update backups set lease_owner = $1, lease_until = $3
from due where tenant_id = tenant and id = backup
returning tenant_id, id, name, status, size_bytes, content_type, metadata,
	declared_checksum, checksum, object_version, failure, created_at, upload_expires_at, completed_at,
	part_size_bytes, stream, upload_id, verified_bytes, verify_request_id, hash_state;
