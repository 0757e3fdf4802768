select from webhooks where tenant_id = $1 order by tenant_id, id for update;
