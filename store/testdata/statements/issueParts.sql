update backups set upload_expires_at = greatest(upload_expires_at, $3),
	deadline = greatest(deadline, $4),
	size_bytes = case when stream then greatest(size_bytes, $5) else size_bytes end,
	upload_id = coalesce(nullif(upload_id, ''), $6)
where tenant_id = $1 and id = $2 and status = 'pending' and part_size_bytes > 0
returning tenant_id, id, name, status, size_bytes, content_type, metadata,
	declared_checksum, checksum, object_version, failure, created_at, upload_expires_at, completed_at,
	part_size_bytes, stream, upload_id, verified_bytes;
