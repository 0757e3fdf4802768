package disk

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/backlox/lox"
)

// The names of the two files of an upload in parts, which are the key with a dot in place of
// the slash, end with these.
const (
	dataSuffix  = ".data"
	tableSuffix = ".table"
)

// partPaths are where the files of an upload in parts lie: one with the bytes, each part at
// its place in the object, and one that says which parts are there.
func (d *directory) partPaths(key string) (data, table string) {
	base := filepath.Join(d.parts, strings.Replace(key, "/", ".", 1))
	return base + dataSuffix, base + tableSuffix
}

// partKey returns the key of the upload that has a table of this name.
func partKey(name string) (key string, ok bool) {
	base, ok := strings.CutSuffix(name, tableSuffix)
	key = strings.Replace(base, ".", "/", 1)
	_, _, valid := lox.ParseObjectKey(key)
	return key, ok && valid
}

// beginParts makes the files of an upload in parts, durably. The caller sees to it that
// nothing else happens to the object.
func (d *directory) beginParts(key, id string, now time.Time) error {
	data, table := d.partPaths(key)
	// A file that is left may be that of an object: it must get no other bytes, and no table
	// that doesn't say that it is complete.
	switch err := d.fs.Remove(data); {
	case err == nil:
		if err := d.fs.SyncDir(d.parts); err != nil {
			return err
		}
	case !errors.Is(err, fs.ErrNotExist):
		return err
	}
	f, err := d.fs.Open(data, true)
	if err == nil {
		err = f.Close()
	}
	if err != nil {
		return err
	}
	if f, err = d.create(); err != nil {
		return err
	}
	_, err = f.Write(encodeHead(id, now))
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err == nil {
		err = d.fs.Rename(f.Name(), table)
	}
	if err != nil {
		return errors.Join(err, d.discard(f))
	}
	d.setSettled(table)
	return d.fs.SyncDir(d.parts)
}

// partFiles are the open files of an upload in parts.
type partFiles struct {
	d           *directory
	path        string // of the table
	table, data file
}

func (p *partFiles) Close() error { return errors.Join(p.table.Close(), p.data.Close()) }

// openParts opens the files of an upload. errNoUpload: there is none with this id.
func (d *directory) openParts(key, id string) (p *partFiles, err error) {
	if !validKey(key) {
		return nil, errNoUpload
	}
	data, table := d.partPaths(key)
	p = &partFiles{d: d, path: table}
	if p.table, err = d.fs.Open(table, false); err != nil {
		return nil, missingUpload(err)
	}
	if p.data, err = d.fs.Open(data, false); err != nil {
		return nil, errors.Join(missingUpload(err), p.table.Close())
	}
	found, _, err := readHead(p.table)
	if err == nil && found != id {
		err = errNoUpload
	}
	if err == nil {
		err = p.settle()
	}
	if err != nil {
		return nil, errors.Join(err, p.Close())
	}
	return p, nil
}

func missingUpload(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return errNoUpload
	}
	return err
}

// settle makes durable what an earlier process wrote to the table: it may have been killed
// before it did.
func (p *partFiles) settle() error {
	if p.d.isSettled(p.path) {
		return nil
	}
	if err := p.table.Sync(); err != nil {
		return err
	}
	p.d.setSettled(p.path)
	return nil
}

// part returns the record of a part that is there.
func (p *partFiles) part(number int) (r partRecord, ok bool, err error) {
	return p.d.partIn(p.table, p.path, number)
}

// partIn returns the record of a part that is there, of the open table at path.
func (d *directory) partIn(table io.ReaderAt, path string, number int) (r partRecord, ok bool, err error) {
	b, err := readRecord(table, number)
	if err != nil {
		return r, false, err
	}
	r, ok = decodeRecord(number, b)
	return r, ok && !d.hidden(slot(path, number)), nil
}

// slot names the record of a part among what is hidden.
func slot(table string, number int) string { return table + "#" + strconv.Itoa(number) }

func (p *partFiles) slot(number int) string { return slot(p.path, number) }

// each calls visit for the parts above after that are there.
func (p *partFiles) each(after int, visit func(lox.Part, partRecord) (more bool)) error {
	return readRecords(p.table, after, func(number int, r partRecord) bool {
		if p.d.hidden(p.slot(number)) {
			return true
		}
		part := lox.Part{Number: number, Size: r.size, Modified: r.modified}
		if r.sum != (lox.Checksum{}) {
			part.Checksum = &r.sum
		}
		return visit(part, r)
	})
}

// assembled reports whether the file with the bytes is an object already.
func (p *partFiles) assembled(key string) (bool, error) {
	return sameFile(strings.TrimSuffix(p.path, tableSuffix)+dataSuffix, p.d.path(key))
}

// check returns CodeUploadIncomplete unless the parts that are there make up size bytes.
func (p *partFiles) check(size, partSize int64) error {
	var parts []lox.Part
	err := p.each(0, func(part lox.Part, r partRecord) bool {
		if r.partSize == partSize {
			parts = append(parts, part)
		}
		return true
	})
	if err != nil {
		return err
	}
	return lox.CheckParts(parts, size, partSize)
}

