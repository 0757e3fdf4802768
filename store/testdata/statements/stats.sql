select quota_bytes, pending, pending_bytes, verifying, verifying_bytes,
	completed, completed_bytes, failed, failed_bytes,
	coalesce((select size_bytes from backups where tenant_id = $1 and status = 'completed'
		order by size_bytes desc limit 1), 0) as largest,
	(select coalesce(json_agg(most), '[]') from (
		select content_type as "ContentType", count as "Count", bytes as "Bytes"
		from content_types where tenant_id = $1 and count > 0
		order by magnitude desc, bytes desc, content_type limit $3
	) most) as types,
	(select coalesce(json_agg(flow), '[]') from (
		select day::timestamp at time zone 'UTC' as "Day", uploaded as "Uploaded", uploaded_bytes as "UploadedBytes",
			deleted as "Deleted", deleted_bytes as "DeletedBytes"
		from storage_days where tenant_id = $1 and day >= $2::date
		order by day
	) flow) as flows
from tenant_usage where tenant_id = $1;
