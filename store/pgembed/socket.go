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

// maxSocketPath is the longest unix socket path in bytes: sun_path less its final zero byte (unix(7): 108 on Linux;
// 104 on the BSDs and macOS, which is the one that fits both).
const maxSocketPath = 103

// socketName is the file PostgreSQL makes in a socket directory.
const socketName = ".s.PGSQL." + port

func fitsSocket(dir string) bool {
	return len(filepath.Join(dir, socketName)) <= maxSocketPath && !strings.Contains(dir, ",")
}

// makeSocketDir returns the directory for the socket: link itself, or a short one which link then points to. It is
// empty. A dead server's socket is not left to PostgreSQL: that goes by the process number in its lock file and
// refuses to start while the number is in use, be it by a zombie. Call it when no process works on the cluster.
func makeSocketDir(link string, acct account) (string, error) {
	if dir, err := findSocketDir(link, acct.uid); err == nil && fitsSocket(dir) {
		for _, name := range []string{socketName, socketName + ".lock"} {
			if err := os.Remove(filepath.Join(dir, name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
				return "", fmt.Errorf("remove a dead server's socket: %w", err)
			}
		}
		return dir, nil
	}
	// What is there is of no use: left behind with a temporary directory that is gone, or not ours.
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

// makeShortDir makes a directory (0700) with a short name that nobody can have taken before.
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

// findSocketDir returns the directory which link is or points to, when it belongs to uid and lets nobody else in.
func findSocketDir(link string, uid int) (string, error) {
	dir, err := os.Readlink(link)
	if err != nil {
		dir = link // no symbolic link, or nothing at all
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

// dropSocketDir removes a short directory after the server has gone. One under Dir stays for the next time.
func dropSocketDir(link, dir string) {
	if dir != link {
		_ = os.RemoveAll(dir)
		_ = os.Remove(link)
	}
}
