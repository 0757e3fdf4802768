with lost as (
	update backups set status = 'failed', failure = $4, completed_at = null
	where tenant_id = $1 and id = $2 and status = 'completed' and object_version = $3
	returning tenant_id
), kept as (
	delete from version_purges where object_key = $5 and exists (select from lost)
)
insert into events (tenant_id, id, type, created_at, actor_type, actor_id, subject, request_id, client_address, payload)
select tenant_id, $6, $7, $8, $9, $10, $11, $12, $13, $14 from lost;
