package main

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/backlox/lox"
	"github.com/backlox/lox/cmd/lox/internal/display"
	"github.com/backlox/lox/store"
)

const (
	// backupsPage is how many backups are read per query, outside any transaction.
	backupsPage = 5000
	// suspectsBatch is how many suspects are checked again in one batch, by lookers goroutines.
	suspectsBatch = 200
	lookers       = 8
	// purgeDelay is how long objects stay before they are purged: an operator may find that they are
	// needed.
	purgeDelay = 24 * time.Hour
)

// comparison compares all backups with all objects, in one pass over both lists. Neither list is a
// snapshot, so a mismatch is only a suspect, and is checked again.
type comparison struct {
	*doctor

	began            time.Time
	backups, objects *check
	suspects         []suspect
	purges           *store.Purges // nil if nothing is to be repaired
	hashes           hasher        // nil if the store can't read any version
	// lost are completed backups whose bytes are in no version, up to maxLost of them.
	lost []lox.Backup

	completed, unusable  int64 // backups
	moved, repinned      int64 // unusable backups whose bytes may be (moved) or are (repinned) in another version
	marked               int64 // backups marked lost
	owned, young         int64 // objects; the young ones belong to no backup
	orphans, orphanBytes int64
	others, otherBytes   int64 // versions
	foreign              int64
}

// suspect is a completed backup whose object isn't as it must be, or an object without a backup.
type suspect struct {
	lox.Backup

	completed bool
}

// orphanVerdict returns the verdict on an object without a backup: keeping it is right, and only the
// operator knows whether it is needed.
func (d *doctor) orphanVerdict() verdict {
	if d.deleteStrays {
		return doubtful
	}
	return wrong
}

// errTooMany is the reason to purge nothing.
var errTooMany = errors.New("more objects belong to no backup than to a backup")

// checkObjects compares objects with backups.
func (d *doctor) checkObjects(ctx context.Context) {
	m := &comparison{doctor: d, began: time.Now(), backups: d.check("backups"), objects: d.check("objects")}
	m.hashes, _ = d.objects.(hasher)
	var err error
	if d.repair {
		err = d.db.Purging(ctx, m.began.Add(purgeDelay), func(p *store.Purges) error {
			m.purges = p
			if err := m.run(ctx); err != nil {
				return err
			}
			if m.deleteStrays && m.orphans > m.owned {
				return errTooMany
			}
			return nil
		})
	} else {
		err = m.run(ctx)
	}
	var lossErr error
	if m.repair && (err == nil || errors.Is(err, errTooMany)) {
		lossErr = m.markLost(ctx)
	}
	if err != nil && !errors.Is(err, errTooMany) {
		const stopped = "could not be compared to the end: "
		m.backups.end(wrong, stopped+reason(err), "")
		m.objects.end(wrong, stopped+reason(err), "")
		return
	}
	m.endBackups(lossErr)
	m.endObjects(err)
}

// cursor is the position in a list of objects.
type cursor struct {
	next   func() (lox.StoredObject, error, bool)
	object lox.StoredObject
	more   bool // object is valid
	err    error
}

func (c *cursor) advance() {
	c.object, c.err, c.more = c.next()
	c.more = c.more && c.err == nil
}

// run reads both lists in the same order.
func (m *comparison) run(ctx context.Context) error {
	next, stop := iter.Pull2(m.doctor.objects.Objects(ctx))
	defer stop()
	c := &cursor{next: next}
	c.advance()
	for b, err := range m.allBackups(ctx) {
		if err != nil {
			return err
		}
		if err := m.skip(ctx, c, b.ObjectKey()); err != nil {
			return err
		}
		if err := m.pair(ctx, c, b); err != nil {
			return err
		}
	}
	if err := m.skip(ctx, c, ""); err != nil {
		return err
	}
	return m.lookAgain(ctx)
}

// skip handles the objects before a key, or all that are left if the key is empty: no backup was read for
// them.
func (m *comparison) skip(ctx context.Context, c *cursor, key string) error {
	for last := ""; c.more && (key == "" || c.object.Key < key); c.advance() {
		if c.object.Key == last { // another version
			continue
		}
		last = c.object.Key
		if err := m.without(ctx, c.object); err != nil {
			return err
		}
	}
	return c.err
}

