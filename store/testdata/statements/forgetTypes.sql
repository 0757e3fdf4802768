with page as materialized (
	select ctid as place, tenant_id, content_type from content_types where (tenant_id, content_type) > ($1, $2)
	order by tenant_id, content_type limit $3
), empty as materialized (
	select ctid as place from content_types
	where ctid = any (array(select place from page)) and (count, bytes) = (0, 0)
	for update skip locked
), deleted as (
	delete from content_types where ctid = any (array(select place from empty))
)
select tenant_id, content_type from page order by tenant_id desc, content_type desc limit 1;
