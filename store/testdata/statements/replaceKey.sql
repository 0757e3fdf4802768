update api_keys set expires_at = $3, replaced_by = $4 where tenant_id = $1 and id = $2;
