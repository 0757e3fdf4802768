package pgembed

import (
	"errors"
	"io/fs"
	"os"
)

// KeepSecret writes a file in the directory that only one user can read (0600). After a crash the file is complete or
// doesn't exist. Its owner is the user of this process. A file of root is given to the owner of the directory, who
// couldn't read it otherwise, unless other programs use that account, too.
func KeepSecret(dir, name, text string) error { return keepSecret(dir, name, text, accounts{}) }

func keepSecret(dir, name, text string, names accounts) error {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return err
	}
	defer root.Close()
	return replace(root, name, text, func(f *os.File) error { return giveToOwner(f, root, names) })
}

// replace writes a file atomically. give changes its owner before it gets its name. It follows no link out of the
// directory, because the directory may belong to an untrusted account.
func replace(root *os.Root, name, text string, give func(*os.File) error) error {
	fresh := name + ".new" // always the same name, so that crashes leave at most one such file
	if err := root.Remove(fresh); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	f, err := root.OpenFile(fresh, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = f.WriteString(text)
	if err = errors.Join(err, give(f), f.Sync(), f.Close()); err == nil {
		err = root.Rename(fresh, name)
	}
	if err != nil {
		return errors.Join(err, root.Remove(fresh))
	}
	dir, err := root.Open(".")
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}
