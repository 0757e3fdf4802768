with live as (
	select count(*) as keys from api_keys
	where tenant_id = $1 and revoked_at is null and (expires_at is null or expires_at > $8::timestamptz - interval '1 day')
), tenant as (
	select id as tenant_id from tenants, live where id = $1 and live.keys < $10 for share of tenants
)
insert into api_keys (tenant_id, id, hash, name, prefix, last4, scopes, created_at, expires_at)
select tenant_id, $2, $3, $4, $5, $6, $7, $8, $9 from tenant;
