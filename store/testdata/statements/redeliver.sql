with hook as (
	select tenant_id, id from webhooks where tenant_id = $1 and id = $2 and enabled for no key update
), again as (
	select id from deliveries
	where tenant_id = $1 and webhook_id = (select id from hook) and id = $3 and status <> 'pending'
	for update
), made as (
	update deliveries d set status = 'pending', tries = 0, failure = '', next_at = $4, completed_at = null
	where id = any (array(select id from again))
	returning d.id, d.tenant_id, d.webhook_id, d.event_id, d.type, d.status, d.created_at, d.attempts,
	d.failure, d.next_at, d.completed_at
), due as (
	update webhooks w set due_at = least(w.due_at, $4)
	from hook where w.tenant_id = hook.tenant_id and w.id = hook.id and exists (select from again)
), recorded as (
	insert into events (tenant_id, id, type, created_at, actor_type, actor_id, subject, request_id, client_address, payload)
	select tenant_id, $5, $6, $7, $8, $9, $10, $11, $12, $13 from made
)
select d.id, d.tenant_id, d.webhook_id, d.event_id, d.type, d.status, d.created_at, d.attempts,
	d.failure, d.next_at, d.completed_at from made d;
