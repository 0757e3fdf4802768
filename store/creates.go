package store

import (
	"context"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/go-json-experiment/json"
	"github.com/google/uuid"
	"github.com/lib/pq"
	"github.com/lib/pq/pqerror"

	"github.com/backlox/lox"
)

const (
	// newBackups reads the backups to create, with the data of their events, from JSON. An event
	// has the id of its backup. created_at is in seconds, the other times are in microseconds after
	// it. $2 is the lock timeout of the statement.
	newBackups = `with new as materialized (
	select tenant_id, id, name, size_bytes, part_size_bytes, stream, content_type, metadata, declared_checksum,
		to_timestamp(created_at) as created_at,
		to_timestamp(created_at) + upload_expires * interval '1 microsecond' as upload_expires_at,
		to_timestamp(created_at) + deadline * interval '1 microsecond' as deadline,
		actor_type, actor_id, request_id, client_address, payload, key, request, (select set_config('lock_timeout', $2, true))
	from json_to_recordset($1) as a (tenant_id uuid, id uuid, name text, size_bytes bigint, part_size_bytes bigint, stream boolean,
		content_type text, metadata jsonb,
		declared_checksum bytea, created_at bigint, upload_expires bigint, deadline bigint,
		actor_type text, actor_id text, request_id text, client_address inet, payload text, key text, request bytea)
)`
	insertNew = `insert into backups (tenant_id, id, name, status, size_bytes, part_size_bytes, stream, content_type, metadata,
		declared_checksum, created_at, upload_expires_at, deadline)
	select tenant_id, id, name, 'pending', size_bytes, part_size_bytes, stream, content_type, metadata,
		declared_checksum, created_at, upload_expires_at, deadline`
	insertCreated = `insert into events (tenant_id, id, type, created_at, actor_type, actor_id, subject, request_id, client_address, payload)
	select tenant_id, id, 'backup.created', created_at, actor_type, actor_id, id, request_id, client_address, convert_to(payload, 'UTF8')`

	// A subquery: with a join, PostgreSQL could read all tenants.
	allFit = `select bool_and(coalesce((
			select size_bytes <= quota_bytes - completed_bytes - verifying_bytes - pending_bytes
			from tenant_usage where tenant_id = new.tenant_id
		), false)) from new`

	// With exists instead of count, PostgreSQL would insert the first backup, then the events, then
	// the other backups. But the trigger of events must be the last one to lock rows.
	anyMade = `(select count(*) from made) > 0`

	// createAllSQL creates backups of any tenants, or none if the quota of one of the tenants is
	// not enough for one of its backups. The triggers of backups check the quota again, exactly;
	// but PostgreSQL logs their errors, so this check comes first.
	//
	// Separate statements would wait for each other, because each locks its tenant's counters
	// until its commit is on disk.
	createAllSQL = newBackups + `, made as (
	` + insertNew + `
	from new
	where (` + allFit + `)
	returning id
)
` + insertCreated + `
	from new where ` + anyMade

	// createAllOnceSQL creates backups, some with idempotency keys, or none if one of the keys is
	// in use or was used before. The look-up of a key is a scalar subquery: with exists,
	// PostgreSQL could read all keys.
	createAllOnceSQL = newBackups + `, made as (
	` + insertNew + `
	from new
	where (` + allFit + `) and not exists (
		select from new where key is not null and (
			not pg_try_advisory_xact_lock(hashtextextended(tenant_id::text || ' ' || key, 0))
			or (select true from idempotency_keys k where k.tenant_id = new.tenant_id and k.key = new.key)))
	returning id
), claimed as (
	insert into idempotency_keys (tenant_id, key, request, backup_id, created_at)
	select tenant_id, key, request, id, created_at from new where key is not null and ` + anyMade + `
)
` + insertCreated + `
	from new where ` + anyMade

	// createSomeSQL creates as many of the backups as the quotas allow, the smallest of each tenant
	// first, and returns why it has not created the others. It doesn't create a backup whose
	// idempotency key is in use or was used before. The statement's snapshot may be older than the
	// lock of the key, so it inserts the key first, and creates the backup only if that succeeds.
	createSomeSQL = newBackups + `, tenant as materialized (
	select locked.*
	from (select distinct tenant_id from new order by tenant_id) t, lateral (
		select tenant_id, quota_bytes, quota_bytes - completed_bytes - verifying_bytes - pending_bytes as free
		from tenant_usage where tenant_id = t.tenant_id
		for update
	) locked
), fitting as materialized (
	select new.*, free, sum(size_bytes) over (partition by tenant_id order by size_bytes, id) as with_smaller
	from new join tenant using (tenant_id)
	where key is null or pg_try_advisory_xact_lock(hashtextextended(tenant_id::text || ' ' || key, 0)) and (
		select true from idempotency_keys k
		where k.tenant_id = new.tenant_id and k.key = new.key and k.created_at > new.created_at - interval '24 hours') is null
), claimed as (
	insert into idempotency_keys as k (tenant_id, key, request, backup_id, created_at)
	select tenant_id, key, request, id, created_at from fitting where key is not null and with_smaller <= free
	on conflict (tenant_id, key) do update
	set request = excluded.request, backup_id = excluded.backup_id, created_at = excluded.created_at
	where k.created_at <= excluded.created_at - interval '24 hours'
	returning backup_id
), made as (
	` + insertNew + `
	from fitting
	where with_smaller <= free and (key is null or id in (select backup_id from claimed))
	returning id
), recorded as (
	` + insertCreated + `
	from fitting where id in (select id from made)
)
select new.id, tenant.tenant_id is null as no_tenant, fitting.with_smaller > fitting.free as over_quota, tenant.free, tenant.quota_bytes
from new left join tenant using (tenant_id) left join fitting using (id)
where id not in (select id from made)`
)

