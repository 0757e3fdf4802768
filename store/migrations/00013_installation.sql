-- What there is one of in a database, and which deliveries LOX could not sign. An index is
-- built while deliveries are written: see 00007.
-- +goose NO TRANSACTION

-- +goose Up
create table if not exists installation (
    -- There is one row.
    one              boolean primary key default true check (one),
    -- A server whose schema has an earlier version than this must not use the database. The
    -- first migration of each release raises it to the version that the release before has:
    -- only servers of two releases in a row are tested together.
    compatible_from  bigint not null,
    -- A known text, sealed by the master key: a server with another key finds out by it.
    master_key_proof bytea
);
insert into installation (compatible_from) values (8) on conflict do nothing;

alter table deliveries add column if not exists unsigned boolean not null default false;

set lock_timeout = 0;
drop index concurrently if exists deliveries_unsigned;
create index concurrently deliveries_unsigned on deliveries (next_at) where unsigned and status = 'pending';
reset lock_timeout;

-- +goose Down
drop index concurrently if exists deliveries_unsigned;
alter table deliveries drop column if exists unsigned;
drop table if exists installation;
