//go:build unix

package pgembed

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// maxSocketPath is the longest path of a unix socket in bytes: the size of sun_path without its final zero byte (unix(7):
// 108 on Linux, 104 on the BSDs and macOS; 104 works on all).
const maxSocketPath = 103

// socketName is the file that PostgreSQL creates in the socket directory.
const socketName = ".s.PGSQL." + port

func fitsSocket(dir string) bool {
	return len(filepath.Join(dir, socketName)) <= maxSocketPath && !strings.Contains(dir, ",")
}

// makeSocketDir returns an empty directory for the socket: link itself, or a short one that link then points to. It
// removes the socket of a dead server: PostgreSQL itself would refuse to start while any process, even a zombie, has the
// process id in the socket's lock file. Call it only if no process uses the cluster.
func makeSocketDir(link string, acct account) (string, error) {
	if dir, err := findSocketDir(link, acct.uid); err == nil && fitsSocket(dir) {
		for _, name := range []string{socketName, socketName + ".lock"} {
			if err := os.Remove(filepath.Join(dir, name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
				return "", fmt.Errorf("remove a dead server's socket: %w", err)
			}
		}
		return dir, nil
	}
	// link can't be used: it points to a temporary directory that was deleted, or that another user owns.
	if err := os.RemoveAll(link); err != nil {
		return "", fmt.Errorf("clear the socket directory: %w", err)
	}
	dir := link
	if fitsSocket(link) {
		if err := os.Mkdir(link, 0o700); err != nil {
			return "", fmt.Errorf("make the socket directory: %w", err)
		}
	} else {
		var err error
		if dir, err = makeShortDir(); err != nil {
			return "", err
		}
		if err := os.Symlink(dir, link); err != nil {
			os.Remove(dir)
			return "", fmt.Errorf("link the socket directory: %w", err)
		}
	}
	if err := acct.own(dir); err != nil {
		return "", err
	}
	return dir, nil
}

// makeShortDir creates a directory (0700) with a short random name, so that no other user can have created it before.
func makeShortDir() (string, error) {
	for _, parent := range []string{os.TempDir(), "/tmp"} {
		dir, err := os.MkdirTemp(parent, "lox-pg-")
		if err != nil {
			return "", fmt.Errorf("make a short socket directory: %w", err)
		}
		if fitsSocket(dir) {
			return dir, nil
		}
		os.Remove(dir)
	}
	return "", errors.New("no directory short enough for a unix socket")
}

// findSocketDir returns the directory that link is or points to. It fails unless the directory belongs to uid and no other
// user can enter it.
func findSocketDir(link string, uid int) (string, error) {
	dir, err := os.Readlink(link)
	if err != nil {
		dir = link // not a symbolic link, or missing
	}
	info, err := os.Lstat(dir)
	if err != nil {
		return "", err
	}
	owns, err := owner(dir)
	if err != nil {
		return "", err
	}
	if !info.IsDir() || info.Mode().Perm() != 0o700 || owns != uid {
		return "", fmt.Errorf("%s is not a private directory of user id %d", dir, uid)
	}
	return dir, nil
}

// dropSocketDir removes a short directory after the server has ended. One under Dir stays for the next start.
func dropSocketDir(link, dir string) {
	if dir != link {
		_ = os.RemoveAll(dir)
		_ = os.Remove(link)
	}
}
