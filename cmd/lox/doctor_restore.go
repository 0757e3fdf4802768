package main

import (
	"context"

	"github.com/backlox/lox"
	"github.com/backlox/lox/lifecycle"
)

// checkRestore compares the marks of the database and of the object store, and reports whether deletions
// are held. With --confirm-restore it ends the hold.
func (d *doctor) checkRestore(ctx context.Context) {
	c := d.check("restore")
	own, ok := d.objects.(lox.OwnObjects)
	if !ok {
		return
	}
	// The mark in the store is read first: a server may write a new mark in between, in the database first.
	stored, err := lifecycle.ReadMark(ctx, own)
	if err != nil {
		c.end(wrong, reason(err), "No server expires uploads or deletes objects that has not read the mark since it started.")
		return
	}
	state, err := d.db.Marks(ctx)
	if err != nil {
		c.end(wrong, reason(err), "")
		return
	}
	if d.confirmRestore {
		d.endConfirmed(ctx, c, own, stored)
		return
	}
	why := state.HeldBecause
	if state.HeldSince == nil {
		why = state.Mismatch(stored)
	}
	if why == "" {
		c.end(right, "the database is not older than the objects", "")
		return
	}
	c.end(wrong, why, "No server expires uploads or deletes objects. See what the checks above have found. If database and storage are those that "+
		"are to be used: lox doctor --repair mends what can be mended, and lox doctor --confirm-restore lets servers expire and delete again.")
}

func (d *doctor) endConfirmed(ctx context.Context, c *check, own lox.OwnObjects, stored *lox.Mark) {
	var behind int64
	if stored != nil {
		behind = stored.Number
	}
	err := d.db.ConfirmRestore(ctx, behind, func(m lox.Mark) error { return lifecycle.WriteMark(ctx, own, m) })
	if err != nil {
		c.end(wrong, "could not be confirmed: "+reason(err), "Nothing has changed.")
		return
	}
	c.end(right, "confirmed: servers expire uploads and delete objects", "")
}
