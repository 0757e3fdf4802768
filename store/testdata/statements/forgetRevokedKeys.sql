delete from api_keys where id = any (array(
	select id from api_keys where revoked_at < $1
	order by revoked_at limit $2
	for update skip locked
));
