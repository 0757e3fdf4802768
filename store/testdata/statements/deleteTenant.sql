delete from tenants where id = $1 and not exists (select from backups where tenant_id = $1);
