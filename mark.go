package lox

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"
)

// MarkName is the name of the Mark in the object store: see OwnObjects.
const MarkName = "mark"

// Mark is how far the history of a database has come. The database has it first and the
// object store after it, so that the object store is ahead only of a database that was restored
// from an older copy.
type Mark struct {
	// Line names the history: a database has another one once a restore is confirmed.
	Line   uuid.UUID `db:"line" json:"line"`
	Number int64     `db:"number" json:"number"`
	At     time.Time `db:"marked_at" json:"at"`
}

// MarkState is what a database knows of its marks.
type MarkState struct {
	Mark

	// Written says that the object store has got a mark of this line.
	Written bool `db:"written"`
	// HeldSince is since when nothing is expired or deleted, and HeldBecause why; nil
	// if it is.
	HeldSince   *time.Time `db:"held_since"`
	HeldBecause string     `db:"held_because"`
}

// Mismatch says why the database is not the one that the mark in the object store was written
// by, or "". stored is nil if there is none.
func (s MarkState) Mismatch(stored *Mark) string {
	at := func(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05 UTC") }
	switch {
	case stored == nil && s.Written:
		return "the object store has no mark, though this database has written some: it is another one, or empty"
	case stored == nil:
		return ""
	case stored.Line != s.Line && s.Number == 0:
		return fmt.Sprintf("the object store was marked by another database on %s, or by this one after the copy that it was restored from was made",
			at(stored.At))
	case stored.Line != s.Line:
		return fmt.Sprintf("the object store was marked by another database on %s, or by this one after an earlier restore; this one's latest mark is of %s",
			at(stored.At), at(s.At))
	case stored.Number > s.Number:
		return fmt.Sprintf("the database is older than the object store: its latest mark is of %s, that of the object store of %s", at(s.At), at(stored.At))
	default:
		return ""
	}
}

// MarkStore keeps the marks of a database, and whether deletions are held.
type MarkStore interface {
	// Marks returns what the database knows of its marks.
	Marks(ctx context.Context) (MarkState, error)

	// AdvanceMark makes the next mark after one. ok is false if that isn't the latest any more,
	// or while deletions are held.
	AdvanceMark(ctx context.Context, after Mark, now time.Time) (next Mark, ok bool, err error)

	// MarkWritten records that the object store has got a mark.
	MarkWritten(ctx context.Context, m Mark) error

	// HoldDeletions keeps all servers from expiring uploads and deleting objects, unless the
	// mark is no longer the latest.
	HoldDeletions(ctx context.Context, latest Mark, why string, now time.Time) error

	// LooksRestored reports whether uploads have been overdue for a day and nothing was recorded
	// since then, which servers that run never leave so.
	LooksRestored(ctx context.Context, now time.Time) (bool, error)
}

// MaxOwnObject is the most, in bytes, that OwnObjects keep under one name.
const MaxOwnObject = 64 << 10

// OwnObjects keeps small objects of LOX itself beside those of the backups, under keys that
// begin with "_lox/". No list of objects has them.
type OwnObjects interface {
	// ReadOwn returns what WriteOwn has kept under a name, or nil. CodeUnavailable.
	ReadOwn(ctx context.Context, name string) ([]byte, error)

	// WriteOwn keeps at most MaxOwnObject bytes under a name of lower-case letters and hyphens,
	// in place of what was there. Who reads meanwhile gets the one or the other. CodeUnavailable.
	WriteOwn(ctx context.Context, name string, data []byte) error
}

// OwnPrefix is how the keys of OwnObjects begin.
const OwnPrefix = "_lox/"
