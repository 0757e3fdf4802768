package disk

import (
	"errors"
	"io"
	"io/fs"
	"os"
)

// fileSystem has all calls by which a directory changes the disk. Tests record the calls, and compute what is left of
// them after a power failure.
type fileSystem interface {
	Mkdir(path string) error
	// CreateTemp is os.CreateTemp.
	CreateTemp(dir, pattern string) (file, error)
	// Open opens a file for reading and writing. If create is true, it creates a missing file.
	Open(path string, create bool) (file, error)
	Rename(from, to string) error
	// Link gives a file another name. It fails if the name exists (fs.ErrExist).
	Link(from, to string) error
	Remove(path string) error
	// SyncDir makes the names in a directory durable, but not the files.
	SyncDir(path string) error
}

// file is the file of an upload. Sync makes its bytes and its length durable, but not its name.
type file interface {
	io.WriteCloser
	io.ReaderAt
	io.WriterAt
	Truncate(size int64) error
	Name() string
	Stat() (fs.FileInfo, error)
	Sync() error
}

type osFileSystem struct{}

func (osFileSystem) Mkdir(path string) error      { return os.Mkdir(path, 0o700) }
func (osFileSystem) Rename(from, to string) error { return os.Rename(from, to) }
func (osFileSystem) Link(from, to string) error   { return os.Link(from, to) }
func (osFileSystem) Remove(path string) error     { return os.Remove(path) }

func (osFileSystem) CreateTemp(dir, pattern string) (file, error) {
	f, err := os.CreateTemp(dir, pattern)
	if err != nil {
		return nil, err // not f: a file that holds a nil *os.File is not nil
	}
	return f, nil
}

func (osFileSystem) Open(path string, create bool) (file, error) {
	flags := os.O_RDWR
	if create {
		flags |= os.O_CREATE
	}
	f, err := os.OpenFile(path, flags, 0o600)
	if err != nil {
		return nil, err
	}
	return f, nil
}

func (osFileSystem) SyncDir(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}
