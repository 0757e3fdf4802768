select id, name, contact_email, plan, quota_override, settings, created_at, suspended_at, quota_bytes, completed_bytes as used_bytes,
	pending_bytes + verifying_bytes as reserved_bytes, completed as backup_count
from tenants t join tenant_usage u on u.tenant_id = t.id
order by created_at, id;
