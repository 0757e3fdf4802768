-- Where tenants want to be told of events, what was sent there and what came
-- of it.

-- +goose Up

-- The row of a webhook is the lock on its queue: whoever adds to the queue, takes
-- from it or empties it holds that row, and several of them in the order of the
-- primary key. So due_at, when the first delivery is due that nobody has claimed,
-- is never later than that, and a search for work reads no queue in which there
-- is none.
create table webhooks (
    tenant_id        uuid not null references tenants on delete cascade,
    id               uuid not null,
    url              text not null,
    events           text[] not null,
    description      text not null,
    enabled          boolean not null,
    disabled_reason  text not null default '',
    created_at       timestamptz not null,
    failing_since    timestamptz,
    secret           bytea not null,
    previous_secret  bytea,
    previous_ends_at timestamptz,
    due_at           timestamptz,
    primary key (tenant_id, id),
    check ((previous_secret is null) = (previous_ends_at is null))
) with (fillfactor = 50);

create index webhooks_newest on webhooks (tenant_id, created_at desc, id desc);
create index webhooks_due on webhooks (due_at) where enabled;

-- next_at is when a delivery may be claimed. A claim moves it to its own end, so
-- that what a process has left behind is due again by itself.
create table deliveries (
    id           uuid primary key,
    tenant_id    uuid not null,
    webhook_id   uuid not null,
    event_id     uuid not null references events on delete cascade,
    type         text not null,
    status       text not null default 'pending' check (status in ('pending', 'succeeded', 'failed')),
    attempts     integer not null default 0,
    tries        integer not null default 0,
    failure      text not null default '',
    next_at      timestamptz,
    created_at   timestamptz not null,
    completed_at timestamptz,
    lease_owner  text,
    foreign key (tenant_id, webhook_id) references webhooks on delete cascade,
    unique (event_id, webhook_id),
    check ((status = 'pending') = (next_at is not null)),
    check ((status = 'pending') = (completed_at is null)),
    check (status = 'pending' or lease_owner is null)
);

-- As with backups: a status is a condition, however few rows ANALYZE saw of it.
alter table deliveries alter column status set (n_distinct = 3);

create index deliveries_newest on deliveries (webhook_id, created_at desc, id desc);
create index deliveries_newest_by_status on deliveries (webhook_id, status, created_at desc, id desc);
create index deliveries_waiting on deliveries (webhook_id, next_at) where status = 'pending' and lease_owner is null;
create index deliveries_claimed on deliveries (webhook_id, next_at) where lease_owner is not null;
create index deliveries_expiring on deliveries (next_at) where lease_owner is not null;
create index deliveries_over on deliveries (completed_at) where status <> 'pending';

create table attempts (
    delivery_id uuid not null references deliveries on delete cascade,
    number      integer not null,
    at          timestamptz not null,
    latency     bigint not null, -- nanoseconds
    status      integer not null, -- HTTP; 0 for no answer
    body        bytea not null,
    error       text not null,
    primary key (delivery_id, number)
);

create index events_age on events (created_at);

-- Servers that wait for something to do hear of it. PostgreSQL tells a transaction's
-- equal notifications once, so it doesn't matter how many rows there were.

-- +goose StatementBegin
create function tell_deliveries_due() returns trigger language plpgsql as $$
begin
    perform pg_notify('lox_deliveries', '');
    return null;
end $$;
-- +goose StatementEnd

create trigger deliveries_came after insert on deliveries
    for each row execute function tell_deliveries_due();

-- Made pending again, many at a time; or to be tried again sooner than anything else.
create trigger webhooks_due_sooner after update on webhooks
    for each row when (new.due_at < coalesce(old.due_at, 'infinity'))
    execute function tell_deliveries_due();

-- +goose Down

drop index events_age;
drop table attempts, deliveries, webhooks;
drop function tell_deliveries_due;
