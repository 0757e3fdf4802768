with hook as (
	select id from webhooks where tenant_id = $1 and id = $2 for no key update
)
delete from deliveries where id = any (array(
	select id from deliveries where webhook_id = (select id from hook) limit $3
));
