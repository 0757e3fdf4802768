package store

import (
	"context"
	"errors"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"github.com/backlox/lox"
)

var (
	// With no quota nothing more comes in, or deleting might never end. Nobody
	// else who locks several keys waits for one.
	closeTenantSQL = `with keys as (
	update api_keys set revoked_at = $2 where tenant_id = $1 and revoked_at is null
), usage as (
	update tenant_usage set quota_bytes = 0 where tenant_id = $1
)
update tenants set suspended_at = coalesce(suspended_at, $2) where id = $1`

	someBackupsSQL = `select id from backups where tenant_id = $1 order by id limit $2`

	deleteBackupsSQL = `with doomed as (
	select tenant_id, id, deadline, object_key
	from unnest($2::uuid[], $3::text[]) as doomed (id, object_key) join backups using (id)
	where tenant_id = $1
	order by id
	for update of backups
), ` + purged("doomed", "object_key", "$4") + `
delete from backups b using doomed
where b.tenant_id = doomed.tenant_id and b.id = doomed.id`

	someWebhooksSQL = `select id from webhooks where tenant_id = $1 order by tenant_id, id limit $2`

	deleteIdempotencyKeysSQL = `delete from idempotency_keys
where tenant_id = $1 and key in (select key from idempotency_keys where tenant_id = $1 limit $2)`

	deleteEventsSQL = `delete from events where id in (select id from events where tenant_id = $1 limit $2)`

	lockUsageSQL = `select from tenant_usage where tenant_id = $1 for update`

	lockWebhooksSQL = `select from webhooks where tenant_id = $1 order by tenant_id, id for update`

	deleteKeysSQL = `delete from api_keys where tenant_id = $1`

	// The tables that refer to a tenant follow by themselves.
	deleteTenantSQL = `delete from tenants where id = $1 and not exists (select from backups where tenant_id = $1)`
)

// DeleteTenant implements lox.TenantStore. Each step can be repeated, and counts
// stay right throughout.
func (s *Store) DeleteTenant(ctx context.Context, id lox.TenantID, now time.Time) error {
	err := s.transact(ctx, "close tenant", func(tx *sqlx.Tx) error {
		if _, err := s.lock(ctx, tx, id); err != nil { // before its keys, as everybody does
			return err
		}
		_, err := affected(ctx, "close tenant", tx.StmtxContext(ctx, s.closeTenant), id, now)
		return err
	})
	if err != nil {
		return err
	}
	for empty := false; !empty; {
		if err := s.deleteContents(ctx, id, now); err != nil {
			return err
		}
		if empty, err = s.deleteEmptyTenant(ctx, id); err != nil {
			return err
		}
	}
	return nil
}

// deleteContents deletes what there may be a lot of.
func (s *Store) deleteContents(ctx context.Context, tenant lox.TenantID, now time.Time) error {
	for {
		var ids []lox.BackupID
		if err := s.someBackups.SelectContext(ctx, &ids, tenant, batchSize); err != nil {
			return wrap(ctx, "find backups of deleted tenant", err)
		}
		if len(ids) == 0 {
			break
		}
		objects := make([]string, len(ids))
		for i, id := range ids {
			objects[i] = lox.Backup{Tenant: tenant, ID: id}.ObjectKey()
		}
		if _, err := affected(ctx, "delete backups of tenant", s.deleteBackups, tenant, pq.Array(ids), pq.Array(objects), now); err != nil {
			return err
		}
	}
	err := repeat(func() (int64, error) {
		return affected(ctx, "delete idempotency keys of tenant", s.deleteIdempotencyKeys, tenant, batchSize)
	})
	if err != nil {
		return err
	}
	var webhooks []lox.WebhookID
	if err := s.someWebhooks.SelectContext(ctx, &webhooks, tenant, lox.MaxWebhooks); err != nil {
		return wrap(ctx, "find webhooks of deleted tenant", err)
	}
	for _, id := range webhooks {
		if err := s.DeleteWebhook(ctx, tenant, id); err != nil && !errors.Is(err, lox.ErrWebhookNotFound) {
			return err
		}
	}
	return repeat(func() (int64, error) {
		return affected(ctx, "delete events of tenant", s.deleteEvents, tenant, batchSize)
	})
}

// deleteEmptyTenant deletes a tenant unless a backup has come meanwhile. To
// create one takes the row of tenant_usage first.
func (s *Store) deleteEmptyTenant(ctx context.Context, id lox.TenantID) (deleted bool, err error) {
	err = s.transact(ctx, "delete tenant", func(tx *sqlx.Tx) error {
		_, err := s.lock(ctx, tx, id)
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
		deleted = n == 1
		return err
	})
	return deleted, err
}
