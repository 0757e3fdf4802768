package archive

import "golang.org/x/sys/unix"

func mkfifoAt(dir int, name string) error { return unix.Mknodat(dir, name, unix.S_IFIFO|0o600, 0) }

// syncAll makes everything durable that was written to the file system of a directory.
func syncAll(dir int) error { return unix.Syncfs(dir) }
