with page as materialized (
	select key from idempotency_keys where tenant_id = $1 and key > $3 order by key limit $2
), deleted as (
	delete from idempotency_keys where tenant_id = $1 and key = any (array(select key from page))
)
select count(*) as count, coalesce(max(key), '') as last from page;
