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

// PackOptions say how a directory is to be written. The zero value is useful.
type PackOptions struct {
	Compression Compression
	// Warn, if any, is told what the archive doesn't have: sockets, devices, and attributes that
	// can't be read or written.
	Warn func(path, text string)
}

// Pack writes a directory to w as a tar archive: directories, files, symbolic links, hard links
// and FIFOs with mode, owner (numbers and names), time of modification to the nanosecond and, but
// for links and FIFOs, extended attributes. Holes of sparse files stay holes. Sockets and
// devices are left out, and Warn is told. Other file systems that are mounted below are included.
//
// Entries are in the order of their names, byte by byte, in each directory: the same tree gives
// the same archive. Files are opened relative to the directory they were found in, and links are
// never followed, so that a change below the directory doesn't lead out of it.
//
// Errors: transfer.ErrChanged, with the path, if a file's size, time of modification or inode isn't
// the same before and after reading or if it is gone; *fs.PathError for what can't be read; those of
// w; the cause of ctx's end. After an error the archive isn't complete, and doesn't look so.
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
		return fmt.Errorf("%w: %s is no directory", transfer.ErrInvalid, dir)
	}
	out, end, err := compress(writer{w, ctx}, o.Compression)
	if err != nil {
		return err
	}
	p := &packer{
		ctx: ctx, out: out, tar: tar.NewWriter(out), warn: o.Warn, links: map[inode]string{}, linkRoom: linkMemory, names: nameMemory,
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

// compress returns the writer of an archive. end finishes it unless an error came before, and
// waits for what works in the background.
func compress(w io.Writer, by Compression) (out io.Writer, end func(error) error, err error) {
	if by == None {
		// Headers are small, and each piece that w gets may be a system call.
		buffered := bufio.NewWriterSize(w, pieceSize)
		return buffered, func(err error) error {
			if err == nil {
				err = buffered.Flush()
			}
			return err
		}, nil
	}
	// One encoder and one writer: the fastest level fills most lines with one core.
	encoder, err := zstd.NewWriter(w, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderConcurrency(2), zstd.WithEncoderCRC(true))
	if err != nil {
		return nil, nil, err
	}
	return encoder, func(err error) error {
		if err == nil {
			return encoder.Close()
		}
		encoder.Reset(io.Discard) // waits, and doesn't write the end of the frame
		_ = encoder.Close()
		return err
	}, nil
}

// inode is the identity of a file.
type inode struct{ dev, ino uint64 }

func inodeOf(st *unix.Stat_t) inode { return inode{uint64(st.Dev), st.Ino} } //nolint:unconvert // other systems have other types

// linkMemory is for the paths of files that have further hard links, in bytes.
const linkMemory = 8 << 20

// packer is one call of Pack.
type packer struct {
	ctx  context.Context //nolint:containedctx // that of the call
	out  io.Writer       // what is below tar
	tar  *tar.Writer
	warn func(path, text string)

	// links are the paths of files that have hard links which haven't come yet, so far as there
	// is room.
	links    map[inode]string
	linkRoom int
	// names is how much room is left for names of directories that aren't done, in bytes.
	names         int
	users, groups *names
	depth         int
	buffer        []byte
}

// directory writes a directory and what is in it. path is "" for that of Pack, else it
// ends in a slash.
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
		return fmt.Errorf("%w: %s: there are more than %d directories inside of each other", transfer.ErrInvalid, visible(path), maxDepth)
	}
	defer func() { p.depth-- }()
	return p.eachName(dir, path, func(name string) error { return p.entry(int(dir.Fd()), name, path+name) })
}

// entry writes what a name stands for.
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

// fail is an error of reading. What was there a moment before and isn't any more, or is of another kind,
// has changed.
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
	const longest = 64 << 10 // of a target; Linux has 4 KiB
	for room := max(size+1, 256); ; room *= 2 {
		buffer := make([]byte, min(room, longest))
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
