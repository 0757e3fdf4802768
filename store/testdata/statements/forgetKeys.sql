delete from idempotency_keys where ctid = any (array(
	select ctid from idempotency_keys where created_at <= $1
	order by created_at limit $2
	for update skip locked
));
