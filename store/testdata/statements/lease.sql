update backups set status = 'verifying', lease_owner = $3, lease_until = $5,
	verify_request_id = coalesce(nullif(verify_request_id, ''), $6),
	size_bytes = case when status = 'pending' and stream then $7 else size_bytes end,
	declared_checksum = case when status = 'pending' then coalesce(declared_checksum, $8) else declared_checksum end,
	verified_bytes = coalesce($9, verified_bytes), hash_state = coalesce($10, hash_state)
where tenant_id = $1 and id = $2 and (status = 'pending' or status = 'verifying' and (lease_owner = $3 or lease_until <= $4))
returning hash_state;
