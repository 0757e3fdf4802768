-- What deletion needs where there is much to delete: webhooks that are hidden until their deliveries
-- are gone, purges that are on the record, and indexes by which jobs find what is old.
--
-- The indexes are built while the tables are written: see 00007. All of this may be done again.
-- +goose NO TRANSACTION

-- +goose Up

alter table webhooks add column if not exists deleted_at timestamptz;

-- The version before called it so while it deleted them.
update webhooks set deleted_at = now() where disabled_reason = 'The webhook is being deleted' and deleted_at is null;

-- Whether an event says that the object is deleted. It is deleted up to three times.
alter table purges add column if not exists recorded boolean not null default false;

-- Servers whose role does not own the tables make and drop the months of the record, too.
-- +goose StatementBegin
do $$
begin
    execute format('alter function keep_event_partitions(timestamptz, timestamptz, timestamptz)
        security definer set search_path = %I, pg_temp', current_schema());
end $$;
-- +goose StatementEnd

set lock_timeout = 0;

drop index concurrently if exists webhooks_deleted;
create index concurrently webhooks_deleted on webhooks (deleted_at) where deleted_at is not null;

-- There is no column for when a backup failed: that is hours after it was created, at most.
drop index concurrently if exists backups_failed;
create index concurrently backups_failed on backups (created_at) where status = 'failed';

drop index concurrently if exists api_keys_revoked;
create index concurrently api_keys_revoked on api_keys (revoked_at) where revoked_at is not null;

reset lock_timeout;

-- +goose Down
drop index concurrently if exists webhooks_deleted;
drop index concurrently if exists backups_failed;
drop index concurrently if exists api_keys_revoked;
alter function keep_event_partitions(timestamptz, timestamptz, timestamptz) security invoker reset search_path;
alter table purges drop column if exists recorded;
delete from webhooks where deleted_at is not null;
alter table webhooks drop column if exists deleted_at;
