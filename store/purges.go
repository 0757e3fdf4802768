package store

import (
	"context"
	"fmt"
	"time"

	"github.com/backlox/lox"
)

// backstop is how long after its deadline an object is purged for the last time. An
// upload that began before its URL expired may go on past the deadline, if it is
// slow; a day more is beyond what a connection lasts.
const backstop = `interval '1 day'`

// purged returns the common table expression that has the objects of the backups
// in another one deleted now, at their deadline and a day later: until then an upload may
// bring them back.
func purged(from, objectKey, now string) string {
	return fmt.Sprintf(`purge as (
	insert into purges (object_key, due_at, final_at)
	select %s, %s, deadline + %s from %s
	on conflict (object_key) do update set due_at = excluded.due_at
)`, objectKey, now, backstop, from)
}

// othersPurged is the common table expression that has all versions of objects
// deleted but those that the backups in "verified" are completed with, at their deadline
// and a day later: until then an upload may add some.
const othersPurged = `others as (
	insert into version_purges (object_key, keep_version, due_at, final_at)
	select object_key, version, deadline, deadline + ` + backstop + `
	from verified where version <> ''
)`

var (
	claimPurgesSQL = `with everything as (
	` + claimed("purges") + `, '' as keep_version
), others as (
	` + claimed("version_purges") + `, p.keep_version
)
select object_key, final_at, keep_version from everything
union all select object_key, final_at, keep_version from others`

	finishPurgeSQL        = finished("purges")
	finishVersionPurgeSQL = finished("version_purges")
)

// claimed returns the statement that takes what is due out of a table of purges.
func claimed(table string) string {
	return `update ` + table + ` p set due_at = $2
	from (
		select object_key from ` + table + ` where due_at <= $1
		order by due_at limit $3
		for update skip locked
	) due
	where p.object_key = due.object_key
	returning p.object_key, p.final_at`
}

// finished returns the statement that has an object purged again at its deadline or
// on the last day, whichever comes next, or forgets it after the last time.
func finished(table string) string {
	return fmt.Sprintf(`with done as (
	delete from %[1]s where object_key = $1 and final_at <= $2
)
update %[1]s set due_at = case when $2 < final_at - %[2]s then final_at - %[2]s else final_at end
where object_key = $1 and final_at > $2`, table, backstop)
}

// ClaimPurges implements lox.LifecycleStore.
func (s *Store) ClaimPurges(ctx context.Context, now, until time.Time, limit int) ([]lox.Purge, error) {
	var due []lox.Purge
	err := s.claimPurges.SelectContext(ctx, &due, now, until, limit)
	return due, wrap(ctx, "claim purges", err)
}

// FinishPurge implements lox.LifecycleStore.
func (s *Store) FinishPurge(ctx context.Context, p lox.Purge, now time.Time) error {
	finish := s.finishPurge
	if p.Keep != "" {
		finish = s.finishVersionPurge
	}
	_, err := affected(ctx, "finish purge", finish, p.ObjectKey, now)
	return err
}
