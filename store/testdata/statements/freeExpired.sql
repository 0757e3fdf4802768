with hook as (
	select tenant_id, id from webhooks
	where (tenant_id, id) in (
		select tenant_id, webhook_id from deliveries where status = 'pending' and lease_owner is not null and next_at <= $1
		order by next_at limit $2)
	for no key update skip locked
), freed as (
	update deliveries d set lease_owner = null
	from hook where d.webhook_id = hook.id and d.lease_owner is not null and d.next_at <= $1
	returning d.tenant_id, d.webhook_id, d.next_at
)
update webhooks w set due_at = least(w.due_at, freed.next_at)
from (select tenant_id, webhook_id, min(next_at) as next_at from freed group by 1, 2) freed
where w.tenant_id = freed.tenant_id and w.id = freed.webhook_id;
