with counted as (
	select tenant_id, content_type, count(*) as count, sum(size_bytes)::bigint as bytes
	from backups join tenant_usage using (tenant_id) where status = 'completed' group by 1, 2
)
select tenant_id, 'content_types' as counter_table, content_type as part, d.*
from content_types r full join counted c using (tenant_id, content_type) cross join lateral (values ('count', coalesce(r.count, 0), coalesce(c.count, 0)), ('bytes', coalesce(r.bytes, 0), coalesce(c.bytes, 0))) d (counter, recorded, counted)
where recorded <> counted order by 1, 3, 4;
