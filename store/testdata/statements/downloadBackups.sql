with asked as materialized (
	select * from json_to_recordset($1) as a (n int, tenant_id uuid, id uuid, at timestamptz, event_id uuid, actor_type text,
		actor_id text, request_id text, client_address inet, payload text)
), found as materialized (
	select asked.n, backups.* from asked, lateral (
		select tenant_id, id, name, status, size_bytes, content_type, metadata,
	declared_checksum, checksum, object_version, failure, created_at, upload_expires_at, completed_at,
	part_size_bytes, stream, upload_id, verified_bytes from backups where tenant_id = asked.tenant_id and id = asked.id
	) backups
), recorded as (
	insert into events (tenant_id, id, type, created_at, actor_type, actor_id, subject, request_id, client_address, payload)
	select tenant_id, event_id, 'backup.downloaded', at, actor_type, actor_id, id, request_id, client_address,
		convert_to(payload, 'UTF8')
	from asked, set_config('synchronous_commit', 'off', true)
	where n in (select n from found where status = 'completed')
)
select n, tenant_id, id, name, status, size_bytes, content_type, metadata,
	declared_checksum, checksum, object_version, failure, created_at, upload_expires_at, completed_at,
	part_size_bytes, stream, upload_id, verified_bytes from found;
