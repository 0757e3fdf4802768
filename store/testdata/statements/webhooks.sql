select (select count(*) from webhooks where tenant_id = $1 and deleted_at is null) as total, id, tenant_id, url, events, description, enabled, disabled_reason, created_at,
	failing_since, secret, previous_secret, previous_ends_at
from webhooks where tenant_id = $1 and deleted_at is null
order by created_at desc, id desc
limit $2 offset $3;
