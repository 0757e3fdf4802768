select request, backup_id from idempotency_keys
where tenant_id = $1 and key = $2 and created_at > $3;
