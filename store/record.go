package store

import (
	"context"
	"database/sql"
	"errors"
	"net/netip"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/google/uuid"
	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"
	"github.com/lib/pq/pqerror"

	"github.com/backlox/lox"
)

const (
	recordEventSQL = `insert into events
	(tenant_id, id, type, created_at, actor_type, actor_id, subject, request_id, client_address, payload)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`

	eventColumnList = `id, tenant_id, type, created_at, actor_type, actor_id, subject, request_id, host(client_address), payload`

	// A page begins after the event $2. If there is no such event, it begins at the time $3; that is
	// null if the event was removed, and then all events after it were removed too.
	eventsSQL = `select ` + eventColumnList + ` from (
	select * from events
	where tenant_id = $1 and created_at >= $4 and created_at < $5
		and (created_at, id) < (coalesce((select created_at from events where tenant_id = $1 and id = $2), $3), $2)
	order by created_at desc, id desc
	limit $6
) latest
where ($7 = '' or type = $7) and ($8 = '' or actor_id = $8)
order by created_at desc, id desc
limit $9`

	eventsOfSubjectSQL = `select ` + eventColumnList + ` from (
	select * from events
	where tenant_id = $1 and subject = $10 and created_at >= $4 and created_at < $5
		and (created_at, id) < (coalesce((select created_at from events where tenant_id = $1 and id = $2), $3), $2)
	order by created_at desc, id desc
	limit $6
) latest
where ($7 = '' or type = $7) and ($8 = '' or actor_id = $8)
order by created_at desc, id desc
limit $9`

	// The last event that eventsSQL reads for a page.
	lastReadSQL = `select id from events
where tenant_id = $1 and created_at >= $4 and created_at < $5 and ($7::uuid is null or subject = $7)
	and (created_at, id) < (coalesce((select created_at from events where tenant_id = $1 and id = $2), $3), $2)
order by created_at desc, id desc
limit 1 offset $6`

	getEventSQL = `select ` + eventColumnList + ` from events where tenant_id = $1 and id = $2`

	// Dropping a partition takes a lock, and other statements wait behind it: see KeepEvents.
	keepPartitionsSQL = `with bounded as materialized (select set_config('lock_timeout', '200ms', true) as timeout)
select keep_event_partitions($1::timestamptz, $1::timestamptz + interval '3 months', $2) from bounded where timeout is not null`
)

// record inserts events in the transaction of the change.
func (s *Store) record(ctx context.Context, tx *sqlx.Tx, events ...lox.Event) error {
	return record(ctx, tx, s.recordEvent, events...)
}

func record(ctx context.Context, tx *sqlx.Tx, stmt *sqlx.Stmt, events ...lox.Event) error {
	for _, e := range events {
		if _, err := affected(ctx, "record event", tx.StmtxContext(ctx, stmt), append([]any{e.Tenant}, eventArgs(e)...)...); err != nil {
			return err
		}
	}
	return nil
}

// Events implements server.EventStore.
func (s *Store) Events(ctx context.Context, tenant lox.TenantID, q lox.EventQuery) (page lox.EventPage, err error) {
	from, to := beginning, end
	if !q.From.IsZero() {
		from = q.From
	}
	if !q.To.IsZero() {
		to = q.To
	}
	after, start := q.After, (*time.Time)(nil)
	if after == (lox.EventID{}) {
		after, start = lox.EventID(uuid.Max), &end
	}
	var subject *uuid.UUID
	stmt, args := s.events, []any{tenant, after, start, from, to, lox.MaxEventsRead, q.Type, q.Actor, q.Limit + 1}
	if q.Subject != (lox.Subject{}) {
		id := q.Subject.UUID()
		stmt, args, subject = s.eventsOfSubject, append(args, id), &id
	}
	rows, err := stmt.QueryContext(ctx, args...)
	if err != nil {
		return page, wrap(ctx, "list events", err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		e, err := scanEvent(rows)
		if err != nil {
			return page, wrap(ctx, "list events", err)
		}
		page.Events = append(page.Events, e)
	}
	if err := rows.Err(); err != nil {
		return page, wrap(ctx, "list events", err)
	}
	if len(page.Events) > q.Limit {
		page.Events = page.Events[:q.Limit]
		page.Next = &page.Events[q.Limit-1].ID
		return page, nil
	}
	if q.Type == "" && q.Actor == "" {
		return page, nil
	}
	// More events may follow after those that were read.
	var last lox.EventID
	err = s.lastRead.GetContext(ctx, &last, tenant, after, start, from, to, lox.MaxEventsRead-1, subject)
	if errors.Is(err, sql.ErrNoRows) {
		return page, nil
	}
	page.Next = &last
	return page, wrap(ctx, "list events", err)
}

// Event implements server.EventStore.
func (s *Store) Event(ctx context.Context, tenant lox.TenantID, id lox.EventID) (lox.Event, error) {
	e, err := scanEvent(s.getEvent.QueryRowContext(ctx, tenant, id))
	if errors.Is(err, sql.ErrNoRows) {
		return e, lox.ErrEventNotFound
	}
	return e, wrap(ctx, "read event", err)
}

func scanEvent(row interface{ Scan(dest ...any) error }) (e lox.Event, err error) {
	var address *string
	var subject uuid.NullUUID
	err = row.Scan(&e.ID, &e.Tenant, &e.Type, &e.At, &e.Actor.Type, &e.Actor.ID, &subject, &e.Actor.RequestID, &address, &e.Payload)
	if err == nil && address != nil {
		e.Actor.Address, err = netip.ParseAddr(*address)
	}
	if e.Subject = e.Type.Subject(subject.UUID); !subject.Valid {
		e.Subject = subjectOf(e)
	}
	return e, err
}

// subjectOf returns the subject of an event that a server of the previous version has
// inserted: the subject with the id in its payload, or the tenant.
func subjectOf(e lox.Event) lox.Subject {
	var body struct {
		Data struct {
			ID lox.Subject `json:"id"`
		} `json:"data"`
	}
	if err := json.Unmarshal(e.Payload, &body); err == nil && body.Data.ID != (lox.Subject{}) {
		return body.Data.ID
	}
	return lox.SubjectOf(e.Tenant)
}

const (
	// keepTimeout bounds one step of KeepEvents.
	keepTimeout = 10 * time.Second
	// keepPause is the pause between its tries to get a lock.
	keepPause = 500 * time.Millisecond
)

// KeepEvents creates the partitions of the next three months, and drops the partitions with
// only events older than a time. Each try for a lock times out soon, because other statements
// wait behind it; KeepEvents tries again until ctx ends. The end of ctx doesn't interrupt a
// step: steps are short, and PostgreSQL would log a cancelled statement.
func (s *Store) KeepEvents(ctx context.Context, now, oldest time.Time) error {
	for {
		more, err := s.keepPartition(context.WithoutCancel(ctx), now, oldest)
		switch {
		case pq.As(err, pqerror.LockNotAvailable) != nil:
			select {
			case <-time.After(keepPause):
			case <-ctx.Done():
				return wrap(ctx, "keep partitions of events", err)
			}
		case err != nil || !more:
			return err
		}
	}
}

// keepPartition makes one step, and returns false if there was nothing to do.
func (s *Store) keepPartition(ctx context.Context, now, oldest time.Time) (more bool, err error) {
	ctx, cancel := context.WithTimeout(ctx, keepTimeout)
	defer cancel()
	err = s.keepPartitions.GetContext(ctx, &more, now, oldest)
	return more, wrap(ctx, "keep partitions of events", err)
}
