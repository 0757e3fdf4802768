select w.host, (
	select count(*) from webhooks other where other.tenant_id = w.tenant_id and other.host = w.host and other.deleted_at is null
) as count
from webhooks w where w.tenant_id = $1 and w.id = $2;
