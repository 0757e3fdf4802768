-- In tests, a change that a store makes without an event fails at its commit. Sessions of
-- tests, which change rows by hand, are distinguished from those of a store by what the store sets.

-- The arguments are the columns whose changes leave no event.
create function must_be_recorded() returns trigger language plpgsql as $$
declare
    before jsonb := case when tg_op <> 'INSERT' then to_jsonb(old) - coalesce(tg_argv, '{}') end;
    after jsonb := case when tg_op <> 'DELETE' then to_jsonb(new) - coalesce(tg_argv, '{}') end;
    changed jsonb := coalesce(after, before);
    tenant uuid := coalesce(changed ->> 'tenant_id', changed ->> 'id')::uuid;
begin
    if tg_table_name = 'backups' and before ->> 'status' = 'pending' and after ->> 'status' = 'verifying' then
        -- Its completion records what was declared at the end of the upload.
        after := after || jsonb_build_object('status', 'pending', 'size_bytes', before -> 'size_bytes',
            'declared_checksum', before -> 'declared_checksum');
    end if;
    if before = after or exists (
        select from events
        where tenant_id = tenant and subject in ((changed ->> 'id')::uuid, tenant)
            and xmin = pg_current_xact_id()::xid
    ) then
        return null;
    end if;
    -- What takes long has its event when it begins, and nothing shows a key that was revoked.
    if tg_op = 'DELETE' and exists (
        select from events where tenant_id = tenant and subject = (changed ->> 'id')::uuid
            and (type like '%.deleted' or type = 'api_key.revoked')
    ) then
        return null;
    end if;
    raise exception '% of % leaves no event: % before, % after', tg_op, tg_table_name, before, after;
end $$;

create constraint trigger recorded after insert or update or delete on tenants
    deferrable initially deferred for each row when (current_setting('lox.notify', true) = 'after commit')
    execute function must_be_recorded();
create constraint trigger recorded after insert or update or delete on api_keys
    deferrable initially deferred for each row when (current_setting('lox.notify', true) = 'after commit')
    execute function must_be_recorded('last_used_at');
create constraint trigger recorded after insert or update or delete on backups
    deferrable initially deferred for each row when (current_setting('lox.notify', true) = 'after commit')
    execute function must_be_recorded('lease_owner', 'lease_until', 'verify_request_id', 'verified_bytes', 'hash_state');
create constraint trigger recorded after insert or update or delete on webhooks
    deferrable initially deferred for each row when (current_setting('lox.notify', true) = 'after commit')
    execute function must_be_recorded('due_at', 'failing_since', 'answers');
