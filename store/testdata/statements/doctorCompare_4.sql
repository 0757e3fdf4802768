with counted as (
	select tenant_id, (completed_at at time zone 'UTC')::date as day, count(*) as uploaded, sum(size_bytes)::bigint as uploaded_bytes
	from backups join tenant_usage using (tenant_id) where status = 'completed' group by 1, 2
)
select tenant_id, 'storage_days' as counter_table, day::text as part, d.*
from counted c left join storage_days r using (tenant_id, day) cross join lateral (values ('uploaded', coalesce(r.uploaded, 0), coalesce(c.uploaded, 0)), ('uploaded_bytes', coalesce(r.uploaded_bytes, 0), coalesce(c.uploaded_bytes, 0))) d (counter, recorded, counted)
where recorded < counted and recorded <> counted order by 1, 3, 4;
