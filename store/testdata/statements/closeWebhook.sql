update webhooks set enabled = false, disabled_reason = 'The webhook is being deleted', due_at = null, deleted_at = $3,
	secret = '', previous_secret = null, previous_ends_at = null
where tenant_id = $1 and id = $2;
