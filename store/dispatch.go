package store

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"
	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"github.com/backlox/lox"
)

const (
	// Frees deliveries whose claims have ended, because their process has died.
	freeExpiredSQL = `with hook as (
	select tenant_id, id from webhooks
	where (tenant_id, id) in (
		select tenant_id, webhook_id from deliveries where status = 'pending' and lease_owner is not null and next_at <= $1
		order by next_at limit $2)
	for no key update skip locked
), freed as (
	update deliveries d set lease_owner = null
	from hook where d.webhook_id = hook.id and d.lease_owner is not null and d.next_at <= $1
	returning d.tenant_id, d.webhook_id, d.next_at
)
update webhooks w set due_at = least(w.due_at, freed.next_at)
from (select tenant_id, webhook_id, min(next_at) as next_at from freed group by 1, 2) freed
where w.tenant_id = freed.tenant_id and w.id = freed.webhook_id`

	// Locks the due webhooks, longest due first, and counts the due deliveries of each, up
	// to the number that it may get. Webhooks that answered their latest attempt and silent
	// ones have separate limits, because many silent webhooks may have been due for long.
	// Locked webhooks are skipped. A failing webhook gets one attempt at a time until one
	// succeeds, so that hanging receivers don't block others.
	dueWebhooksSQL = `with answering as (
	select w.tenant_id, w.id, w.host, w.answers, w.due_at, may.get
	from webhooks w
	cross join lateral (
		select case when w.failing_since is null then $3 else 1 end - count(*) as get from deliveries
		where webhook_id = w.id and lease_owner is not null and next_at > $1
	) may
	where w.enabled and w.answers and w.due_at <= $1 and w.id <> all (coalesce($2::uuid[], '{}'))
		and (w.tenant_id, w.host) not in (select * from unnest($5::uuid[], $6::text[])) and may.get > 0
	order by w.due_at
	limit $4
	for no key update of w skip locked
), silent as (
	select w.tenant_id, w.id, w.host, w.answers, w.due_at, may.get
	from webhooks w
	cross join lateral (
		select case when w.failing_since is null then $3 else 1 end - count(*) as get from deliveries
		where webhook_id = w.id and lease_owner is not null and next_at > $1
	) may
	where w.enabled and not w.answers and w.due_at <= $1 and w.id <> all (coalesce($2::uuid[], '{}')) and w.tenant_id <> all (coalesce($8::uuid[], '{}'))
		and (w.tenant_id, w.host) not in (select * from unnest($5::uuid[], $6::text[])) and may.get > 0
	order by w.due_at
	limit $7
	for no key update of w skip locked
), due as (
	select * from answering union all select * from silent
)
select tenant_id, id, host, answers, (
	select count(*) from (
		select from deliveries
		where webhook_id = due.id and status = 'pending' and lease_owner is null and next_at <= $1
		limit due.get
	) waiting) as waiting
from due
order by due_at`

	// A statement of its own: its snapshot is newer than the locks of dueWebhooksSQL, so it
	// sees the claims of other processes.
	claimDeliveriesSQL = `with due as (
	select d.id, d.next_at, w.url, w.host, w.secret, w.failing_since, w.answers,
		case when w.previous_ends_at > $1 then w.previous_secret end as previous_secret
	from unnest($2::uuid[], $3::uuid[], $4::int[]) as hook (tenant_id, id, most)
	join webhooks w on w.tenant_id = hook.tenant_id and w.id = hook.id and w.enabled
	cross join lateral (
		select id, next_at from deliveries
		where webhook_id = w.id and status = 'pending' and lease_owner is null and next_at <= $1
		order by next_at
		limit least(hook.most, greatest(0, case when w.failing_since is null then $5 else 1 end - (select count(*) from deliveries d
			where d.webhook_id = w.id and d.lease_owner is not null and d.next_at > $1)))
		for update skip locked
	) d
), claimed as (
	update deliveries d set lease_owner = $6, next_at = $7
	from due where d.id = due.id
	returning d.id, d.tenant_id, d.webhook_id, d.event_id, d.type, d.status, d.created_at, d.attempts, d.failure,
		due.next_at, d.completed_at, d.tries, d.lease_owner, due.url, due.host, due.secret, due.previous_secret, due.failing_since, due.answers
)
select c.id, c.tenant_id, c.webhook_id, c.event_id, c.type, c.status, c.created_at, c.attempts, c.failure,
	c.next_at, c.completed_at, c.tries, c.lease_owner, c.url, c.host, c.secret, c.previous_secret, c.failing_since, c.answers, e.payload, e.request_id
from claimed c join events e on e.id = c.event_id
order by c.next_at`

	// A webhook whose host must get no more attempts is not due until it may get some:
	// otherwise every claim would read it again, before other due webhooks.
	requeueSQL = `update webhooks w set due_at = next.at
from unnest($1::uuid[], $2::uuid[], $3::timestamptz[]) as hook (tenant_id, id, not_before)
cross join lateral (select (
	select greatest(next_at, hook.not_before) from deliveries
	where webhook_id = hook.id and status = 'pending' and lease_owner is null
	order by next_at limit 1) as at) next
where w.tenant_id = hook.tenant_id and w.id = hook.id and w.due_at is distinct from next.at`

	// The delivery keeps its due time, so that it is again the first of its webhook.
	putBackDeliverySQL = `with hook as (
	select tenant_id, id from webhooks where tenant_id = $1 and id = $2 for no key update
), back as (
	update deliveries d set lease_owner = null, next_at = $6
	from hook where d.webhook_id = hook.id and d.id = $3 and d.lease_owner = $4
	returning d.id
)
update webhooks w set due_at = least(w.due_at, $5)
from hook where w.tenant_id = hook.tenant_id and w.id = hook.id and w.enabled and exists (select from back)`

	// Locks the webhook before the delivery, as all statements do. It locks the webhook only
	// if that may change: if it begins or ceases to fail or to answer, or if its next due time
	// becomes earlier.
	finishDeliverySQL = `with hook as (
	select tenant_id, id from webhooks
	where tenant_id = $1 and id = $2 and ($5 <> 'succeeded' or failing_since is not null or not answers)
	for no key update
), mine as (
	select id, attempts + 1 as number from deliveries
	where tenant_id = $1 and webhook_id = $2 and id = $3 and lease_owner = $4 and (select count(*) from hook) >= 0
	for update
), attempt as (
	insert into attempts (delivery_id, number, at, latency, status, body, error)
	select id, number, $8, $9, $10, coalesce($11::bytea, ''), $12 from mine
), health as (
	update webhooks w
	set failing_since = case when $13 then w.failing_since when $5 <> 'succeeded' then coalesce(w.failing_since, $7) end,
		answers = case when $13 then w.answers else $14 end,
		due_at = case when w.enabled then least(w.due_at, $6) end
	from hook, mine where w.tenant_id = hook.tenant_id and w.id = hook.id
)
update deliveries d set status = $5, attempts = mine.number, tries = d.tries + 1, next_at = $6,
	completed_at = case when $5 <> 'pending' then $7::timestamptz end, lease_owner = null, unsigned = $13
from mine where d.id = mine.id`

	nextDeliverySQL = `select least(
	(select due_at from webhooks where enabled and due_at is not null order by due_at limit 1),
	(select next_at from deliveries where status = 'pending' and lease_owner is not null order by next_at limit 1))`

	// With an array: see deleteDeliveriesSQL.
	forgetDeliveriesSQL = `delete from deliveries where id = any (array(
	select id from deliveries where status <> 'pending' and completed_at < $1
	order by completed_at limit $2
	for update skip locked
))`
)

