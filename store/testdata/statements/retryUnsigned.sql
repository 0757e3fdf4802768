with hook as (
	select tenant_id, id from webhooks
	where enabled and (tenant_id, id) in (
		select d.tenant_id, d.webhook_id from deliveries d join webhooks w on w.tenant_id = d.tenant_id and w.id = d.webhook_id and w.enabled
		where d.unsigned and d.status = 'pending' and d.lease_owner is null
		order by d.next_at limit $2
	)
	order by tenant_id, id
	for no key update
), again as (
	select d.id from deliveries d join hook on hook.tenant_id = d.tenant_id and hook.id = d.webhook_id
	where d.unsigned and d.status = 'pending' and d.lease_owner is null
	order by d.next_at limit $2
), due as (
	update webhooks w set due_at = least(w.due_at, $1)
	from hook where w.tenant_id = hook.tenant_id and w.id = hook.id and exists (select from again)
)
update deliveries d set unsigned = false, next_at = least(d.next_at, $1)
from again where d.id = again.id;
