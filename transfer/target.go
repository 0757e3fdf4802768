package transfer

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"golang.org/x/sys/unix"
)

// PartSuffix is the suffix of the name of an unfinished file.
const PartSuffix = ".part"

// Target is where Pull writes a backup: see ToFile, ToWriter and ToSink.
type Target interface {
	io.Writer
	// begin opens the target, calls had with the bytes that the target already has, and returns their number. size
	// is the size of the backup.
	begin(ctx context.Context, size int64, had func(p []byte) error) (int64, error)
	// restart discards all bytes that were written, and reports whether the target can do that.
	restart() (bool, error)
	// finish makes the written bytes durable.
	finish() error
	// close closes the target if finish hasn't, and keeps the bytes with which another Pull can resume.
	close()
	// resumable returns the path of the file with which another Pull can resume, "" if there is none.
	resumable() string
}

// ToWriter returns a Target that writes the bytes to w as they arrive. They are verified only at the end, when w
// has all of them: a reader of these bytes must not trust them until Pull has succeeded.
func ToWriter(w io.Writer) Target { return &stream{Writer: w} }

type stream struct{ io.Writer }

func (s *stream) begin(context.Context, int64, func([]byte) error) (int64, error) { return 0, nil }
func (s *stream) restart() (bool, error)                                          { return false, nil }
func (s *stream) finish() error                                                   { return nil }
func (s *stream) close()                                                          {}
func (s *stream) resumable() string                                               { return "" }

// ToFile returns a Target that writes to the file path + ".part", which only its owner can read, and renames it to
// path when its bytes are verified and durable. If the file path exists, it is replaced if replace is set, and
// otherwise refused with fs.ErrExist. Anything but a regular file, such as a device or a link, is always refused.
//
// An unfinished file is resumed, whichever backup it belongs to: if it belongs to another backup, its checksum is
// wrong, and the download starts from the beginning.
func ToFile(path string, replace bool) Target { return &file{path: path, replace: replace} }

type file struct {
	*os.File

	path     string
	replace  bool
	finished bool // it has its name
}

func (f *file) begin(ctx context.Context, size int64, had func(p []byte) error) (int64, error) {
	if err := f.free(); err != nil {
		return 0, err
	}
	opened, err := openPart(f.path + PartSuffix)
	if err != nil {
		return 0, err
	}
	f.File = opened
	info, err := opened.Stat()
	switch {
	case err != nil:
		return 0, err
	case info.Size() > size:
		_, err := f.restart()
		return 0, err
	}
	// The file is read from its beginning to its end, where writing continues.
	return info.Size(), each(ctx, opened, had)
}

// free fails if the file can't be renamed to its name.
func (f *file) free() error {
	switch info, err := os.Lstat(f.path); {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return err
	case !info.Mode().IsRegular():
		return fmt.Errorf("%w: %s is not a regular file", ErrInvalid, f.path)
	case !f.replace:
		return &fs.PathError{Op: "create", Path: f.path, Err: fs.ErrExist}
	}
	return nil
}

// openPart opens the unfinished file for this process alone.
func openPart(path string) (*os.File, error) {
	// Without O_NONBLOCK, the open of a named pipe would wait for the other end.
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|unix.O_NOFOLLOW|unix.O_NONBLOCK, 0o600)
	if err != nil {
		return nil, err
	}
	if err := claimPart(f, path); err != nil {
		_ = f.Close() // nothing was written
		return nil, err
	}
	return f, nil
}

func claimPart(f *os.File, path string) error {
	opened, err := f.Stat()
	if err != nil {
		return err
	}
	if !opened.Mode().IsRegular() {
		return fmt.Errorf("%w: %s is not a regular file", ErrInvalid, path)
	}
	if err := unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB); err != nil {
		if errors.Is(err, unix.EWOULDBLOCK) {
			return fmt.Errorf("another process writes %s", path)
		}
		return fmt.Errorf("lock %s: %w", path, err)
	}
	// Another process may have finished the file between the open and the lock.
	if now, err := os.Lstat(path); err != nil || !os.SameFile(opened, now) {
		return fmt.Errorf("another process has just finished %s", path)
	}
	return f.Chmod(0o600)
}

func (f *file) Write(p []byte) (int, error) {
	n, err := f.File.Write(p)
	if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) {
		err = fmt.Errorf("%w: %w", ErrFull, err)
	}
	return n, err
}

func (f *file) restart() (bool, error) {
	if err := f.Truncate(0); err != nil {
		return true, err
	}
	_, err := f.Seek(0, io.SeekStart)
	return true, err
}

func (f *file) finish() error {
	if err := f.Sync(); err != nil {
		return err
	}
	if err := f.free(); err != nil {
		return err
	}
	if err := os.Rename(f.Name(), f.path); err != nil {
		return err
	}
	f.finished = true
	// Without this sync, the name may be lost in a power failure.
	dir, err := os.Open(filepath.Dir(f.path))
	if err != nil {
		return err
	}
	defer func() { _ = dir.Close() }()
	return dir.Sync()
}

func (f *file) close() {
	if f.File == nil {
		return
	}
	if info, err := f.Stat(); err == nil && info.Size() == 0 && !f.finished {
		_ = os.Remove(f.Name()) // there are no bytes to resume with
	}
	_ = f.Close() // finish has synced the file, or a later checksum detects wrong bytes
}

func (f *file) resumable() string { return f.path + PartSuffix }
