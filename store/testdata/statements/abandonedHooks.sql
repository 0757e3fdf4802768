select tenant_id, id from webhooks w where not enabled and deleted_at is null
	and exists (select from deliveries where webhook_id = w.id and status = 'pending')
limit $1;
