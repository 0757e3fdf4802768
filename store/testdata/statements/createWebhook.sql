insert into webhooks (tenant_id, id, url, events, description, enabled, disabled_reason, created_at, secret)
select $1, $2, $3, $4, $5, $6, $7, $8, $9
where (select count(*) from webhooks where tenant_id = $1 and deleted_at is null) < $10;
