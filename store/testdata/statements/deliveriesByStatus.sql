select (select count(*) from (select from deliveries where tenant_id = $1 and webhook_id = $2 and created_at >= $3 and created_at < $4 and exists (select from webhooks where tenant_id = $1 and id = $2 and deleted_at is null) and status = $7 limit 10001) counted) as total,
	d.id, d.tenant_id, d.webhook_id, d.event_id, d.type, d.status, d.created_at, d.attempts,
	d.failure, d.next_at, d.completed_at
from deliveries d where tenant_id = $1 and webhook_id = $2 and created_at >= $3 and created_at < $4 and exists (select from webhooks where tenant_id = $1 and id = $2 and deleted_at is null) and status = $7
order by created_at desc, id desc
limit $5 offset $6;
