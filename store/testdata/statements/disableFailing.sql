with hook as (
	select tenant_id, id, url, events, enabled, due_at, failing_since from webhooks
	where tenant_id = $1 and (enabled or id = $2)
	order by tenant_id, id
	for no key update
), disabled as (
	update webhooks w set enabled = false, disabled_reason = $3, due_at = null
	from hook
	where hook.id = $2 and hook.enabled and w.tenant_id = hook.tenant_id and w.id = hook.id
		and hook.url = $5 and ($4::timestamptz is null or hook.failing_since <= $4)
	returning w.tenant_id, w.id
)
insert into events (tenant_id, id, type, created_at, actor_type, actor_id, subject, request_id, client_address, payload)
select tenant_id, $6, $7, $8, $9, $10, $11, $12, $13, $14 from disabled;
