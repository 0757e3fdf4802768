-- +goose Up
-- A key is remembered for its 24 hours even if its backup is deleted: what repeats
-- the create must not make a second backup. This locks backups, too, for a moment.
alter table idempotency_keys drop constraint idempotency_keys_tenant_id_backup_id_fkey;

-- It was for the deletions that followed from a backup's.
drop index idempotency_keys_backup;

-- +goose Down
create index idempotency_keys_backup on idempotency_keys (tenant_id, backup_id);
delete from idempotency_keys k
where not exists (select from backups b where b.tenant_id = k.tenant_id and b.id = k.backup_id);
alter table idempotency_keys add constraint idempotency_keys_tenant_id_backup_id_fkey
    foreign key (tenant_id, backup_id) references backups on delete cascade;
