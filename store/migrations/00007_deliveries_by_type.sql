-- Built while deliveries are written: that takes two scans of the table, and waits for
-- the transactions that were there before, pg_dump's included. It holds up nobody, so
-- it waits for as long as it takes.
-- +goose NO TRANSACTION

-- +goose Up
set lock_timeout = 0;

-- A build that was cut short leaves an index that is of no use. All of this may be
-- done again.
drop index concurrently if exists deliveries_newest_by_type;
drop index concurrently if exists deliveries_newest_by_status_type;

-- A page of deliveries of one type, in any status or in one, and their number, without
-- reading those of others.
create index concurrently deliveries_newest_by_type on deliveries (webhook_id, type, created_at desc, id desc);
create index concurrently deliveries_newest_by_status_type on deliveries (webhook_id, status, type, created_at desc, id desc);

-- As with the status: a type is a condition, however few of them ANALYZE saw.
alter table deliveries alter column type set (n_distinct = 9);

reset lock_timeout;

-- +goose Down
set lock_timeout = 0;
alter table deliveries alter column type reset (n_distinct);
drop index concurrently if exists deliveries_newest_by_type;
drop index concurrently if exists deliveries_newest_by_status_type;
reset lock_timeout;
