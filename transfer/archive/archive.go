// Package archive writes a directory as a tar archive, and unpacks archives of unknown origin without writing
// outside of the target directory. Both work on streams, in memory that doesn't depend on the number or the size
// of the files.
//
// The format is POSIX.1-2001 (PAX) with the records of GNU tar for extended attributes (SCHILY.xattr.*) and for
// sparse files (GNU.sparse.*, version 1.0). So GNU tar reads the archives of Pack, and Unpack reads the archives
// of GNU tar.
package archive

import (
	"context"
	"errors"
	"io"
	"strconv"

	"golang.org/x/sys/unix"
)

// Compression is the compression of an archive.
type Compression int

const (
	// Zstd is Zstandard (RFC 8878) at its fastest level. It is the default.
	Zstd Compression = iota
	// None is no compression: a plain tar archive.
	None
)

const (
	// maxDepth is how deeply directories may be nested. Each level has an open file, and a process may have 1024
	// open files on most systems.
	maxDepth = 500
	// pieceSize is how many bytes of a file are moved at once.
	pieceSize = 256 << 10
	// blockSize is the block size of tar archives, in bytes.
	blockSize = 512
	// diskBlock is the unit in which most file systems allocate space, in bytes.
	diskBlock = 4096
	// xattrPrefix is the prefix of PAX records with extended attributes.
	xattrPrefix = "SCHILY.xattr."
	// sparsePrefix is the prefix of PAX records about sparse files.
	sparsePrefix = "GNU.sparse."
)

// visible quotes a path if it has characters that would control a terminal or hide where the path ends.
func visible(path string) string {
	if quoted := strconv.Quote(path); quoted != `"`+path+`"` {
		return quoted
	}
	return path
}

// again repeats a system call that a signal has interrupted.
func again(call func() error) error {
	for {
		if err := call(); !errors.Is(err, unix.EINTR) {
			return err
		}
	}
}

// openAt opens the file with a name in a directory. It never follows a link.
func openAt(dir int, name string, flags int, mode uint32) (fd int, err error) {
	err = again(func() error {
		fd, err = unix.Openat(dir, name, flags|unix.O_NOFOLLOW|unix.O_CLOEXEC, mode)
		return err
	})
	return fd, err
}

// statAt returns the status of the file with a name in a directory. It never follows a link.
func statAt(dir int, name string) (st unix.Stat_t, err error) {
	err = again(func() error { return unix.Fstatat(dir, name, &st, unix.AT_SYMLINK_NOFOLLOW) })
	return st, err
}

func statFD(fd int) (st unix.Stat_t, err error) {
	err = again(func() error { return unix.Fstat(fd, &st) })
	return st, err
}

// kindOf returns the type of a file, one of unix.S_IF….
func kindOf(st *unix.Stat_t) uint32 {
	return uint32(st.Mode) & unix.S_IFMT //nolint:unconvert // other systems have other types
}

// reader is a reader that fails when ctx has ended.
type reader struct {
	io.Reader

	ctx context.Context //nolint:containedctx // the context of the one call that reads
}

func (r reader) Read(p []byte) (int, error) {
	if r.ctx.Err() != nil {
		return 0, context.Cause(r.ctx)
	}
	return r.Reader.Read(p)
}

// writer is a writer that fails when ctx has ended.
type writer struct {
	io.Writer

	ctx context.Context //nolint:containedctx // the context of the one call that writes
}

func (w writer) Write(p []byte) (int, error) {
	if w.ctx.Err() != nil {
		return 0, context.Cause(w.ctx)
	}
	return w.Writer.Write(p)
}
