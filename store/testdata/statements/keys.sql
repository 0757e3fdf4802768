select (select count(*) from api_keys where tenant_id = $1 and revoked_at is null) as total, id, tenant_id, name, prefix, last4, scopes, created_at, last_used_at, expires_at, replaced_by
from api_keys
where tenant_id = $1 and revoked_at is null
order by created_at desc, id desc
limit $2 offset $3;
