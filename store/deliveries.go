package store

import (
	"context"
	"database/sql"
	"errors"
	"strconv"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/backlox/lox"
)

const (
	deliveryColumns = `d.id, d.tenant_id, d.webhook_id, d.event_id, d.type, d.status, d.created_at, d.attempts,
	d.failure, d.next_at, d.completed_at`

	// A webhook that was deleted has deliveries until ForgetWebhooks has removed them.
	webhookIsThere = `exists (select from webhooks where tenant_id = $1 and id = $2 and deleted_at is null)`

	// One statement reads the delivery and its attempts in one snapshot. It returns a row for
	// each attempt, and one row if there is none.
	getDeliverySQL = `select ` + deliveryColumns + `, e.payload, a.number, a.at, a.latency, a.status as http_status, a.body, a.error
from deliveries d join events e on e.id = d.event_id
left join lateral (
	select number, at, latency, status, body, error from attempts where delivery_id = d.id
	order by number desc limit $4
) a on true
where d.tenant_id = $1 and d.webhook_id = $2 and d.id = $3 and ` + webhookIsThere + `
order by a.number`
)

var (
	deliveriesSQL             = deliveryPage("")
	deliveriesByStatusSQL     = deliveryPage(" and status = $7")
	deliveriesByTypeSQL       = deliveryPage(" and type = $7")
	deliveriesByStatusTypeSQL = deliveryPage(" and status = $7 and type = $8")

	// The id of the delivery is a UUIDv7 with the time of the event's id and new random bits.
	sendEventSQL = `with hook as (
	select tenant_id, id from webhooks where tenant_id = $1 and id = $2 and enabled for no key update
), event as (
	insert into events (tenant_id, id, type, created_at, actor_type, actor_id, subject, request_id, client_address, payload)
	select tenant_id, $3, $4, $5, $6, $7, $8, $9, $10, $11 from hook
), due as (
	update webhooks w set due_at = least(w.due_at, $5) from hook where w.tenant_id = hook.tenant_id and w.id = hook.id
)
insert into deliveries as d (id, tenant_id, webhook_id, event_id, type, created_at, next_at)
select (substr($3::uuid::text, 1, 18) || substr(gen_random_uuid()::text, 19))::uuid, tenant_id, id, $3, $4, $5, $5 from hook
returning ` + deliveryColumns

	redeliverSQL = `with hook as (
	select tenant_id, id from webhooks where tenant_id = $1 and id = $2 and enabled for no key update
), again as (
	select id from deliveries
	where tenant_id = $1 and webhook_id = (select id from hook) and id = $3 and status <> 'pending'
	for update
), ` + pendingAgain("$4") + `, recorded as (
	insert into events (tenant_id, id, type, created_at, actor_type, actor_id, subject, request_id, client_address, payload)
	select tenant_id, $5, $6, $7, $8, $9, $10, $11, $12, $13 from made
)
select ` + deliveryColumns + ` from made d`

	// Recovers one page: the newest failed deliveries before a position. It returns how many
	// they are, and the position where the page ends.
	recoverSQL = `with hook as (
	select tenant_id, id from webhooks where tenant_id = $1 and id = $2 and enabled for no key update
), again as (
	select id from deliveries
	where tenant_id = $1 and webhook_id = (select id from hook) and status = 'failed'
		and created_at >= $3 and (created_at, id) < ($5, $6::uuid)
	order by created_at desc, id desc
	limit $7
	for update
), ` + pendingAgain("$4") + `
select (select count(*) from made) as count, created_at, id from made
order by created_at, id limit 1`
)

// deliveryPage lists deliveries, newest first. It counts at most lox.MaxExactTotal+1
// of them: a count of 400,000 took 0.4 s.
func deliveryPage(filters string) string {
	filter := `tenant_id = $1 and webhook_id = $2 and created_at >= $3 and created_at < $4 and ` + webhookIsThere + filters
	return `select (select count(*) from (select from deliveries where ` + filter + ` limit ` + strconv.Itoa(lox.MaxExactTotal+1) + `) counted) as total,
	` + deliveryColumns + `
from deliveries d where ` + filter + `
order by created_at desc, id desc
limit $5 offset $6`
}

// pendingAgain returns the common table expressions that make the deliveries in
// "again" pending, to the webhook in "hook". They yield them as "made".
func pendingAgain(now string) string {
	return `made as (
	update deliveries d set status = 'pending', tries = 0, failure = '', next_at = ` + now + `, completed_at = null
	where id = any (array(select id from again))
	returning ` + deliveryColumns + `
), due as (
	update webhooks w set due_at = least(w.due_at, ` + now + `)
	from hook where w.tenant_id = hook.tenant_id and w.id = hook.id and exists (select from again)
)`
}

// SendEvent implements server.WebhookStore.
func (s *Store) SendEvent(ctx context.Context, tenant lox.TenantID, to lox.WebhookID, e lox.Event) (d lox.Delivery, err error) {
	err = s.sendEvent.GetContext(ctx, &d, append([]any{tenant, to}, eventArgs(e)...)...)
	if errors.Is(err, sql.ErrNoRows) {
		return d, s.requireEnabled(ctx, tenant, to)
	}
	s.deliveriesDue()
	return d, wrap(ctx, "send event", err)
}

// requireEnabled returns an error if a webhook doesn't exist or is disabled.
func (s *Store) requireEnabled(ctx context.Context, tenant lox.TenantID, webhook lox.WebhookID) error {
	w, err := s.Webhook(ctx, tenant, webhook)
	if err == nil && !w.Enabled {
		err = lox.ErrWebhookDisabled
	}
	return err
}

