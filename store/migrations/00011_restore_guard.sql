-- The mark by which a restore of an older copy of the database is noticed. It is written here
-- first, with a number that only grows, and then into the object store: so the object store
-- is never ahead, unless this database has gone back.

-- +goose Up

create table restore_guard (
    only_one     boolean primary key default true check (only_one),
    -- The history that the numbers are of. One that was restored gets another when its operator
    -- confirms it.
    line         uuid not null default gen_random_uuid(),
    number       bigint not null default 0,
    marked_at    timestamptz not null default to_timestamp(0),
    -- Whether the object store has got a mark of this line.
    written      boolean not null default false,
    -- While it is set, no server expires uploads or deletes objects.
    held_since   timestamptz,
    held_because text not null default ''
);

insert into restore_guard default values;

-- +goose Down

drop table restore_guard;
