package disk

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"

	"golang.org/x/sys/unix"
)

// directory is the data directory, locked for this process.
type directory struct {
	objects, uploads, parts string
	lock                    *os.File
	fs                      fileSystem

	mu sync.Mutex
	// synced are the tenants' directories and the tables of uploads in parts that this process has made or
	// synced: they need no further sync, which would cost a flush of the disk.
	synced map[string]struct{}
	// publishing are the paths of objects whose names may not be durable yet, and the records of parts that may
	// not be durable yet.
	publishing map[string]struct{}
	// endedParts counts the removed files of uploads in parts. syncedParts counts those whose removal is durable.
	endedParts, syncedParts int64
}

// maxSynced bounds the memory for directory.synced.
const maxSynced = 100_000

func openDirectory(dir string, files fileSystem) (*directory, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	d := &directory{
		objects: filepath.Join(dir, "objects"), uploads: filepath.Join(dir, "uploads"), parts: filepath.Join(dir, "parts"),
		fs: files, synced: map[string]struct{}{}, publishing: map[string]struct{}{},
	}
	for _, path := range []string{d.objects, d.uploads, d.parts} {
		if err := d.makeAll(path); err != nil {
			return nil, err
		}
	}
	if d.lock, err = lockFile(filepath.Join(dir, "lock")); err != nil {
		return nil, err
	}
	if err := errors.Join(d.removeLeftovers(), d.fs.SyncDir(dir), d.recoverParts(OpenFiles(dir))); err != nil {
		return nil, errors.Join(err, unlock(d.lock))
	}
	d.syncAbove(dir)
	return d, nil
}

// syncAbove syncs the directories above dir: if a power failure removed one of them, all objects would be lost. It
// also syncs directories that existed before: the process that made them may have been killed before it synced
// them. Errors are ignored, because this process may not be allowed to read all of them.
func (d *directory) syncAbove(dir string) {
	for above := filepath.Dir(dir); above != dir; dir, above = above, filepath.Dir(above) {
		_ = d.fs.SyncDir(above)
	}
}

// makeAll makes a directory and its missing parents.
func (d *directory) makeAll(path string) error {
	err := d.fs.Mkdir(path)
	if errors.Is(err, fs.ErrNotExist) {
		if err := d.makeAll(filepath.Dir(path)); err != nil {
			return err
		}
		err = d.fs.Mkdir(path)
	}
	return ignoreExisting(err)
}

func ignoreExisting(err error) error {
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	return err
}

func lockFile(path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	if err := unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB); err != nil {
		_ = f.Close()
		if errors.Is(err, unix.EWOULDBLOCK) {
			return nil, fmt.Errorf("another process uses %s", filepath.Dir(path))
		}
		return nil, fmt.Errorf("lock %s: %w", path, err)
	}
	return f, nil
}

// removeLeftovers removes the files of uploads that a crash has interrupted.
func (d *directory) removeLeftovers() error {
	entries, err := os.ReadDir(d.uploads)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if err := d.fs.Remove(filepath.Join(d.uploads, e.Name())); err != nil {
			return err
		}
	}
	return nil
}

func (d *directory) close() error { return unlock(d.lock) }

// unlock releases a lock and closes its file. Closing the file is not enough: a child process that is being
// started also has the file open until it executes its program.
func unlock(f *os.File) error {
	return errors.Join(unix.Flock(int(f.Fd()), unix.LOCK_UN), f.Close())
}

// path returns the path of the file of an object. The key must be valid.
func (d *directory) path(key string) string { return filepath.Join(d.objects, filepath.FromSlash(key)) }

// create makes a file for the bytes of an upload.
func (d *directory) create() (file, error) { return d.fs.CreateTemp(d.uploads, "upload-") }

// discard removes the file of a failed upload. A missing file is no error: publish may have renamed it before it
// failed.
func (d *directory) discard(f file) error {
	return ignoreMissing(d.fs.Remove(f.Name()))
}

