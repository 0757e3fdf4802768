package disk

import "golang.org/x/sys/unix"

// beginWriteback asks the kernel to start writing a range of a file to the disk, and doesn't wait.
func beginWriteback(to any, from, n int64) {
	if f, ok := to.(interface{ Fd() uintptr }); ok {
		_ = unix.SyncFileRange(int(f.Fd()), from, n, unix.SYNC_FILE_RANGE_WRITE)
	}
}
