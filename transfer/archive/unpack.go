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

// UnpackOptions say how an archive is to be unpacked. The zero value is useful.
type UnpackOptions struct {
	// MaxBytes is how much all that is unpacked may take on the disk, in bytes: files without their
	// holes, in whole blocks of 4 KiB, and one such block for anything else but hard links. 0 is
	// what the disk has free. In any case 5 % of the disk's size, at most 1 GiB, stays free.
	//
	// There is no limit to what an archive grows by: a file of zeros that was preallocated shrinks to
	// a 30,000th, and a backup that can't be restored is worse than a disk that is nearly full.
	MaxBytes int64
	// MaxEntries is how many entries an archive may have, 0 for 10 million.
	MaxEntries int64
	// MaxSparse is how large all sparse files together may be with their holes, 0 for 16 TiB, which is
	// an hour's work.
	MaxSparse int64
	// Owners restores owners by number, setuid and setgid bits, and attributes other than user.*.
	// Only root may do that.
	Owners bool
	// OutsideLinks allows symbolic links whose targets are, or may be, outside of the directory.
	// Unpack never follows one, but other programs may.
	OutsideLinks bool
	// Warn, if any, is told what couldn't be restored.
	Warn func(path, text string)
}

const (
	usualEntries = 10_000_000
	usualSparse  = 16 << 40
)

// ErrUnsafe says that an archive has something that could do harm: a path or a link that leads out of the
// directory, a device, or more than the limits allow.
var ErrUnsafe = errors.New("the archive isn't safe to unpack")

// ErrOutsideLink says that a symbolic link leads out of the directory, or might. It is ErrUnsafe, too.
var ErrOutsideLink = fmt.Errorf("%w: a link leads out of the directory, or might", ErrUnsafe)

// UnpackError says how far Unpack has come.
type UnpackError struct {
	// Dir is the directory, which has so many entries of the archive. They are complete, but for
	// the times and the modes of directories that there would have been more of.
	Dir     string
	Entries int64
	// Path is what the entry that failed is called, "" if it wasn't one.
	Path string
	// Err is why.
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

// Unwrap returns why.
func (e *UnpackError) Unwrap() error { return e.Err }

// Unpack unpacks a tar archive, plain or compressed by zstd or gzip, into a directory that is
// empty or doesn't exist. It reads r to its end. The archive may come from anybody:
//
//   - Nothing is written outside of dir, and nothing is replaced. Every directory is opened by
//     its name in the one above, and links aren't followed, so an entry "below" a link fails.
//     os.Root would follow links that stay inside, and can't make FIFOs or set times of links.
//   - Refused are absolute paths and those with "..", symbolic links that lead or might lead out of
//     dir (see OutsideLinks), hard links to anything but a file that was unpacked before, devices,
//     and a second file of the same name; on a file system that ignores case, also one that
//     differs in case.
//   - Bounded are the space on the disk, the number of entries, the size of headers (1 MiB), and the
//     memory that zstd asks for (128 MiB, the limit of the zstd command).
//
// Sparse files get their holes again, and directories their times and modes when all that is in
// them is there. On an error the entry that failed is removed, and those before it stay.
//
// Errors: *UnpackError with ErrUnsafe; transfer.ErrFull; transfer.ErrMalformed if it is no archive or was altered; fs.ErrExist
// if dir isn't empty; the cause of ctx's end; those of r and of the file system.
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

// openRoot opens the directory, which it makes if need be. It must be empty.
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
	ctx  context.Context //nolint:containedctx // that of the call
	o    UnpackOptions
	dir  string
	warn func(path, text string)

	// levels are the directories from that of Unpack to the present one.
	levels  []level
	entries int64 // that are complete
	path    string
	space   space
	sparse  int64 // bytes of sparse files with their holes
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
			return fmt.Errorf("%w: this is no tar archive", transfer.ErrMalformed)
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

// mostPadding is how many zeros may come after the end of an archive, in bytes. GNU tar writes up to one
// record, of 10 KiB unless it is told.
const mostPadding = 16 << 20

// drain reads what comes after the end of an archive, which is nothing but zeros.
func drain(r io.Reader) error {
	buffer := make([]byte, pieceSize)
	for done := 0; done <= mostPadding; {
		n, err := r.Read(buffer)
		if !isZero(buffer[:n]) {
			return fmt.Errorf("%w: something comes after the end of the archive", transfer.ErrMalformed)
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
