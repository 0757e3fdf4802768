package store

import (
	"context"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/backlox/lox"
)

const (
	marksSQL = `select line, number, marked_at, written, held_since, held_because from restore_guard`

	advanceMarkSQL = `update restore_guard set number = number + 1, marked_at = $3
where line = $1 and number = $2 and held_since is null
returning line, number, marked_at`

	markWrittenSQL = `update restore_guard set written = true where line = $1 and not written`

	holdDeletionsSQL = `update restore_guard set held_since = $4, held_because = $3
where line = $1 and number = $2 and held_since is null`

	// The ids of events are UUIDv7, so the greatest is the latest.
	looksRestoredSQL = `select exists (
	select from backups where status = 'pending' and deadline < $1
) and not exists (
	select from (select created_at from events order by id desc limit 1) latest where created_at >= $1
)`
)

// restoredAfter is how long no event must have been recorded, and uploads must have been
// overdue, before a database looks restored.
const restoredAfter = 24 * time.Hour

// Marks implements lifecycle.MarkStore.
func (s *Store) Marks(ctx context.Context) (m lox.MarkState, err error) {
	err = s.marks.GetContext(ctx, &m)
	return m, wrap(ctx, "read marks", err)
}

// AdvanceMark implements lifecycle.MarkStore.
func (s *Store) AdvanceMark(ctx context.Context, after lox.Mark, now time.Time) (next lox.Mark, ok bool, err error) {
	var made []lox.Mark
	err = s.advanceMark.SelectContext(ctx, &made, after.Line, after.Number, lox.Seconds(now))
	if err != nil || len(made) == 0 {
		return next, false, wrap(ctx, "advance mark", err)
	}
	return made[0], true, nil
}

// MarkWritten implements lifecycle.MarkStore.
func (s *Store) MarkWritten(ctx context.Context, m lox.Mark) error {
	_, err := affected(ctx, "note mark", s.markWritten, m.Line)
	return err
}

// HoldDeletions implements lifecycle.MarkStore.
func (s *Store) HoldDeletions(ctx context.Context, latest lox.Mark, why string, now time.Time) error {
	_, err := affected(ctx, "hold deletions", s.holdDeletions, latest.Line, latest.Number, why, now)
	return err
}

// LooksRestored implements lifecycle.MarkStore.
func (s *Store) LooksRestored(ctx context.Context, now time.Time) (restored bool, err error) {
	err = s.looksRestored.GetContext(ctx, &restored, now.Add(-restoredAfter))
	return restored, wrap(ctx, "look for signs of a restore", err)
}

// Marks returns what the database knows of its marks.
func (i *Inspector) Marks(ctx context.Context) (m lox.MarkState, err error) {
	err = i.db.GetContext(ctx, &m, marksSQL)
	return m, wrap(ctx, "read marks", err)
}

// confirmRestoreSQL begins a new line, so that earlier copies of the database no longer match.
const confirmRestoreSQL = `update restore_guard set line = gen_random_uuid(), number = greatest(number, $1) + 1, marked_at = date_trunc('second', now()),
	written = true, held_since = null, held_because = ''
returning line, number, marked_at`

// ConfirmRestore begins a new line of marks with numbers above after, and ends the hold of
// deletions. write must store the mark in the object store. If it fails, nothing changes.
func (i *Inspector) ConfirmRestore(ctx context.Context, after int64, write func(lox.Mark) error) error {
	const what = "confirm restore"
	return transactOn(ctx, i.db, what, func(tx *sqlx.Tx) error {
		var m lox.Mark
		if err := tx.GetContext(ctx, &m, confirmRestoreSQL, after); err != nil {
			return wrap(ctx, what, err)
		}
		// Before the commit, so that a server that reads the new line from the database also finds it
		// in the object store.
		return write(m)
	})
}
