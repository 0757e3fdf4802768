select tenant_id, id, name, status, size_bytes, content_type, metadata,
	declared_checksum, checksum, object_version, failure, created_at, upload_expires_at, completed_at,
	part_size_bytes, stream, upload_id, verified_bytes from backups
where status = 'pending' and deadline <= $1 and id <> all (coalesce($2::uuid[], '{}'))
order by deadline limit $3
for update skip locked;