// Locks all enabled webhooks of the tenant, because any of them may subscribe to the
// event, and the webhook itself, because the attempt is recorded for it.
const disableFailingSQL = `with hook as (
	select tenant_id, id, url, events, enabled, due_at, failing_since from webhooks
	where tenant_id = $1 and (enabled or id = $2)
	order by tenant_id, id
	for no key update
), disabled as (
	update webhooks w set enabled = false, disabled_reason = $3, due_at = null
	from hook
	where hook.id = $2 and hook.enabled and w.tenant_id = hook.tenant_id and w.id = hook.id
		and hook.url = $5 and ($4::timestamptz is null or hook.failing_since <= $4)
	returning w.tenant_id, w.id
)
insert into events (tenant_id, id, type, created_at, actor_type, actor_id, subject, request_id, client_address, payload)
select tenant_id, $6, $7, $8, $9, $10, $11, $12, $13, $14 from disabled`

// ClaimDeliveries implements webhooks.Store. It locks the webhooks in one statement and
// claims in the next one: only the later snapshot shows what other processes have claimed.
func (s *Store) ClaimDeliveries(ctx context.Context, c lox.DeliveryClaim) (claimed []lox.Dispatch, err error) {
	const what = "claim deliveries"
	if _, err := affected(ctx, what, s.freeExpired, c.Now, c.Limit); err != nil {
		return nil, err
	}
	err = transactOn(ctx, s.hot, what, func(tx *sqlx.Tx) error {
		due, err := s.lockDue(ctx, tx, c)
		if err != nil || len(due) == 0 {
			return err
		}
		a := allot(due, c)
		// The id of the claim is new each time, because the same process may claim a delivery
		// again.
		err = tx.StmtxContext(ctx, s.claimDeliveries).SelectContext(ctx, &claimed, c.Now, pq.Array(a.tenants), pq.Array(a.ids),
			pq.Array(a.deliveries), c.PerWebhook, c.Owner+" "+uuid.NewString(), c.Until)
		if err != nil {
			return wrap(ctx, what, err)
		}
		_, err = affected(ctx, what, tx.StmtxContext(ctx, s.requeue), pq.Array(a.tenants), pq.Array(a.ids), pq.Array(a.notBefore))
		return err
	})
	return claimed, err
}

