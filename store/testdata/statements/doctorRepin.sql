with repinned as (
	update backups set object_version = $4
	where tenant_id = $1 and id = $2 and status = 'completed' and object_version = $3
	returning tenant_id
), kept as (
	update version_purges set keep_version = $4 where object_key = $5 and $4 <> '' and exists (select from repinned)
), needless as (
	delete from version_purges where object_key = $5 and $4 = '' and exists (select from repinned)
)
insert into events (tenant_id, id, type, created_at, actor_type, actor_id, subject, request_id, client_address, payload)
select tenant_id, $6, $7, $8, $9, $10, $11, $12, $13, $14 from repinned;
