update backups set deadline = greatest(deadline, $3)
where tenant_id = $1 and id = $2 and status = 'pending' and part_size_bytes > 0;
