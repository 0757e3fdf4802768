-- Triggers keep the counters of backups, in the transaction of each change: whether it is
-- made by a server of any version or by hand.

-- +goose Up

-- All locks are taken first, one right after the other. So a server that waits for one of them while it holds
-- another one never waits long enough to be the one that a deadlock ends: see lock_timeout in migrate.go.
lock table backups, tenant_usage, backup_days, storage_days, content_types in share row exclusive mode;

-- The functions differ in what they count. What LOX inserts is pending: that is counted by simple
-- statements, which take half as long as those that count everything.
--
-- The row of tenant_usage comes first: who holds it has the tenant's other counters to
-- itself. LX001: the quota of a tenant has no room for what came; the detail has the free bytes and
-- the quota. LX002: what came has no tenant. Backups that a tenant has left behind,
-- as after a deletion by hand, count for nobody.
-- +goose StatementBegin
do $migration$
declare
    sums constant text := $sums$
        coalesce(sum(n) filter (where status = 'pending'), 0)::bigint as pending,
        coalesce(sum(bytes) filter (where status = 'pending'), 0)::bigint as pending_bytes,
        coalesce(sum(n) filter (where status = 'verifying'), 0)::bigint as verifying,
        coalesce(sum(bytes) filter (where status = 'verifying'), 0)::bigint as verifying_bytes,
        coalesce(sum(n) filter (where status = 'completed'), 0)::bigint as completed,
        coalesce(sum(bytes) filter (where status = 'completed'), 0)::bigint as completed_bytes,
        coalesce(sum(n) filter (where status = 'failed'), 0)::bigint as failed,
        coalesce(sum(bytes) filter (where status = 'failed'), 0)::bigint as failed_bytes$sums$;
    -- Tenants one after another, in the order in which everybody locks them.
    pending constant text := $pending$
    for came in
        select tenant_id, (created_at at time zone 'UTC')::date as day, status = 'pending' as waits,
            count(*)::bigint as n, sum(size_bytes)::bigint as bytes
        from new_rows group by 1, 2, 3 order by 1, 2
    loop
        if not came.waits then
            others := true;
            continue;
        end if;
        update tenant_usage set pending = pending + came.n, pending_bytes = pending_bytes + came.bytes
        where tenant_id = came.tenant_id
        returning quota_bytes, quota_bytes - pending_bytes - verifying_bytes - completed_bytes as free into room;
        if not found then
            raise exception 'a backup has no tenant' using errcode = 'LX002';
        end if;
        if room.free < 0 then
            raise exception 'the quota of a tenant has no room' using errcode = 'LX001',
                detail = format('%%s %%s', greatest(0, room.free + came.bytes), room.quota_bytes);
        end if;
        insert into backup_days as d (tenant_id, day, pending, pending_bytes) values (came.tenant_id, came.day, came.n, came.bytes)
        on conflict (tenant_id, day) do update
        set pending = d.pending + excluded.pending, pending_bytes = d.pending_bytes + excluded.pending_bytes;
    end loop;
    if not others then
        return null;
    end if;$pending$;
    -- %1$s: the function's name; %2$s: how many backups of each kind came, or went, if
    -- negative, and their bytes; %3$s: sums; %4$s: what comes first.
    counting constant text := $function$
create function %1$s() returns trigger language plpgsql as $body$
declare
    counted record;
    came record;
    room record;
    others boolean := false;
