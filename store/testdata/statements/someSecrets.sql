select tenant_id, id, secret from webhooks order by tenant_id, id limit $1;
