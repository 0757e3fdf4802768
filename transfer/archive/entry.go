package archive

import (
	"archive/tar"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"golang.org/x/sys/unix"
)

// entry unpacks one entry.
func (u *unpacker) entry(r io.Reader, h *tar.Header) error {
	if h.Typeflag == tar.TypeXGlobalHeader {
		return nil // a comment, such as git archive writes
	}
	parts, err := split(h.Name)
	if err != nil {
		return err
	}
	if h.Typeflag == tar.TypeDir {
		return u.directory(parts, h)
	}
	if len(parts) == 0 {
		return fmt.Errorf("%w: the path names the directory itself", ErrUnsafe)
	}
	name, above := parts[len(parts)-1], parts[:len(parts)-1]
	dir, err := u.enter(above)
	if err != nil {
		return err
	}
	switch h.Typeflag {
	case tar.TypeReg, tar.TypeGNUSparse:
		err = u.file(r, dir, name, h)
	case tar.TypeLink:
		err = u.link(dir, name, h)
	case tar.TypeSymlink:
		err = u.symlink(dir, name, len(above), h)
	case tar.TypeFifo:
		err = u.special(dir, name, h, func() error { return mkfifoAt(dir, name) })
	case tar.TypeChar, tar.TypeBlock:
		err = fmt.Errorf("%w: it is a device", ErrUnsafe)
	default:
		err = fmt.Errorf("%w: it is of an unknown type, %q", ErrUnsafe, h.Typeflag)
	}
	if errors.Is(err, unix.EEXIST) {
		err = fmt.Errorf("%w: the archive has another entry of that name", ErrUnsafe)
	}
	return err
}

func (u *unpacker) directory(parts []string, h *tar.Header) error {
	if len(parts) == 0 {
		if _, err := u.enter(nil); err != nil {
			return err
		}
		u.levels[0].header = h
		return nil
	}
	if _, err := u.enter(parts[:len(parts)-1]); err != nil {
		return err
	}
	// Only the owner has access until the directory gets its mode.
	return u.down(parts[len(parts)-1], 0o700, h)
}

// file makes a file with the bytes of r. If that fails, no file of that name remains.
func (u *unpacker) file(r io.Reader, dir int, name string, h *tar.Header) error {
	fd, err := openAt(dir, name, unix.O_WRONLY|unix.O_CREAT|unix.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	f := os.NewFile(uintptr(fd), name)
	err = u.contents(r, f, h)
	if err == nil {
		err = u.restore(fd, h)
	}
	if failed := f.Close(); err == nil {
		err = failed
	}
	if err == nil {
		err = setTimes(dir, name, times(h))
	}
	if err != nil {
		return errors.Join(err, unix.Unlinkat(dir, name, 0))
	}
	return nil
}

// isSparseEntry reports whether a file has holes. archive/tar returns zeros for holes.
func isSparseEntry(h *tar.Header) bool {
	if h.Typeflag == tar.TypeGNUSparse {
		return true
	}
	for key := range h.PAXRecords {
		if strings.HasPrefix(key, sparsePrefix) {
			return true
		}
	}
	return false
}

// contents writes the bytes of a file, except for holes.
func (u *unpacker) contents(r io.Reader, f *os.File, h *tar.Header) error {
	sparse := isSparseEntry(h)
	if sparse {
		if u.sparse += h.Size; u.sparse > u.o.MaxSparse || u.sparse < 0 {
			return fmt.Errorf("%w: its sparse files have more than the limit of %d bytes", ErrUnsafe, u.o.MaxSparse)
		}
		if err := u.space.take(diskBlock); err != nil {
			return err
		}
	} else if err := u.takeSpace(h.Size); err != nil {
		return err
	}
	for done := int64(0); ; {
		n, err := io.ReadFull(r, u.buffer)
		if failed := u.writePiece(f, u.buffer[:n], done, sparse); failed != nil {
			return failed
		}
		done += int64(n)
		switch {
		case err == nil:
		case u.ctx.Err() != nil:
			return context.Cause(u.ctx)
		case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF) && done == h.Size:
			return f.Truncate(h.Size) // a hole at the end
		default:
			return unreadable(err)
		}
	}
}

// takeSpace counts the space of a file that isn't sparse before the file is written. A file is refused at once if its
// header has a size for which there is no space.
func (u *unpacker) takeSpace(size int64) error {
	return u.space.take(max(whole(size), diskBlock))
}

