package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/backlox/lox"
)

const (
	webhookColumns = `id, tenant_id, url, events, description, enabled, disabled_reason, created_at,
	failing_since, secret, previous_secret, previous_ends_at`

	createWebhookSQL = `insert into webhooks (tenant_id, id, url, events, description, enabled, disabled_reason, created_at, secret)
select $1, $2, $3, $4, $5, $6, $7, $8, $9
where (select count(*) from webhooks where tenant_id = $1 and deleted_at is null) < $10`

	hostWebhooksSQL = `select w.host, (
	select count(*) from webhooks other where other.tenant_id = w.tenant_id and other.host = w.host and other.deleted_at is null
) as count
from webhooks w where w.tenant_id = $1 and w.id = $2`

	webhooksSQL = `select (select count(*) from webhooks where tenant_id = $1 and deleted_at is null) as total, ` + webhookColumns + `
from webhooks where tenant_id = $1 and deleted_at is null
order by created_at desc, id desc
limit $2 offset $3`

	getWebhookSQL = `select ` + webhookColumns + ` from webhooks where tenant_id = $1 and id = $2 and deleted_at is null`

	lockWebhookSQL = getWebhookSQL + ` for no key update`

	updateWebhookSQL = `update webhooks set url = $3, events = $4, description = $5, enabled = $6, disabled_reason = $7,
	failing_since = $8, secret = $9, previous_secret = $10, previous_ends_at = $11,
	due_at = case when $6 then due_at end
where tenant_id = $1 and id = $2`

	// Marks a webhook as deleted until ForgetWebhooks removes it. Servers of the previous version
	// still show it, with this reason.
	closeWebhookSQL = `update webhooks set enabled = false, disabled_reason = 'The webhook is being deleted', due_at = null, deleted_at = $3,
	secret = '', previous_secret = null, previous_ends_at = null
where tenant_id = $1 and id = $2`

	// Works in batches: one transaction that failed a million deliveries would block the
	// completion of the tenant's backups. Deliveries of a disabled webhook are never claimed,
	// so the later batches can wait.
	failPendingSQL = `with hook as (
	select id from webhooks where tenant_id = $1 and id = $2 and not enabled for no key update
), doomed as (
	select id from deliveries where webhook_id = (select id from hook) and status = 'pending'
	limit $4 for update
)
update deliveries set status = 'failed', failure = 'The webhook was disabled', completed_at = $3,
	next_at = null, lease_owner = null
where id = any (array(select id from doomed))`

	abandonedHooksSQL = `select tenant_id, id from webhooks w where not enabled and deleted_at is null
	and exists (select from deliveries where webhook_id = w.id and status = 'pending')
limit $1`

	// With an array: for a join PostgreSQL would read the whole table, because it doesn't know how
	// few rows the limit leaves.
	deleteDeliveriesSQL = `with hook as (
	select id from webhooks where tenant_id = $1 and id = $2 for no key update
)
delete from deliveries where id = any (array(
	select id from deliveries where webhook_id = (select id from hook) limit $3
))`

	deletedWebhookSQL = `select tenant_id, id from webhooks where deleted_at is not null order by deleted_at limit 1`

	deleteWebhookSQL = `delete from webhooks where tenant_id = $1 and id = $2 and deleted_at is not null`
)

// CreateWebhook implements server.WebhookStore. The tenant's lock prevents that another one
// is added meanwhile.
func (s *Store) CreateWebhook(ctx context.Context, w lox.Webhook, by lox.Actor) error {
	const what = "create webhook"
	return s.transact(ctx, what, func(tx *sqlx.Tx) error {
		_, err := s.lock(ctx, tx, w.Tenant)
		if errors.Is(err, lox.ErrTenantNotFound) {
			return errTenantDeleted
		}
		if err != nil {
			return err
		}
		n, err := affected(ctx, what, tx.StmtxContext(ctx, s.createWebhook), w.Tenant, w.ID, w.URL, w.Events,
			w.Description, w.Enabled, w.DisabledReason, w.CreatedAt, w.Secret, lox.MaxWebhooks)
		if err == nil && n == 0 {
			err = lox.Errorf(lox.CodeInvalidState, "The tenant has as many webhooks as it may have").
				With("url", fmt.Sprintf("Delete one of the %d webhooks first", lox.MaxWebhooks))
		}
		if err != nil {
			return err
		}
		host, err := s.webhookHost(ctx, tx, w.Tenant, w.ID)
		if err == nil {
			err = host.checkLimit()
		}
		if err != nil {
			return err
		}
		return s.record(ctx, tx, w.Event(lox.EventWebhookCreated, w.CreatedAt, by))
	})
}

// webhookHost is the host of a webhook, and how many webhooks of the tenant have it.
type webhookHost struct {
	Host  string `db:"host"`
	Count int    `db:"count"`
}

