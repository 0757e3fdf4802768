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
), tenant as materialized (
	select locked.*
	from (select distinct tenant_id from new order by tenant_id) t, lateral (
		select tenant_id, quota_bytes, quota_bytes - completed_bytes - verifying_bytes - pending_bytes as free
		from tenant_usage where tenant_id = t.tenant_id
		for update
	) locked
), fitting as materialized (
	select new.*, free, sum(size_bytes) over (partition by tenant_id order by size_bytes, id) as with_smaller
	from new join tenant using (tenant_id)
	where key is null or pg_try_advisory_xact_lock(hashtextextended(tenant_id::text || ' ' || key, 0)) and (
		select true from idempotency_keys k
		where k.tenant_id = new.tenant_id and k.key = new.key and k.created_at > new.created_at - interval '24 hours') is null
), claimed as (
	insert into idempotency_keys as k (tenant_id, key, request, backup_id, created_at)
	select tenant_id, key, request, id, created_at from fitting where key is not null and with_smaller <= free
	on conflict (tenant_id, key) do update
	set request = excluded.request, backup_id = excluded.backup_id, created_at = excluded.created_at
	where k.created_at <= excluded.created_at - interval '24 hours'
	returning backup_id
), made as (
	insert into backups (tenant_id, id, name, status, size_bytes, part_size_bytes, stream, content_type, metadata,
		declared_checksum, created_at, upload_expires_at, deadline)
	select tenant_id, id, name, 'pending', size_bytes, part_size_bytes, stream, content_type, metadata,
		declared_checksum, created_at, upload_expires_at, deadline
	from fitting
	where with_smaller <= free and (key is null or id in (select backup_id from claimed))
	returning id
), recorded as (
	insert into events (tenant_id, id, type, created_at, actor_type, actor_id, subject, request_id, client_address, payload)
	select tenant_id, id, 'backup.created', created_at, actor_type, actor_id, id, request_id, client_address, convert_to(payload, 'UTF8')
	from fitting where id in (select id from made)
)
select new.id, tenant.tenant_id is null as no_tenant, fitting.with_smaller > fitting.free as over_quota, tenant.free, tenant.quota_bytes
from new left join tenant using (tenant_id) left join fitting using (id)
where id not in (select id from made);
