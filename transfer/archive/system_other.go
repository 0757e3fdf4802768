//go:build !linux

package archive

import "golang.org/x/sys/unix"

func mkfifoAt(int, string) error { return unix.ENOTSUP }

// syncAll makes everything durable that was written to any file system: this system has no call for only one.
func syncAll(int) error { return unix.Sync() }
