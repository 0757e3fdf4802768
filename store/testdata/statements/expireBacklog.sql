select count(*) as due, min(at) as oldest from (
	select deadline as at from backups where status = 'pending' and deadline <= $1
	order by deadline limit $2
) waiting;
