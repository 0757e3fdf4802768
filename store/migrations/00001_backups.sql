-- Tenants, their keys, their backups, and the counters that every change of a
-- backup keeps in its own transaction.

-- +goose Up

create table tenants (
    id             uuid primary key,
    name           text not null,
    plan           text not null check (plan in ('free', 'solo', 'pro', 'business', 'enterprise')),
    quota_override bigint check (quota_override >= 0),
    created_at     timestamptz not null
);

create table api_keys (
    id         uuid primary key,
    tenant_id  uuid not null references tenants on delete cascade,
    hash       bytea not null unique check (length(hash) = 32),
    last4      text not null,
    scopes     text[] not null default '{}',
    created_at timestamptz not null,
    expires_at timestamptz,
    revoked_at timestamptz
);

create index api_keys_tenant on api_keys (tenant_id, created_at desc, id desc);

-- One row a tenant: the quota, and how many backups it has in each status and
-- how large they are. Creating a backup takes room here by a conditional
-- update. Rows are updated all the time: free space on the page keeps those
-- updates out of the index (HOT).
--
-- There are no checks that counters are not negative: PostgreSQL tests a check
-- on the row as a statement's snapshot has it, before it finds that another
-- transaction has changed that row, and so would refuse changes that are right.
create table tenant_usage (
    tenant_id       uuid primary key references tenants on delete cascade,
    quota_bytes     bigint not null check (quota_bytes >= 0),
    pending         bigint not null default 0,
    pending_bytes   bigint not null default 0,
    verifying       bigint not null default 0,
    verifying_bytes bigint not null default 0,
    completed       bigint not null default 0,
    completed_bytes bigint not null default 0,
    failed          bigint not null default 0,
    failed_bytes    bigint not null default 0
) with (fillfactor = 50);

-- The same counters by the UTC day of created_at, so that the total of any
-- range of days is a sum over days, however many backups there are.
create table backup_days (
    tenant_id       uuid not null references tenants on delete cascade,
    day             date not null,
    pending         bigint not null default 0,
    pending_bytes   bigint not null default 0,
    verifying       bigint not null default 0,
    verifying_bytes bigint not null default 0,
    completed       bigint not null default 0,
    completed_bytes bigint not null default 0,
    failed          bigint not null default 0,
    failed_bytes    bigint not null default 0,
    primary key (tenant_id, day)
) with (fillfactor = 50);

-- No foreign key to tenants: a backup is inserted by a statement that has
-- updated the tenant's tenant_usage row, which says the same and costs nothing.
-- Times are whole seconds, so that what is shown is what is compared.
create table backups (
    tenant_id         uuid not null,
    id                uuid not null,
    name              text not null,
    status            text not null default 'pending'
                      check (status in ('pending', 'verifying', 'completed', 'failed')),
    size_bytes        bigint not null check (size_bytes > 0),
    content_type      text not null,
    metadata          jsonb not null,
    declared_checksum bytea check (length(declared_checksum) = 32),
    checksum          bytea check (length(checksum) = 32),
    object_version    text not null default '',
    failure           text not null default '',
    created_at        timestamptz not null check (created_at = date_trunc('second', created_at)),
    upload_expires_at timestamptz not null,
    deadline          timestamptz not null,
    completed_at      timestamptz,
    lease_owner       text,
    lease_until       timestamptz,
    primary key (tenant_id, id),
    check ((status = 'completed') = (checksum is not null and completed_at is not null)),
    check ((status = 'failed') = (failure <> '')),
    check ((status = 'verifying') = (lease_until is not null))
);

-- Where all backups that ANALYZE looks at happen to be completed, the planner
-- would take a status for no condition at all, and read all of a tenant's
-- backups to list the few failed ones.
alter table backups alter column status set (n_distinct = 4);

create index backups_newest on backups (tenant_id, created_at desc, id desc);
create index backups_newest_by_status on backups (tenant_id, status, created_at desc, id desc);
create index backups_overdue on backups (deadline) where status = 'pending';
create index backups_abandoned on backups (lease_until) where status = 'verifying';

create table idempotency_keys (
    tenant_id  uuid not null,
    key        text not null,
    request    bytea not null check (length(request) = 32),
    backup_id  uuid not null,
    created_at timestamptz not null,
    primary key (tenant_id, key),
    foreign key (tenant_id, backup_id) references backups on delete cascade
);

create index idempotency_keys_backup on idempotency_keys (tenant_id, backup_id);
create index idempotency_keys_age on idempotency_keys (created_at);

-- What tenants are to be told, written with the change itself.
create table events (
    id         uuid primary key,
    tenant_id  uuid not null references tenants on delete cascade,
    type       text not null,
    created_at timestamptz not null,
    payload    bytea not null
);

-- Objects to delete: at due_at, and once more at final_at if that is later,
-- since until then an upload URL may still bring the object back.
create table purges (
    object_key text primary key,
    due_at     timestamptz not null,
    final_at   timestamptz not null
);

create index purges_due on purges (due_at);

-- +goose Down

drop table purges, events, idempotency_keys, backups, backup_days, tenant_usage, api_keys, tenants;
