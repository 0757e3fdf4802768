select d.id, d.tenant_id, d.webhook_id, d.event_id, d.type, d.status, d.created_at, d.attempts,
	d.failure, d.next_at, d.completed_at, e.payload, a.number, a.at, a.latency, a.status as http_status, a.body, a.error
from deliveries d join events e on e.id = d.event_id
left join lateral (
	select number, at, latency, status, body, error from attempts where delivery_id = d.id
	order by number desc limit $4
) a on true
where d.tenant_id = $1 and d.webhook_id = $2 and d.id = $3 and exists (select from webhooks where tenant_id = $1 and id = $2 and deleted_at is null)
order by a.number;
