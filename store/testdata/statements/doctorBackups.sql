select tenant_id, id, status, size_bytes, object_version from backups
where (tenant_id, id) > ($1, $2) and status <> 'failed'
order by tenant_id, id limit $3;
