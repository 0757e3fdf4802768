select quota_bytes, completed_bytes as used_bytes, pending_bytes + verifying_bytes as reserved_bytes
from tenant_usage where tenant_id = $1;
