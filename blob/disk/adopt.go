package disk

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/backlox/lox"
)

// ErrNoBucket says that the old directory has no bucket of the given name, but has other buckets: the name is
// probably wrong, and all backups would seem lost.
var ErrNoBucket = errors.New("there is no such bucket")

// Adopt takes over the files of a LOX version with a built-in S3 server: it renames the files of a bucket below
// old to objects of the store below dir, and removes the files of that server. If the directory old doesn't exist,
// Adopt does nothing. Files that aren't LOX's, such as those of another bucket, stay where they are.
//
// Below old are a lock, which a server of that version holds, and buckets/<name>: a directory with one file for
// each object, <tenant>/<id>, and hidden directories of unfinished uploads.
//
// Adopt may be interrupted at any point: the next call does the rest. It also adds the objects that a server of
// that version has stored after an earlier Adopt.
func Adopt(dir, old, name string) error {
	if _, err := os.Lstat(old); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	lock, err := lockFile(filepath.Join(old, "lock"))
	if err != nil {
		return fmt.Errorf("take over %s: %w", old, err)
	}
	if err := errors.Join(adopt(dir, old, name), unlock(lock)); err != nil {
		return fmt.Errorf("take over %s: %w", old, err)
	}
	return nil
}

func adopt(dir, old, name string) error {
	buckets, objects := filepath.Join(old, "buckets"), filepath.Join(dir, "objects")
	bucket := filepath.Join(buckets, name)
	entries, err := os.ReadDir(bucket)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		if err := otherBuckets(buckets, objects); err != nil {
			return fmt.Errorf("%q: %w", name, err)
		}
	case err != nil:
		return err
	default:
		if err := adoptBucket(dir, bucket, objects, entries); err != nil {
			return err
		}
	}
	for _, path := range []string{bucket, buckets} {
		// Remove fails if the directory isn't empty: then it stays.
		_ = os.Remove(path)
	}
	if err := ignoreMissing(os.Remove(filepath.Join(old, "lock"))); err != nil {
		return err
	}
	_ = os.Remove(old)
	return nil
}

// otherBuckets fails if there are other buckets and the store has no directory of objects: nothing was ever taken
// over or stored.
func otherBuckets(buckets, objects string) error {
	if _, err := os.Lstat(objects); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	entries, err := os.ReadDir(buckets)
	if err != nil {
		return ignoreMissing(err)
	}
	var found []string
	for _, e := range entries {
		if e.IsDir() {
			found = append(found, e.Name())
		}
	}
	if len(found) > 0 {
		return fmt.Errorf("%w, but %s", ErrNoBucket, strings.Join(found, ", "))
	}
	return nil
}

func adoptBucket(dir, bucket, objects string, entries []fs.DirEntry) error {
	if err := os.MkdirAll(objects, 0o700); err != nil {
		return err
	}
	d := directory{fs: osFileSystem{}}
	// The directories are durable before files are moved into them.
	if err := errors.Join(d.fs.SyncDir(dir), d.fs.SyncDir(filepath.Dir(dir))); err != nil {
		return err
	}
	for _, e := range entries {
		var tenant lox.TenantID
		path := filepath.Join(bucket, e.Name())
		switch {
		case strings.HasPrefix(e.Name(), "."):
			if err := os.RemoveAll(path); err != nil {
				return err
			}
		case e.IsDir() && tenant.UnmarshalText([]byte(e.Name())) == nil:
			if err := d.adoptTenant(path, filepath.Join(objects, e.Name())); err != nil {
				return err
			}
		}
	}
	// The new names are synced first: no object may be without a name after a power failure.
	return errors.Join(d.fs.SyncDir(objects), d.fs.SyncDir(bucket))
}

// adoptTenant moves the directory of a tenant's objects, or its files one by one if the store already has a
// directory of the tenant.
func (d *directory) adoptTenant(from, to string) error {
	if _, err := os.Lstat(to); errors.Is(err, fs.ErrNotExist) {
		return explainTwoFileSystems(os.Rename(from, to))
	}
	entries, err := os.ReadDir(from)
	if err != nil {
		return err
	}
	for _, e := range entries {
		one, other := filepath.Join(from, e.Name()), filepath.Join(to, e.Name())
		if _, err := os.Lstat(other); err == nil {
			return fmt.Errorf("%s and %s are the same object: remove one of them", one, other)
		} else if !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		if err := explainTwoFileSystems(os.Rename(one, other)); err != nil {
			return err
		}
	}
	if err := errors.Join(d.fs.SyncDir(to), d.fs.SyncDir(from)); err != nil {
		return err
	}
	return os.Remove(from)
}

// explainTwoFileSystems adds advice to the error of a rename between two file systems.
func explainTwoFileSystems(err error) error {
	if errors.Is(err, syscall.EXDEV) {
		return fmt.Errorf("%w: they are on two file systems: move the directories ten_* by hand while no server runs", err)
	}
	return err
}
