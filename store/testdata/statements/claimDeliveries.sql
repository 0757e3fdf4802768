with due as (
	select d.id, d.next_at, w.url, w.host, w.secret, w.failing_since, w.answers,
		case when w.previous_ends_at > $1 then w.previous_secret end as previous_secret
	from unnest($2::uuid[], $3::uuid[], $4::int[]) as hook (tenant_id, id, most)
	join webhooks w on w.tenant_id = hook.tenant_id and w.id = hook.id and w.enabled
	cross join lateral (
		select id, next_at from deliveries
		where webhook_id = w.id and status = 'pending' and lease_owner is null and next_at <= $1
		order by next_at
		limit least(hook.most, greatest(0, case when w.failing_since is null then $5 else 1 end - (select count(*) from deliveries d
			where d.webhook_id = w.id and d.lease_owner is not null and d.next_at > $1)))
		for update skip locked
	) d
), claimed as (
	update deliveries d set lease_owner = $6, next_at = $7
	from due where d.id = due.id
	returning d.id, d.tenant_id, d.webhook_id, d.event_id, d.type, d.status, d.created_at, d.attempts, d.failure,
		due.next_at, d.completed_at, d.tries, d.lease_owner, due.url, due.host, due.secret, due.previous_secret, due.failing_since, due.answers
)
select c.id, c.tenant_id, c.webhook_id, c.event_id, c.type, c.status, c.created_at, c.attempts, c.failure,
	c.next_at, c.completed_at, c.tries, c.lease_owner, c.url, c.host, c.secret, c.previous_secret, c.failing_since, c.answers, e.payload, e.request_id
from claimed c join events e on e.id = c.event_id
order by c.next_at;
