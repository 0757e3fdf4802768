SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;
CREATE FUNCTION public.tell_all_keys_changed() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
begin
    perform pg_notify('lox_keys', '');
    return null;
end $$;
CREATE FUNCTION public.tell_deliveries_due() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
begin
    perform pg_notify('lox_deliveries', '');
    return null;
end $$;
CREATE FUNCTION public.tell_key_changed() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
begin
    perform pg_notify('lox_keys', encode(coalesce(old.hash, new.hash), 'hex'));
    return null;
end $$;
CREATE FUNCTION public.tell_keys_of_tenant_changed() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
begin
    perform pg_notify('lox_keys', encode(hash, 'hex'))
    from api_keys where tenant_id = new.id and revoked_at is null;
    return null;
end $$;
SET default_tablespace = '';
SET default_table_access_method = heap;
CREATE TABLE public.api_keys (
    id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    hash bytea NOT NULL,
    last4 text NOT NULL,
    scopes text[] DEFAULT '{}'::text[] NOT NULL,
    created_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone,
    revoked_at timestamp with time zone,
    name text DEFAULT ''::text NOT NULL,
    prefix text DEFAULT 'lox_'::text NOT NULL,
    last_used_at timestamp with time zone,
    replaced_by uuid,
    CONSTRAINT api_keys_hash_check CHECK ((length(hash) = 32))
);
CREATE TABLE public.attempts (
    delivery_id uuid NOT NULL,
    number integer NOT NULL,
    at timestamp with time zone NOT NULL,
    latency bigint NOT NULL,
    status integer NOT NULL,
    body bytea NOT NULL,
    error text NOT NULL
);
CREATE TABLE public.backup_days (
    tenant_id uuid NOT NULL,
    day date NOT NULL,
    pending bigint DEFAULT 0 NOT NULL,
    pending_bytes bigint DEFAULT 0 NOT NULL,
    verifying bigint DEFAULT 0 NOT NULL,
    verifying_bytes bigint DEFAULT 0 NOT NULL,
    completed bigint DEFAULT 0 NOT NULL,
    completed_bytes bigint DEFAULT 0 NOT NULL,
    failed bigint DEFAULT 0 NOT NULL,
    failed_bytes bigint DEFAULT 0 NOT NULL
)
WITH (fillfactor='50');
CREATE TABLE public.backups (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    name text NOT NULL,
    status text DEFAULT 'pending'::text NOT NULL,
    size_bytes bigint NOT NULL,
    content_type text NOT NULL,
    metadata jsonb NOT NULL,
    declared_checksum bytea,
    checksum bytea,
    object_version text DEFAULT ''::text NOT NULL,
    failure text DEFAULT ''::text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    upload_expires_at timestamp with time zone NOT NULL,
    deadline timestamp with time zone NOT NULL,
    completed_at timestamp with time zone,
    lease_owner text,
    lease_until timestamp with time zone,
    CONSTRAINT backups_check CHECK (((status = 'completed'::text) = ((checksum IS NOT NULL) AND (completed_at IS NOT NULL)))),
    CONSTRAINT backups_check1 CHECK (((status = 'failed'::text) = (failure <> ''::text))),
    CONSTRAINT backups_check2 CHECK (((status = 'verifying'::text) = (lease_until IS NOT NULL))),
    CONSTRAINT backups_checksum_check CHECK ((length(checksum) = 32)),
    CONSTRAINT backups_created_at_check CHECK ((created_at = date_trunc('second'::text, created_at))),
    CONSTRAINT backups_declared_checksum_check CHECK ((length(declared_checksum) = 32)),
    CONSTRAINT backups_size_bytes_check CHECK ((size_bytes > 0)),
    CONSTRAINT backups_status_check CHECK ((status = ANY (ARRAY['pending'::text, 'verifying'::text, 'completed'::text, 'failed'::text])))
);
ALTER TABLE ONLY public.backups ALTER COLUMN status SET (n_distinct=4);
CREATE TABLE public.content_types (
    tenant_id uuid NOT NULL,
    content_type text NOT NULL,
    count bigint DEFAULT 0 NOT NULL,
    bytes bigint DEFAULT 0 NOT NULL
)
WITH (fillfactor='50');
CREATE TABLE public.deliveries (
    id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    webhook_id uuid NOT NULL,
    event_id uuid NOT NULL,
    type text NOT NULL,
    status text DEFAULT 'pending'::text NOT NULL,
    attempts integer DEFAULT 0 NOT NULL,
    tries integer DEFAULT 0 NOT NULL,
    failure text DEFAULT ''::text NOT NULL,
    next_at timestamp with time zone,
    created_at timestamp with time zone NOT NULL,
    completed_at timestamp with time zone,
    lease_owner text,
    CONSTRAINT deliveries_check CHECK (((status = 'pending'::text) = (next_at IS NOT NULL))),
    CONSTRAINT deliveries_check1 CHECK (((status = 'pending'::text) = (completed_at IS NULL))),
    CONSTRAINT deliveries_check2 CHECK (((status = 'pending'::text) OR (lease_owner IS NULL))),
    CONSTRAINT deliveries_status_check CHECK ((status = ANY (ARRAY['pending'::text, 'succeeded'::text, 'failed'::text])))
);
ALTER TABLE ONLY public.deliveries ALTER COLUMN status SET (n_distinct=3);
CREATE TABLE public.events (
    id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    type text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    payload bytea NOT NULL
);
CREATE TABLE public.goose_db_version (
    id integer NOT NULL,
    version_id bigint NOT NULL,
    is_applied boolean NOT NULL,
    tstamp timestamp without time zone DEFAULT now() NOT NULL
);
ALTER TABLE public.goose_db_version ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.goose_db_version_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.idempotency_keys (
    tenant_id uuid NOT NULL,
    key text NOT NULL,
    request bytea NOT NULL,
    backup_id uuid NOT NULL,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT idempotency_keys_request_check CHECK ((length(request) = 32))
);
CREATE TABLE public.purges (
    object_key text NOT NULL,
    due_at timestamp with time zone NOT NULL,
    final_at timestamp with time zone NOT NULL
);
CREATE TABLE public.storage_days (
    tenant_id uuid NOT NULL,
    day date NOT NULL,
    uploaded bigint DEFAULT 0 NOT NULL,
    uploaded_bytes bigint DEFAULT 0 NOT NULL,
    deleted bigint DEFAULT 0 NOT NULL,
    deleted_bytes bigint DEFAULT 0 NOT NULL
)
WITH (fillfactor='50');
CREATE TABLE public.tenant_usage (
    tenant_id uuid NOT NULL,
    quota_bytes bigint NOT NULL,
    pending bigint DEFAULT 0 NOT NULL,
    pending_bytes bigint DEFAULT 0 NOT NULL,
    verifying bigint DEFAULT 0 NOT NULL,
    verifying_bytes bigint DEFAULT 0 NOT NULL,
    completed bigint DEFAULT 0 NOT NULL,
    completed_bytes bigint DEFAULT 0 NOT NULL,
    failed bigint DEFAULT 0 NOT NULL,
    failed_bytes bigint DEFAULT 0 NOT NULL,
    CONSTRAINT tenant_usage_quota_bytes_check CHECK ((quota_bytes >= 0))
)
WITH (fillfactor='50');
CREATE TABLE public.tenants (
    id uuid NOT NULL,
    name text NOT NULL,
    plan text NOT NULL,
    quota_override bigint,
    created_at timestamp with time zone NOT NULL,
    contact_email text DEFAULT ''::text NOT NULL,
    settings jsonb DEFAULT '{}'::jsonb NOT NULL,
    suspended_at timestamp with time zone,
    CONSTRAINT tenants_plan_check CHECK ((plan = ANY (ARRAY['free'::text, 'solo'::text, 'pro'::text, 'business'::text, 'enterprise'::text]))),
    CONSTRAINT tenants_quota_override_check CHECK ((quota_override >= 0))
);
CREATE TABLE public.webhooks (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    url text NOT NULL,
    events text[] NOT NULL,
    description text NOT NULL,
    enabled boolean NOT NULL,
    disabled_reason text DEFAULT ''::text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    failing_since timestamp with time zone,
    secret bytea NOT NULL,
    previous_secret bytea,
    previous_ends_at timestamp with time zone,
    due_at timestamp with time zone,
    CONSTRAINT webhooks_check CHECK (((previous_secret IS NULL) = (previous_ends_at IS NULL)))
)
WITH (fillfactor='50');
INSERT INTO public.api_keys VALUES ('01a222f9-8724-743b-85af-1a11012494e5', '01a222f9-8724-741e-8e4b-a34f8bae47cb', '\xd06dbcae18723efe627a55e47fb23c0c2bcde4c5a7a2c19a5efb42496e9699c4', 'SLNi', '{}', '2026-11-28 16:25:08+00', NULL, NULL, '', 'lox_9yUu', '2026-11-28 16:25:19+00', NULL);
INSERT INTO public.backup_days VALUES ('01a222f9-8724-741e-8e4b-a34f8bae47cb', '2026-11-28', 2, 102, 0, 0, 2, 65582, 0, 0);
INSERT INTO public.backups VALUES ('01a222f9-8724-741e-8e4b-a34f8bae47cb', '01a222f9-b25b-75ba-a7ca-2ef8b5536ffa', 'first', 'completed', 46, '', '{}', NULL, '\x66ec4dbcb54de3602573aab51a6076860bb14baa0052e339153d4539b303dfc2', '', '', '2026-11-28 16:25:19+00', '2026-11-28 16:55:19+00', '2026-11-28 17:10:19+00', '2026-11-28 16:25:19+00', NULL, NULL);
INSERT INTO public.backups VALUES ('01a222f9-8724-741e-8e4b-a34f8bae47cb', '01a222f9-b26c-79dc-9876-f322ebd9bfd0', 'second', 'completed', 65536, 'application/gzip', '{}', '\xd8b2af1c85cdb4588e978aed5875e12cbfd20f68009823cf914b40cf41d8e4ce', '\xd8b2af1c85cdb4588e978aed5875e12cbfd20f68009823cf914b40cf41d8e4ce', '', '', '2026-11-28 16:25:19+00', '2026-11-28 16:55:19+00', '2026-11-28 17:10:19+00', '2026-11-28 16:25:19+00', NULL, NULL);
INSERT INTO public.backups VALUES ('01a222f9-8724-741e-8e4b-a34f8bae47cb', '01a222f9-b274-70b9-b262-8527c70f9c76', 'uploaded, not completed', 'pending', 92, '', '{}', NULL, NULL, '', '', '2026-11-28 16:25:19+00', '2026-11-28 16:55:19+00', '2026-11-28 17:10:19+00', NULL, NULL, NULL);
INSERT INTO public.backups VALUES ('01a222f9-8724-741e-8e4b-a34f8bae47cb', '01a222f9-b278-7282-b4a9-3ba2e6853264', 'not uploaded', 'pending', 10, '', '{}', NULL, NULL, '', '', '2026-11-28 16:25:19+00', '2026-11-28 16:55:19+00', '2026-11-28 17:10:19+00', NULL, NULL, NULL);
INSERT INTO public.content_types VALUES ('01a222f9-8724-741e-8e4b-a34f8bae47cb', 'application/gzip', 1, 65536);
INSERT INTO public.content_types VALUES ('01a222f9-8724-741e-8e4b-a34f8bae47cb', '', 1, 46);
INSERT INTO public.events VALUES ('01a222f9-b263-7e52-afba-db837fc11bf5', '01a222f9-8724-741e-8e4b-a34f8bae47cb', 'backup.completed', '2026-11-28 16:25:19+00', '\x7b226576656e74223a226261636b75702e636f6d706c65746564222c2274696d657374616d70223a22323032362d31312d32385431363a32353a31395a222c2264617461223a7b226964223a22626b705f30316d3868666b636a7665707861666a68657a32746e36767a74222c226e616d65223a226669727374222c22737461747573223a22636f6d706c65746564222c2273697a655f6279746573223a34362c22636865636b73756d223a227368613235363a36366563346462636235346465333630323537336161623531613630373638363062623134626161303035326533333931353364343533396233303364666332227d7d');
INSERT INTO public.events VALUES ('01a222f9-b271-7973-9db2-9eb2efb29126', '01a222f9-8724-741e-8e4b-a34f8bae47cb', 'backup.completed', '2026-11-28 16:25:19+00', '\x7b226576656e74223a226261636b75702e636f6d706c65746564222c2274696d657374616d70223a22323032362d31312d32385431363a32353a31395a222c2264617461223a7b226964223a22626b705f30316d3868666b636b63663765396778716b34626e786b667967222c226e616d65223a227365636f6e64222c22737461747573223a22636f6d706c65746564222c2273697a655f6279746573223a36353533362c22636865636b73756d223a227368613235363a64386232616631633835636462343538386539373861656435383735653132636266643230663638303039383233636639313462343063663431643865346365227d7d');
INSERT INTO public.events VALUES ('01a222f9-b27e-7442-bff8-ce65d18b9a78', '01a222f9-8724-741e-8e4b-a34f8bae47cb', 'backup.completed', '2026-11-28 16:25:19+00', '\x7b226576656e74223a226261636b75702e636f6d706c65746564222c2274696d657374616d70223a22323032362d31312d32385431363a32353a31395a222c2264617461223a7b226964223a22626b705f30316d3868666b636b7366366d72677765776665626273677237222c226e616d65223a2264656c65746564222c22737461747573223a22636f6d706c65746564222c2273697a655f6279746573223a3133382c22636865636b73756d223a227368613235363a61633365303761663737366466396138343465393964383834646466313162303331313964663830313233616361643530353034653161663562386162336438227d7d');
INSERT INTO public.goose_db_version VALUES (1, 0, true, '2026-11-28 16:25:07.951486');
INSERT INTO public.goose_db_version VALUES (2, 1, true, '2026-11-28 16:25:07.961783');
INSERT INTO public.goose_db_version VALUES (3, 2, true, '2026-11-28 16:25:08.004994');
INSERT INTO public.goose_db_version VALUES (4, 3, true, '2026-11-28 16:25:08.033896');
INSERT INTO public.goose_db_version VALUES (5, 4, true, '2026-11-28 16:25:08.069624');
INSERT INTO public.purges VALUES ('ten_01m8hfk1s4egf8wjx39y5twhyb/bkp_01m8hfkcksf6mrgwewfebbsgr7', '2026-11-29 17:10:19+00', '2026-11-29 17:10:19+00');
INSERT INTO public.storage_days VALUES ('01a222f9-8724-741e-8e4b-a34f8bae47cb', '2026-11-28', 3, 65720, 1, 138);
INSERT INTO public.tenant_usage VALUES ('01a222f9-8724-741e-8e4b-a34f8bae47cb', 10995116277760, 2, 102, 0, 0, 2, 65582, 0, 0);
INSERT INTO public.tenants VALUES ('01a222f9-8724-741e-8e4b-a34f8bae47cb', 'default', 'enterprise', NULL, '2026-11-28 16:25:08+00', '', '{}', NULL);
SELECT pg_catalog.setval('public.goose_db_version_id_seq', 5, true);
ALTER TABLE ONLY public.api_keys
    ADD CONSTRAINT api_keys_hash_key UNIQUE (hash);
