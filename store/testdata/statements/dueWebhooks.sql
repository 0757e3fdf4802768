with answering as (
	select w.tenant_id, w.id, w.host, w.answers, w.due_at, may.get
	from webhooks w
	cross join lateral (
		select case when w.failing_since is null then $3 else 1 end - count(*) as get from deliveries
		where webhook_id = w.id and lease_owner is not null and next_at > $1
	) may
	where w.enabled and w.answers and w.due_at <= $1 and w.id <> all (coalesce($2::uuid[], '{}'))
		and (w.tenant_id, w.host) not in (select * from unnest($5::uuid[], $6::text[])) and may.get > 0
	order by w.due_at
	limit $4
	for no key update of w skip locked
), silent as (
	select w.tenant_id, w.id, w.host, w.answers, w.due_at, may.get
	from webhooks w
	cross join lateral (
		select case when w.failing_since is null then $3 else 1 end - count(*) as get from deliveries
		where webhook_id = w.id and lease_owner is not null and next_at > $1
	) may
	where w.enabled and not w.answers and w.due_at <= $1 and w.id <> all (coalesce($2::uuid[], '{}')) and w.tenant_id <> all (coalesce($8::uuid[], '{}'))
		and (w.tenant_id, w.host) not in (select * from unnest($5::uuid[], $6::text[])) and may.get > 0
	order by w.due_at
	limit $7
	for no key update of w skip locked
), due as (
	select * from answering union all select * from silent
)
select tenant_id, id, host, answers, (
	select count(*) from (
		select from deliveries
		where webhook_id = due.id and status = 'pending' and lease_owner is null and next_at <= $1
		limit due.get
	) waiting) as waiting
from due
order by due_at;
