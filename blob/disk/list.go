package disk

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/backlox/lox"
)

// Files reads the directory of a store, even while another process uses it. Only WriteOwn changes the directory. A missing
// directory counts as empty.
type Files struct {
	dir string
	// window is how many names of a directory are in memory at the same time.
	window int
}

var (
	_ lox.ObjectLister = Files{}
	_ lox.ObjectLister = (*Store)(nil)
)

// listWindow is the window of OpenFiles: so many names take about 10 MB. A directory is read once for each window: a
// directory with a million files is read 16 times, which takes seconds.
const listWindow = 1 << 16

// OpenFiles returns the files of the store in Config.Dir.
func OpenFiles(dir string) Files { return Files{dir: dir, window: listWindow} }

// Objects implements lox.ObjectLister.
func (s *Store) Objects(ctx context.Context) iter.Seq2[lox.StoredObject, error] {
	return OpenFiles(s.cfg.Dir).Objects(ctx)
}

// Versions implements lox.ObjectLister.
func (s *Store) Versions(ctx context.Context, key string) ([]lox.StoredObject, error) {
	return OpenFiles(s.cfg.Dir).Versions(ctx, key)
}

// Free returns the free space of the disk, in bytes.
func (f Files) Free() (int64, error) {
	dir := filepath.Join(f.dir, "objects")
	for {
		free, err := freeSpace(dir)
		if !errors.Is(err, fs.ErrNotExist) || dir == filepath.Dir(dir) {
			return free, err
		}
		dir = filepath.Dir(dir)
	}
}

// Uploads yields the files of running uploads, and of uploads that a crash interrupted, which the next start of the server
// removes. Their keys are paths below the directory.
func (f Files) Uploads(ctx context.Context) iter.Seq2[lox.StoredObject, error] {
	return func(yield func(lox.StoredObject, error) bool) { f.each(ctx, "uploads", yield) }
}

// Objects implements lox.ObjectLister. The key of a file or directory that isn't one of LOX's objects is its path below the
// directory of objects, with a slash at the end for a directory.
func (f Files) Objects(ctx context.Context) iter.Seq2[lox.StoredObject, error] {
	return func(yield func(lox.StoredObject, error) bool) {
		for name, err := range f.names(ctx, "objects") {
			var more bool
			if name == lox.OwnPrefix {
				continue
			}
			if tenant, isDir := strings.CutSuffix(name, "/"); isDir {
				more = f.each(ctx, "objects/"+tenant, yield)
			} else {
				more = f.one("objects", name, err, yield)
			}
			if !more {
				return
			}
		}
	}
}

// Versions implements lox.ObjectLister: a file is its only version.
func (f Files) Versions(ctx context.Context, key string) ([]lox.StoredObject, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	o, err := f.stat("objects/" + strings.TrimSuffix(key, "/"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, unavailable("list", key, err)
	}
	o.Key = key
	return []lox.StoredObject{o}, nil
}

// each yields the entries of a directory, and returns false if yield has returned false.
func (f Files) each(ctx context.Context, path string, yield func(lox.StoredObject, error) bool) (more bool) {
	for name, err := range f.names(ctx, path) {
		if !f.one(path, name, err, yield) {
			return false
		}
	}
	return true
}

// one yields the entry with a name in a directory, or an error, and reports whether the caller wants more.
func (f Files) one(path, name string, err error, yield func(lox.StoredObject, error) bool) (more bool) {
	var o lox.StoredObject
	if err == nil {
		o, err = f.stat(path + "/" + strings.TrimSuffix(name, "/"))
	}
	if errors.Is(err, fs.ErrNotExist) { // it was removed meanwhile
		return true
	}
	if err != nil {
		yield(lox.StoredObject{}, unavailable("list", path, err))
		return false
	}
	o.Key = strings.TrimPrefix(path+"/"+name, "objects/")
	return yield(o, nil)
}

func (f Files) stat(path string) (lox.StoredObject, error) {
	info, err := os.Lstat(filepath.Join(f.dir, filepath.FromSlash(path)))
	if err != nil {
		return lox.StoredObject{}, err
	}
	return lox.StoredObject{Key: path, Size: info.Size(), Modified: info.ModTime(), Latest: true}, nil
}

// names yields the names of the entries of a directory in byte order. The name of a subdirectory ends with a slash, so that
// the keys below it are in order, too.
func (f Files) names(ctx context.Context, path string) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		after := ""
		for {
			some, err := f.namesAfter(ctx, path, after)
			for _, name := range some {
				if !yield(name, nil) {
					return
				}
			}
			if err != nil {
				yield("", err)
				return
			}
			if len(some) < f.window {
				return
			}
			after = some[len(some)-1]
		}
	}
}

// namesAfter returns the first names after a name, at most as many as the window has.
func (f Files) namesAfter(ctx context.Context, path, after string) ([]string, error) {
	dir, err := os.Open(filepath.Join(f.dir, filepath.FromSlash(path)))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer dir.Close()
	var first []string
	last := "" // the last name of the window, once it is full
	for {
		some, err := dir.ReadDir(1024)
		for _, e := range some {
			name := e.Name()
			if e.IsDir() {
				name += "/"
			}
			if name > after && (last == "" || name < last) {
				first = append(first, name)
			}
		}
		if len(first) >= 2*f.window {
			slices.Sort(first)
			first = first[:f.window]
			last = first[f.window-1]
		}
		if err == nil {
			err = ctx.Err()
		}
		if errors.Is(err, io.EOF) {
			slices.Sort(first)
			return first[:min(len(first), f.window)], nil
		}
		if err != nil {
			return nil, err
		}
	}
}
