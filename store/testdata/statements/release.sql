update backups set lease_until = $4, verified_bytes = coalesce($5, verified_bytes), hash_state = coalesce($6, hash_state)
where tenant_id = $1 and id = $2 and status = 'verifying' and lease_owner = $3;