// writePiece writes a piece of a file. If the file is sparse, it writes only blocks that aren't all zeros.
func (u *unpacker) writePiece(f *os.File, piece []byte, at int64, sparse bool) error {
	if !sparse {
		_, err := f.WriteAt(piece, at)
		return err
	}
	for from := 0; from < len(piece); {
		to := min(from+diskBlock, len(piece))
		if isZero(piece[from:to]) {
			from = to
			continue
		}
		for to < len(piece) && !isZero(piece[to:min(to+diskBlock, len(piece))]) {
			to = min(to+diskBlock, len(piece))
		}
		if err := u.space.take(whole(int64(to - from))); err != nil {
			return err
		}
		if _, err := f.WriteAt(piece[from:to], at+int64(from)); err != nil {
			return err
		}
		from = to
	}
	return nil
}

var zeros [pieceSize]byte

func isZero(p []byte) bool { return bytes.Equal(p, zeros[:len(p)]) }

// link makes a hard link to a file that was already unpacked.
func (u *unpacker) link(dir int, name string, h *tar.Header) error {
	parts, err := split(h.Linkname)
	if err != nil || len(parts) == 0 {
		return fmt.Errorf("%w: it is a hard link to %s, which leads out of the directory", ErrUnsafe, visible(h.Linkname))
	}
	from, err := u.find(parts[:len(parts)-1])
	if err == nil {
		defer func() { _ = unix.Close(from) }() // it was read
		var st unix.Stat_t
		if st, err = statAt(from, parts[len(parts)-1]); err == nil && kindOf(&st) != unix.S_IFREG {
			err = unix.EINVAL
		}
	}
	if err != nil {
		return fmt.Errorf("%w: it is a hard link to %s, which is not a file that was unpacked earlier", ErrUnsafe, visible(h.Linkname))
	}
	return again(func() error { return unix.Linkat(from, parts[len(parts)-1], dir, name, 0) })
}

// find opens a directory that was already unpacked.
func (u *unpacker) find(parts []string) (int, error) {
	var fd int
	err := again(func() (err error) {
		fd, err = unix.Openat(u.levels[0].fd, ".", unix.O_RDONLY|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
		return err
	})
	for _, part := range parts {
		if err != nil {
			break
		}
		above := fd
		fd, err = openAt(above, part, unix.O_RDONLY|unix.O_DIRECTORY, 0)
		_ = unix.Close(above) // it was read
	}
	return fd, err
}

// symlink makes a symbolic link. depth is how many levels the link is below the directory of Unpack.
func (u *unpacker) symlink(dir int, name string, depth int, h *tar.Header) error {
	if !u.o.OutsideLinks && leadsOut(h.Linkname, depth) {
		return fmt.Errorf("%w: its target is %s", ErrOutsideLink, visible(h.Linkname))
	}
	return u.special(dir, name, h, func() error { return unix.Symlinkat(h.Linkname, dir, name) })
}

// leadsOut reports whether the target of a link is, or may be, outside of the directory. If ".." follows another
// name, it leaves the directory to which that name leads. This may be any directory, because the name may also be
// a link.
func leadsOut(target string, depth int) bool {
	if strings.HasPrefix(target, "/") {
		return true
	}
	below := false
	for part := range strings.SplitSeq(target, "/") {
		switch part {
		case "", ".":
		case "..":
			if depth--; below || depth < 0 {
				return true
			}
		default:
			below = true
		}
	}
	return false
}

// special makes a file without bytes, and sets its owner, mode and times.
func (u *unpacker) special(dir int, name string, h *tar.Header, makeIt func() error) error {
	if err := u.space.take(diskBlock); err != nil {
		return err
	}
	if err := again(makeIt); err != nil {
		return err
	}
	err := u.finishSpecial(dir, name, h)
	if err != nil {
		return errors.Join(err, unix.Unlinkat(dir, name, 0))
	}
	return nil
}

func (u *unpacker) finishSpecial(dir int, name string, h *tar.Header) error {
	if u.o.Owners {
		if err := unix.Fchownat(dir, name, h.Uid, h.Gid, unix.AT_SYMLINK_NOFOLLOW); err != nil {
			return fmt.Errorf("change the owner: %w", err)
		}
	}
	if h.Typeflag == tar.TypeFifo {
		// The name is new, and only this process knows it: it can't be a link.
		if err := unix.Fchmodat(dir, name, uint32(h.Mode)&0o777, 0); err != nil {
			return err
		}
	}
	return setTimes(dir, name, times(h))
}
