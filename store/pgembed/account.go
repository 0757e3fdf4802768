//go:build unix

package pgembed

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"
)

// account is the user the server runs as.
type account struct {
	name     string
	uid, gid int
	// switched: this process is root and the child becomes another user.
	switched bool
}

// serverAccount picks the user for the cluster: ourselves, or, since PostgreSQL refuses to run as root, another one.
// The owner of an existing cluster goes first, so that root can serve the directory of a plain user without taking it
// from them.
func serverAccount(data string) (account, error) {
	if os.Geteuid() != 0 {
		return account{name: strconv.Itoa(os.Geteuid()), uid: os.Geteuid(), gid: os.Getegid()}, nil
	}
	info, err := os.Stat(data)
	switch {
	case err == nil:
		if st, ok := info.Sys().(*syscall.Stat_t); ok && st.Uid != 0 {
			return account{name: fmt.Sprintf("uid %d", st.Uid), uid: int(st.Uid), gid: int(st.Gid), switched: true}, nil
		}
	case !errors.Is(err, fs.ErrNotExist):
		return account{}, fmt.Errorf("look at the cluster: %w", err)
	}
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, uidErr := strconv.Atoi(u.Uid)
		gid, gidErr := strconv.Atoi(u.Gid)
		if uidErr != nil || gidErr != nil || uid == 0 {
			continue
		}
		return account{name: name, uid: uid, gid: gid, switched: true}, nil
	}
	return account{}, errors.New("PostgreSQL can't run as root and there is neither a user postgres nor nobody: " +
		"run as a plain user, or add one (useradd --system postgres)")
}

// own makes the account the owner of a directory that this process has made.
func (a account) own(dir string) error {
	if !a.switched {
		return nil
	}
	if err := os.Lchown(dir, a.uid, a.gid); err != nil {
		return fmt.Errorf("give %s to %s: %w", dir, a.name, err)
	}
	return nil
}

// ownTree gives away a cluster that belongs to root, say one that was restored from a backup. It only touches what
// root owns: a tree of another user is run as that user, so no link of theirs is ever followed.
func (a account) ownTree(root string) error {
	if !a.switched {
		return nil
	}
	root, err := filepath.EvalSymlinks(root)
	if err != nil {
		return fmt.Errorf("look at the cluster: %w", err)
	}
	if uid, err := owner(root); err != nil || uid != 0 {
		return err
	}
	// The root of the tree goes last: as long as it is root's, an interrupted walk is done again.
	err = filepath.WalkDir(root, func(path string, _ fs.DirEntry, err error) error {
		if err != nil || path == root {
			return err
		}
		return os.Lchown(path, a.uid, a.gid)
	})
	if err != nil {
		return fmt.Errorf("give the cluster to %s: %w", a.name, err)
	}
	return a.own(root)
}

// reaches reports whether the account may enter the directory and all above it, going by their modes.
func (a account) reaches(dir string) bool {
	for {
		info, err := os.Stat(dir)
		if err != nil {
			return false
		}
		st, ok := info.Sys().(*syscall.Stat_t)
		if !ok {
			return false
		}
		enter := fs.FileMode(0o001)
		switch {
		case int(st.Uid) == a.uid:
			enter = 0o100
		case int(st.Gid) == a.gid:
			enter = 0o010
		}
		if info.Mode().Perm()&enter == 0 {
			return false
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return true
		}
		dir = parent
	}
}

// owner returns the user id that path, or what it links to, belongs to.
func owner(path string) (int, error) {
	info, err := os.Stat(path)
	if err != nil {
		return 0, err
	}
	st, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return 0, fmt.Errorf("%s: no owner known", path)
	}
	return int(st.Uid), nil
}

// attr returns the process attributes that every child shares.
func (a account) attr() *syscall.SysProcAttr {
	// An own process group: Ctrl-C in a terminal reaches us alone, and we stop the server once we have drained.
	attr := &syscall.SysProcAttr{Setpgid: true}
	if a.switched {
		// No supplementary groups: those of root would go along otherwise.
		attr.Credential = &syscall.Credential{Uid: uint32(a.uid), Gid: uint32(a.gid)}
	}
	return attr
}
