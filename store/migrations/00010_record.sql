-- The record of changes: one row of events for each, with who made it, by partitions of a
-- month. Deliveries follow from events by a trigger.

-- +goose Up

-- Nobody adds an event until all are copied. All locks are taken first, and none is made
-- stronger later: see 00009.
lock table events, deliveries, webhooks in access exclusive mode;

-- There is no reference to the tenant: the record outlives it. PostgreSQL keeps the
-- partitions apart by the time that is in an id (RFC 9562, UUIDv7).
create table record (
    id             uuid not null,
    tenant_id      uuid not null,
    type           text not null,
    created_at     timestamptz not null,
    actor_type     text not null default 'system' check (actor_type in ('api_key', 'operator', 'system')),
    actor_id       text not null default 'earlier version',
    -- What the event is about, of the kind that its type says. Null in events of the version
    -- before, whose payload names it.
    subject        uuid,
    request_id     text not null default '',
    client_address inet,
    payload        bytea not null,
    primary key (id)
) partition by range (id);

create index events_of_tenant on record (tenant_id, created_at desc, id desc);
create index events_of_subject on record (tenant_id, subject, created_at desc, id desc);

-- What comes when there is no partition for its month, and what clocks that are wrong have made.
create table events_rest partition of record default;

-- Takes one step, and returns whether there was one to take: makes the partition of a month between
-- the first time and the last, or drops one that has nothing younger than the third. Each step is a
-- transaction of its own, so that its locks are held for a moment.
-- +goose StatementBegin
create function keep_event_partitions(first timestamptz, last timestamptz, oldest timestamptz) returns boolean language plpgsql as $$
declare
    parent regclass := (select inhparent from pg_inherits where inhrelid = 'events_rest'::regclass);
    month timestamp := date_trunc('month', first at time zone 'UTC');
    bounds uuid[];
    name text;
begin
    -- Another server is at it.
    if not pg_try_advisory_xact_lock(hashtextextended('lox event partitions', 0)) then
        return false;
    end if;
    while month <= last at time zone 'UTC' loop
        name := 'events_' || to_char(month, 'YYYY_MM');
        -- The smallest ids of this month and of the next one.
        select array_agg((substr(hex, 1, 8) || '-' || substr(hex, 9) || '-0000-0000-000000000000')::uuid order by hex) into bounds
        from (
            select lpad(to_hex((extract(epoch from edge) * 1000)::bigint), 12, '0') as hex
            from unnest(array[month, month + interval '1 month']) edge
        ) edges;
        if to_regclass(name) is null and not exists (select from events_rest where id >= bounds[1] and id < bounds[2]) then
            -- To create it as a partition would take a lock that waits for everybody who writes events.
            execute format('create table %I (like %s including all)', name, parent);
            execute format('alter table %s attach partition %I for values from (%L) to (%L)', parent, name, bounds[1], bounds[2]);
            return true;
        end if;
        month := month + interval '1 month';
    end loop;
    select c.relname into name from pg_inherits i join pg_class c on c.oid = i.inhrelid
    where i.inhparent = parent and c.relname ~ '^events_\d{4}_\d{2}$'
        and (to_date(substr(c.relname, 8), 'YYYY_MM') + interval '1 month') at time zone 'UTC' <= oldest
    limit 1;
    if found then
        execute format('drop table %I', name);
        return true;
    end if;
    perform set_config('lox.events', 'writable', true);
    delete from events_rest where created_at < oldest;
    perform set_config('lox.events', '', true);
    return false;
end $$;
-- +goose StatementEnd

-- +goose StatementBegin
do $$
declare
    first timestamptz := coalesce((select min(created_at) from events), now());
begin
    while keep_event_partitions(first, now() + interval '3 months', '-infinity') loop
    end loop;
end $$;
-- +goose StatementEnd

insert into record (id, tenant_id, type, created_at, payload) select id, tenant_id, type, created_at, payload from events;

alter table deliveries drop constraint deliveries_event_id_fkey;
drop table events;
alter table record rename to events;
alter index record_pkey rename to events_pkey;

-- Nothing of the record is changed or deleted, also not by servers of the version before,
-- which forget events after 30 days.
-- +goose StatementBegin
create function keep_event() returns trigger language plpgsql as $$
begin
    return null;
