select least(
	(select due_at from webhooks where enabled and due_at is not null order by due_at limit 1),
	(select next_at from deliveries where status = 'pending' and lease_owner is not null order by next_at limit 1));
