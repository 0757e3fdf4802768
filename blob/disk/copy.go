package disk

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/backlox/lox"
)

// Copied is the result of CopyObjects.
type Copied struct {
	// Objects counts the objects of the store that the copy has. New counts those of them that it didn't have
	// before.
	Objects, New int64
	// NewBytes is the total size of the new objects.
	NewBytes int64
}

// CopyObjects copies the objects of a store's directory to a directory of the same layout. The store may be in
// use. Objects never change, so an object that the copy already has with the same size isn't copied again. Each
// new object is durable before it gets its name. LOX's own objects (lox.OwnPrefix) aren't copied. seen, if not
// nil, is called with the key of each object of the store.
func CopyObjects(ctx context.Context, from, to string, seen func(key string)) (c Copied, err error) {
	for o, err := range OpenFiles(from).Objects(ctx) {
		if err != nil {
			return c, err
		}
		if _, _, ok := lox.ParseObjectKey(o.Key); !ok {
			continue // the doctor command reports it
		}
		if seen != nil {
			seen(o.Key)
		}
		n, err := copyObject(filepath.Join(from, "objects", o.Key), filepath.Join(to, "objects", o.Key), o.Size)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			continue // deleted meanwhile
		case err != nil:
			return c, fmt.Errorf("copy object %s: %w", o.Key, err)
		}
		c.Objects++
		if n >= 0 {
			c.New++
			c.NewBytes += n
		}
	}
	return c, nil
}

// copyObject returns how many bytes it copied, -1 if the copy already had the object.
func copyObject(from, to string, size int64) (n int64, err error) {
	if info, err := os.Stat(to); err == nil && info.Size() == size {
		return -1, nil
	}
	source, err := os.Open(from)
	if err != nil {
		return 0, err
	}
	defer func() { _ = source.Close() }()
	dir := filepath.Dir(to)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return 0, err
	}
	part, err := os.CreateTemp(dir, ".part-*")
	if err != nil {
		return 0, err
	}
	n, err = io.Copy(part, source)
	if err == nil && n != size {
		err = fmt.Errorf("it has %d bytes, not %d", n, size)
	}
	if err == nil {
		err = part.Sync()
	}
	if err = errors.Join(err, part.Close()); err == nil {
		err = os.Rename(part.Name(), to)
	}
	if err != nil {
		return 0, errors.Join(err, os.Remove(part.Name()))
	}
	// The directory may be new, so its parent is synced, too.
	return n, errors.Join(osFileSystem{}.SyncDir(dir), osFileSystem{}.SyncDir(filepath.Dir(dir)))
}

// RemoveObjects removes from a copy the objects for which keep returns false, and the temporary files of
// interrupted copies. It returns how many objects it removed.
func RemoveObjects(ctx context.Context, dir string, keep func(key string) bool) (removed int64, err error) {
	err = filepath.WalkDir(filepath.Join(dir, "objects"), func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if strings.HasPrefix(entry.Name(), ".part-") {
			return os.Remove(path)
		}
		key, err := filepath.Rel(filepath.Join(dir, "objects"), path)
		if err != nil || keep(filepath.ToSlash(key)) {
			return err
		}
		removed++
		return os.Remove(path)
	})
	return removed, err
}
