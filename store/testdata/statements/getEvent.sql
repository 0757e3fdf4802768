select id, tenant_id, type, created_at, actor_type, actor_id, subject, request_id, host(client_address), payload from events where tenant_id = $1 and id = $2;
