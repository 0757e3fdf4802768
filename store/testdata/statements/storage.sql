select quota_bytes, completed_bytes as used_bytes, pending_bytes + verifying_bytes as reserved_bytes,
	completed as backup_count,
	(select created_at from backups where tenant_id = $1 and status = 'completed'
		order by created_at, id limit 1) as oldest_backup,
	(select created_at from backups where tenant_id = $1 and status = 'completed'
		order by created_at desc, id desc limit 1) as newest_backup
from tenant_usage where tenant_id = $1;
