with hook as (
	select tenant_id, id from webhooks
	where tenant_id = $1 and id = $2 and ($5 <> 'succeeded' or failing_since is not null or not answers)
	for no key update
), mine as (
	select id, attempts + 1 as number from deliveries
	where tenant_id = $1 and webhook_id = $2 and id = $3 and lease_owner = $4 and (select count(*) from hook) >= 0
	for update
), attempt as (
	insert into attempts (delivery_id, number, at, latency, status, body, error)
	select id, number, $8, $9, $10, coalesce($11::bytea, ''), $12 from mine
), health as (
	update webhooks w
	set failing_since = case when $13 then w.failing_since when $5 <> 'succeeded' then coalesce(w.failing_since, $7) end,
		answers = case when $13 then w.answers else $14 end,
		due_at = case when w.enabled then least(w.due_at, $6) end
	from hook, mine where w.tenant_id = hook.tenant_id and w.id = hook.id
)
update deliveries d set status = $5, attempts = mine.number, tries = d.tries + 1, next_at = $6,
	completed_at = case when $5 <> 'pending' then $7::timestamptz end, lease_owner = null, unsigned = $13
from mine where d.id = mine.id;