func ignoreMissing(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// publish makes the bytes of an upload durable and then gives the file the name of the object. In the other order,
// a power failure could leave an object without its bytes. The caller ensures that the object doesn't exist yet.
func (d *directory) publish(f file, key string) (fs.FileInfo, error) {
	if err := f.Sync(); err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	path := d.path(key)
	tenant := filepath.Dir(path)
	if err := d.ensure(tenant); err != nil {
		return nil, err
	}
	// The object must not be found until its name is durable: otherwise a backup could be completed whose object
	// is lost in a power failure.
	d.hide(path)
	if err := d.fs.Rename(f.Name(), path); err != nil {
		d.show(path)
		return nil, err
	}
	if err := d.fs.SyncDir(tenant); err != nil {
		if removed := d.fs.Remove(path); removed != nil {
			return nil, errors.Join(err, removed) // the object stays hidden
		}
		d.show(path)
		return nil, err
	}
	d.show(path)
	return info, nil
}

func (d *directory) hide(path string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.publishing[path] = struct{}{}
}

func (d *directory) show(path string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	delete(d.publishing, path)
}

func (d *directory) hidden(path string) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	_, ok := d.publishing[path]
	return ok
}

// open opens the file of an object.
func (d *directory) open(key string) (*os.File, error) {
	path := d.path(key)
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	// publish hides an object before the object has its name, so this check finds every name that isn't durable
	// yet.
	if d.hidden(path) {
		_ = f.Close() // nothing was written
		return nil, &fs.PathError{Op: "open", Path: path, Err: fs.ErrNotExist}
	}
	return f, nil
}

// ensure makes the directory of a tenant durably.
func (d *directory) ensure(tenant string) error {
	if d.isSynced(tenant) {
		return nil
	}
	switch err := d.fs.Mkdir(tenant); {
	case errors.Is(err, fs.ErrExist):
		return d.syncOnce(tenant)
	case err != nil:
		return err
	}
	// The directory is new and empty: only its own name needs a sync.
	if err := d.fs.SyncDir(d.objects); err != nil {
		return err
	}
	d.markSynced(tenant)
	return nil
}

// syncOnce makes durable what an earlier process has changed in the directory of a tenant: that process may have
// been killed between a change and its sync. This process syncs its own changes.
func (d *directory) syncOnce(tenant string) error {
	if d.isSynced(tenant) {
		return nil
	}
	if err := errors.Join(d.fs.SyncDir(d.objects), d.fs.SyncDir(tenant)); err != nil {
		return err
	}
	d.markSynced(tenant)
	return nil
}

func (d *directory) isSynced(tenant string) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	_, ok := d.synced[tenant]
	return ok
}

func (d *directory) markSynced(tenant string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if len(d.synced) >= maxSynced {
		clear(d.synced)
	}
	d.synced[tenant] = struct{}{}
}

// confirm ensures that an object that was found survives a power failure.
func (d *directory) confirm(key string) error { return d.syncOnce(filepath.Dir(d.path(key))) }

// unlink removes the file of an object, if it exists. The removal is durable once sync has returned. A missing
// file needs the sync, too: an earlier removal may have failed, or its process may have been killed, before its
// sync.
func (d *directory) unlink(key string) (removed bool, err error) {
	path := d.path(key)
	err = d.fs.Remove(path)
	if removed = err == nil; !removed && !errors.Is(err, fs.ErrNotExist) {
		return false, err
	}
	d.show(path)
	return removed, nil
}

// sync makes the removal of a tenant's objects durable.
func (d *directory) sync(tenant string) error {
	return ignoreMissing(d.fs.SyncDir(filepath.Dir(d.path(tenant + "/x")))) // a tenant without uploads has no directory
}

// exists reports whether there is, or may be, a file for an object. A file that stayed hidden doesn't count: its
// object may be uploaded again.
func (d *directory) exists(key string) bool {
	if d.hidden(d.path(key)) {
		return false
	}
	return exists(d.path(key))
}

// freeSpace returns how many bytes an unprivileged process may still use.
func freeSpace(dir string) (int64, error) {
	var st unix.Statfs_t
	if err := unix.Statfs(dir, &st); err != nil {
		return 0, fmt.Errorf("free space of %s: %w", dir, err)
	}
	return int64(st.Bavail) * int64(st.Bsize), nil //nolint:unconvert // the types differ between systems
}
