select exists (select from api_keys
	where tenant_id = $1 and id <> $2 and scopes = '{}' and revoked_at is null
		and (expires_at is null or expires_at >= $3));
