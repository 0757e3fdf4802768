select id, tenant_id, url, events, description, enabled, disabled_reason, created_at,
	failing_since, secret, previous_secret, previous_ends_at from webhooks where tenant_id = $1 and id = $2 and deleted_at is null;
