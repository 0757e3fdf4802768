package archive

import (
	"archive/tar"
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"golang.org/x/sys/unix"

	"github.com/backlox/lox/transfer"
)

// UnpackOptions are the options of Unpack. The zero value is useful.
type UnpackOptions struct {
	// MaxBytes limits the disk space of everything that is unpacked, in bytes: files count without their holes, in
	// whole blocks of 4 KiB, and anything else except hard links counts as one block. 0 is the free space of the
	// disk. In any case 5 % of the disk's size, at most 1 GiB, stays free.
	//
	// There is no limit for the ratio between the size of the files and that of the archive: a preallocated file
	// of zeros shrinks to a 30,000th, and a backup that can't be restored is worse than a disk that is nearly
	// full.
	MaxBytes int64
	// MaxEntries limits the number of entries of an archive, 0 for 10 million.
	MaxEntries int64
	// MaxSparse limits the size of all sparse files together, including their holes, in bytes. 0 is 16 TiB, which
	// take an hour to unpack.
	MaxSparse int64
	// Owners restores the numbers of owners, setuid and setgid bits, and attributes other than user.*. Only root
	// may do that.
	Owners bool
	// OutsideLinks allows symbolic links whose targets are, or may be, outside of the directory. Unpack never
	// follows a link, but other programs may.
	OutsideLinks bool
	// Warn, if not nil, is called for everything that couldn't be restored.
	Warn func(path, text string)
}

const (
	usualEntries = 10_000_000
	usualSparse  = 16 << 40
)

// ErrUnsafe says that an archive has an entry that could do harm: a path or a link that leads out of the
// directory, a device, or more than the limits allow.
var ErrUnsafe = errors.New("the archive isn't safe to unpack")

// ErrOutsideLink says that a symbolic link leads, or may lead, out of the directory. It is an ErrUnsafe, too.
var ErrOutsideLink = fmt.Errorf("%w: a link leads out of the directory, or might", ErrUnsafe)

// UnpackError is the error of Unpack with the number of entries that were unpacked before it.
type UnpackError struct {
	// Dir is the directory, and Entries is how many entries of the archive it has. They are complete, except for
	// the times and the modes of directories that would have got more entries.
	Dir     string
	Entries int64
	// Path is the path of the entry that failed, "" if the error isn't about an entry.
	Path string
	// Err is the cause.
	Err error
}

// Error implements error.
func (e *UnpackError) Error() string {
	at := ""
	if e.Path != "" {
		at = visible(e.Path) + ": "
	}
	return fmt.Sprintf("%s%v (%s has the %d entries before that)", at, e.Err, e.Dir, e.Entries)
}

// Unwrap returns the cause.
func (e *UnpackError) Unwrap() error { return e.Err }

// Unpack unpacks a tar archive, plain or compressed by zstd or gzip, into a directory that is empty or doesn't
// exist. It reads r to its end. The archive may come from an untrusted source:
//
//   - Nothing is written outside of dir, and nothing is replaced. Every directory is opened by its name in its parent,
//     and links aren't followed, so an entry "below" a link fails. os.Root would follow links that stay inside, and
//     can't make FIFOs or set times of links.
//   - Unpack refuses absolute paths and paths with "..", symbolic links that lead or may lead out of dir (see
//     OutsideLinks), hard links to anything but a file that was already unpacked, devices, and a second file of the
//     same name; on a file system that ignores case, also a name that differs only in case.
//   - Unpack limits the space on the disk, the number of entries, the size of headers (1 MiB), and the memory for zstd
//     (128 MiB, the limit of the zstd command).
//
// Sparse files get their holes back. Directories get their times and modes when all their entries are unpacked.
// After an error, the entry that failed is removed, and the entries before it stay.
//
// Errors: *UnpackError with ErrUnsafe; transfer.ErrFull; transfer.ErrMalformed if the bytes are no archive or were
// altered; fs.ErrExist if dir isn't empty; the cause of ctx's end; the errors of r and of the file system.
func Unpack(ctx context.Context, r io.Reader, dir string, o UnpackOptions) error {
	if o.MaxEntries == 0 {
		o.MaxEntries = usualEntries
	}
	if o.MaxSparse == 0 {
		o.MaxSparse = usualSparse
	}
	if o.Warn == nil {
		o.Warn = func(string, string) {}
	}
	root, err := openRoot(dir)
	if err != nil {
		return err
	}
	u := &unpacker{ctx: ctx, o: o, dir: dir, warn: o.Warn, levels: []level{{fd: root}}, buffer: make([]byte, pieceSize)}
	err = u.all(r)
	if failed := u.leave(0, err == nil); err == nil {
		err = failed
	}
	if err != nil {
		if errors.Is(err, unix.ENOSPC) || errors.Is(err, unix.EDQUOT) {
			err = fmt.Errorf("%w: %w", transfer.ErrFull, err)
		}
		return &UnpackError{Dir: dir, Entries: u.entries, Path: u.path, Err: err}
	}
	return nil
}