// Deliveries implements server.WebhookStore.
func (s *Store) Deliveries(ctx context.Context, tenant lox.TenantID, webhook lox.WebhookID, q lox.DeliveryQuery) ([]lox.Delivery, int64, error) {
	stmt, from, to := s.deliveries, beginning, end
	if !q.From.IsZero() {
		from = q.From
	}
	if !q.To.IsZero() {
		to = q.To
	}
	args := []any{tenant, webhook, from, to, q.Limit, q.Offset}
	switch {
	case q.Status != "" && q.Type != "":
		stmt, args = s.deliveriesByStatusType, append(args, q.Status, q.Type)
	case q.Status != "":
		stmt, args = s.deliveriesByStatus, append(args, q.Status)
	case q.Type != "":
		stmt, args = s.deliveriesByType, append(args, q.Type)
	}
	var rows []struct {
		Total int64 `db:"total"`
		lox.Delivery
	}
	if err := stmt.SelectContext(ctx, &rows, args...); err != nil {
		return nil, 0, wrap(ctx, "list deliveries", err)
	}
	if len(rows) == 0 {
		if q.Offset == 0 {
			_, err := s.Webhook(ctx, tenant, webhook)
			return nil, 0, err
		}
		// A page after the last one has no row with the total.
		q.Limit, q.Offset = 1, 0
		_, total, err := s.Deliveries(ctx, tenant, webhook, q)
		return nil, total, err
	}
	found := make([]lox.Delivery, len(rows))
	for i, row := range rows {
		found[i] = row.Delivery
	}
	return found, rows[0].Total, nil
}

// Delivery implements server.WebhookStore.
func (s *Store) Delivery(ctx context.Context, tenant lox.TenantID, webhook lox.WebhookID, id lox.DeliveryID) (d lox.DeliveryDetails, err error) {
	var rows []struct {
		lox.DeliveryDetails
		Number  *int           `db:"number"` // nil if there was no attempt
		At      *time.Time     `db:"at"`
		Latency *time.Duration `db:"latency"`
		Answer  *int           `db:"http_status"`
		Body    []byte         `db:"body"`
		Error   *string        `db:"error"`
	}
	if err := s.getDelivery.SelectContext(ctx, &rows, tenant, webhook, id, lox.MaxAttempts); err != nil { //nolint:musttag // attempts are columns of their own
		return d, wrap(ctx, "read delivery", err)
	}
	if len(rows) == 0 {
		return d, lox.ErrDeliveryNotFound
	}
	d = rows[0].DeliveryDetails
	for _, a := range rows {
		if a.Number != nil {
			d.Tries = append(d.Tries, lox.Attempt{Number: *a.Number, At: *a.At, Latency: *a.Latency, Status: *a.Answer, Body: a.Body, Error: *a.Error})
		}
	}
	return d, nil
}

// Redeliver implements server.WebhookStore.
func (s *Store) Redeliver(ctx context.Context, tenant lox.TenantID, webhook lox.WebhookID, id lox.DeliveryID, now time.Time, by lox.Actor) (d lox.Delivery, err error) {
	w, err := s.Webhook(ctx, tenant, webhook)
	if errors.Is(err, lox.ErrWebhookNotFound) {
		err = lox.ErrDeliveryNotFound
	}
	if err != nil {
		return d, err
	}
	err = s.redeliver.GetContext(ctx, &d, append([]any{tenant, webhook, id, now}, eventArgs(w.Redelivered(id, now, by))...)...)
	if !errors.Is(err, sql.ErrNoRows) {
		s.deliveriesDue()
		return d, wrap(ctx, "redeliver", err)
	}
	if _, err = s.Delivery(ctx, tenant, webhook, id); err != nil {
		return d, err
	}
	if err = s.requireEnabled(ctx, tenant, webhook); err != nil {
		return d, err
	}
	return d, lox.Errorf(lox.CodeInvalidState, "The delivery is pending").With("status", "Will be tried without being asked for")
}

// RecoverDeliveries implements server.WebhookStore. It works in several transactions, so
// that none locks the webhook for long.
func (s *Store) RecoverDeliveries(ctx context.Context, tenant lox.TenantID, webhook lox.WebhookID, since, now time.Time, by lox.Actor) (total int64, err error) {
	if err := s.requireEnabled(ctx, tenant, webhook); err != nil {
		return 0, err
	}
	if err := s.recordRecovery(ctx, tenant, webhook, since, now, by); err != nil {
		return 0, err
	}
	defer s.deliveriesDue()
	last := struct {
		Count int64          `db:"count"`
		At    time.Time      `db:"created_at"`
		ID    lox.DeliveryID `db:"id"`
	}{At: end}
	err = repeat(func() (int64, error) {
		err := s.recover.GetContext(ctx, &last, tenant, webhook, since, now, last.At, last.ID, batchSize)
		if errors.Is(err, sql.ErrNoRows) {
			return 0, nil
		}
		if err == nil {
			total += last.Count
		}
		return last.Count, wrap(ctx, "recover deliveries", err)
	})
	return total, err
}

// recordRecovery records that deliveries will be repeated. It is called before the first page.
func (s *Store) recordRecovery(ctx context.Context, tenant lox.TenantID, webhook lox.WebhookID, since, now time.Time, by lox.Actor) error {
	w, err := s.Webhook(ctx, tenant, webhook)
	if err != nil {
		return err
	}
	return s.transact(ctx, "record recovery", func(tx *sqlx.Tx) error { return s.record(ctx, tx, w.Recovered(since, now, by)) })
}
