package disk

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Adopt takes over what LOX kept when it had an S3 server built in: it makes the
// files of a bucket below old the objects of the store below dir, by a rename. It
// does nothing if there is no such bucket, or if there are objects already.
//
// Below old lie a lock, which a server of that version holds, and buckets/<name>: a
// directory with one file for each object, <tenant>/<id>, and hidden directories of
// unfinished uploads.
func Adopt(dir, old, name string) error {
	bucket, objects := filepath.Join(old, "buckets", name), filepath.Join(dir, "objects")
	if _, err := os.Lstat(objects); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if _, err := os.Lstat(bucket); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	lock, err := lockFile(filepath.Join(old, "lock"))
	if err != nil {
		return err
	}
	if err := errors.Join(adopt(dir, bucket, objects), lock.Close()); err != nil {
		return fmt.Errorf("adopt %s: %w", bucket, err)
	}
	return nil
}

func adopt(dir, bucket, objects string) error {
	entries, err := os.ReadDir(bucket)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), ".") {
			err = errors.Join(err, os.RemoveAll(filepath.Join(bucket, e.Name())))
		}
	}
	if err := errors.Join(err, os.MkdirAll(dir, 0o700)); err != nil {
		return err
	}
	if err := os.Rename(bucket, objects); err != nil {
		return err
	}
	d := directory{sync: (*os.File).Sync}
	return errors.Join(d.syncPath(dir), d.syncPath(filepath.Dir(bucket)))
}
