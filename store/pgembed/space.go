//go:build unix

package pgembed

import (
	"errors"
	"fmt"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"
)

// clusterSpace is the free space, in bytes, that a new cluster takes: 47 MiB, and a further segment of its log.
const clusterSpace = 64 << 20

const mebibyte = 1 << 20

// requireSpace fails unless a new cluster fits on the disk of a directory.
func requireSpace(dir string) error {
	free, err := FreeSpace(dir)
	if err == nil && free < clusterSpace {
		err = fmt.Errorf("the disk of %s is too small: a new database needs %d MiB, and %d MiB are free: make room there, or choose another directory",
			dir, clusterSpace/mebibyte, free/mebibyte)
	}
	return err
}

// ExplainFullDisk adds to an error that came of a full disk how full it is.
func ExplainFullDisk(dir string, err error) error {
	free, unknown := FreeSpace(dir)
	if unknown != nil {
		return err
	}
	// PostgreSQL's programs only print it, and its server sometimes doesn't name it.
	full := errors.Is(err, syscall.ENOSPC) || strings.Contains(err.Error(), "No space left on device") || free < mebibyte
	if !full {
		return err
	}
	return fmt.Errorf("the disk of %s is full: %d MiB are free, and a start needs at least %d MiB: make room there: %w",
		dir, free/mebibyte, walSegment/mebibyte+1, err)
}

// walSegment is what PostgreSQL's log grows by, in bytes.
const walSegment = 16 << 20

// FreeSpace is what an unprivileged writer may still use on the disk of a directory, in bytes.
func FreeSpace(dir string) (int64, error) {
	var st unix.Statfs_t
	if err := unix.Statfs(dir, &st); err != nil {
		return 0, fmt.Errorf("free space of %s: %w", dir, err)
	}
	return int64(st.Bavail) * int64(st.Bsize), nil //nolint:unconvert // of other types on other systems
}
