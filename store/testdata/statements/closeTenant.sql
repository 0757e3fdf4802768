with keys as (
	update api_keys set revoked_at = $2 where tenant_id = $1 and revoked_at is null
), usage as (
	update tenant_usage set quota_bytes = 0 where tenant_id = $1
)
update tenants set suspended_at = coalesce(suspended_at, $2) where id = $1;
