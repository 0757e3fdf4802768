select count(*) as due, min(at) as oldest from (
	select d.next_at as at from (
		select id, due_at from webhooks where enabled and due_at <= $1 order by due_at limit $2
	) w cross join lateral (
		select next_at from deliveries
		where webhook_id = w.id and status = 'pending' and lease_owner is null and next_at <= $1
		order by next_at limit $2
	) d limit $2
) waiting;
