select id, tenant_id, name, prefix, last4, scopes, created_at, last_used_at, expires_at, replaced_by from api_keys where tenant_id = $1 and id = $2 and revoked_at is null;
