package lox

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"
)

// MarkName is the name of the Mark in the object store: see OwnObjects.
const MarkName = "mark"

// Mark is a counter that shows whether a database is older than the object store. The
// database stores each mark first and the object store second. So the object store has a
// higher mark only if the database was restored from an older copy.
type Mark struct {
	// Line identifies the series of marks. A confirmed restore of the database begins a new one.
	Line   uuid.UUID `db:"line" json:"line"`
	Number int64     `db:"number" json:"number"`
	At     time.Time `db:"marked_at" json:"at"`
}

// MarkState is what a database knows of its marks.
type MarkState struct {
	Mark

	// Written means that a mark of this line was written to the object store.
	Written bool `db:"written"`
	// HeldSince is the time since which servers neither expire uploads nor delete objects,
	// and HeldBecause the reason. Nil if they do both.
	HeldSince   *time.Time `db:"held_since"`
	HeldBecause string     `db:"held_because"`
}

// Mismatch says why the mark in the object store can't have been written from this database in
// its current state. It returns "" if the marks fit. stored is nil if the object store has no
// mark.
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

// MaxOwnObject is the largest size of an own object, in bytes.
const MaxOwnObject = 64 << 10

// OwnPrefix is the prefix of the keys of OwnObjects.
const OwnPrefix = "_lox/"

// OwnObjects keeps small objects of LOX itself beside those of the backups, under keys that
// begin with OwnPrefix. Lists of objects leave them out.
type OwnObjects interface {
	// ReadOwn returns the bytes that WriteOwn has stored under a name, or nil. CodeUnavailable.
	ReadOwn(ctx context.Context, name string) ([]byte, error)

	// WriteOwn stores at most MaxOwnObject bytes under a name of lower-case letters and hyphens.
	// It replaces what the name had before. A concurrent read returns either the old bytes or
	// the new ones, never a mixture. CodeUnavailable.
	WriteOwn(ctx context.Context, name string, data []byte) error
}
