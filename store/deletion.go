package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/google/uuid"
	"github.com/jmoiron/sqlx"

	"github.com/backlox/lox"
)

const (
	// Quota 0 prevents further backups, so that the deletion ends. Other statements that lock
	// several keys never wait for a locked one, so this can't deadlock with them.
	closeTenantSQL = `with keys as (
	update api_keys set revoked_at = $2 where tenant_id = $1 and revoked_at is null
), usage as (
	update tenant_usage set quota_bytes = 0 where tenant_id = $1
)
update tenants set suspended_at = coalesce(suspended_at, $2) where id = $1`

	// Each batch begins where the previous one has ended. The index keeps the entries of deleted
	// rows as long as a transaction may see them, and a batch that began at the first one would
	// read all of them again.
	someBackupsSQL = `select tenant_id, id, name, size_bytes from backups
where tenant_id = $1 and id > $3 order by id limit $2`

	// No deliveries: the tenant's webhooks were deleted before.
	deleteBackupsSQL = `with asked as materialized (
	select * from json_to_recordset($2) as a (id uuid, object_key text, event_id uuid, actor_type text, actor_id text,
		request_id text, client_address inet, payload text)
), doomed as (
	select tenant_id, deadline, upload_id, asked.*
	from asked join backups using (id)
	where tenant_id = $1
	order by id
	for update of backups
), purge as (
	insert into purges (object_key, due_at, final_at, request_id, upload_id)
	select object_key, $3, deadline + interval '1 day', request_id, upload_id from doomed
	on conflict (object_key) do update set due_at = excluded.due_at, request_id = excluded.request_id
), recorded as (
	insert into events (tenant_id, id, type, created_at, actor_type, actor_id, subject, request_id, client_address, payload)
	select tenant_id, event_id, 'backup.deleted', $3, actor_type, actor_id, id, request_id, client_address,
		convert_to(payload, 'UTF8')
	from doomed
)
delete from backups b using doomed
where b.tenant_id = doomed.tenant_id and b.id = doomed.id`

	someWebhooksSQL = `select id from webhooks where tenant_id = $1 order by tenant_id, id`

	// It returns the last key, where the next batch begins: see someBackupsSQL.
	deleteIdempotencyKeysSQL = `with page as materialized (
	select key from idempotency_keys where tenant_id = $1 and key > $3 order by key limit $2
), deleted as (
	delete from idempotency_keys where tenant_id = $1 and key = any (array(select key from page))
)
select count(*) as count, coalesce(max(key), '') as last from page`

	lockUsageSQL = `select from tenant_usage where tenant_id = $1 for update`

	lockWebhooksSQL = `select from webhooks where tenant_id = $1 order by tenant_id, id for update`

	deleteKeysSQL = `delete from api_keys where tenant_id = $1`

	// Rows of other tables that refer to the tenant are deleted by cascade.
	deleteTenantSQL = `delete from tenants where id = $1 and not exists (select from backups where tenant_id = $1)`
)

// tenantBatch is how many backups of a deleted tenant one transaction deletes. Other commits
// wait until its write-ahead log is on disk: 500 backups write 2 MB.
const tenantBatch = 500

// DeleteTenant removes a tenant with its keys, backups and webhooks, and schedules the purge of
// its objects. It revokes the keys first. It sends no event to webhooks; the record of changes stays.
// After a failure it may be called again, and continues: each step can be repeated, and the counters
// are correct after each. If progress isn't nil, it is called after each batch with the number of
// backups that the batch has deleted. DeleteTenant pauses for a third of the time, to leave the
// database free for requests of other tenants. CodeNotFound.
func (s *Store) DeleteTenant(ctx context.Context, id lox.TenantID, now time.Time, by lox.Actor, progress func(deleted int)) error {
	err := s.transact(ctx, "close tenant", func(tx *sqlx.Tx) error {
		t, err := s.lock(ctx, tx, id) // before its keys: all transactions lock in this order
		if err != nil {
			return err
		}
		if _, err := affected(ctx, "close tenant", tx.StmtxContext(ctx, s.closeTenant), id, now); err != nil {
			return err
		}
		return s.record(ctx, tx, t.Event(lox.EventTenantClosed, now, by))
	})
	if err != nil {
		return err
	}
	if progress == nil {
		progress = func(int) {}
	}
	for empty := false; !empty; {
		if err := s.deleteContents(ctx, id, now, by, progress); err != nil {
			return err
		}
		if empty, err = s.deleteEmptyTenant(ctx, id, now, by); err != nil {
			return err
		}
	}
	return nil
}

