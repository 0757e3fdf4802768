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

// Suffixes of the two files of an upload in parts. The rest of their names is the key with a dot in place of the
// slash.
const (
	dataSuffix  = ".data"
	tableSuffix = ".table"
)

// partPaths returns the paths of the two files of an upload in parts: data has the bytes, each part at its offset
// in the object, and table records which parts were uploaded.
func (d *directory) partPaths(key string) (data, table string) {
	base := filepath.Join(d.parts, strings.Replace(key, "/", ".", 1))
	return base + dataSuffix, base + tableSuffix
}

// partKey returns the key of the upload whose table has this name.
func partKey(name string) (key string, ok bool) {
	base, ok := strings.CutSuffix(name, tableSuffix)
	key = strings.Replace(base, ".", "/", 1)
	_, _, valid := lox.ParseObjectKey(key)
	return key, ok && valid
}

// beginParts makes the files of an upload in parts durably. The caller ensures that nothing else happens to the
// object.
func (d *directory) beginParts(key, id string, now time.Time) error {
	data, table := d.partPaths(key)
	// A data file that is still there may also be the file of an object: its bytes must not change, and it must
	// not get a table that doesn't record all of its parts.
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
	d.markSynced(table)
	return d.fs.SyncDir(d.parts)
}

// partFiles are the open files of an upload in parts.
type partFiles struct {
	d           *directory
	path        string // of the table
	table, data file
}

func (p *partFiles) Close() error { return errors.Join(p.table.Close(), p.data.Close()) }

// openParts opens the files of an upload. errNoUpload: there is no upload with this id.
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
		err = p.syncOnce()
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

// syncOnce makes durable what an earlier process wrote to the table: that process may have been killed before its
// sync.
func (p *partFiles) syncOnce() error {
	if p.d.isSynced(p.path) {
		return nil
	}
	if err := p.table.Sync(); err != nil {
		return err
	}
	p.d.markSynced(p.path)
	return nil
}

// part returns the record of a part. ok is false if the part wasn't uploaded.
func (p *partFiles) part(number int) (r partRecord, ok bool, err error) {
	return p.d.partIn(p.table, p.path, number)
}

// partIn returns the record of a part from the open table at path. ok is false if the part wasn't uploaded.
func (d *directory) partIn(table io.ReaderAt, path string, number int) (r partRecord, ok bool, err error) {
	b, err := readRecord(table, number)
	if err != nil {
		return r, false, err
	}
	r, ok = decodeRecord(number, b)
	return r, ok && !d.hidden(slot(path, number)), nil
}

// slot returns the name of a part's record in directory.publishing.
func slot(table string, number int) string { return table + "#" + strconv.Itoa(number) }

func (p *partFiles) slot(number int) string { return slot(p.path, number) }

// each calls visit for the uploaded parts with numbers above after.
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

// assembled reports whether the data file is already the file of the object.
func (p *partFiles) assembled(key string) (bool, error) {
	return sameFile(strings.TrimSuffix(p.path, tableSuffix)+dataSuffix, p.d.path(key))
}

// check returns CodeUploadIncomplete unless the uploaded parts make up size bytes.
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

// withdraw removes the record of a part durably. Only then may the bytes of the part change.
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
		p.d.hide(p.slot(number)) // the record may be back after a power failure
		return err
	}
	p.d.show(p.slot(number))
	return nil
}

// add makes the bytes of a part durable, and then its record.
func (p *partFiles) add(number int, r partRecord) error {
	if err := p.data.Sync(); err != nil {
		return err
	}
	// The part must not be found until its record is durable: otherwise the client would not send a lost part
	// again.
	p.d.hide(p.slot(number))
	_, err := p.table.WriteAt(r.encode(number), int64(number)*recordSize)
	if err == nil {
		err = p.table.Sync()
	}
	if err != nil {
		return errors.Join(err, p.withdraw(number)) // the part stays hidden if withdraw fails
	}
	p.d.show(p.slot(number))
	return nil
}

// assemble makes the data file the file of the object, and ends the upload. The caller has checked that all parts
// are there, and ensures that nothing else happens to the object.
//
// The file gets a second name by a hard link and isn't renamed: after a power failure, it must have at least one
// of the two names. While the table exists, the file counts as an upload, whatever other names it has: the object
// can't be found before the table is removed.
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
		return err // the object stays hidden until it is assembled again, aborted or deleted
	}
	d.show(path)
	return nil
}

// confirmAssembled finishes an assemble that has removed the files of the upload, but has failed to make the
// removal durable. The caller ensures that nothing else happens to the object.
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

// trim truncates the data file to size bytes: an interrupted part may have left bytes after the end. It always
// syncs the file, because an earlier process may have been killed between the truncation and its sync.
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

// link makes a hard link to the data file at the path of an object. It replaces an earlier object.
func (p *partFiles) link(path string) error {
	data := strings.TrimSuffix(p.path, tableSuffix) + dataSuffix
	err := p.d.fs.Link(data, path)
	if !errors.Is(err, fs.ErrExist) {
		return err
	}
	if same, err := sameFile(data, path); err != nil || same {
		return err // the parts were assembled before
	}
	if err := p.d.fs.Remove(path); err != nil {
		return err
	}
	return p.d.fs.Link(data, path)
}

// sameFile reports whether two paths lead to the same file.
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

// abortParts is endParts for an upload whose assembly may have been interrupted: it first finishes or undoes the
// assembly.
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

// endParts removes the files of an upload in parts durably, if they exist. The caller ensures that nothing else
// happens to the object.
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

// syncParts makes the removals of endParts durable, including those whose sync has failed before.
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
