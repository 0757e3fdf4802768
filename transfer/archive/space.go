package archive

import (
	"fmt"

	"golang.org/x/sys/unix"

	"github.com/backlox/lox/transfer"
)

// space limits how much of a disk Unpack may use.
type space struct {
	fd      int   // a directory on the disk
	limit   int64 // the limit of the caller, 0 for none
	used    int64
	reserve int64 // bytes that must stay free
	left    int64 // bytes until the free space is read again
}

const (
	// mostReserve is how many bytes are reserved at most.
	mostReserve = 1 << 30
	// asked is how many bytes are taken between two reads of the free space.
	asked = 64 << 20
)

func newSpace(fd int, limit int64) (space, error) {
	s := space{fd: fd, limit: limit}
	disk, _, err := s.disk()
	s.reserve = min(disk/20, mostReserve)
	return s, err
}

// disk returns the size of the disk, and its free space for this process, in bytes.
func (s *space) disk() (size, free int64, err error) {
	var st unix.Statfs_t
	if err := again(func() error { return unix.Fstatfs(s.fd, &st) }); err != nil {
		return 0, 0, err
	}
	unit := int64(st.Bsize) //nolint:unconvert // other systems have other types
	return int64(st.Blocks) * unit, int64(st.Bavail) * unit, nil
}

// take counts bytes before they are written.
func (s *space) take(bytes int64) error {
	s.used += bytes
	if s.limit > 0 && s.used > s.limit {
		return fmt.Errorf("%w: it takes more than the limit of %d bytes", ErrUnsafe, s.limit)
	}
	if s.left -= bytes; s.left >= 0 {
		return nil
	}
	_, free, err := s.disk()
	if err != nil {
		return err
	}
	if free-s.reserve < bytes {
		return fmt.Errorf("%w: the disk has %d bytes free, of which %d are reserved", transfer.ErrFull, free, s.reserve)
	}
	s.left = min(asked, free-s.reserve-bytes)
	return nil
}

// whole returns a size rounded up to whole blocks of the disk.
func whole(size int64) int64 { return (size + diskBlock - 1) &^ (diskBlock - 1) }
