with hook as (
	select tenant_id, id from webhooks where tenant_id = $1 and id = $2 and enabled for no key update
), again as (
	select id from deliveries
	where tenant_id = $1 and webhook_id = (select id from hook) and status = 'failed'
		and created_at >= $3 and (created_at, id) < ($5, $6::uuid)
	order by created_at desc, id desc
	limit $7
	for update
), made as (
	update deliveries d set status = 'pending', tries = 0, failure = '', next_at = $4, completed_at = null
	where id = any (array(select id from again))
	returning d.id, d.tenant_id, d.webhook_id, d.event_id, d.type, d.status, d.created_at, d.attempts,
	d.failure, d.next_at, d.completed_at
), due as (
	update webhooks w set due_at = least(w.due_at, $4)
	from hook where w.tenant_id = hook.tenant_id and w.id = hook.id and exists (select from again)
)
select (select count(*) from made) as count, created_at, id from made
order by created_at, id limit 1;
