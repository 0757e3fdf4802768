select count(*) from tenants;
