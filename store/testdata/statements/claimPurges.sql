with everything as (
	select ctid as place, due_at from purges where due_at <= $1
	order by due_at limit $3
	for update skip locked
), others as (
	select ctid as place, due_at from version_purges where due_at <= $1
	order by due_at limit $3
	for update skip locked
), due as (
	select false as keeps, * from everything union all select true, * from others
	order by due_at limit $3
), claimed as (
	update purges set due_at = $2
	where ctid = any (array(select place from due where not keeps))
	returning object_key, final_at, '' as keep_version, recorded, request_id, upload_id
), claimed_others as (
	update version_purges set due_at = $2
	where ctid = any (array(select place from due where keeps))
	returning object_key, final_at, keep_version
)
select object_key, final_at, keep_version, recorded, request_id, upload_id from claimed
union all select object_key, final_at, keep_version, false, '', '' from claimed_others;