ALTER TABLE ONLY public.api_keys
    ADD CONSTRAINT api_keys_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.attempts
    ADD CONSTRAINT attempts_pkey PRIMARY KEY (delivery_id, number);
ALTER TABLE ONLY public.backup_days
    ADD CONSTRAINT backup_days_pkey PRIMARY KEY (tenant_id, day);
ALTER TABLE ONLY public.backups
    ADD CONSTRAINT backups_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY public.content_types
    ADD CONSTRAINT content_types_pkey PRIMARY KEY (tenant_id, content_type);
ALTER TABLE ONLY public.deliveries
    ADD CONSTRAINT deliveries_event_id_webhook_id_key UNIQUE (event_id, webhook_id);
ALTER TABLE ONLY public.deliveries
    ADD CONSTRAINT deliveries_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.events
    ADD CONSTRAINT events_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.goose_db_version
    ADD CONSTRAINT goose_db_version_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.idempotency_keys
    ADD CONSTRAINT idempotency_keys_pkey PRIMARY KEY (tenant_id, key);
ALTER TABLE ONLY public.purges
    ADD CONSTRAINT purges_pkey PRIMARY KEY (object_key);
ALTER TABLE ONLY public.storage_days
    ADD CONSTRAINT storage_days_pkey PRIMARY KEY (tenant_id, day);
