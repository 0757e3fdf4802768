package s3embed

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
)

// fsync is replaced by a test that checks what is synced, and when.
var fsync = (*os.File).Sync

// syncFile makes a published object's attributes and link count durable; its
// bytes were synced before it was published. An object that was deleted in the
// meantime needs nothing.
func syncFile(path string) error {
	err := syncDir(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

func syncDir(path string) error {
	d, err := os.Open(path)
	if err != nil {
		return err
	}
	defer func() { _ = d.Close() }()
	return fsync(d)
}

// syncDirs syncs dir and every directory above it up to and including top. A
// directory that is gone was removed with its last object, which a sync of the
// one above it makes durable.
func syncDirs(dir, top string) error {
	for {
		if err := syncDir(dir); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		if !below(dir, top) {
			return nil
		}
		dir = filepath.Dir(dir)
	}
}

// syncNearest syncs the first directory from dir upwards that exists. That makes
// durable what was removed below it.
func syncNearest(dir, top string) error {
	for {
		err := syncDir(dir)
		if !errors.Is(err, fs.ErrNotExist) || !below(dir, top) {
			return err
		}
		dir = filepath.Dir(dir)
	}
}

func below(dir, top string) bool {
	return len(dir) > len(top) && strings.HasPrefix(dir, top+string(filepath.Separator))
}

// durableDirs remembers which directories are known to survive a power failure,
// because a sync costs a flush of the disk even when there is nothing to write.
//
// posix.Posix removes a directory with its last object, and the next upload
// makes it anew. So a directory is forgotten before any object in it is
// deleted, and an upload that a deletion overlapped remembers nothing.
type durableDirs struct {
	mu      sync.Mutex
	known   map[string]struct{}
	deletes uint64
}

// epoch is taken before an upload publishes, and given to sync.
func (d *durableDirs) epoch() uint64 {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.deletes
}

// forget is called before an object in dir is deleted.
func (d *durableDirs) forget(dir, top string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.deletes++
	for ; below(dir, top); dir = filepath.Dir(dir) {
		delete(d.known, dir)
	}
}

// sync makes a new entry in dir durable, and dir itself, up to top, which
// always is.
func (d *durableDirs) sync(dir, top string, epoch uint64) error {
	d.mu.Lock()
	_, known := d.known[dir]
	d.mu.Unlock()
	if known {
		return syncNearest(dir, top)
	}
	if err := syncDirs(dir, top); err != nil {
		return err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.deletes != epoch {
		return nil
	}
	if d.known == nil || len(d.known) >= maxKnown {
		d.known = map[string]struct{}{}
	}
	d.known[dir] = struct{}{}
	return nil
}

// maxKnown bounds the memory of durableDirs; there is one directory per tenant.
const maxKnown = 100_000
