insert into version_purges (object_key, keep_version, due_at, final_at)
select object_key, object_version, $4, $4
from unnest($1::text[], $2::uuid[], $3::uuid[]) as k (object_key, tenant_id, id) join backups using (tenant_id, id)
where status = 'completed' and object_version <> ''
on conflict do nothing;
