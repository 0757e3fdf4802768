insert into events
	(tenant_id, id, type, created_at, actor_type, actor_id, subject, request_id, client_address, payload)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10);