// openRoot opens the directory, and makes it if it is missing. The directory must be empty.
func openRoot(dir string) (int, error) {
	if err := os.Mkdir(dir, 0o700); err != nil && !errors.Is(err, os.ErrExist) {
		return 0, err
	}
	f, err := os.Open(dir)
	if err != nil {
		return 0, err
	}
	defer func() { _ = f.Close() }() // it was read
	switch _, err := f.Readdirnames(1); {
	case err == nil:
		return 0, &os.PathError{Op: "unpack to", Path: dir, Err: notEmptyError{}}
	case !errors.Is(err, io.EOF):
		return 0, err
	}
	var fd int
	err = again(func() (err error) {
		fd, err = unix.Openat(int(f.Fd()), ".", unix.O_RDONLY|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
		return err
	})
	return fd, err
}

type notEmptyError struct{}

func (notEmptyError) Error() string        { return "the directory isn't empty" }
func (notEmptyError) Is(target error) bool { return target == os.ErrExist }

// unpacker is one call of Unpack.
type unpacker struct {
	ctx  context.Context //nolint:containedctx // the context of the call
	o    UnpackOptions
	dir  string
	warn func(path, text string)

	// levels are the directories from the directory of Unpack to the current one.
	levels  []level
	entries int64 // the number of complete entries
	path    string
	space   space
	sparse  int64 // size of all sparse files, including their holes
	buffer  []byte
}

func (u *unpacker) all(r io.Reader) error {
	var err error
	if u.space, err = newSpace(u.levels[0].fd, u.o.MaxBytes); err != nil {
		return err
	}
	content, err := decompress(reader{r, u.ctx})
	if err != nil {
		return err
	}
	defer func() { _ = content.Close() }() // it was read
	archive := tar.NewReader(content)
	for {
		h, err := archive.Next()
		u.path = ""
		switch {
		case errors.Is(err, io.EOF):
			return drain(content)
		case errors.Is(err, tar.ErrHeader) && u.entries == 0:
			return fmt.Errorf("%w: this is not a tar archive", transfer.ErrMalformed)
		case err != nil && u.ctx.Err() != nil:
			return context.Cause(u.ctx)
		case err != nil:
			return unreadable(err)
		}
		u.path = h.Name
		if u.entries >= u.o.MaxEntries {
			return fmt.Errorf("%w: it has more than %d entries", ErrUnsafe, u.o.MaxEntries)
		}
		if err := u.entry(archive, h); err != nil {
			return err
		}
		u.entries++
	}
}

func unreadable(err error) error {
	return fmt.Errorf("%w: the archive can't be read: %w", transfer.ErrMalformed, err)
}

// mostPadding is how many bytes of zeros may follow the end of an archive. GNU tar fills the last record, which
// has 10 KiB by default.
const mostPadding = 16 << 20

// drain reads the bytes after the end of an archive, which must be zeros.
func drain(r io.Reader) error {
	buffer := make([]byte, pieceSize)
	for done := 0; done <= mostPadding; {
		n, err := r.Read(buffer)
		if !isZero(buffer[:n]) {
			return fmt.Errorf("%w: there is data after the end of the archive", transfer.ErrMalformed)
		}
		done += n
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return unreadable(err)
		}
	}
	return fmt.Errorf("%w: more than %d bytes come after the end of the archive", ErrUnsafe, mostPadding)
}
