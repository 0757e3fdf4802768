select count(*) as due, min(at) as oldest from (
	select lease_until as at from backups where status = 'verifying' and lease_until <= $1
	order by lease_until limit $2
) waiting;
