select tenant_id, id, name, status, size_bytes, content_type, metadata,
	declared_checksum, checksum, object_version, failure, created_at, upload_expires_at, completed_at,
	part_size_bytes, stream, upload_id, verified_bytes from backups where tenant_id = $1 and id = $2;
