update backups set lease_until = $4
where tenant_id = $1 and id = $2 and status = 'verifying' and lease_owner = $3;
