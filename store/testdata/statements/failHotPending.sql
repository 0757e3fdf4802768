with hook as (
	select id from webhooks where tenant_id = $1 and id = $2 and not enabled for no key update
), doomed as (
	select id from deliveries where webhook_id = (select id from hook) and status = 'pending'
	limit $4 for update
)
update deliveries set status = 'failed', failure = 'The webhook was disabled', completed_at = $3,
	next_at = null, lease_owner = null
where id = any (array(select id from doomed));