begin%4$s
    with change as (
        %2$s
    ), usage as (
        update tenant_usage u set
            pending = u.pending + c.pending, pending_bytes = u.pending_bytes + c.pending_bytes,
            verifying = u.verifying + c.verifying, verifying_bytes = u.verifying_bytes + c.verifying_bytes,
            completed = u.completed + c.completed, completed_bytes = u.completed_bytes + c.completed_bytes,
            failed = u.failed + c.failed, failed_bytes = u.failed_bytes + c.failed_bytes
        from (select tenant_id, %3$s from change group by tenant_id) c
        where u.tenant_id = c.tenant_id
        returning u.tenant_id, u.quota_bytes, u.quota_bytes - u.pending_bytes - u.verifying_bytes - u.completed_bytes as free,
            c.pending_bytes + c.verifying_bytes + c.completed_bytes as more
    ), days as (
        insert into backup_days as d (tenant_id, day, pending, pending_bytes, verifying, verifying_bytes,
            completed, completed_bytes, failed, failed_bytes)
        select tenant_id, day, %3$s from usage join change using (tenant_id) group by tenant_id, day
        on conflict (tenant_id, day) do update set
            pending = d.pending + excluded.pending, pending_bytes = d.pending_bytes + excluded.pending_bytes,
            verifying = d.verifying + excluded.verifying, verifying_bytes = d.verifying_bytes + excluded.verifying_bytes,
            completed = d.completed + excluded.completed, completed_bytes = d.completed_bytes + excluded.completed_bytes,
            failed = d.failed + excluded.failed, failed_bytes = d.failed_bytes + excluded.failed_bytes
    ), flows as ( -- what comes does so on the day of its completion, what goes on the present one
        insert into storage_days as d (tenant_id, day, uploaded, uploaded_bytes, deleted, deleted_bytes)
        select tenant_id, case when n < 0 then (now() at time zone 'UTC')::date else completed_on end,
            sum(greatest(n, 0)), coalesce(sum(bytes) filter (where n >= 0), 0),
            sum(greatest(-n, 0)), coalesce(-sum(bytes) filter (where n < 0), 0)
        from usage join change using (tenant_id) where status = 'completed' group by 1, 2
        on conflict (tenant_id, day) do update set
            uploaded = d.uploaded + excluded.uploaded, uploaded_bytes = d.uploaded_bytes + excluded.uploaded_bytes,
            deleted = d.deleted + excluded.deleted, deleted_bytes = d.deleted_bytes + excluded.deleted_bytes
    ), types as (
        insert into content_types as t (tenant_id, content_type, count, bytes)
        select tenant_id, content_type, sum(n), sum(bytes)
        from usage join change using (tenant_id) where status = 'completed' group by 1, 2
        on conflict (tenant_id, content_type) do update
        set count = t.count + excluded.count, bytes = t.bytes + excluded.bytes
    )
    select count(*) as tenants, (select count(*) from (select from change group by tenant_id) t) as asked,
        min(format('%%s %%s', greatest(0, free + more), quota_bytes)) filter (where free < 0 and more > 0) as short
    into counted from usage;
    if counted.short is not null then
        raise exception 'the quota of a tenant has no room' using errcode = 'LX001', detail = counted.short;
    end if;
    if tg_op = 'INSERT' and counted.tenants < counted.asked then
        raise exception 'a backup has no tenant' using errcode = 'LX002';
    end if;
    return null;
end $body$;
$function$;
    kind constant text := $kind$tenant_id, status, (created_at at time zone 'UTC')::date as day, content_type,
            (completed_at at time zone 'UTC')::date as completed_on$kind$;
