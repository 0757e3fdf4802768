update api_keys k set last_used_at = greatest(k.last_used_at, locked.at)
from (
	select found.id, used.at from unnest($1::uuid[], $2::timestamptz[]) as used (id, at),
		lateral (select id from api_keys where id = used.id for no key update) found
) locked
where k.id = locked.id;