ALTER TABLE ONLY public.tenant_usage
    ADD CONSTRAINT tenant_usage_pkey PRIMARY KEY (tenant_id);
ALTER TABLE ONLY public.tenants
    ADD CONSTRAINT tenants_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.webhooks
    ADD CONSTRAINT webhooks_pkey PRIMARY KEY (tenant_id, id);
CREATE INDEX api_keys_live ON public.api_keys USING btree (tenant_id, created_at DESC, id DESC) WHERE (revoked_at IS NULL);
CREATE INDEX api_keys_tenant ON public.api_keys USING btree (tenant_id);
CREATE INDEX backups_abandoned ON public.backups USING btree (lease_until) WHERE (status = 'verifying'::text);
CREATE INDEX backups_largest ON public.backups USING btree (tenant_id, size_bytes) WHERE (status = 'completed'::text);
CREATE INDEX backups_newest ON public.backups USING btree (tenant_id, created_at DESC, id DESC);
CREATE INDEX backups_newest_by_status ON public.backups USING btree (tenant_id, status, created_at DESC, id DESC);
CREATE INDEX backups_overdue ON public.backups USING btree (deadline) WHERE (status = 'pending'::text);
CREATE INDEX content_types_most ON public.content_types USING btree (tenant_id, bytes DESC, content_type) WHERE (count > 0);
CREATE INDEX deliveries_claimed ON public.deliveries USING btree (webhook_id, next_at) WHERE (lease_owner IS NOT NULL);
CREATE INDEX deliveries_expiring ON public.deliveries USING btree (next_at) WHERE ((status = 'pending'::text) AND (lease_owner IS NOT NULL));
CREATE INDEX deliveries_newest ON public.deliveries USING btree (webhook_id, created_at DESC, id DESC);
CREATE INDEX deliveries_newest_by_status ON public.deliveries USING btree (webhook_id, status, created_at DESC, id DESC);
CREATE INDEX deliveries_over ON public.deliveries USING btree (completed_at) WHERE (status <> 'pending'::text);
CREATE INDEX deliveries_waiting ON public.deliveries USING btree (webhook_id, next_at) WHERE ((status = 'pending'::text) AND (lease_owner IS NULL));
CREATE INDEX events_age ON public.events USING btree (created_at);
CREATE INDEX events_tenant ON public.events USING btree (tenant_id);
CREATE INDEX idempotency_keys_age ON public.idempotency_keys USING btree (created_at);
CREATE INDEX idempotency_keys_backup ON public.idempotency_keys USING btree (tenant_id, backup_id);
CREATE INDEX purges_due ON public.purges USING btree (due_at);
CREATE INDEX webhooks_due ON public.webhooks USING btree (due_at) WHERE enabled;
CREATE INDEX webhooks_newest ON public.webhooks USING btree (tenant_id, created_at DESC, id DESC);
CREATE TRIGGER api_keys_came_or_went AFTER INSERT OR DELETE ON public.api_keys FOR EACH ROW EXECUTE FUNCTION public.tell_key_changed();
CREATE TRIGGER api_keys_changed AFTER UPDATE ON public.api_keys FOR EACH ROW WHEN (((((((old.id IS DISTINCT FROM new.id) OR (old.tenant_id IS DISTINCT FROM new.tenant_id)) OR (old.hash IS DISTINCT FROM new.hash)) OR (old.scopes IS DISTINCT FROM new.scopes)) OR (old.expires_at IS DISTINCT FROM new.expires_at)) OR (old.revoked_at IS DISTINCT FROM new.revoked_at))) EXECUTE FUNCTION public.tell_key_changed();
CREATE TRIGGER api_keys_truncated AFTER TRUNCATE ON public.api_keys FOR EACH STATEMENT EXECUTE FUNCTION public.tell_all_keys_changed();
CREATE TRIGGER deliveries_came AFTER INSERT ON public.deliveries FOR EACH ROW EXECUTE FUNCTION public.tell_deliveries_due();
CREATE TRIGGER tenants_changed AFTER UPDATE ON public.tenants FOR EACH ROW WHEN (((old.plan IS DISTINCT FROM new.plan) OR ((old.suspended_at IS NULL) IS DISTINCT FROM (new.suspended_at IS NULL)))) EXECUTE FUNCTION public.tell_keys_of_tenant_changed();
CREATE TRIGGER webhooks_due_sooner AFTER UPDATE ON public.webhooks FOR EACH ROW WHEN ((new.due_at < COALESCE(old.due_at, 'infinity'::timestamp with time zone))) EXECUTE FUNCTION public.tell_deliveries_due();
ALTER TABLE ONLY public.api_keys
    ADD CONSTRAINT api_keys_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.attempts
    ADD CONSTRAINT attempts_delivery_id_fkey FOREIGN KEY (delivery_id) REFERENCES public.deliveries(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.backup_days
    ADD CONSTRAINT backup_days_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.content_types
    ADD CONSTRAINT content_types_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.deliveries
    ADD CONSTRAINT deliveries_event_id_fkey FOREIGN KEY (event_id) REFERENCES public.events(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.deliveries
    ADD CONSTRAINT deliveries_tenant_id_webhook_id_fkey FOREIGN KEY (tenant_id, webhook_id) REFERENCES public.webhooks(tenant_id, id) ON DELETE CASCADE;
ALTER TABLE ONLY public.events
    ADD CONSTRAINT events_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.idempotency_keys
    ADD CONSTRAINT idempotency_keys_tenant_id_backup_id_fkey FOREIGN KEY (tenant_id, backup_id) REFERENCES public.backups(tenant_id, id) ON DELETE CASCADE;
ALTER TABLE ONLY public.storage_days
    ADD CONSTRAINT storage_days_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.tenant_usage
    ADD CONSTRAINT tenant_usage_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.webhooks
    ADD CONSTRAINT webhooks_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(id) ON DELETE CASCADE;
