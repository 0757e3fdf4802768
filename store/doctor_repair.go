package store

import (
	"context"

	"github.com/jmoiron/sqlx"

	"github.com/backlox/lox"
)

const (
	// Cancels purges of the object's other versions: the operator may want to inspect them.
	loseSQL = `with lost as (
	update backups set status = 'failed', failure = $4, completed_at = null
	where tenant_id = $1 and id = $2 and status = 'completed' and object_version = $3
	returning tenant_id
), kept as (
	delete from version_purges where object_key = $5 and exists (select from lost)
)
insert into events (tenant_id, id, type, created_at, actor_type, actor_id, subject, request_id, client_address, payload)
select tenant_id, $6, $7, $8, $9, $10, $11, $12, $13, $14 from lost`

	// A scheduled purge of the other versions must keep the new version. In a store without
	// versions it must be removed.
	repinSQL = `with repinned as (
	update backups set object_version = $4
	where tenant_id = $1 and id = $2 and status = 'completed' and object_version = $3
	returning tenant_id
), kept as (
	update version_purges set keep_version = $4 where object_key = $5 and $4 <> '' and exists (select from repinned)
), needless as (
	delete from version_purges where object_key = $5 and $4 = '' and exists (select from repinned)
)
insert into events (tenant_id, id, type, created_at, actor_type, actor_id, subject, request_id, client_address, payload)
select tenant_id, $6, $7, $8, $9, $10, $11, $12, $13, $14 from repinned`
)

// Lose makes a completed backup with a missing object failed, and releases its part of the
// quota. It deletes no versions of the object. ok is false if the backup was deleted or has
// changed since it was read.
func (i *Inspector) Lose(ctx context.Context, b lox.Backup, e lox.Event) (ok bool, err error) {
	return i.repair(ctx, "mark backup lost", loseSQL, b, lox.FailureLost, e)
}

// Repin makes another version of the object the one of a completed backup. ok is as in Lose.
func (i *Inspector) Repin(ctx context.Context, b lox.Backup, version string, e lox.Event) (ok bool, err error) {
	return i.repair(ctx, "pin version", repinSQL, b, version, e)
}

func (i *Inspector) repair(ctx context.Context, what, statement string, b lox.Backup, value string, e lox.Event) (ok bool, err error) {
	err = transactOn(ctx, i.db, what, func(tx *sqlx.Tx) error {
		args := append([]any{b.Tenant, b.ID, b.ObjectVersion, value, b.ObjectKey()}, eventArgs(e)...)
		result, err := tx.ExecContext(ctx, statement, args...)
		if err != nil {
			return wrap(ctx, what, err)
		}
		n, err := result.RowsAffected()
		ok = n == 1
		return wrap(ctx, what, err)
	})
	return ok && err == nil, err
}
