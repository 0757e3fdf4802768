select k.id, k.tenant_id, k.scopes, k.expires_at, t.plan, t.suspended_at is not null as suspended
from api_keys k join tenants t on t.id = k.tenant_id
where k.hash = $1 and k.revoked_at is null;
