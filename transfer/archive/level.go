package archive

import (
	"archive/tar"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// level is a directory into which files are being unpacked.
type level struct {
	name string
	fd   int
	// header has the owner, mode, times and attributes that the directory gets when it is left, nil for none.
	header *tar.Header
	// before are the times that are restored when the directory is left, if header is nil.
	before []unix.Timespec
	// mode is the mode that is restored when the directory is left, if it was changed to make the directory
	// writable.
	mode *uint32
}

// split returns the parts of a path in an archive, none for the directory itself.
func split(path string) ([]string, error) {
	if strings.HasPrefix(path, "/") {
		return nil, fmt.Errorf("%w: the path is absolute", ErrUnsafe)
	}
	var parts []string
	for part := range strings.SplitSeq(path, "/") {
		switch part {
		case "", ".":
		case "..":
			return nil, fmt.Errorf("%w: the path has %q in it", ErrUnsafe, "..")
		default:
			parts = append(parts, part)
		}
	}
	if len(parts) > maxDepth+1 {
		return nil, fmt.Errorf("%w: directories are nested more than %d deep", ErrUnsafe, maxDepth)
	}
	return parts, nil
}

// enter makes a directory the current one, and returns its descriptor. Missing directories are made with the usual
// mode.
func (u *unpacker) enter(parts []string) (int, error) {
	same := 0
	for same < len(parts) && same+1 < len(u.levels) && u.levels[same+1].name == parts[same] {
		same++
	}
	if err := u.leave(same+1, true); err != nil {
		return 0, err
	}
	for _, name := range parts[same:] {
		if err := u.down(name, 0o777, nil); err != nil {
			return 0, err
		}
	}
	return u.levels[len(u.levels)-1].fd, nil
}

// down makes a directory inside the current one, if it is missing, and makes it the current one. If that fails, no
// new directory remains.
func (u *unpacker) down(name string, mode uint32, h *tar.Header) error {
	parent := u.levels[len(u.levels)-1].fd
	err := again(func() error { return unix.Mkdirat(parent, name, mode) })
	fresh := err == nil
	if err != nil && !errors.Is(err, unix.EEXIST) {
		return err
	}
	if fresh {
		if err := u.space.take(diskBlock); err != nil {
			return errors.Join(err, unix.Unlinkat(parent, name, unix.AT_REMOVEDIR))
		}
	}
	fd, err := openAt(parent, name, unix.O_RDONLY|unix.O_DIRECTORY, 0)
	if errors.Is(err, unix.ENOTDIR) || errors.Is(err, unix.ELOOP) {
		return fmt.Errorf("%w: the archive has another entry that is called %s, and this is in a directory of that name", ErrUnsafe, visible(name))
	}
	if err != nil {
		return err
	}
	l := level{name: name, fd: fd, header: h}
	if !fresh {
		if err := l.reopen(); err != nil {
			_ = unix.Close(fd) // it was read
			return err
		}
	}
	u.levels = append(u.levels, l)
	return nil
}

// reopen prepares a directory that exists already: it saves the times, and the mode if it has to make the
// directory writable, so that leave can restore them.
func (l *level) reopen() error {
	st, err := statFD(l.fd)
	if err != nil {
		return err
	}
	l.before = []unix.Timespec{st.Atim, st.Mtim}
	mode := uint32(st.Mode) & 0o7777 //nolint:unconvert // other systems have other types
	if mode&0o700 != 0o700 {
		l.mode = &mode
		return unix.Fchmod(l.fd, mode|0o700)
	}
	return nil
}

// leave ends all levels from a number on, the last one first. If restore is set, each directory gets the owner,
// mode, times and attributes of its header, or gets back the times and the mode that it had before.
func (u *unpacker) leave(from int, restore bool) error {
	var failed error
	for i, l := range slices.Backward(u.levels) {
		if i < from {
			break
		}
		if restore && failed == nil {
			if failed = u.restoreDir(&l); failed != nil {
				failed = fmt.Errorf("the directory %s: %w", visible(l.name), failed)
			}
		}
		_ = unix.Close(l.fd) // it was read
		u.levels = u.levels[:i]
	}
	return failed
}

func (u *unpacker) restoreDir(l *level) error {
	if l.header != nil {
		if err := u.restore(l.fd, l.header); err != nil {
			return err
		}
		return setTimes(l.fd, ".", times(l.header))
	}
	if l.mode != nil {
		if err := unix.Fchmod(l.fd, *l.mode); err != nil {
			return err
		}
	}
	if l.before != nil {
		return setTimes(l.fd, ".", l.before)
	}
	return nil
}

// restore sets the owner, the attributes and the mode of a file or a directory, in this order: a change of the
// owner clears setuid bits and capabilities, and attributes can't be set on a read-only file.
func (u *unpacker) restore(fd int, h *tar.Header) error {
	mode := uint32(h.Mode) & 0o7777
	if u.o.Owners {
		if err := unix.Fchown(fd, h.Uid, h.Gid); err != nil {
			return fmt.Errorf("change the owner: %w", err)
		}
	} else {
		mode &^= unix.S_ISUID | unix.S_ISGID
	}
	u.setAttributes(fd, h)
	return unix.Fchmod(fd, mode)
}

func times(h *tar.Header) []unix.Timespec {
	at := h.AccessTime
	if at.IsZero() {
		at = h.ModTime
	}
	return []unix.Timespec{timespec(at), timespec(h.ModTime)}
}

func timespec(t time.Time) unix.Timespec {
	return unix.Timespec{Sec: t.Unix(), Nsec: int64(t.Nanosecond())}
}

// setTimes sets the times of the file with a name in a directory, even if it is a link.
func setTimes(dir int, name string, of []unix.Timespec) error {
	return again(func() error { return unix.UtimesNanoAt(dir, name, of, unix.AT_SYMLINK_NOFOLLOW) })
}
