with deleted as (
	delete from backups where tenant_id = $1 and id = $2
	returning tenant_id, deadline, upload_id
), purge as (
	insert into purges (object_key, due_at, final_at, request_id, upload_id)
	select $3, $4, deadline + interval '1 day', $11, upload_id from deleted
	on conflict (object_key) do update set due_at = excluded.due_at, request_id = excluded.request_id
)
insert into events (tenant_id, id, type, created_at, actor_type, actor_id, subject, request_id, client_address, payload)
select tenant_id, $5, $6, $7, $8, $9, $10, $11, $12, $13 from deleted;
