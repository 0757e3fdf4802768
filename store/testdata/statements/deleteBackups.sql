with asked as materialized (
	select * from json_to_recordset($2) as a (id uuid, object_key text, event_id uuid, actor_type text, actor_id text,
		request_id text, client_address inet, payload text)
), doomed as (
	select tenant_id, deadline, upload_id, asked.*
	from asked join backups using (id)
	where tenant_id = $1
	order by id
	for update of backups
), purge as (
	insert into purges (object_key, due_at, final_at, request_id, upload_id)
	select object_key, $3, deadline + interval '1 day', request_id, upload_id from doomed
	on conflict (object_key) do update set due_at = excluded.due_at, request_id = excluded.request_id
), recorded as (
	insert into events (tenant_id, id, type, created_at, actor_type, actor_id, subject, request_id, client_address, payload)
	select tenant_id, event_id, 'backup.deleted', $3, actor_type, actor_id, id, request_id, client_address,
		convert_to(payload, 'UTF8')
	from doomed
)
delete from backups b using doomed
where b.tenant_id = doomed.tenant_id and b.id = doomed.id;
