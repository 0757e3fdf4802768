with failed as (
	update backups set status = 'failed', failure = $3, lease_owner = null, lease_until = null, hash_state = ''
	where tenant_id = $1 and id = $2 and (status = 'pending' and (not $5 or deadline <= $4) or status = 'verifying' and not $5)
	returning tenant_id, deadline, upload_id
), purge as (
	insert into purges (object_key, due_at, final_at, request_id, upload_id)
	select $6, $4, deadline + interval '1 day', $13, upload_id from failed
	on conflict (object_key) do update set due_at = excluded.due_at, request_id = excluded.request_id
)
insert into events (tenant_id, id, type, created_at, actor_type, actor_id, subject, request_id, client_address, payload)
select tenant_id, $7, $8, $9, $10, $11, $12, $13, $14, $15 from failed;
