with hook as (
	select tenant_id, id from webhooks where tenant_id = $1 and id = $2 and enabled for no key update
), event as (
	insert into events (tenant_id, id, type, created_at, actor_type, actor_id, subject, request_id, client_address, payload)
	select tenant_id, $3, $4, $5, $6, $7, $8, $9, $10, $11 from hook
), due as (
	update webhooks w set due_at = least(w.due_at, $5) from hook where w.tenant_id = hook.tenant_id and w.id = hook.id
)
insert into deliveries as d (id, tenant_id, webhook_id, event_id, type, created_at, next_at)
select (substr($3::uuid::text, 1, 18) || substr(gen_random_uuid()::text, 19))::uuid, tenant_id, id, $3, $4, $5, $5 from hook
returning d.id, d.tenant_id, d.webhook_id, d.event_id, d.type, d.status, d.created_at, d.attempts,
	d.failure, d.next_at, d.completed_at;
