with tenant as (
	insert into tenants (id, name, contact_email, plan, quota_override, settings, created_at, suspended_at) values ($1, $2, $3, $4, $5, $6, $7, $8)
	returning id
), usage as (
	insert into tenant_usage (tenant_id, quota_bytes) select id, $9 from tenant
)
insert into api_keys (id, tenant_id, hash, name, prefix, last4, scopes, created_at, expires_at)
select $10, id, $11, $12, $13, $14, $15, $16, $17 from tenant;
