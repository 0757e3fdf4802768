insert into purges (object_key, due_at, final_at)
select object_key, $4, $4 from unnest($1::text[], $2::uuid[], $3::uuid[]) as k (object_key, tenant_id, id)
where not exists (select from backups b where b.tenant_id = k.tenant_id and b.id = k.id and b.status <> 'failed')
on conflict do nothing;
