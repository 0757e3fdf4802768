with counted as (
	select tenant_id, count(id) as stored, coalesce(sum(size_bytes), 0)::bigint as stored_bytes
	from tenant_usage left join (select tenant_id, id, size_bytes from backups where status = 'completed') b using (tenant_id) group by 1
), r as (
	select tenant_id, sum(uploaded - deleted)::bigint as stored, sum(uploaded_bytes - deleted_bytes)::bigint as stored_bytes
	from storage_days group by 1
)
select tenant_id, 'storage_days' as counter_table, '' as part, d.*
from counted c left join r using (tenant_id) cross join lateral (values ('stored', coalesce(r.stored, 0), coalesce(c.stored, 0)), ('stored_bytes', coalesce(r.stored_bytes, 0), coalesce(c.stored_bytes, 0))) d (counter, recorded, counted)
where recorded <> counted order by 1, 3, 4;
