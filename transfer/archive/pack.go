package archive

import (
	"archive/tar"
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/klauspost/compress/zstd"
	"golang.org/x/sys/unix"

	"github.com/backlox/lox/transfer"
)

// PackOptions are the options of Pack. The zero value is useful.
type PackOptions struct {
	Compression Compression
	// Warn, if not nil, is called for everything that the archive doesn't have: sockets, devices, and attributes
	// that can't be read or written.
	Warn func(path, text string)
}

// Pack writes a directory to w as a tar archive: directories, files, symbolic links, hard links and FIFOs. It
// stores their mode, owner (numbers and names), time of modification to the nanosecond and, except for links and
// FIFOs, extended attributes. Holes of sparse files stay holes. Sockets and devices are left out, and Warn is
// called. Other file systems that are mounted below the directory are included.
//
// Entries of each directory are in the byte order of their names: the same tree gives the same archive. Files are
// opened relative to the directory in which they were found, and links are never followed. So a change below the
// directory can't make Pack read files outside of it.
//
// Errors: transfer.ErrChanged, with the path, if a file was removed, or if its size, time of modification or inode
// has changed while it was read; *fs.PathError for a file that can't be read; the errors of w; the cause of ctx's
// end. After an error the archive is incomplete, and a reader detects that.
func Pack(ctx context.Context, dir string, w io.Writer, o PackOptions) error {
	root, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer func() { _ = root.Close() }() // it was read
	info, err := root.Stat()
	if err != nil {
		return err
	}
	if !info.IsDir() {
		return fmt.Errorf("%w: %s is not a directory", transfer.ErrInvalid, dir)
	}
	out, end, err := compress(writer{w, ctx}, o.Compression)
	if err != nil {
		return err
	}
	p := &packer{
		ctx: ctx, out: out, tar: tar.NewWriter(out), warn: o.Warn, links: map[inode]string{}, linkMemoryLeft: linkMemory, names: nameMemory,
		users: newNames(userName), groups: newNames(groupName), buffer: make([]byte, pieceSize),
	}
	if p.warn == nil {
		p.warn = func(string, string) {}
	}
	if err = p.directory(root, ""); err == nil {
		err = p.tar.Close()
	}
	return end(err)
}

// compress returns the writer of an archive. end finishes the archive unless its argument is an error, and waits
// for the goroutines of the encoder.
func compress(w io.Writer, by Compression) (out io.Writer, end func(error) error, err error) {
	if by == None {
		// Without a buffer, each small header could be a system call.
		buffered := bufio.NewWriterSize(w, pieceSize)
		return buffered, func(err error) error {
			if err == nil {
				err = buffered.Flush()
			}
			return err
		}, nil
	}
	// One encoder and one writer: at the fastest level, one core is enough for most networks.
	encoder, err := zstd.NewWriter(w, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderConcurrency(2), zstd.WithEncoderCRC(true))
	if err != nil {
		return nil, nil, err
	}
	return encoder, func(err error) error {
		if err == nil {
			return encoder.Close()
		}
		encoder.Reset(io.Discard) // Reset waits, and doesn't write the end of the frame
		_ = encoder.Close()
		return err
	}, nil
}

// inode is the identity of a file.
type inode struct{ dev, ino uint64 }

func inodeOf(st *unix.Stat_t) inode { return inode{uint64(st.Dev), st.Ino} } //nolint:unconvert // other systems have other types

// linkMemory is the memory for the paths of files that have other hard links, in bytes.
const linkMemory = 8 << 20

// packer is one call of Pack.
type packer struct {
	ctx  context.Context //nolint:containedctx // the context of the call
	out  io.Writer       // the writer to which tar writes
	tar  *tar.Writer
	warn func(path, text string)

	// links are the paths of files with hard links that weren't packed yet, as many as there is memory for.
	links          map[inode]string
	linkMemoryLeft int
	// names is how much memory is left for the names of directories that aren't finished, in bytes.
	names         int
	users, groups *names
	depth         int
	buffer        []byte
}

// directory writes a directory and its entries. path is "" for the directory of Pack, otherwise it ends with a
// slash.
func (p *packer) directory(dir *os.File, path string) error {
	st, err := statFD(int(dir.Fd()))
	if err != nil {
		return fail("stat", path, err)
	}
	name := path
	if name == "" {
		name = "./"
	}
	h := p.header(&st, tar.TypeDir, name)
	p.attributes(int(dir.Fd()), h)
	if err := p.write(h); err != nil {
		return err
	}
	if p.depth++; p.depth > maxDepth {
		return fmt.Errorf("%w: %s: directories are nested more than %d deep", transfer.ErrInvalid, visible(path), maxDepth)
	}
	defer func() { p.depth-- }()
	return p.eachName(dir, path, func(name string) error { return p.entry(int(dir.Fd()), name, path+name) })
}

// entry writes the file or directory with a name.
func (p *packer) entry(dir int, name, path string) error {
	if p.ctx.Err() != nil {
		return context.Cause(p.ctx)
	}
	st, err := statAt(dir, name)
	if err != nil {
		return fail("stat", path, err)
	}
	switch kindOf(&st) {
	case unix.S_IFDIR:
		fd, err := openAt(dir, name, unix.O_RDONLY|unix.O_DIRECTORY, 0)
		if err != nil {
			return fail("open", path, err)
		}
		f := os.NewFile(uintptr(fd), path)
		defer func() { _ = f.Close() }() // it was read
		return p.directory(f, path+"/")
	case unix.S_IFREG:
		return p.file(dir, name, path)
	case unix.S_IFLNK:
		target, err := readlinkAt(dir, name, st.Size)
		if err != nil {
			return fail("readlink", path, err)
		}
		h := p.header(&st, tar.TypeSymlink, path)
		h.Linkname = target
		return p.write(h)
	case unix.S_IFIFO:
		return p.write(p.header(&st, tar.TypeFifo, path))
	case unix.S_IFSOCK:
		p.warn(path, "a socket is left out")
	default:
		p.warn(path, "a device is left out")
	}
	return nil
}

// fail returns the error of a failed read. If the file was removed, or replaced by one of another type, the error
// is transfer.ErrChanged.
func fail(op, path string, err error) error {
	if errors.Is(err, unix.ENOENT) || errors.Is(err, unix.ELOOP) || errors.Is(err, unix.ENOTDIR) || errors.Is(err, unix.ENXIO) {
		return changed(path)
	}
	if path == "" {
		path = "."
	}
	return &os.PathError{Op: op, Path: path, Err: err}
}

func changed(path string) error { return fmt.Errorf("%s: %w", visible(path), transfer.ErrChanged) }

func readlinkAt(dir int, name string, size int64) (string, error) {
	const longest = 64 << 10 // the longest target of a link; Linux allows 4 KiB
	for capacity := max(size+1, 256); ; capacity *= 2 {
		buffer := make([]byte, min(capacity, longest))
		n := 0
		err := again(func() (err error) {
			n, err = unix.Readlinkat(dir, name, buffer)
			return err
		})
		if err != nil || n < len(buffer) {
			return string(buffer[:max(n, 0)]), err
		}
		if len(buffer) == longest {
			return "", unix.ENAMETOOLONG
		}
	}
}

// write writes the header of an entry.
func (p *packer) write(h *tar.Header) error {
	if err := p.tar.WriteHeader(h); err != nil {
		return fmt.Errorf("%s: %w", visible(h.Name), err)
	}
	return nil
}
