with key as (
	select id, expires_at, scopes = '{}' and (expires_at is null or expires_at > $3) as needed
	from api_keys where tenant_id = $1 and id = $2 and revoked_at is null
), revoked as (
	update api_keys k set revoked_at = $3
	from key
	where k.tenant_id = $1 and k.id = key.id and (not key.needed or exists (
		select from api_keys other
		where other.tenant_id = $1 and other.id <> key.id and other.scopes = '{}' and other.revoked_at is null
			and (other.expires_at is null or other.expires_at >= key.expires_at)))
	returning k.tenant_id
)
select exists (select from revoked) from key;
