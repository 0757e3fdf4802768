package store

import (
	"context"
	"fmt"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/google/uuid"

	"github.com/backlox/lox"
)

// An object is purged for the last time a day after its backup's deadline. A slow upload that
// began before its URL expired may go on past the deadline, but no connection lasts a day
// longer.
const (
	// Claims the purges of both tables that have been due longest. The rows are locked before the
	// union, because a union can't be locked. Rows that are locked but not claimed are free again
	// after the statement. The updates use ctid: with a join, PostgreSQL would read the whole
	// tables, because it doesn't know how few rows the limit leaves. A row that was changed meanwhile
	// has another ctid, and is left to the next claim.
	claimPurgesSQL = `with everything as (
	select ctid as place, due_at from purges where due_at <= $1
	order by due_at limit $3
	for update skip locked
), others as (
	select ctid as place, due_at from version_purges where due_at <= $1
	order by due_at limit $3
	for update skip locked
), due as (
	select false as keeps, * from everything union all select true, * from others
	order by due_at limit $3
), claimed as (
	update purges set due_at = $2
	where ctid = any (array(select place from due where not keeps))
	returning object_key, final_at, '' as keep_version, recorded, request_id, upload_id
), claimed_others as (
	update version_purges set due_at = $2
	where ctid = any (array(select place from due where keeps))
	returning object_key, final_at, keep_version
)
select object_key, final_at, keep_version, recorded, request_id, upload_id from claimed
union all select object_key, final_at, keep_version, false, '', '' from claimed_others`

	purgeBacklogSQL = `select count(*) as due, min(due_at) as oldest from (
	(select due_at from purges where due_at <= $1 order by due_at limit $2)
	union all (select due_at from version_purges where due_at <= $1 order by due_at limit $2)
	order by due_at limit $2
) waiting`

	// Locks the rows in one order, because two processes may finish the same purges after a lease
	// has expired. The next purge is due at the deadline or at final_at, whichever comes next.
	finishPurgesSQL = `with done as materialized (
	select * from json_to_recordset($1) as d (object_key text, keeps boolean, event_id uuid, tenant_id uuid, subject uuid, type text,
		actor_type text, actor_id text, request_id text, client_address inet, payload text)
), everything as materialized (
	select object_key, final_at from purges where object_key = any (array(select object_key from done where not keeps))
	order by object_key for update
), others as materialized (
	select object_key, final_at from version_purges where object_key = any (array(select object_key from done where keeps))
	order by object_key for update
), ended as (
	delete from purges where object_key = any (array(select object_key from everything where final_at <= $2))
), ended_others as (
	delete from version_purges where object_key = any (array(select object_key from others where final_at <= $2))
), again as (
	update purges set recorded = true,
		due_at = case when $2 < final_at - interval '1 day' then final_at - interval '1 day' else final_at end
	where object_key = any (array(select object_key from everything where final_at > $2))
), again_others as (
	update version_purges set due_at = case when $2 < final_at - interval '1 day' then final_at - interval '1 day' else final_at end
	where object_key = any (array(select object_key from others where final_at > $2))
)
insert into events (tenant_id, id, type, created_at, actor_type, actor_id, subject, request_id, client_address, payload)
select tenant_id, event_id, type, $2, actor_type, actor_id, subject, request_id, client_address, convert_to(payload, 'UTF8')
from done
where event_id is not null and object_key in (select object_key from everything union all select object_key from others)`
)

// ClaimPurges implements lifecycle.Store.
func (s *Store) ClaimPurges(ctx context.Context, now, until time.Time, limit int) ([]lox.Purge, error) {
	var due []lox.Purge
	err := s.claimPurges.SelectContext(ctx, &due, now, until, limit)
	return due, wrap(ctx, "claim purges", err)
}

// finishRow is one of the rows that finishPurgesSQL reads.
type finishRow struct {
	Object  string        `json:"object_key"`
	Keeps   bool          `json:"keeps"`
	Event   *uuid.UUID    `json:"event_id,omitzero"`
	Tenant  uuid.UUID     `json:"tenant_id"`
	Subject uuid.UUID     `json:"subject"`
	Type    lox.EventType `json:"type"`
	eventColumns
}

// FinishPurges implements lifecycle.Store.
func (s *Store) FinishPurges(ctx context.Context, done []lox.FinishedPurge, now time.Time) error {
	text, err := finishText(done)
	if err != nil {
		return fmt.Errorf("finish purges: %w", err)
	}
	_, err = affected(ctx, "finish purges", s.finishPurges, text, now)
	return err
}

func finishText(done []lox.FinishedPurge) (string, error) {
	rows := make([]finishRow, len(done))
	for i, p := range done {
		rows[i] = finishRow{Object: p.ObjectKey, Keeps: p.Keep != ""}
		if e := p.Event; e != nil {
			id := uuid.UUID(e.ID)
			rows[i].Event, rows[i].Tenant, rows[i].Subject, rows[i].Type = &id, uuid.UUID(e.Tenant), e.Subject.UUID(), e.Type
			rows[i].eventColumns = columnsOf(*e)
		}
	}
	text, err := json.Marshal(rows)
	return string(text), err
}

// PurgesDue implements lifecycle.Store.
func (s *Store) PurgesDue(ctx context.Context, now time.Time) (lox.Backlog, error) {
	return countBacklog(ctx, s.purgeBacklog, now, lox.MaxPurgesDue)
}
