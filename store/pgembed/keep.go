package pgembed

import (
	"errors"
	"io/fs"
	"os"
)

// KeepSecret writes a file of the directory that one user alone reads (0600). It is whole or not there, even after a
// crash. The user is that of this process; but what root keeps belongs to the owner of the directory, who would be
// locked out otherwise, unless that is an account that other programs run as, too.
func KeepSecret(dir, name, text string) error { return keepSecret(dir, name, text, accounts{}) }

func keepSecret(dir, name, text string, names accounts) error {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return err
	}
	defer root.Close()
	return replace(root, name, text, func(f *os.File) error { return giveToOwner(f, root, names) })
}

// replace writes a file as a whole, once it has been given to whom it belongs. No link that lies in the directory is
// followed: the directory may be that of an account which we must not trust.
func replace(root *os.Root, name, text string, give func(*os.File) error) error {
	fresh := name + ".new" // one name: a crash leaves no more than one such file
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
