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

// Copied is what a copy of objects did.
type Copied struct {
	// Objects are those that the copy has, New those of them that it hadn't before.
	Objects, New int64
	// NewBytes is the size of the new ones.
	NewBytes int64
}

// CopyObjects copies the objects of a store's directory to a directory of the same form, while the
// store may be in use. Objects never change, so those that are there already with the same
// size are left as they are. Each new one is durable before it gets its name. What LOX keeps for itself
// (lox.OwnPrefix) isn't copied. seen, if not nil, is told of each object of the store.
func CopyObjects(ctx context.Context, from, to string, seen func(key string)) (c Copied, err error) {
	for o, err := range OpenFiles(from).Objects(ctx) {
		if err != nil {
			return c, err
		}
		if _, _, ok := lox.ParseObjectKey(o.Key); !ok {
			continue // doctor tells of it
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

// copyObject returns the size of what it copied, -1 if it was there already.
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
	// The directory may be new.
	return n, errors.Join(osFileSystem{}.SyncDir(dir), osFileSystem{}.SyncDir(filepath.Dir(dir)))
}

// RemoveObjects removes the objects from a copy that keep is false for, and what a copy that was
// broken off has left. It returns how many objects it removed.
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
