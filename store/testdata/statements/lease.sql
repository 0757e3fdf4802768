update backups set status = 'verifying', lease_owner = $3, lease_until = $5,
	verify_request_id = coalesce(nullif(verify_request_id, ''), $6)
where tenant_id = $1 and id = $2 and (status = 'pending' or status = 'verifying' and (lease_owner = $3 or lease_until <= $4));
