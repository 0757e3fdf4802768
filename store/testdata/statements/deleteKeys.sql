delete from api_keys where tenant_id = $1;
