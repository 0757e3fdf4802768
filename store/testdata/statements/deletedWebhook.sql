select tenant_id, id from webhooks where deleted_at is not null order by deleted_at limit 1;
