select substr(hash, 1, 8) from api_keys
where revoked_at is null and (expires_at is null or expires_at > now() - interval '1 day');