end $$;
-- +goose StatementEnd

create trigger only_added before update or delete on events for each row
    when (current_setting('lox.events', true) is distinct from 'writable')
    execute function keep_event();

-- Each webhook that asks for an event gets a delivery. Webhooks are locked after all else that
-- a statement locks, and in their one order: none is disabled meanwhile, and none is taken
-- for idle that has a delivery to come. Servers of the version before insert the
-- deliveries by themselves, in the same statement.
-- +goose StatementBegin
create function deliver_events() returns trigger language plpgsql as $$
begin
    if not exists (
        select from (select distinct tenant_id, type from new_rows) n
            join webhooks w on w.tenant_id = n.tenant_id and w.enabled and n.type = any (w.events)
    ) then
        return null;
    end if;
    with wanted as (
        select tenant_id, id, events, due_at from webhooks
        where enabled and exists (
            select from new_rows n where n.tenant_id = webhooks.tenant_id and n.type = any (webhooks.events))
        order by tenant_id, id
        for no key update
    ), delivery as (
        -- The id is a UUIDv7 of the event's millisecond with random bits of its own.
        insert into deliveries (id, tenant_id, webhook_id, event_id, type, created_at, next_at)
        select (substr(n.id::text, 1, 18) || substr(gen_random_uuid()::text, 19))::uuid,
            n.tenant_id, w.id, n.id, n.type, n.created_at, n.created_at
        from new_rows n join wanted w on w.tenant_id = n.tenant_id and n.type = any (w.events)
        on conflict (event_id, webhook_id) do nothing
        returning tenant_id, webhook_id, next_at
    )
    update webhooks w set due_at = due.at
    from (
        select wanted.tenant_id, wanted.id, wanted.due_at as before, least(wanted.due_at, min(delivery.next_at)) as at
        from wanted join delivery on delivery.tenant_id = wanted.tenant_id and delivery.webhook_id = wanted.id
        group by wanted.tenant_id, wanted.id, wanted.due_at
    ) due
    -- The webhook's own row is seen here as it was before the lock: what it says may be out of date.
    where w.tenant_id = due.tenant_id and w.id = due.id and due.before is distinct from due.at;
    if current_setting('lox.notify', true) = 'after commit' then
        raise notice 'deliveries came';
    end if;
    return null;
end $$;
-- +goose StatementEnd

create trigger deliver after insert on events
    referencing new table as new_rows for each statement execute function deliver_events();

-- A transaction that notifies has the commits of all others wait for its own. Servers of this
-- version, whose sessions say so, notify after the commit.
drop trigger deliveries_came on deliveries;
create trigger deliveries_came after insert on deliveries
    for each row when (current_setting('lox.notify', true) is distinct from 'after commit')
    execute function tell_deliveries_due();
drop trigger webhooks_due_sooner on webhooks;
create trigger webhooks_due_sooner after update on webhooks
    for each row when (new.due_at < coalesce(old.due_at, 'infinity')
        and current_setting('lox.notify', true) is distinct from 'after commit')
    execute function tell_deliveries_due();

-- +goose Down

lock table events in share row exclusive mode;
create table events_before (
    id         uuid primary key,
    tenant_id  uuid not null references tenants on delete cascade,
    type       text not null,
    created_at timestamptz not null,
    payload    bytea not null
);
insert into events_before select id, tenant_id, type, created_at, payload from events where tenant_id in (select id from tenants);
delete from deliveries where event_id not in (select id from events_before);
drop table events;
drop function keep_event_partitions, keep_event, deliver_events;
alter table events_before rename to events;
alter index events_before_pkey rename to events_pkey;
create index events_tenant on events (tenant_id);
create index events_age on events (created_at);
alter table deliveries add constraint deliveries_event_id_fkey foreign key (event_id) references events on delete cascade;
drop trigger deliveries_came on deliveries;
create trigger deliveries_came after insert on deliveries
    for each row execute function tell_deliveries_due();
drop trigger webhooks_due_sooner on webhooks;
create trigger webhooks_due_sooner after update on webhooks
    for each row when (new.due_at < coalesce(old.due_at, 'infinity'))
    execute function tell_deliveries_due();
