package disk

import (
	"io"

	"golang.org/x/sys/unix"
)

// beginWriteback has the kernel begin to write a part of a file, and doesn't wait.
func beginWriteback(to io.Writer, from, n int64) {
	if f, ok := to.(interface{ Fd() uintptr }); ok {
		_ = unix.SyncFileRange(int(f.Fd()), from, n, unix.SYNC_FILE_RANGE_WRITE)
	}
}
