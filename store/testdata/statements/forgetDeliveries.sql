delete from deliveries where id = any (array(
	select id from deliveries where status <> 'pending' and completed_at < $1
	order by completed_at limit $2
	for update skip locked
));
