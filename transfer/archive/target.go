package archive

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"

	"github.com/backlox/lox/transfer"
)

// ToDirectory returns a Target that unpacks an archive into a directory, which must be empty or missing. It
// unpacks into dir + ".part" while the bytes arrive, and renames that directory to dir when the checksum of the
// stored bytes is right and all files are durable. Before that, dir isn't changed, and after an error nothing
// remains. So the archive itself takes no disk space, but an interrupted download starts from the beginning.
// decode returns the archive for the stored bytes. It is nil if the stored bytes are the archive.
func ToDirectory(dir string, decode func(io.Reader) (io.ReadCloser, error), o UnpackOptions) transfer.Target {
	return transfer.ToSink(&directory{dir: filepath.Clean(dir), decode: decode, o: o})
}

type directory struct {
	dir    string
	decode func(io.Reader) (io.ReadCloser, error)
	o      UnpackOptions
	// part is the directory into which the archive is unpacked, nil if there is none.
	part *os.File
}

// Receive implements transfer.Sink.
func (d *directory) Receive(ctx context.Context, r io.Reader) error {
	if err := d.free(); err != nil {
		return err
	}
	if err := d.open(); err != nil {
		return err
	}
	plain := io.NopCloser(r)
	if d.decode != nil {
		var err error
		if plain, err = d.decode(r); err != nil {
			return err
		}
	}
	defer func() { _ = plain.Close() }() // it was read
	err := Unpack(ctx, plain, d.part.Name(), d.o)
	if failed, ok := errors.AsType[*UnpackError](err); ok {
		// The entries that were unpacked before the error don't remain.
		if err = failed.Err; failed.Path != "" {
			err = fmt.Errorf("%s: %w", visible(failed.Path), err)
		}
	}
	return err
}

// free fails if the unpacked directory can't be renamed to its name.
func (d *directory) free() error {
	info, err := os.Lstat(d.dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return err
	case !info.IsDir():
		return &os.PathError{Op: "unpack to", Path: d.dir, Err: fs.ErrExist}
	}
	if here, err := os.Stat("."); err == nil && os.SameFile(here, info) {
		return fmt.Errorf("%w: %s is the working directory, which can't be replaced: name one in it", transfer.ErrInvalid, d.dir)
	}
	f, err := os.Open(d.dir)
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }() // it was read
	if _, err := f.Readdirnames(1); errors.Is(err, io.EOF) {
		return nil
	} else if err != nil {
		return err
	}
	return &os.PathError{Op: "unpack to", Path: d.dir, Err: notEmptyError{}}
}

// open makes the directory for unpacking, or uses an existing empty one.
func (d *directory) open() error {
	path := d.dir + transfer.PartSuffix
	if err := os.Mkdir(path, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	fd, err := openAt(unix.AT_FDCWD, path, unix.O_RDONLY|unix.O_DIRECTORY, 0)
	if err != nil {
		return &os.PathError{Op: "open", Path: path, Err: err}
	}
	f := os.NewFile(uintptr(fd), path)
	if err := claim(f); err != nil {
		_ = f.Close() // nothing was written
		return err
	}
	d.part = f
	return nil
}

// claim locks a directory for this process, and fails if it isn't empty.
func claim(f *os.File) error {
	if err := unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB); err != nil {
		if errors.Is(err, unix.EWOULDBLOCK) {
			return fmt.Errorf("another process unpacks to %s", f.Name())
		}
		return fmt.Errorf("lock %s: %w", f.Name(), err)
	}
	opened, err := f.Stat()
	if err != nil {
		return err
	}
	// Another process may have finished the directory between the open and the lock.
	if now, err := os.Lstat(f.Name()); err != nil || !os.SameFile(opened, now) {
		return fmt.Errorf("another process has just finished %s", f.Name())
	}
	if _, err := f.Readdirnames(1); !errors.Is(err, io.EOF) {
		return fmt.Errorf("%w: %s is not empty, perhaps because an earlier attempt was killed: remove it", transfer.ErrInvalid, f.Name())
	}
	return nil
}

// Commit implements transfer.Sink.
func (d *directory) Commit() error {
	if err := syncAll(int(d.part.Fd())); err != nil {
		return err
	}
	if err := d.free(); err != nil {
		return err
	}
	// Unlike os.Rename, unix.Rename replaces an existing directory, but only an empty one.
	if err := unix.Rename(d.part.Name(), d.dir); err != nil {
		return &os.LinkError{Op: "rename", Old: d.part.Name(), New: d.dir, Err: err}
	}
	_ = d.part.Close() // the file system was synced
	// Without this sync, the name may be lost in a power failure.
	above, err := os.Open(filepath.Dir(d.dir))
	if err != nil {
		return err
	}
	defer func() { _ = above.Close() }() // Sync returns the errors
	return above.Sync()
}

// Discard implements transfer.Sink.
func (d *directory) Discard() {
	if d.part == nil {
		return
	}
	// Entries of a directory can't be removed if its owner may not write to it.
	_ = filepath.WalkDir(d.part.Name(), func(path string, entry fs.DirEntry, err error) error {
		if entry != nil && entry.IsDir() {
			if info, failed := entry.Info(); failed == nil && info.Mode()&0o700 != 0o700 {
				_ = os.Chmod(path, 0o700)
				return nil
			}
		}
		return err
	})
	_ = os.RemoveAll(d.part.Name())
	_ = d.part.Close() // the directory was removed
}
