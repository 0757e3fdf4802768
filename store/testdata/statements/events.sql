select id, tenant_id, type, created_at, actor_type, actor_id, subject, request_id, host(client_address), payload from (
	select * from events
	where tenant_id = $1 and created_at >= $4 and created_at < $5
		and (created_at, id) < (coalesce((select created_at from events where tenant_id = $1 and id = $2), $3), $2)
	order by created_at desc, id desc
	limit $6
) latest
where ($7 = '' or type = $7) and ($8 = '' or actor_id = $8)
order by created_at desc, id desc
limit $9;
