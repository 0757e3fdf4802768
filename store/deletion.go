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
	// With no quota nothing more comes in, or deleting might never end. Nobody
	// else who locks several keys waits for one.
	closeTenantSQL = `with keys as (
	update api_keys set revoked_at = $2 where tenant_id = $1 and revoked_at is null
), usage as (
	update tenant_usage set quota_bytes = 0 where tenant_id = $1
)
update tenants set suspended_at = coalesce(suspended_at, $2) where id = $1`

	// From where the batch before ended: the index keeps the entries of what is deleted for as
	// long as any transaction may see it, and each batch would walk through those of all before.
	someBackupsSQL = `select tenant_id, id, name, size_bytes from backups
where tenant_id = $1 and id > $3 order by id limit $2`

	// Nobody is told: the tenant's webhooks are disabled.
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

	// Returns where it ends, for the next batch to begin there: see someBackupsSQL.
	deleteIdempotencyKeysSQL = `with page as materialized (
	select key from idempotency_keys where tenant_id = $1 and key > $3 order by key limit $2
), deleted as (
	delete from idempotency_keys where tenant_id = $1 and key = any (array(select key from page))
)
select count(*) as count, coalesce(max(key), '') as last from page`

	lockUsageSQL = `select from tenant_usage where tenant_id = $1 for update`

	lockWebhooksSQL = `select from webhooks where tenant_id = $1 order by tenant_id, id for update`

	deleteKeysSQL = `delete from api_keys where tenant_id = $1`

	// The tables that refer to a tenant follow by themselves.
	deleteTenantSQL = `delete from tenants where id = $1 and not exists (select from backups where tenant_id = $1)`
)

// tenantBatch is how many backups of a deleted tenant go in one transaction. The commits of
// others wait until its log is on the disk: 500 write 2 MB.
const tenantBatch = 500

// DeleteTenant removes a tenant with its keys, backups and webhooks, and has every
// object purged. No webhook is told; the record of its changes stays. Its keys cease to
// work first. It may be called again after a failure, and goes on where it was: each
// step can be repeated, and counts stay right throughout. If progress isn't nil, it is
// told after each step how many more backups are deleted. To leave room for the
// requests of others, it pauses for a third of the time. CodeNotFound.
func (s *Store) DeleteTenant(ctx context.Context, id lox.TenantID, now time.Time, by lox.Actor, progress func(deleted int)) error {
	err := s.transact(ctx, "close tenant", func(tx *sqlx.Tx) error {
		t, err := s.lock(ctx, tx, id) // before its keys, as everybody does
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

// deleteContents deletes what there may be a lot of: webhooks first, so that nobody is told
// of the rest.
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

// paced works in batches until nothing is left. After each one it pauses for half as long as it
// took, so that requests of others find PostgreSQL free.
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

// deleteEmptyTenant deletes a tenant unless a backup has come meanwhile. To
// create one takes the row of tenant_usage first.
func (s *Store) deleteEmptyTenant(ctx context.Context, id lox.TenantID, now time.Time, by lox.Actor) (deleted bool, err error) {
	err = s.transact(ctx, "delete tenant", func(tx *sqlx.Tx) error {
		t, err := s.lock(ctx, tx, id)
		if errors.Is(err, lox.ErrTenantNotFound) { // someone else was as far
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