// creation is a backup to create. key is nil if it has no idempotency key.
type creation struct {
	backup lox.Backup
	by     lox.Actor
	key    *lox.IdempotencyKey
}

// createRow is one of the rows of newBackups.
type createRow struct {
	Tenant      uuid.UUID    `json:"tenant_id"`
	ID          uuid.UUID    `json:"id"`
	Name        string       `json:"name"`
	Size        int64        `json:"size_bytes"`
	PartSize    int64        `json:"part_size_bytes"`
	Stream      bool         `json:"stream"`
	ContentType string       `json:"content_type"`
	Metadata    lox.Metadata `json:"metadata"`
	Declared    *string      `json:"declared_checksum,omitzero"`
	CreatedAt   int64        `json:"created_at"`
	Expires     int64        `json:"upload_expires"`
	Deadline    int64        `json:"deadline"`
	Key         *string      `json:"key,omitzero"`
	Request     *string      `json:"request,omitzero"`
	eventColumns
}

func (c creation) row() createRow {
	b := c.backup
	row := createRow{
		Tenant: uuid.UUID(b.Tenant), ID: uuid.UUID(b.ID), Name: b.Name, Size: b.Size, PartSize: b.PartSize, Stream: b.Stream,
		ContentType: b.ContentType, Metadata: b.Metadata,
		CreatedAt: b.CreatedAt.Unix(), Expires: b.UploadExpiresAt.Sub(b.CreatedAt).Microseconds(),
		Deadline: b.Deadline().Sub(b.CreatedAt).Microseconds(), eventColumns: columnsOf(b.Created(c.by)),
	}
	if b.Declared != nil {
		row.Declared = bytea(b.Declared[:])
	}
	if c.key != nil {
		row.Key, row.Request = &c.key.Key, bytea(c.key.Request[:])
	}
	return row
}

// sqlQuotaExceeded is the SQLSTATE of the triggers of backups when a quota is exceeded. See
// migrations/00009_counters.sql.
const sqlQuotaExceeded pqerror.Code = "LX001"

// Lock timeouts. Batches of several tenants use shortLockTimeout.
const (
	noLockTimeout    = "0" // only the context bounds the wait
	shortLockTimeout = "250ms"
)

type createCall = lox.Call[creation, createOutcome]

// createOutcome is the result of a creation without an error. keyTaken means that no backup
// was created, because its key is in use or was used before.
type createOutcome struct{ keyTaken bool }

// createMany creates backups, as many as the quotas allow. It sets Err or Out of each call.
func (s *Store) createMany(ctx context.Context, calls []*createCall, lockTimeout string) error {
	const what = "create backups"
	asked, create := make([]createRow, len(calls)), s.createAll
	for i, c := range calls {
		if asked[i] = c.In.row(); c.In.key != nil {
			create = s.createAllOnce
		}
	}
	text, err := json.Marshal(asked)
	if err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	n, err := affected(ctx, what, create, string(text), lockTimeout)
	switch {
	case n > 0 || len(calls) == 1 && ranTwice(err, "backups_pkey"):
		s.created(len(calls))
		return nil
	case err != nil && pq.As(err, sqlQuotaExceeded) == nil: // a concurrent create may have used the quota
		return err
	}
	var refused []struct {
		ID        lox.BackupID `db:"id"`
		NoTenant  bool         `db:"no_tenant"`
		OverQuota *bool        `db:"over_quota"`
		Free      *int64       `db:"free"` // before the statement
		Quota     *int64       `db:"quota_bytes"`
	}
	if err := s.createSome.SelectContext(ctx, &refused, string(text), lockTimeout); err != nil {
		return wrap(ctx, what, err)
	}
	s.created(len(calls) - len(refused))
	byID, used := map[lox.BackupID]*createCall{}, map[lox.TenantID]int64{}
	for _, c := range calls {
		byID[c.In.backup.ID] = c
		used[c.In.backup.Tenant] += c.In.backup.Size
	}
	for _, r := range refused {
		b := byID[r.ID].In.backup
		used[b.Tenant] -= b.Size
	}
	for _, r := range refused {
		switch c := byID[r.ID]; {
		case r.NoTenant:
			c.Err = errTenantDeleted
		case r.OverQuota != nil && *r.OverQuota:
			b := c.In.backup
			c.Err = quotaExceeded(b, max(0, *r.Free-used[b.Tenant]), *r.Quota)
		default:
			c.Out.keyTaken = true
		}
	}
	return nil
}

// created must be called after n backups were created.
func (s *Store) created(n int) {
	if n > 0 {
		s.grew(n)
		s.recorded()
	}
}

// storable returns an error for text that PostgreSQL can't store: it would make the whole
// batch fail. The validation of requests refuses such text already.
func storable(b lox.Backup) error {
	texts := append(make([]string, 0, 2+2*len(b.Metadata)), b.Name, b.ContentType)
	for name, value := range b.Metadata {
		texts = append(texts, name, value)
	}
	for _, text := range texts {
		if !utf8.ValidString(text) || strings.ContainsRune(text, 0) {
			return fmt.Errorf("create backup: %q can't be stored: invalid UTF-8, or a NUL", text)
		}
	}
	return nil
}

func quotaExceeded(b lox.Backup, free, quota int64) error {
	return lox.Errorf(lox.CodeQuotaExceeded, "Storage quota limit reached").With("size_bytes",
		fmt.Sprintf("Needs %d bytes; %d of the quota of %d bytes are free", b.Size, free, quota))
}
