-- What a tenant and its keys are called and when they were used, the counters
-- that storage statistics are read from, and notifications of every change to
-- what a key may do.

-- +goose Up

alter table tenants
    add contact_email text not null default '',
    add settings      jsonb not null default '{}',
    add suspended_at  timestamptz;

-- Keys made before this have shown no more of themselves than every key does.
alter table api_keys
    add name         text not null default '',
    add prefix       text not null default 'lox_',
    add last_used_at timestamptz,
    add replaced_by  uuid;

-- The keys that are listed. Revoked ones are kept, and may be many.
drop index api_keys_tenant;
create index api_keys_tenant on api_keys (tenant_id);
create index api_keys_live on api_keys (tenant_id, created_at desc, id desc) where revoked_at is null;

-- A tenant's largest backup, and its events when it is deleted. Building an
-- index on backups also keeps them from changing until the backfill is done.
create index backups_largest on backups (tenant_id, size_bytes) where status = 'completed';
create index events_tenant on events (tenant_id);

-- What came and went by the UTC day on which it did. completed_at tells the day
-- of what is still there; of what was deleted before now nothing is known, and
-- leaving out both its coming and its going keeps every difference right.
create table storage_days (
    tenant_id      uuid not null references tenants on delete cascade,
    day            date not null,
    uploaded       bigint not null default 0,
    uploaded_bytes bigint not null default 0,
    deleted        bigint not null default 0,
    deleted_bytes  bigint not null default 0,
    primary key (tenant_id, day)
) with (fillfactor = 50);

insert into storage_days (tenant_id, day, uploaded, uploaded_bytes)
select b.tenant_id, (b.completed_at at time zone 'UTC')::date, count(*), sum(b.size_bytes)
from backups b join tenants t on t.id = b.tenant_id
where b.status = 'completed'
group by 1, 2;

-- Completed backups by content type. A row whose last backup is gone stays, for
-- the next one, but not in the index that statistics are read from: they cost
-- the same however many types a tenant has, or had.
create table content_types (
    tenant_id    uuid not null references tenants on delete cascade,
    content_type text not null,
    count        bigint not null default 0,
    bytes        bigint not null default 0,
    primary key (tenant_id, content_type)
) with (fillfactor = 50);

create index content_types_most on content_types (tenant_id, bytes desc, content_type) where count > 0;

insert into content_types (tenant_id, content_type, count, bytes)
select b.tenant_id, b.content_type, count(*), sum(b.size_bytes)
from backups b join tenants t on t.id = b.tenant_id
where b.status = 'completed'
group by 1, 2;

-- Servers remember what they were told about a key. Triggers, so that neither a
-- statement of LOX nor an operator's psql can change a key without telling them.
-- The payload is the key's hash in hex; an empty one means all keys.

-- +goose StatementBegin
create function tell_key_changed() returns trigger language plpgsql as $$
begin
    perform pg_notify('lox_keys', encode(coalesce(old.hash, new.hash), 'hex'));
    return null;
end $$;
-- +goose StatementEnd

-- +goose StatementBegin
create function tell_keys_of_tenant_changed() returns trigger language plpgsql as $$
begin
    perform pg_notify('lox_keys', encode(hash, 'hex'))
    from api_keys where tenant_id = new.id and revoked_at is null;
    return null;
end $$;
-- +goose StatementEnd

-- +goose StatementBegin
create function tell_all_keys_changed() returns trigger language plpgsql as $$
begin
    perform pg_notify('lox_keys', '');
    return null;
end $$;
-- +goose StatementEnd

create trigger api_keys_came_or_went after insert or delete on api_keys
    for each row execute function tell_key_changed();

-- Not last_used_at: it changes all the time.
create trigger api_keys_changed after update on api_keys
    for each row when ((old.id, old.tenant_id, old.hash, old.scopes, old.expires_at, old.revoked_at)
        is distinct from (new.id, new.tenant_id, new.hash, new.scopes, new.expires_at, new.revoked_at))
    execute function tell_key_changed();

create trigger api_keys_truncated after truncate on api_keys
    for each statement execute function tell_all_keys_changed();

create trigger tenants_changed after update on tenants
    for each row when ((old.plan, old.suspended_at is null) is distinct from (new.plan, new.suspended_at is null))
    execute function tell_keys_of_tenant_changed();

-- +goose Down

drop trigger tenants_changed on tenants;
drop trigger api_keys_truncated on api_keys;
drop trigger api_keys_changed on api_keys;
drop trigger api_keys_came_or_went on api_keys;
drop function tell_key_changed, tell_keys_of_tenant_changed, tell_all_keys_changed;
drop table storage_days, content_types;
drop index backups_largest, events_tenant, api_keys_live, api_keys_tenant;
create index api_keys_tenant on api_keys (tenant_id, created_at desc, id desc);
alter table api_keys drop name, drop prefix, drop last_used_at, drop replaced_by;
alter table tenants drop contact_email, drop settings, drop suspended_at;
