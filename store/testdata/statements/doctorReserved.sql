select coalesce(sum(size_bytes) filter (where status = 'pending'), 0)::bigint as pending,
	coalesce(sum(size_bytes) filter (where status = 'verifying'), 0)::bigint as verifying
from backups where status in ('pending', 'verifying');