// deleteContents deletes the webhooks, backups and idempotency keys of a tenant. Webhooks come
// first, so that they get no events of the other deletions.
func (s *Store) deleteContents(ctx context.Context, tenant lox.TenantID, now time.Time, by lox.Actor, progress func(deleted int)) error {
	var webhooks []lox.WebhookID
	if err := s.someWebhooks.SelectContext(ctx, &webhooks, tenant); err != nil {
		return wrap(ctx, "find webhooks of deleted tenant", err)
	}
	for _, id := range webhooks {
		if err := s.DeleteWebhook(ctx, tenant, id, now, by); err != nil && !errors.Is(err, lox.ErrWebhookNotFound) {
			return err
		}
		if err := s.removeWebhook(ctx, tenant, id); err != nil {
			return err
		}
	}
	var last lox.BackupID
	err := paced(ctx, func() (more bool, err error) {
		var some []lox.Backup
		if err := s.someBackups.SelectContext(ctx, &some, tenant, tenantBatch, last); err != nil || len(some) == 0 {
			return false, wrap(ctx, "find backups of deleted tenant", err)
		}
		last = some[len(some)-1].ID
		if err := s.deleteSome(ctx, tenant, some, now, by); err != nil {
			return false, err
		}
		progress(len(some))
		return true, nil
	})
	if err != nil {
		return err
	}
	return s.deleteKeysOfCreates(ctx, tenant)
}

// deleteKeysOfCreates deletes the idempotency keys of a tenant.
func (s *Store) deleteKeysOfCreates(ctx context.Context, tenant lox.TenantID) error {
	var deleted struct {
		Count int    `db:"count"`
		Last  string `db:"last"`
	}
	return paced(ctx, func() (more bool, err error) {
		err = s.deleteIdempotencyKeys.GetContext(ctx, &deleted, tenant, batchSize, deleted.Last)
		return deleted.Count == batchSize, wrap(ctx, "delete idempotency keys of tenant", err)
	})
}

// paced calls work until nothing is left. After each call it pauses for half the duration of the
// call, so that PostgreSQL has time for requests.
func paced(ctx context.Context, work func() (more bool, err error)) error {
	for {
		begun := time.Now()
		more, err := work()
		if err != nil || !more {
			return err
		}
		select {
		case <-time.After(time.Since(begun) / 2):
		case <-ctx.Done():
			return wrap(ctx, "pause", ctx.Err())
		}
	}
}

// deleteRow is one of the rows that deleteBackupsSQL reads.
type deleteRow struct {
	ID     uuid.UUID `json:"id"`
	Object string    `json:"object_key"`
	Event  uuid.UUID `json:"event_id"`
	eventColumns
}

func (s *Store) deleteSome(ctx context.Context, tenant lox.TenantID, some []lox.Backup, now time.Time, by lox.Actor) error {
	text, err := deleteText(some, now, by)
	if err != nil {
		return fmt.Errorf("delete backups of tenant: %w", err)
	}
	_, err = affected(ctx, "delete backups of tenant", s.deleteBackups, tenant, text, now)
	return err
}

func deleteText(some []lox.Backup, now time.Time, by lox.Actor) (string, error) {
	rows := make([]deleteRow, len(some))
	for i, b := range some {
		e := b.Deleted(now, by)
		rows[i] = deleteRow{uuid.UUID(b.ID), b.ObjectKey(), uuid.UUID(e.ID), columnsOf(e)}
	}
	text, err := json.Marshal(rows)
	return string(text), err
}

// deleteEmptyTenant deletes a tenant, unless a backup was created meanwhile. It locks the
// row in tenant_usage, which every creation locks first.
func (s *Store) deleteEmptyTenant(ctx context.Context, id lox.TenantID, now time.Time, by lox.Actor) (deleted bool, err error) {
	err = s.transact(ctx, "delete tenant", func(tx *sqlx.Tx) error {
		t, err := s.lock(ctx, tx, id)
		if errors.Is(err, lox.ErrTenantNotFound) { // another process has deleted it
			deleted = true
			return nil
		}
		if err != nil {
			return err
		}
		for _, stmt := range []*sqlx.Stmt{s.lockUsage, s.deleteKeys, s.lockWebhooks} {
			if _, err := affected(ctx, "delete tenant", tx.StmtxContext(ctx, stmt), id); err != nil {
				return err
			}
		}
		n, err := affected(ctx, "delete tenant", tx.StmtxContext(ctx, s.deleteTenant), id)
		if deleted = n == 1; err != nil || !deleted {
			return err
		}
		return s.record(ctx, tx, t.Event(lox.EventTenantDeleted, now, by))
	})
	return deleted, err
}