// withdraw makes a part one that isn't there, durably. Only then may its bytes change.
func (p *partFiles) withdraw(number int) error {
	b, err := readRecord(p.table, number)
	if err != nil {
		return err
	}
	zeros := make([]byte, recordSize)
	if string(b) == string(zeros) && !p.d.hidden(p.slot(number)) {
		return nil
	}
	if _, err := p.table.WriteAt(zeros, int64(number)*recordSize); err != nil {
		return err
	}
	if err := p.table.Sync(); err != nil {
		p.d.hide(p.slot(number)) // it may be there after a power failure
		return err
	}
	p.d.show(p.slot(number))
	return nil
}

// add makes the bytes of a part durable, and then the part one that is there.
func (p *partFiles) add(number int, r partRecord) error {
	if err := p.data.Sync(); err != nil {
		return err
	}
	// Until it is durable, it must not be found: a client would not send it again.
	p.d.hide(p.slot(number))
	_, err := p.table.WriteAt(r.encode(number), int64(number)*recordSize)
	if err == nil {
		err = p.table.Sync()
	}
	if err != nil {
		return errors.Join(err, p.withdraw(number)) // it stays hidden if that fails
	}
	p.d.show(p.slot(number))
	return nil
}

// assemble makes the file with the bytes the object, and ends the upload. The caller has
// checked that all parts are there, and sees to it that nothing else happens to the object.
//
// The file gets a second name, not another one in place of the first: after a power failure, it
// must have one of them. As long as the table is there, it is an upload, whatever other names its
// file has: so the object can't be found before.
func (p *partFiles) assemble(key string, size int64) error {
	if err := p.trim(size); err != nil {
		return err
	}
	d, path := p.d, p.d.path(key)
	tenant := filepath.Dir(path)
	if err := d.ensure(tenant); err != nil {
		return err
	}
	d.hide(path)
	if err := p.link(path); err != nil {
		d.show(path)
		return err
	}
	err := d.fs.SyncDir(tenant)
	if err == nil {
		err = d.endParts(key)
	}
	if err != nil {
		return err // and it stays hidden, until it is assembled again, aborted or deleted
	}
	d.show(path)
	return nil
}

// confirmAssembled does what assemble could not do any more: the files of the upload are
// gone, but that was not durable. The caller sees to it that nothing else happens to the object.
func (d *directory) confirmAssembled(key string) error {
	path := d.path(key)
	_, table := d.partPaths(key)
	if !validKey(key) || !d.hidden(path) || !exists(path) || exists(table) {
		return nil
	}
	if err := errors.Join(d.fs.SyncDir(filepath.Dir(path)), d.syncParts()); err != nil {
		return err
	}
	d.show(path)
	return nil
}

// trim removes what a part that was broken off left behind the end. An earlier process may have
// done it, and been killed before the sync.
func (p *partFiles) trim(size int64) error {
	info, err := p.data.Stat()
	if err != nil {
		return err
	}
	if info.Size() != size {
		if err := p.data.Truncate(size); err != nil {
			return err
		}
	}
	return p.data.Sync()
}

// link gives the file with the bytes the name of an object. An earlier object goes.
func (p *partFiles) link(path string) error {
	data := strings.TrimSuffix(p.path, tableSuffix) + dataSuffix
	err := p.d.fs.Link(data, path)
	if !errors.Is(err, fs.ErrExist) {
		return err
	}
	if same, err := sameFile(data, path); err != nil || same {
		return err // it was assembled before
	}
	if err := p.d.fs.Remove(path); err != nil {
		return err
	}
	return p.d.fs.Link(data, path)
}

// sameFile reports whether two names are of one file.
func sameFile(one, other string) (bool, error) {
	a, err := os.Lstat(one)
	if err != nil {
		return false, err
	}
	b, err := os.Lstat(other)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return err == nil && os.SameFile(a, b), err
}

// abortParts is endParts for an upload that may have been assembled half, or all but in full.
func (d *directory) abortParts(key string) error {
	if err := d.confirmAssembled(key); err != nil {
		return err
	}
	if _, table := d.partPaths(key); exists(table) {
		if err := d.disassemble(key); err != nil {
			return err
		}
	}
	return d.endParts(key)
}

func exists(path string) bool {
	_, err := os.Lstat(path)
	return !errors.Is(err, fs.ErrNotExist)
}

// endParts removes the files of an upload in parts, durably, if there are any. The caller sees to
// it that nothing else happens to the object.
func (d *directory) endParts(key string) error {
	data, table := d.partPaths(key)
	for _, path := range []string{table, data} {
		switch err := d.fs.Remove(path); {
		case err == nil:
			d.mu.Lock()
			d.endedParts++
			d.mu.Unlock()
		case !errors.Is(err, fs.ErrNotExist):
			return err
		}
	}
	return d.syncParts()
}

// syncParts makes lasting what endParts has removed: it may have failed to do so before.
func (d *directory) syncParts() error {
	d.mu.Lock()
	ended, synced := d.endedParts, d.syncedParts
	d.mu.Unlock()
	if ended == synced {
		return nil
	}
	if err := d.fs.SyncDir(d.parts); err != nil {
		return err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.syncedParts = max(d.syncedParts, ended)
	return nil
}
