select tenant_id, id, name, size_bytes from backups
where status = 'failed' and created_at < $1
order by created_at limit $2;