// pair handles the object of a backup, if the list has it.
func (m *comparison) pair(ctx context.Context, c *cursor, b lox.Backup) error {
	found := match{Backup: b, unversioned: m.unversioned}
	for key := b.ObjectKey(); c.more && c.object.Key == key; c.advance() {
		found.add(c.object)
	}
	if found.versions > 0 {
		m.owned++
	}
	if c.err != nil || b.Status != lox.StatusCompleted {
		return c.err
	}
	m.completed++
	if found.usable() && found.others == 0 {
		return nil
	}
	return m.suspect(ctx, suspect{b, true})
}

// allBackups yields the backups that may have an object, in the order of the object's key.
func (m *comparison) allBackups(ctx context.Context) iter.Seq2[lox.Backup, error] {
	return func(yield func(lox.Backup, error) bool) {
		var last lox.Backup
		for {
			page, err := m.db.BackupsAfter(ctx, last.Tenant, last.ID, backupsPage)
			for _, b := range page {
				if !yield(b, nil) {
					return
				}
				last = b
			}
			if err != nil {
				yield(lox.Backup{}, err)
				return
			}
			if len(page) < backupsPage {
				return
			}
		}
	}
}

// without handles an object for which no backup was read.
func (m *comparison) without(ctx context.Context, o lox.StoredObject) error {
	tenant, id, ok := lox.ParseObjectKey(o.Key)
	if ok {
		return m.suspect(ctx, suspect{lox.Backup{Tenant: tenant, ID: id}, false})
	}
	if m.isYoung(o) { // such as the test object of the bucket check
		return nil
	}
	m.foreign++
	m.objects.find(objectOut{checkOut: checkOut{Status: doubtful}, Object: o.Key, Found: "foreign", Size: new(o.Size), detail: display.Size(o.Size)})
	return m.err
}

func (m *comparison) isYoung(o lox.StoredObject) bool { return m.began.Sub(o.Modified) < m.minAge }

func (m *comparison) suspect(ctx context.Context, s suspect) error {
	m.suspects = append(m.suspects, s)
	if len(m.suspects) < suspectsBatch {
		return nil
	}
	return m.lookAgain(ctx)
}

// lookAgain checks the suspects again. Its result is right whatever other processes do meanwhile.
//
// A backup that was completed both when it was first read and after the look at its object was completed
// all the time: its object must have been there. If an object is found again after the look for its owner
// found none, it has no owner, and never gets one: a create comes before its upload, ids aren't used twice,
// and an object to be deleted moves from its backup to the purges in one transaction, until no upload can
// bring it back.
func (m *comparison) lookAgain(ctx context.Context) error {
	of := make([]lox.Backup, len(m.suspects))
	for i, s := range m.suspects {
		of[i] = s.Backup
	}
	before, err := m.db.Owners(ctx, of)
	if err != nil {
		return err
	}
	found := make([][]lox.StoredObject, len(of))
	looking, within := errgroup.WithContext(ctx)
	looking.SetLimit(lookers)
	for i, b := range of {
		looking.Go(func() (err error) {
			found[i], err = m.doctor.objects.Versions(within, b.ObjectKey())
			return err
		})
	}
	if err := looking.Wait(); err != nil {
		return err
	}
	after, err := m.db.Owners(ctx, of)
	if err != nil {
		return err
	}
	orphans, others, err := m.judgeAll(ctx, found, before, after)
	if err != nil {
		return err
	}
	m.suspects = m.suspects[:0]
	if m.purges != nil {
		err = m.purges.AddOthers(ctx, others)
		if m.deleteStrays {
			err = errors.Join(err, m.purges.Add(ctx, orphans))
		}
	}
	return errors.Join(err, m.err)
}

// judgeAll notes what is wrong with the suspects. found are the versions of each, read between two look-ups
// of its owner, before and after. It returns the objects without a backup, and those with unneeded
// versions.
func (m *comparison) judgeAll(
	ctx context.Context, found [][]lox.StoredObject, before, after []store.Owner,
) (orphans, others []lox.Backup, err error) {
	for i, s := range m.suspects {
		switch {
		case s.completed && after[i].Status == lox.StatusCompleted && after[i].Version == s.ObjectVersion:
			s.Name, s.Checksum = after[i].Name, after[i].Checksum
			unneeded, err := m.judge(ctx, s.Backup, found[i], before[i].OthersPurged || after[i].OthersPurged)
			if err != nil {
				return nil, nil, err
			}
			if unneeded {
				others = append(others, s.Backup)
			}
		case !s.completed && (before[i].Status == "" || before[i].Status == lox.StatusFailed) && !before[i].Purged && len(found[i]) > 0:
			if m.noteOrphan(s.Backup, found[i]) {
				orphans = append(orphans, s.Backup)
			}
		}
	}
	return orphans, others, nil
}

