package storetest

import (
	"errors"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/sys/unix"
)

const (
	memory = "/dev/shm"
	// memoryNeed is how much must be free in memory. A cluster has some hundred megabytes.
	memoryNeed = 2 << 30
	// unlocked is how long a process may take to lock its new directory.
	unlocked = time.Minute
)

// parentDir returns where to create the directory of the cluster: in memory if there is room, or "" for the temporary
// directory. A database has 400 files, and ext4 needs ten times as long to create them.
func parentDir() string {
	var fs unix.Statfs_t
	if err := unix.Statfs(memory, &fs); err != nil || fs.Type != unix.TMPFS_MAGIC {
		return ""
	}
	removeAbandoned()
	if unix.Access(memory, unix.W_OK) != nil || unix.Statfs(memory, &fs) != nil || fs.Bavail*uint64(fs.Bsize) < memoryNeed {
		return ""
	}
	return memory
}

// removeAbandoned removes directories of processes that were killed, since they occupy memory. One that is in use is locked.
func removeAbandoned() {
	dirs, _ := filepath.Glob(filepath.Join(memory, dirPrefix+"*"))
	for _, dir := range dirs {
		info, err := os.Lstat(dir)
		if err != nil || !info.IsDir() || time.Since(info.ModTime()) < unlocked {
			continue
		}
		if lock, err := lockDir(dir); err == nil {
			_ = os.RemoveAll(dir)
			_ = lock.Close()
		}
	}
}

// lockDir marks a directory as used by this process. The lock ends with the process, however that ends.
func lockDir(dir string) (*os.File, error) {
	f, err := os.Open(dir)
	if err != nil {
		return nil, err
	}
	if err := unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}
