// Package archive writes a directory as a tar archive and unpacks archives of unknown origin
// without leaving the directory that they are unpacked to. Both work on streams, in memory that
// doesn't depend on the number or the size of the files.
//
// The format is POSIX.1-2001 (PAX) with the records of GNU tar for extended attributes
// (SCHILY.xattr.*) and for sparse files (GNU.sparse.*, version 1.0), so GNU tar reads what Pack
// writes, and Unpack reads what GNU tar writes.
package archive

import (
	"context"
	"errors"
	"io"
	"strconv"

	"golang.org/x/sys/unix"
)

// Compression is what an archive is compressed with.
type Compression int

const (
	// Zstd is Zstandard (RFC 8878) at its fastest level. It is the default.
	Zstd Compression = iota
	// None is a plain tar archive.
	None
)

const (
	// maxDepth is how many directories may be inside of each other. Each level has an open
	// file, of which a process may have 1024 on most systems.
	maxDepth = 500
	// pieceSize is how much of a file is moved at once, in bytes.
	pieceSize = 256 << 10
	// blockSize is that of tar archives, in bytes.
	blockSize = 512
	// diskBlock is the unit in which most file systems give out space, in bytes.
	diskBlock = 4096
	// xattrPrefix is that of PAX records with extended attributes.
	xattrPrefix = "SCHILY.xattr."
	// sparsePrefix is that of PAX records about sparse files.
	sparsePrefix = "GNU.sparse."
)

// visible quotes a path if something in it would steer a terminal or hide where it ends.
func visible(path string) string {
	if quoted := strconv.Quote(path); quoted != `"`+path+`"` {
		return quoted
	}
	return path
}

// again calls a system call until no signal interrupts it.
func again(call func() error) error {
	for {
		if err := call(); !errors.Is(err, unix.EINTR) {
			return err
		}
	}
}

// openAt opens what a name in a directory stands for. A link is never followed.
func openAt(dir int, name string, flags int, mode uint32) (fd int, err error) {
	err = again(func() error {
		fd, err = unix.Openat(dir, name, flags|unix.O_NOFOLLOW|unix.O_CLOEXEC, mode)
		return err
	})
	return fd, err
}

// statAt tells about a name in a directory. A link is never followed.
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

// reader fails when ctx ends.
type reader struct {
	io.Reader

	ctx context.Context //nolint:containedctx // that of the one call that reads
}

func (r reader) Read(p []byte) (int, error) {
	if r.ctx.Err() != nil {
		return 0, context.Cause(r.ctx)
	}
	return r.Reader.Read(p)
}

// writer fails when ctx ends.
type writer struct {
	io.Writer

	ctx context.Context //nolint:containedctx // that of the one call that writes
}

func (w writer) Write(p []byte) (int, error) {
	if w.ctx.Err() != nil {
		return 0, context.Cause(w.ctx)
	}
	return w.Writer.Write(p)
}
