update webhooks set url = $3, events = $4, description = $5, enabled = $6, disabled_reason = $7,
	failing_since = $8, secret = $9, previous_secret = $10, previous_ends_at = $11,
	due_at = case when $6 then due_at end
where tenant_id = $1 and id = $2;
