with page as materialized (
	select ctid as place, tenant_id, day from backup_days where (tenant_id, day) > ($1, $2)
	order by tenant_id, day limit $4
), empty as materialized (
	select ctid as place from backup_days
	where ctid = any (array(select place from page where day < $3)) and (pending, pending_bytes, verifying, verifying_bytes,
		completed, completed_bytes, failed, failed_bytes) = (0, 0, 0, 0, 0, 0, 0, 0)
	for update skip locked
), deleted as (
	delete from backup_days where ctid = any (array(select place from empty))
)
select tenant_id, day from page order by tenant_id desc, day desc limit 1;