// judge notes what is wrong with the object of a completed backup, and reports whether it has unneeded
// versions.
func (m *comparison) judge(ctx context.Context, b lox.Backup, versions []lox.StoredObject, othersPurged bool) (others bool, err error) {
	found := match{Backup: b, unversioned: m.unversioned}
	for _, o := range versions {
		found.add(o)
	}
	if !found.usable() {
		return false, m.mend(ctx, b, versions, found) // none of its remaining versions may be deleted
	}
	if found.others == 0 || othersPurged {
		return false, nil
	}
	m.others, m.otherBytes = m.others+found.others, m.otherBytes+found.otherBytes
	m.objects.find(objectOut{
		checkOut: checkOut{Status: doubtful}, Object: b.ObjectKey(), Found: "versions", Size: new(found.otherBytes),
		detail: fmt.Sprintf("%d, %s", found.others, display.Size(found.otherBytes)),
	})
	return true, nil
}

// noteOrphan notes an object that belongs to no backup, unless it is young.
func (m *comparison) noteOrphan(b lox.Backup, versions []lox.StoredObject) bool {
	var bytes int64
	latest := versions[0]
	for _, o := range versions {
		if m.isYoung(o) {
			m.young++
			return false
		}
		if o.Modified.After(latest.Modified) {
			latest = o
		}
		bytes += o.Size
	}
	m.orphans, m.orphanBytes = m.orphans+1, m.orphanBytes+bytes
	m.objects.find(objectOut{
		checkOut: checkOut{Status: m.orphanVerdict()}, Object: b.ObjectKey(), Found: "stray", Size: new(bytes),
		detail: display.Size(bytes) + ", of " + latest.Modified.UTC().Format(time.DateTime),
	})
	return true
}

func (m *comparison) endObjects(tooMany error) {
	message := count(m.owned, "object") + plural(m.owned, ", of a backup", ", each of a backup")
	if m.orphans > 0 {
		message += fmt.Sprintf("; %d (%s) of no backup", m.orphans, display.Size(m.orphanBytes))
	}
	if m.others > 0 {
		message += fmt.Sprintf("; %s (%s) that no backup needs", count(m.others, "version"), display.Size(m.otherBytes))
	}
	if m.foreign > 0 {
		message += fmt.Sprintf("; %d not of LOX", m.foreign)
	}
	if m.young > 0 {
		message += fmt.Sprintf("; %d of no backup, but younger than %s", m.young, m.minAge)
	}
	v, advice := doubtful, ""
	const orphansKept = "What belongs to no backup is kept. If the database was restored from an older copy, these are backups made since: " +
		"restore a newer one. If not, nobody needs them: lox doctor --repair --delete-strays has them deleted a day later."
	deleted := m.others
	if m.deleteStrays {
		deleted += m.orphans
	}
	switch {
	case tooMany != nil:
		v, advice = wrong, "Nothing was deleted: "+tooMany.Error()+". Are database and storage of the same installation?"
	case m.repair && deleted > 0:
		message += "; to be deleted"
		if !m.deleteStrays && m.orphans > 0 {
			v, message = wrong, message+" but for what is of no backup"
			advice = orphansKept + " "
		}
		advice += "A server deletes the rest on " + m.began.Add(purgeDelay).UTC().Format("2006-01-02 at 15:04 UTC") +
			". To keep an object, delete its row from the table purges or version_purges before."
	case m.orphans > 0:
		v, advice = wrong, orphansKept
	case m.others > 0:
		advice = "lox doctor --repair has them deleted a day later."
	case m.foreign == 0:
		v = right
	}
	if m.foreign > 0 {
		advice += " Other files than those of LOX take space that no quota counts: move them elsewhere."
	}
	m.objects.end(v, message, advice)
}
