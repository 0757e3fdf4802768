package disk

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/backlox/lox"
)

// ReadOwn implements lox.OwnObjects.
func (s *Store) ReadOwn(ctx context.Context, name string) ([]byte, error) {
	return readOwn(ctx, s.files.objects, name)
}

// WriteOwn implements lox.OwnObjects.
func (s *Store) WriteOwn(ctx context.Context, name string, data []byte) error {
	return writeOwn(ctx, s.files.fs, s.files.objects, name, data)
}

// ReadOwn implements lox.OwnObjects.
func (f Files) ReadOwn(ctx context.Context, name string) ([]byte, error) {
	return readOwn(ctx, filepath.Join(f.dir, "objects"), name)
}

// WriteOwn implements lox.OwnObjects. The directory must exist.
func (f Files) WriteOwn(ctx context.Context, name string, data []byte) error {
	return writeOwn(ctx, osFileSystem{}, filepath.Join(f.dir, "objects"), name, data)
}

func readOwn(ctx context.Context, objects, name string) ([]byte, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	data, err := os.ReadFile(filepath.Join(objects, lox.OwnPrefix, name))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, unavailable("read", lox.OwnPrefix+name, err)
	}
	return data, nil
}

// writeOwn writes a file atomically: it is renamed to its name after it was synced.
func writeOwn(ctx context.Context, files fileSystem, objects, name string, data []byte) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	dir := filepath.Join(objects, lox.OwnPrefix)
	fail := func(err error) error { return unavailable("write", lox.OwnPrefix+name, err) }
	switch err := files.Mkdir(dir); {
	case errors.Is(err, fs.ErrExist):
	case err != nil:
		return fail(err)
	default:
		if err := files.SyncDir(objects); err != nil {
			return fail(err)
		}
	}
	f, err := files.CreateTemp(dir, ".new-")
	if err != nil {
		return fail(err)
	}
	_, err = f.Write(data)
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err == nil {
		err = files.Rename(f.Name(), filepath.Join(dir, name))
	}
	if err != nil {
		return fail(errors.Join(err, ignoreMissing(files.Remove(f.Name()))))
	}
	if err := files.SyncDir(dir); err != nil {
		return fail(err)
	}
	return nil
}
