package disk

import "golang.org/x/sys/unix"

// beginWriteback has the kernel begin to write a part of a file, and doesn't wait.
func beginWriteback(to any, from, n int64) {
	if f, ok := to.(interface{ Fd() uintptr }); ok {
		_ = unix.SyncFileRange(int(f.Fd()), from, n, unix.SYNC_FILE_RANGE_WRITE)
	}
}
