-- What lists of backups by name, by the beginning of a name and by metadata are read from. A backup
-- comes into these indexes when it is completed or has failed, and so once: while it is uploaded and
-- verified it is found among the few of its status. To create one costs nothing more.
--
-- Built while backups are written, as in 00007_deliveries_by_type.sql.
-- +goose NO TRANSACTION

-- +goose Up
set lock_timeout = 0;
drop index concurrently if exists backups_by_name;
drop index concurrently if exists backups_by_metadata;

-- By bytes, whatever the collation of the database is: so a prefix is a range. All that is counted by
-- is in the index.
create index concurrently backups_by_name on backups (tenant_id, name collate "C", created_at desc, id desc) include (status)
    where status in ('completed', 'failed');

-- A number for each key and value of a tenant's backup. Others may have the same number: who looks
-- for numbers compares the metadata, too. PL/pgSQL keeps its plan in the session; a function in SQL
-- would be planned by each statement that inserts.
-- +goose StatementBegin
create or replace function backup_metadata_pairs(tenant uuid, metadata jsonb) returns bigint[]
language plpgsql immutable strict parallel safe as $$
begin
    return array(select hashtextextended(value collate "C", hashtextextended(key collate "C", uuid_hash_extended(tenant, 0)))
        from jsonb_each_text(metadata));
end $$;
-- +goose StatementEnd

create index concurrently backups_by_metadata on backups using gin (backup_metadata_pairs(tenant_id, metadata))
    where status in ('completed', 'failed') and metadata <> '{}';

-- How frequent each number is decides by which index a list is read. PostgreSQL doesn't find the
-- statistics of the index for that.
drop statistics if exists backup_metadata_pairs;
create statistics backup_metadata_pairs on (backup_metadata_pairs(tenant_id, metadata)) from backups;
-- Of an empty table PostgreSQL would learn that it stays empty.
-- +goose StatementBegin
do $$ begin
    if exists (select from backups) then
        analyze backups;
    end if;
end $$;
-- +goose StatementEnd
reset lock_timeout;

-- +goose Down
set lock_timeout = 0;
drop index concurrently if exists backups_by_name;
drop index concurrently if exists backups_by_metadata;
drop statistics if exists backup_metadata_pairs;
drop function if exists backup_metadata_pairs(uuid, jsonb);
reset lock_timeout;
