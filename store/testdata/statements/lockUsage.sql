select from tenant_usage where tenant_id = $1 for update;
