select tenant_id, id, secret, previous_secret, previous_ends_at
from webhooks where (tenant_id, id) > ($1, $2) and deleted_at is null
order by tenant_id, id
limit $3;