// lockDue locks the due webhooks and returns them.
func (s *Store) lockDue(ctx context.Context, tx *sqlx.Tx, c lox.DeliveryClaim) (due []lox.DueWebhook, err error) {
	tenants, hosts := make([]lox.TenantID, len(c.BusyHosts)), make([]string, len(c.BusyHosts))
	for i, busy := range c.BusyHosts {
		tenants[i], hosts[i] = busy.Tenant, busy.Host
	}
	err = tx.StmtxContext(ctx, s.dueWebhooks).SelectContext(ctx, &due, c.Now, pq.Array(c.Busy), c.PerWebhook, c.Limit,
		pq.Array(tenants), pq.Array(hosts), c.SilentLimit, pq.Array(c.BusyTenants))
	return due, wrap(ctx, "find due webhooks", err)
}

// allotted are the allotments of webhooks, as columns for the statements.
type allotted struct {
	tenants    []lox.TenantID
	ids        []lox.WebhookID
	deliveries []int64
	notBefore  []*time.Time
}

// allot decides how many deliveries each webhook gets.
func allot(due []lox.DueWebhook, c lox.DeliveryClaim) (a allotted) {
	for i, g := range c.Allot(due) {
		var notBefore *time.Time
		if !g.NotBefore.IsZero() {
			notBefore = &g.NotBefore
		}
		a.tenants, a.ids = append(a.tenants, due[i].Tenant), append(a.ids, due[i].ID)
		a.deliveries, a.notBefore = append(a.deliveries, int64(g.Deliveries)), append(a.notBefore, notBefore)
	}
	return a
}

// PutBackDelivery implements webhooks.Store.
func (s *Store) PutBackDelivery(ctx context.Context, d lox.Dispatch, at time.Time) error {
	_, err := affected(ctx, "put delivery back", s.putBackDelivery, d.Tenant, d.Webhook, d.ID, d.Claim, at, d.NextAt)
	return err
}

// FinishDelivery implements webhooks.Store. If the attempt disables the webhook, one
// transaction records the attempt, disables the webhook and fails the first batch of its
// pending deliveries. Further batches fail in separate transactions.
func (s *Store) FinishDelivery(ctx context.Context, f lox.FinishedAttempt) error {
	if f.Disable == "" {
		_, err := finish(ctx, s.finishDelivery, f)
		return err
	}
	more, err := s.finishAndDisable(ctx, f)
	if errors.Is(err, errNotMine) {
		return nil
	}
	if err == nil && more {
		// The attempt is recorded even if this fails: FailAbandoned fails the rest later.
		_ = failPending(ctx, s.failPending, f.Dispatch.Tenant, f.Dispatch.Webhook, f.Attempt.At.Add(f.Attempt.Latency))
	}
	return err
}

// finishAndDisable returns true if it has disabled the webhook, and the webhook may still
// have pending deliveries.
func (s *Store) finishAndDisable(ctx context.Context, f lox.FinishedAttempt) (more bool, err error) {
	const what = "disable webhook"
	d, a := f.Dispatch, f.Attempt
	err = transactOn(ctx, s.hot, what, func(tx *sqlx.Tx) error {
		// This statement comes first, because it locks all webhooks of the tenant in order.
		args := append([]any{d.Tenant, d.Webhook, f.Disable, f.OnlyFailing, d.URL}, eventArgs(f.Event)...)
		disabled, err := affected(ctx, what, tx.StmtxContext(ctx, s.disableFailing), args...)
		if err != nil {
			return err
		}
		n, err := finish(ctx, tx.StmtxContext(ctx, s.finishDelivery), f)
		switch {
		case err != nil:
			return err
		case n == 0: // another process has claimed the delivery
			return errNotMine
		case disabled == 0:
			return nil
		}
		n, err = affected(ctx, what, tx.StmtxContext(ctx, s.failHotPending), d.Tenant, d.Webhook, a.At.Add(a.Latency), batchSize)
		more = n == batchSize
		return err
	})
	s.recorded()
	return more, err
}

// errNotMine rolls back a transaction whose attempt must not be recorded.
var errNotMine = errors.New("the delivery was claimed by another process")

// finish records an attempt. It returns 0 if another process has claimed the delivery.
func finish(ctx context.Context, stmt *sqlx.Stmt, f lox.FinishedAttempt) (int64, error) {
	d, a := f.Dispatch, f.Attempt
	return affected(ctx, "finish delivery", stmt, d.Tenant, d.Webhook, d.ID, d.Claim,
		f.Status, f.NextAt, a.At.Add(a.Latency), a.At, a.Latency, a.Status, a.Body, a.Error, f.Unsigned, f.Answered)
}

// NextDelivery implements webhooks.Store.
func (s *Store) NextDelivery(ctx context.Context) (at time.Time, ok bool, err error) {
	var next *time.Time
	if err := s.nextDelivery.GetContext(ctx, &next); err != nil || next == nil {
		return at, false, wrap(ctx, "find next delivery", err)
	}
	return *next, true, nil
}

// ForgetDeliveries implements webhooks.Store.
func (s *Store) ForgetDeliveries(ctx context.Context, before time.Time, limit int) (int64, error) {
	return affected(ctx, "forget deliveries", s.forgetDeliveries, before, limit)
}
