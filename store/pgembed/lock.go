//go:build unix

package pgembed

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// lockDir locks the directory for this process. The lock belongs to the open file, so it ends with the process however
// that dies, and it also prevents a second Start in the same process. Go opens files close-on-exec: the server doesn't
// inherit the lock.
func lockDir(ctx context.Context, dir string, names accounts) (*os.File, error) {
	f, err := openLock(dir, names)
	if err != nil {
		return nil, fmt.Errorf("open lock file: %w", err)
	}
	// Attach takes the lock for microseconds to check it. After a few attempts, the lock must be that of a server.
	for attempt := 0; ; attempt++ {
		err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		if err == nil {
			break
		}
		if errors.Is(err, syscall.EWOULDBLOCK) && attempt < 5 && pause(ctx, 5*time.Millisecond) == nil {
			continue
		}
		owner := lockOwner(f)
		f.Close()
		if errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, fmt.Errorf("%w: %s%s", ErrInUse, dir, owner)
		}
		return nil, fmt.Errorf("lock %s: %w", dir, err)
	}
	// The process id is only for the message above.
	if err := f.Truncate(0); err == nil {
		_, _ = f.WriteAt([]byte(strconv.Itoa(os.Getpid())+"\n"), 0)
	}
	return f, nil
}

// openLock opens the lock file, and creates it if it is missing. It follows no link out of the directory, which may
// belong to an untrusted account: otherwise that account could make root truncate any file.
func openLock(dir string, names accounts) (*os.File, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	defer root.Close()
	f, err := root.OpenFile("lock", os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return root.OpenFile("lock", os.O_RDWR, 0)
	}
	if err != nil {
		return nil, err
	}
	if err := giveToOwner(f, root, names); err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}

func lockOwner(f *os.File) string {
	buf := make([]byte, 32)
	n, _ := f.ReadAt(buf, 0)
	pid, err := strconv.Atoi(strings.TrimSpace(string(buf[:n])))
	if err != nil {
		return ""
	}
	return fmt.Sprintf(" (process %d)", pid)
}

// locked reports whether a process holds the lock of the directory.
func locked(dir string) (bool, error) {
	f, err := os.Open(filepath.Join(dir, "lock"))
	if errors.Is(err, os.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("open lock file: %w", err)
	}
	defer f.Close() // releases what Flock may have taken
	err = syscall.Flock(int(f.Fd()), syscall.LOCK_SH|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return true, nil
	}
	return false, err
}

// pause waits for d. It returns the cause of ctx if that ends first.
func pause(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-t.C:
		return nil
	}
}
