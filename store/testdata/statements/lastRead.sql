select id from events
where tenant_id = $1 and created_at >= $4 and created_at < $5 and ($7::uuid is null or subject = $7)
	and (created_at, id) < (coalesce((select created_at from events where tenant_id = $1 and id = $2), $3), $2)
order by created_at desc, id desc
limit 1 offset $6;
