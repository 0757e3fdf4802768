select coalesce(b.status, '') as status, coalesce(b.size_bytes, 0) as size_bytes,
	coalesce(b.object_version, '') as object_version, coalesce(b.name, '') as name, b.checksum, p.object_key is not null as purged, v.object_key is not null as others_purged
from unnest($1::text[], $2::uuid[], $3::uuid[]) with ordinality as k (object_key, tenant_id, id, place)
left join backups b using (tenant_id, id)
left join purges p on p.object_key = k.object_key
left join version_purges v on v.object_key = k.object_key
order by k.place;
