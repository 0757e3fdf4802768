select count(*) as due, min(due_at) as oldest from (
	(select due_at from purges where due_at <= $1 order by due_at limit $2)
	union all (select due_at from version_purges where due_at <= $1 order by due_at limit $2)
	order by due_at limit $2
) waiting;
