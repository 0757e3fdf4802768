//go:build !linux

package archive

import "golang.org/x/sys/unix"

func mkfifoAt(int, string) error { return unix.ENOTSUP }

// syncAll makes durable what was written to any file system: there is no call for one.
func syncAll(int) error { return unix.Sync() }
