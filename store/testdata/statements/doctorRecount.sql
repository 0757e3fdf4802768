set local lock_timeout = '2s';

select recount_backups();

set local lox.counters = 'writable';

insert into storage_days as d (tenant_id, day, uploaded, uploaded_bytes)
select tenant_id, (completed_at at time zone 'UTC')::date as day, count(*) as uploaded, sum(size_bytes)::bigint as uploaded_bytes
	from backups join tenant_usage using (tenant_id) where status = 'completed' group by 1, 2
on conflict (tenant_id, day) do update
set uploaded = greatest(d.uploaded, excluded.uploaded), uploaded_bytes = greatest(d.uploaded_bytes, excluded.uploaded_bytes)
where d.uploaded < excluded.uploaded or d.uploaded_bytes < excluded.uploaded_bytes;

insert into storage_days as d (tenant_id, day, uploaded, uploaded_bytes, deleted, deleted_bytes)
select tenant_id, day, greatest(n, 0), greatest(bytes, 0), greatest(-n, 0), greatest(-bytes, 0)
from (
	select u.tenant_id, coalesce(min(day), (now() at time zone 'UTC')::date) as day,
		u.completed - coalesce(sum(uploaded - deleted), 0) as n, u.completed_bytes - coalesce(sum(uploaded_bytes - deleted_bytes), 0) as bytes
	from tenant_usage u left join storage_days using (tenant_id) group by u.tenant_id
) missing
where (n, bytes) <> (0, 0)
on conflict (tenant_id, day) do update
set uploaded = d.uploaded + excluded.uploaded, uploaded_bytes = d.uploaded_bytes + excluded.uploaded_bytes,
	deleted = d.deleted + excluded.deleted, deleted_bytes = d.deleted_bytes + excluded.deleted_bytes;
