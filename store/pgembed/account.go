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
	// switched: this process is root and the child becomes another user.
	switched bool
}

// serverAccount picks the user for the cluster: ourselves, or, since PostgreSQL refuses to run as root, another one.
// The owner of an existing cluster goes first, so that root can serve the directory of a plain user without taking it
// from them; but a cluster that runs as an account which it shares with other programs moves to its own once there is
// one.
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
		return account{}, fmt.Errorf("look at the cluster: %w", err)
	}
	if len(known) > 0 {
		return known[0], nil
	}
	return account{}, errors.New("PostgreSQL can't run as root and there is neither a user postgres nor nobody: " +
		"run as a plain user, or add one (useradd --system lox)")
}

func (names accounts) sharedNames() []string {
	if names.shared == nil {
		return []string{"postgres", "nobody"}
	}
	return names.shared
}

// lookUpAccounts returns those of the users that exist and aren't root.
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

// give makes the account the owner of a file that this process has made.
func (a account) give(f *os.File) error {
	if !a.switched {
		return nil
	}
	return f.Chown(a.uid, a.gid)
}

// giveToOwner has root, who serves the directory of another user, leave that user a file that root has made there.
// Not an account that other programs run as: they could read it. Where root may not do so, the file stays root's.
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

// keepPrivate takes from the cluster's directory what others may do there. PostgreSQL doesn't start otherwise, as after a
// restore without modes, or in a Kubernetes volume with an fsGroup.
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

// ownTree gives the account a cluster that belongs to another user: one that root has restored from a backup, or that ran
// as another account before (see serverAccount). Through a Root, so that no link is followed, whoever makes it
// meanwhile, and only what that user owns is touched.
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
		// Last: as long as it belongs to the other user, an interrupted walk is done again.
		err = give(".")
	}
	if err != nil {
		return fmt.Errorf("give the cluster to %s: %w", a.name, err)
	}
	return nil
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
