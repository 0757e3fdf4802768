with new as materialized (
	select tenant_id, id, name, size_bytes, part_size_bytes, stream, content_type, metadata, declared_checksum,
		to_timestamp(created_at) as created_at,
		to_timestamp(created_at) + upload_expires * interval '1 microsecond' as upload_expires_at,
		to_timestamp(created_at) + deadline * interval '1 microsecond' as deadline,
		actor_type, actor_id, request_id, client_address, payload, key, request, (select set_config('lock_timeout', $2, true))
	from json_to_recordset($1) as a (tenant_id uuid, id uuid, name text, size_bytes bigint, part_size_bytes bigint, stream boolean,
		content_type text, metadata jsonb,
		declared_checksum bytea, created_at bigint, upload_expires bigint, deadline bigint,
		actor_type text, actor_id text, request_id text, client_address inet, payload text, key text, request bytea)
), made as (
	insert into backups (tenant_id, id, name, status, size_bytes, part_size_bytes, stream, content_type, metadata,
		declared_checksum, created_at, upload_expires_at, deadline)
	select tenant_id, id, name, 'pending', size_bytes, part_size_bytes, stream, content_type, metadata,
		declared_checksum, created_at, upload_expires_at, deadline
	from new
	where (select bool_and(coalesce((
			select size_bytes <= quota_bytes - completed_bytes - verifying_bytes - pending_bytes
			from tenant_usage where tenant_id = new.tenant_id
		), false)) from new)
	returning id
)
insert into events (tenant_id, id, type, created_at, actor_type, actor_id, subject, request_id, client_address, payload)
	select tenant_id, id, 'backup.created', created_at, actor_type, actor_id, id, request_id, client_address, convert_to(payload, 'UTF8')
	from new where (select count(*) from made) > 0;
