//go:build unix

package pgembed

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"syscall"
)

// account is the user the server runs as.
type account struct {
	name     string
	uid, gid int
	// switched says that this process is root and that the child runs as this user.
	switched bool
}

// serverAccount picks the user for the cluster: the user of this process, or another one if that is root, since
// PostgreSQL refuses to run as root. An existing cluster keeps its owner, so that root can serve the directory of a plain
// user. The exception is a cluster of an account that other programs use, too: it gets an account of its own as soon as
// that exists.
func serverAccount(data string, names accounts) (account, error) {
	if os.Geteuid() != 0 {
		return account{name: strconv.Itoa(os.Geteuid()), uid: os.Geteuid(), gid: os.Getegid()}, nil
	}
	own := lookUpAccounts(cmp.Or(names.own, "lox"))
	known := slices.Concat(own, lookUpAccounts(names.sharedNames()...))
	info, err := os.Stat(data)
	switch {
	case err == nil:
		st, ok := info.Sys().(*syscall.Stat_t)
		if !ok || st.Uid == 0 {
			break
		}
		i := slices.IndexFunc(known, func(a account) bool { return a.uid == int(st.Uid) })
		if i < 0 {
			return account{name: fmt.Sprintf("uid %d", st.Uid), uid: int(st.Uid), gid: int(st.Gid), switched: true}, nil
		}
		if len(own) == 0 {
			return known[i], nil
		}
	case !errors.Is(err, fs.ErrNotExist):
		return account{}, fmt.Errorf("inspect the cluster: %w", err)
	}
	if len(known) > 0 {
		return known[0], nil
	}
	return account{}, errors.New("PostgreSQL can't run as root and there is neither a user postgres nor nobody: " +
		"run as a plain user, or add one (useradd --system lox)")
}

// sharedNames returns the accounts that other programs may use, too.
func (names accounts) sharedNames() []string {
	if names.shared == nil {
		return []string{"postgres", "nobody"}
	}
	return names.shared
}

// lookUpAccounts returns the accounts of the users that exist and aren't root.
func lookUpAccounts(names ...string) (found []account) {
	for _, name := range names {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, uidErr := strconv.Atoi(u.Uid)
		gid, gidErr := strconv.Atoi(u.Gid)
		if uidErr == nil && gidErr == nil && uid != 0 {
			found = append(found, account{name: name, uid: uid, gid: gid, switched: true})
		}
	}
	return found
}

// own makes the account the owner of a directory that this process has created.
func (a account) own(dir string) error {
	if !a.switched {
		return nil
	}
	if err := os.Lchown(dir, a.uid, a.gid); err != nil {
		return fmt.Errorf("change the owner of %s to %s: %w", dir, a.name, err)
	}
	return nil
}

// give makes the account the owner of a file that this process has created.
func (a account) give(f *os.File) error {
	if !a.switched {
		return nil
	}
	return f.Chown(a.uid, a.gid)
}

// giveToOwner makes the owner of a directory the owner of a file that root has created in it. It does nothing if that
// owner is an account that other programs use, because they could read the file. If root may not change the owner, the
// file stays root's.
func giveToOwner(f *os.File, dir *os.Root, names accounts) error {
	if os.Geteuid() != 0 {
		return nil
	}
	info, err := dir.Stat(".")
	if err != nil {
		return err
	}
	st, ok := info.Sys().(*syscall.Stat_t)
	if !ok || st.Uid == 0 || slices.ContainsFunc(lookUpAccounts(names.sharedNames()...), func(a account) bool { return a.uid == int(st.Uid) }) {
		return nil
	}
	if err := f.Chown(int(st.Uid), int(st.Gid)); !errors.Is(err, fs.ErrPermission) {
		return err
	}
	return nil
}

// keepPrivate removes the access of other users to the cluster's directory. PostgreSQL refuses to start otherwise, for
// example after a restore that lost the modes, or in a Kubernetes volume with an fsGroup.
func keepPrivate(data string) error {
	root, err := os.OpenRoot(data)
	if err != nil {
		return fmt.Errorf("open the cluster: %w", err)
	}
	defer root.Close()
	if err := root.Chmod(".", 0o700); err != nil {
		return fmt.Errorf("keep the cluster private: chmod 700 %s: %w", data, err)
	}
	return nil
}

// ownTree makes the account the owner of a cluster of another user: one that root has restored from a backup, or that ran
// as another account before (see serverAccount). It changes only files of that user. It uses a Root, which follows no
// link out of the cluster, even if one is created meanwhile.
func (a account) ownTree(data string) error {
	if !a.switched {
		return nil
	}
	before, err := owner(data)
	if err != nil || before == a.uid {
		return err
	}
	root, err := os.OpenRoot(data)
	if err != nil {
		return fmt.Errorf("open the cluster: %w", err)
	}
	defer root.Close()
	give := func(path string) error {
		info, err := root.Lstat(path)
		if err != nil {
			return err
		}
		if st, ok := info.Sys().(*syscall.Stat_t); !ok || int(st.Uid) != before {
			return nil
		}
		return root.Lchown(path, a.uid, a.gid)
	}
	err = fs.WalkDir(root.FS(), ".", func(path string, _ fs.DirEntry, err error) error {
		if err != nil || path == "." {
			return err
		}
		return give(path)
	})
	if err == nil {
		// The directory itself comes last: until then, an interrupted walk is repeated at the next start.
		err = give(".")
	}
	if err != nil {
		return fmt.Errorf("change the owner of the cluster to %s: %w", a.name, err)
	}
	return nil
}

// reaches reports whether the modes of the directory and of all its parents let the account enter it.
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

// owner returns the user id of the owner of path. It follows symbolic links.
func owner(path string) (int, error) {
	info, err := os.Stat(path)
	if err != nil {
		return 0, err
	}
	st, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return 0, fmt.Errorf("%s: the owner is unknown", path)
	}
	return int(st.Uid), nil
}

// attr returns the process attributes of every child.
func (a account) attr() *syscall.SysProcAttr {
	// A process group of its own, so that Ctrl-C at a terminal doesn't reach the child: this process stops it after
	// the last request.
	attr := &syscall.SysProcAttr{Setpgid: true}
	if a.switched {
		// Groups is empty: otherwise the child would keep the supplementary groups of root.
		attr.Credential = &syscall.Credential{Uid: uint32(a.uid), Gid: uint32(a.gid)}
	}
	return attr
}
