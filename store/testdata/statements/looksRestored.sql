select exists (
	select from backups where status = 'pending' and deadline < $1
) and not exists (
	select from (select created_at from events order by id desc limit 1) latest where created_at >= $1
);
