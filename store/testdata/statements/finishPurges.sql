with done as materialized (
	select * from json_to_recordset($1) as d (object_key text, keeps boolean, event_id uuid, tenant_id uuid, subject uuid, type text,
		actor_type text, actor_id text, request_id text, client_address inet, payload text)
), everything as materialized (
	select object_key, final_at from purges where object_key = any (array(select object_key from done where not keeps))
	order by object_key for update
), others as materialized (
	select object_key, final_at from version_purges where object_key = any (array(select object_key from done where keeps))
	order by object_key for update
), ended as (
	delete from purges where object_key = any (array(select object_key from everything where final_at <= $2))
), ended_others as (
	delete from version_purges where object_key = any (array(select object_key from others where final_at <= $2))
), again as (
	update purges set recorded = true,
		due_at = case when $2 < final_at - interval '1 day' then final_at - interval '1 day' else final_at end
	where object_key = any (array(select object_key from everything where final_at > $2))
), again_others as (
	update version_purges set due_at = case when $2 < final_at - interval '1 day' then final_at - interval '1 day' else final_at end
	where object_key = any (array(select object_key from others where final_at > $2))
)
insert into events (tenant_id, id, type, created_at, actor_type, actor_id, subject, request_id, client_address, payload)
select tenant_id, event_id, type, $2, actor_type, actor_id, subject, request_id, client_address, convert_to(payload, 'UTF8')
from done
where event_id is not null and object_key in (select object_key from everything union all select object_key from others);
