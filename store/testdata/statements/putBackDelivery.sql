with hook as (
	select tenant_id, id from webhooks where tenant_id = $1 and id = $2 for no key update
), back as (
	update deliveries d set lease_owner = null, next_at = $6
	from hook where d.webhook_id = hook.id and d.id = $3 and d.lease_owner = $4
	returning d.id
)
update webhooks w set due_at = least(w.due_at, $5)
from hook where w.tenant_id = hook.tenant_id and w.id = hook.id and w.enabled and exists (select from back);
