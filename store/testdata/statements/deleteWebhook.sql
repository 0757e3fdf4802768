delete from webhooks where tenant_id = $1 and id = $2 and deleted_at is not null;