func (s *Store) webhookHost(ctx context.Context, tx *sqlx.Tx, tenant lox.TenantID, id lox.WebhookID) (h webhookHost, err error) {
	err = tx.StmtxContext(ctx, s.hostWebhooks).GetContext(ctx, &h, tenant, id)
	return h, wrap(ctx, "count webhooks of host", err)
}

// checkLimit returns an error if the host has too many webhooks.
func (h webhookHost) checkLimit() error {
	if h.Count <= lox.MaxWebhooksPerHost {
		return nil
	}
	return lox.Errorf(lox.CodeInvalidState, "The tenant has as many webhooks to one host as it may have").
		With("url", fmt.Sprintf("Use another host, or delete one of the %d webhooks to %s first", h.Count-1, h.Host))
}

// Webhooks implements server.WebhookStore.
func (s *Store) Webhooks(ctx context.Context, tenant lox.TenantID, limit, offset int) ([]lox.Webhook, int64, error) {
	var rows []struct {
		Total int64 `db:"total"`
		lox.Webhook
	}
	if err := s.webhooks.SelectContext(ctx, &rows, tenant, limit, offset); err != nil {
		return nil, 0, wrap(ctx, "list webhooks", err)
	}
	if len(rows) == 0 && offset > 0 {
		// A page after the last one has no row with the total.
		_, total, err := s.Webhooks(ctx, tenant, 1, 0)
		return nil, total, err
	}
	found, total := make([]lox.Webhook, 0, len(rows)), int64(0)
	for _, row := range rows {
		found, total = append(found, row.Webhook), row.Total
	}
	return found, total, nil
}

// Webhook implements server.WebhookStore.
func (s *Store) Webhook(ctx context.Context, tenant lox.TenantID, id lox.WebhookID) (lox.Webhook, error) {
	return readWebhook(ctx, s.getWebhook, tenant, id)
}

func readWebhook(ctx context.Context, stmt *sqlx.Stmt, tenant lox.TenantID, id lox.WebhookID) (w lox.Webhook, err error) {
	err = stmt.GetContext(ctx, &w, tenant, id)
	if errors.Is(err, sql.ErrNoRows) {
		return w, lox.ErrWebhookNotFound
	}
	return w, wrap(ctx, "read webhook", err)
}

// UpdateWebhook implements server.WebhookStore. The tenant's lock prevents that another
// webhook gets the same host meanwhile. If a disabled webhook has many pending deliveries,
// they are failed after the transaction, without its locks.
func (s *Store) UpdateWebhook(
	ctx context.Context, tenant lox.TenantID, id lox.WebhookID, what lox.EventType, by lox.Actor, change func(*lox.Webhook) error,
) (lox.Webhook, error) {
	now := lox.Seconds(time.Now())
	defer s.recorded()
	for {
		w, more, err := s.updateWebhookOnce(ctx, tenant, id, now, func(tx *sqlx.Tx, w *lox.Webhook) error {
			before := *w
			before.Events = slices.Clone(w.Events)
			if err := change(w); err != nil || reflect.DeepEqual(*w, before) {
				return err
			}
			return s.record(ctx, tx, w.Event(what, now, by))
		})
		if errors.Is(err, errStillPending) {
			if err = failPending(ctx, s.failPending, tenant, id, now); err == nil {
				continue
			}
		}
		if err == nil && more {
			// The change is stored even if this fails: FailAbandoned fails the rest later.
			_ = failPending(ctx, s.failPending, tenant, id, now)
		}
		return w, err
	}
}

// errStillPending rolls back the enabling of a webhook that still has too many pending
// deliveries from before it was disabled.
var errStillPending = errors.New("too many deliveries of a disabled webhook are still pending")

// updateWebhookOnce returns more if it has disabled the webhook, and the webhook may still
// have pending deliveries.
func (s *Store) updateWebhookOnce(
	ctx context.Context, tenant lox.TenantID, id lox.WebhookID, now time.Time, change func(*sqlx.Tx, *lox.Webhook) error,
) (w lox.Webhook, more bool, err error) {
	err = s.transact(ctx, "update webhook", func(tx *sqlx.Tx) error {
		if _, err := s.lock(ctx, tx, tenant); errors.Is(err, lox.ErrTenantNotFound) {
			return lox.ErrWebhookNotFound
		} else if err != nil {
			return err
		}
		if w, err = readWebhook(ctx, tx.StmtxContext(ctx, s.lockWebhook), tenant, id); err != nil {
			return err
		}
		before := w
		if err = change(tx, &w); err != nil {
			return err
		}
		failSome := func() error {
			n, err := affected(ctx, "fail deliveries of disabled webhook", tx.StmtxContext(ctx, s.failPending), tenant, id, now, batchSize)
			more = n == batchSize
			return err
		}
		if w.Enabled && !before.Enabled { // deliveries may be left if an earlier failPending was interrupted
			if err = failSome(); err == nil && more {
				err = errStillPending
			}
			if err != nil {
				return err
			}
		}
		if err = s.storeWebhook(ctx, tx, before, w); err != nil || w.Enabled || !before.Enabled {
			return err
		}
		return failSome()
	})
	return w, more, err
}

