select id, name, contact_email, plan, quota_override, settings, created_at, suspended_at from tenants where id = $1;
