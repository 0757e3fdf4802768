package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/backlox/lox"
)

// maxLost bounds how many backups are marked lost at once.
const maxLost = 100_000

// errTooLost is the reason to mark no backup lost.
var errTooLost = errors.New("the files of most backups are missing")

// hasher is a store that can read any version of an object.
type hasher interface {
	Hash(ctx context.Context, key string, o lox.Object, from lox.HashState, save func(lox.HashState)) (lox.Checksum, error)
}

// match is the state of a backup's object in the store.
type match struct {
	lox.Backup

	// unversioned means that the bucket has no versions, so that none can be requested.
	unversioned bool
	versions    int
	// present means that the verified version exists. size is its size.
	present bool
	size    int64
	// others counts the versions that the backup doesn't need.
	others, otherBytes int64
}

func (f *match) add(o lox.StoredObject) {
	f.versions++
	// A backup names no version if the bucket had none when it was stored: its object is then the latest
	// version, or the one with the id "null", which S3 gives to objects from before. A store that lists no
	// versions lists only the latest object, which may be the version that the backup names.
	own := o.Version == f.ObjectVersion || o.Version == "" && !f.unversioned ||
		f.ObjectVersion == "" && (o.Latest || o.Version == "null")
	switch {
	case own && !o.Deleted && !f.present:
		f.present, f.size = true, o.Size
	case f.ObjectVersion != "": // otherwise any of them may be the verified one
		f.others, f.otherBytes = f.others+1, f.otherBytes+o.Size
	}
}

func (f *match) usable() bool { return f.present && f.size == f.Size }

// mend notes a completed backup whose verified version is missing or changed. With --repair it looks for
// the bytes in the other versions: a copy of the bucket, for example, gives versions new names.
func (m *comparison) mend(ctx context.Context, b lox.Backup, versions []lox.StoredObject, found match) error {
	out := objectOut{checkOut: checkOut{Status: wrong}, Object: b.ObjectKey(), Size: new(b.Size)}
	switch {
	case !found.present:
		out.Found = "missing"
		if found.versions > 0 {
			out.detail = "the version that was verified"
		}
	default:
		out.Found, out.Size, out.detail = "changed", new(found.size), fmt.Sprintf("%d bytes, not %d", found.size, b.Size)
	}
	candidates := m.candidates(b, versions)
	if len(candidates) == 0 {
		m.lose(b, out)
		return nil
	}
	m.moved++
	out.Found, out.detail = "moved", count(int64(len(candidates)), "version")+" of the right size"
	if !m.repair {
		m.backups.find(out)
		m.unusable++
		return nil
	}
	for _, o := range candidates {
		sum, err := m.hashes.Hash(ctx, b.ObjectKey(), lox.Object{Size: o.Size, Version: o.Version}, lox.HashState{}, nil)
		if lox.CodeOf(err) == lox.CodeUploadIncomplete {
			continue // it was deleted meanwhile
		}
		if err != nil {
			return err
		}
		if sum != *b.Checksum {
			continue
		}
		ok, err := m.db.Repin(ctx, b, o.Version, b.Repaired(time.Now(), m.operator))
		if err != nil {
			return err
		}
		if ok {
			m.repinned++
			out.Status, out.detail = doubtful, "found by its checksum"
			m.backups.find(out)
		}
		return nil
	}
	m.moved--
	out.Found, out.detail = "changed", "no version has its checksum"
	m.lose(b, out)
	return nil
}

// candidates returns the versions that may have the bytes of a backup.
func (m *comparison) candidates(b lox.Backup, versions []lox.StoredObject) (some []lox.StoredObject) {
	if m.hashes == nil || b.Checksum == nil {
		return nil
	}
	for _, o := range versions {
		if !o.Deleted && o.Size == b.Size {
			some = append(some, o)
		}
	}
	return some
}

func (m *comparison) lose(b lox.Backup, out objectOut) {
	out.Status = m.repairable()
	m.unusable++
	m.backups.find(out)
	if m.repair && len(m.lost) < maxLost {
		m.lost = append(m.lost, b)
	}
}

// markLost marks backups lost whose bytes are in no version. It looks once more for each: the comparison
// may have taken long, and somebody may have restored the files. If most backups are lost, it marks none:
// the configured storage is probably the wrong one.
func (m *comparison) markLost(ctx context.Context) error {
	if lost := int64(len(m.lost)); lost > m.completed-lost && !m.acceptLoss {
		return errTooLost
	}
	for _, b := range m.lost {
		versions, err := m.doctor.objects.Versions(ctx, b.ObjectKey())
		if err != nil {
			return err
		}
		found := match{Backup: b, unversioned: m.unversioned}
		for _, o := range versions {
			found.add(o)
		}
		if found.usable() {
			continue
		}
		ok, err := m.db.Lose(ctx, b, b.Lost(time.Now(), m.operator))
		if err != nil {
			return err
		}
		if ok {
			m.marked++
		}
	}
	return nil
}

func (m *comparison) endBackups(lossErr error) {
	const putBack = "Their files are missing, or were changed behind LOX: put them back from a copy of the storage, under the same names. "
	all := count(m.completed, "completed backup")
	switch {
	case lossErr != nil:
		advice := "To mark the backups lost all the same: lox doctor --repair --accept-loss."
		if !errors.Is(lossErr, errTooLost) {
			advice = ""
		}
		m.backups.end(wrong, fmt.Sprintf("%d of %s can't be downloaded, and were not marked lost: %s", m.unusable, all, reason(lossErr)), putBack+advice)
	case m.unusable == 0 && m.repinned == 0:
		m.backups.end(right, all+plural(m.completed, ", with its object", ", each with its object"), "")
	case m.unusable == 0 || m.repair && m.marked == m.unusable:
		message := all
		if m.repinned > 0 {
			message += fmt.Sprintf(", %d found in other versions by their checksum", m.repinned)
		}
		advice := ""
		if m.marked > 0 {
			message += fmt.Sprintf(", %d marked lost", m.marked)
			advice = "The lost backups are now failed, and their tenants have an event (backup.lost). What is left of their files was not deleted."
		}
		m.backups.end(doubtful, message, advice)
	case m.repair:
		m.backups.end(wrong, fmt.Sprintf("%d of %s can't be downloaded; %d marked lost", m.unusable, all, m.marked), putBack+"Run lox doctor --repair again.")
	default:
		m.backups.end(wrong, fmt.Sprintf("%d of %s can't be downloaded", m.unusable, all), putBack+
			"lox doctor --repair looks for them in other versions of their objects, and marks the others lost: they fail, and no longer count against the quota.")
	}
}
