//go:build unix

package pgembed

import (
	"errors"
	"fmt"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"
)

// clusterSpace is the space that a new cluster needs, in bytes: 47 MiB, and another segment of the write-ahead log.
const clusterSpace = 64 << 20

const mebibyte = 1 << 20

// requireSpace fails unless a new cluster fits on the disk of a directory.
func requireSpace(dir string) error {
	free, err := FreeSpace(dir)
	if err == nil && free < clusterSpace {
		err = fmt.Errorf("the disk of %s is too small: a new database needs %d MiB, and %d MiB are free: free some space there, or choose another directory",
			dir, clusterSpace/mebibyte, free/mebibyte)
	}
	return err
}

// ExplainFullDisk adds the free space to an error that a full disk caused. It returns other errors unchanged.
func ExplainFullDisk(dir string, err error) error {
	free, unknown := FreeSpace(dir)
	if unknown != nil {
		return err
	}
	// PostgreSQL's programs only print the cause, and its server sometimes doesn't even print it.
	full := errors.Is(err, syscall.ENOSPC) || strings.Contains(err.Error(), "No space left on device") || free < mebibyte
	if !full {
		return err
	}
	return fmt.Errorf("the disk of %s is full: %d MiB are free, and a start needs at least %d MiB: free some space there: %w",
		dir, free/mebibyte, walSegment/mebibyte+1, err)
}

// walSegment is the size of a segment of PostgreSQL's write-ahead log, in bytes.
const walSegment = 16 << 20

// FreeSpace returns the space that an unprivileged user may still use on the disk of a directory, in bytes.
func FreeSpace(dir string) (int64, error) {
	var st unix.Statfs_t
	if err := unix.Statfs(dir, &st); err != nil {
		return 0, fmt.Errorf("free space of %s: %w", dir, err)
	}
	return int64(st.Bavail) * int64(st.Bsize), nil //nolint:unconvert // the types differ between systems
}
