select tenant_id, id, name, size_bytes from backups
where tenant_id = $1 and id > $3 order by id limit $2;