// storeWebhook stores a changed webhook, and checks the limit of a new host.
func (s *Store) storeWebhook(ctx context.Context, tx *sqlx.Tx, before, w lox.Webhook) (err error) {
	var from, to webhookHost
	if w.URL != before.URL {
		if from, err = s.webhookHost(ctx, tx, w.Tenant, w.ID); err != nil {
			return err
		}
	}
	_, err = affected(ctx, "update webhook", tx.StmtxContext(ctx, s.updateWebhook), w.Tenant, w.ID, w.URL, w.Events, w.Description,
		w.Enabled, w.DisabledReason, w.FailingSince, w.Secret, w.Previous, w.PreviousEndsAt)
	if err != nil || w.URL == before.URL {
		return err
	}
	if to, err = s.webhookHost(ctx, tx, w.Tenant, w.ID); err != nil || to.Host == from.Host {
		return err
	}
	return to.checkLimit()
}

// failPending fails the pending deliveries of a webhook while it is disabled.
func failPending(ctx context.Context, stmt *sqlx.Stmt, tenant lox.TenantID, id lox.WebhookID, now time.Time) error {
	return repeat(func() (int64, error) {
		return affected(ctx, "fail deliveries of disabled webhook", stmt, tenant, id, now, batchSize)
	})
}

// FailAbandoned fails the pending deliveries of disabled webhooks, which their tenants would
// otherwise see as pending: the process that disabled a webhook may have failed only the
// first thousand. If ctx ends before it is done, the next call continues.
func (s *Store) FailAbandoned(ctx context.Context, now time.Time) error {
	const atOnce = 100
	for {
		var hooks []struct {
			Tenant lox.TenantID  `db:"tenant_id"`
			ID     lox.WebhookID `db:"id"`
		}
		if err := s.abandonedHooks.SelectContext(ctx, &hooks, atOnce); err != nil || len(hooks) == 0 {
			return wrap(ctx, "find disabled webhooks", err)
		}
		for _, hook := range hooks {
			if err := failPending(ctx, s.failPending, hook.Tenant, hook.ID, now); err != nil {
				return err
			}
		}
	}
}

// DeleteWebhook implements server.WebhookStore.
func (s *Store) DeleteWebhook(ctx context.Context, tenant lox.TenantID, id lox.WebhookID, now time.Time, by lox.Actor) error {
	const what = "delete webhook"
	return s.transact(ctx, what, func(tx *sqlx.Tx) error {
		w, err := readWebhook(ctx, tx.StmtxContext(ctx, s.lockWebhook), tenant, id)
		if err != nil {
			return err
		}
		if _, err := affected(ctx, what, tx.StmtxContext(ctx, s.closeWebhook), tenant, id, now); err != nil {
			return err
		}
		return s.record(ctx, tx, w.Event(lox.EventWebhookDeleted, now, by))
	})
}

// ForgetWebhooks implements lifecycle.Store.
func (s *Store) ForgetWebhooks(ctx context.Context, limit int) (more bool, err error) {
	var hook struct {
		Tenant lox.TenantID  `db:"tenant_id"`
		ID     lox.WebhookID `db:"id"`
	}
	err = s.deletedWebhook.GetContext(ctx, &hook)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	if err != nil {
		return false, wrap(ctx, "find deleted webhook", err)
	}
	_, err = s.removeSome(ctx, hook.Tenant, hook.ID, limit)
	return err == nil, err
}

// removeWebhook removes a deleted webhook with all its deliveries.
func (s *Store) removeWebhook(ctx context.Context, tenant lox.TenantID, id lox.WebhookID) error {
	return paced(ctx, func() (more bool, err error) { return s.removeSome(ctx, tenant, id, batchSize) })
}

// removeSome removes up to limit deliveries of a deleted webhook. If no delivery is left, it
// removes the webhook.
func (s *Store) removeSome(ctx context.Context, tenant lox.TenantID, id lox.WebhookID, limit int) (more bool, err error) {
	const what = "remove deleted webhook"
	n, err := affected(ctx, what, s.deleteDeliveries, tenant, id, limit)
	if err != nil || n == int64(limit) {
		return true, err
	}
	_, err = affected(ctx, what, s.deleteWebhook, tenant, id)
	return false, err
}
