update webhooks w set due_at = next.at
from unnest($1::uuid[], $2::uuid[], $3::timestamptz[]) as hook (tenant_id, id, not_before)
cross join lateral (select (
	select greatest(next_at, hook.not_before) from deliveries
	where webhook_id = hook.id and status = 'pending' and lease_owner is null
	order by next_at limit 1) as at) next
where w.tenant_id = hook.tenant_id and w.id = hook.id and w.due_at is distinct from next.at;