begin
    execute format(counting, 'count_inserted_backups', 'select ' || kind || ', count(*)::bigint as n, sum(size_bytes)::bigint as bytes
        from new_rows where status <> ''pending'' group by 1, 2, 3, 4, 5', sums, pending);
    execute format(counting, 'count_deleted_backups', 'select ' || kind || ', -count(*)::bigint as n, -sum(size_bytes)::bigint as bytes
        from old_rows group by 1, 2, 3, 4, 5', sums, '');
    -- Most updates change nothing that is counted.
    execute format(counting, 'count_updated_backups', 'select ' || kind || ', sum(n)::bigint as n, sum(n * size_bytes)::bigint as bytes
        from (
            select tenant_id, status, created_at, content_type, completed_at, size_bytes, 1 as n from new_rows
            union all
            select tenant_id, status, created_at, content_type, completed_at, size_bytes, -1 from old_rows
        ) rows group by 1, 2, 3, 4, 5
        having sum(n) <> 0 or sum(n * size_bytes) <> 0', sums, '');
end $migration$;
-- +goose StatementEnd

-- +goose StatementBegin
create function count_truncated_backups() returns trigger language plpgsql as $$
begin
    insert into storage_days as d (tenant_id, day, deleted, deleted_bytes)
    select tenant_id, (now() at time zone 'UTC')::date, completed, completed_bytes
    from tenant_usage where completed > 0 order by tenant_id
    on conflict (tenant_id, day) do update
    set deleted = d.deleted + excluded.deleted, deleted_bytes = d.deleted_bytes + excluded.deleted_bytes;
    update tenant_usage set pending = 0, pending_bytes = 0, verifying = 0, verifying_bytes = 0,
        completed = 0, completed_bytes = 0, failed = 0, failed_bytes = 0;
    delete from backup_days;
    update content_types set count = 0, bytes = 0;
    return null;
end $$;
-- +goose StatementEnd

-- Servers of the version before count by themselves, too: what is not done by the triggers
-- changes no counter. lox.counters is set to 'writable' for a recount.
-- +goose StatementBegin
create function keep_usage_counters() returns trigger language plpgsql as $$
begin
    if tg_op = 'UPDATE' then
        old.tenant_id := new.tenant_id;
        old.quota_bytes := new.quota_bytes;
        return old;
    end if;
    new.pending := 0; new.pending_bytes := 0; new.verifying := 0; new.verifying_bytes := 0;
    new.completed := 0; new.completed_bytes := 0; new.failed := 0; new.failed_bytes := 0;
    return new;
end $$;
-- +goose StatementEnd

-- +goose StatementBegin
create function keep_counters() returns trigger language plpgsql as $$
begin
    return null;
end $$;
-- +goose StatementEnd

create trigger only_by_triggers before insert or update on tenant_usage for each row
    when (pg_trigger_depth() = 0 and current_setting('lox.counters', true) is distinct from 'writable')
    execute function keep_usage_counters();
create trigger only_by_triggers before insert or update on backup_days for each row
    when (pg_trigger_depth() = 0 and current_setting('lox.counters', true) is distinct from 'writable')
    execute function keep_counters();
create trigger only_by_triggers before insert or update on storage_days for each row
    when (pg_trigger_depth() = 0 and current_setting('lox.counters', true) is distinct from 'writable')
    execute function keep_counters();
create trigger only_by_triggers before insert or update on content_types for each row
    when (pg_trigger_depth() = 0 and current_setting('lox.counters', true) is distinct from 'writable')
    execute function keep_counters();

-- These keep backups from changing until the recount below is done. Reads go on.
create trigger count_insert after insert on backups
    referencing new table as new_rows for each statement execute function count_inserted_backups();
create trigger count_update after update on backups
    referencing old table as old_rows new table as new_rows for each statement execute function count_updated_backups();
create trigger count_delete after delete on backups
    referencing old table as old_rows for each statement execute function count_deleted_backups();
create trigger count_truncate after truncate on backups
    for each statement execute function count_truncated_backups();

-- Counts all backups anew. What came and went on which day can't be counted: backups
-- that were deleted have left nothing.
-- +goose StatementBegin
create function recount_backups() returns void language plpgsql as $$
begin
    perform set_config('lox.counters', 'writable', true);
    lock table backups in share row exclusive mode;
    update tenant_usage u set
        pending = c.pending, pending_bytes = c.pending_bytes, verifying = c.verifying, verifying_bytes = c.verifying_bytes,
        completed = c.completed, completed_bytes = c.completed_bytes, failed = c.failed, failed_bytes = c.failed_bytes
    from (
        select t.tenant_id,
            count(*) filter (where status = 'pending') as pending,
            coalesce(sum(size_bytes) filter (where status = 'pending'), 0) as pending_bytes,
            count(*) filter (where status = 'verifying') as verifying,
            coalesce(sum(size_bytes) filter (where status = 'verifying'), 0) as verifying_bytes,
            count(*) filter (where status = 'completed') as completed,
            coalesce(sum(size_bytes) filter (where status = 'completed'), 0) as completed_bytes,
            count(*) filter (where status = 'failed') as failed,
            coalesce(sum(size_bytes) filter (where status = 'failed'), 0) as failed_bytes
        from tenant_usage t left join backups b using (tenant_id) group by 1
    ) c
    where c.tenant_id = u.tenant_id and (u.pending, u.pending_bytes, u.verifying, u.verifying_bytes,
        u.completed, u.completed_bytes, u.failed, u.failed_bytes) is distinct from (c.pending, c.pending_bytes,
        c.verifying, c.verifying_bytes, c.completed, c.completed_bytes, c.failed, c.failed_bytes);
    delete from backup_days;
    insert into backup_days
    select tenant_id, (created_at at time zone 'UTC')::date,
        count(*) filter (where status = 'pending'), coalesce(sum(size_bytes) filter (where status = 'pending'), 0),
        count(*) filter (where status = 'verifying'), coalesce(sum(size_bytes) filter (where status = 'verifying'), 0),
        count(*) filter (where status = 'completed'), coalesce(sum(size_bytes) filter (where status = 'completed'), 0),
        count(*) filter (where status = 'failed'), coalesce(sum(size_bytes) filter (where status = 'failed'), 0)
    from backups join tenant_usage using (tenant_id) group by 1, 2;
    update content_types set count = 0, bytes = 0;
    insert into content_types as t (tenant_id, content_type, count, bytes)
    select tenant_id, content_type, count(*), sum(size_bytes)
    from backups join tenant_usage using (tenant_id) where status = 'completed' group by 1, 2
    on conflict (tenant_id, content_type) do update set count = excluded.count, bytes = excluded.bytes;
    perform set_config('lox.counters', '', true);
end $$;
-- +goose StatementEnd

select recount_backups();

-- +goose Down

drop trigger count_insert on backups;
drop trigger count_update on backups;
drop trigger count_delete on backups;
drop trigger count_truncate on backups;
drop trigger only_by_triggers on tenant_usage;
drop trigger only_by_triggers on backup_days;
drop trigger only_by_triggers on storage_days;
drop trigger only_by_triggers on content_types;
drop function count_inserted_backups, count_updated_backups, count_deleted_backups, count_truncated_backups, keep_usage_counters, keep_counters, recount_backups;
