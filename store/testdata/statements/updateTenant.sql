with tenant as (
	update tenants
	set name = $2, contact_email = $3, plan = $4, quota_override = $5, settings = $6, suspended_at = $7
	where id = $1
	returning id
)
update tenant_usage u set quota_bytes = $8 from tenant where u.tenant_id = tenant.id;
