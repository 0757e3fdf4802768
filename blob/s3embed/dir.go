package s3embed

import (
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"

	"github.com/versity/versitygw/backend/posix"
)

// Below Config.Dir lie the lock and "buckets"; below that, one directory per
// bucket, whose files are the objects.
const (
	bucketsName = "buckets"
	lockName    = "lock"
)

// openDir makes dir fit for use and locks it against a second server. It
// returns the absolute path of the directory of buckets.
func openDir(dir string) (root string, lock *os.File, err error) {
	if dir == "" {
		return "", nil, errors.New("the data directory is not set")
	}
	dir, err = filepath.Abs(dir)
	if err != nil {
		return "", nil, err
	}
	root = filepath.Join(dir, bucketsName)
	if err := os.MkdirAll(root, 0o700); err != nil {
		return "", nil, err
	}
	if err := syncDirs(root, dir); err != nil {
		return "", nil, err
	}
	// The directory above need not be ours to read.
	_ = syncDir(filepath.Dir(dir))
	lock, err = os.OpenFile(filepath.Join(dir, lockName), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return "", nil, err
	}
	if err := unix.Flock(int(lock.Fd()), unix.LOCK_EX|unix.LOCK_NB); err != nil {
		_ = lock.Close()
		if errors.Is(err, unix.EWOULDBLOCK) {
			return "", nil, fmt.Errorf("another server already uses %s", dir)
		}
		return "", nil, fmt.Errorf("lock %s: %w", dir, err)
	}
	if err := probe(root); err != nil {
		_ = lock.Close()
		return "", nil, err
	}
	return root, lock, nil
}

// probe finds out whether the file system keeps what the server needs it to
// keep. versitygw stores ETag, type and checksum of an object in extended
// attributes, and would only fail at the first request without them. Its other
// way, files beside the objects, can't be written together with the object in
// one step, so it is not offered.
func probe(root string) error {
	f, err := os.CreateTemp(root, ".probe-*")
	if err != nil {
		return err
	}
	defer func() {
		_ = f.Close()
		_ = os.Remove(f.Name())
	}()
	if err := unix.Fsetxattr(int(f.Fd()), "user.lox.probe", []byte("1"), 0); err != nil {
		return fmt.Errorf("the file system of %s keeps no extended attributes (user.*), which the embedded S3 needs; "+
			"put the data directory on ext4, xfs, btrfs or zfs: %w", root, err)
	}
	if err := f.Sync(); err != nil {
		return fmt.Errorf("the file system of %s can't sync files: %w", root, err)
	}
	return nil
}

// recoverDir brings the directory back to a state that a clean stop would have
// left: it removes staging files of uploads that a killed server had in hand
// (only file systems without O_TMPFILE have any), and gives multipart uploads
// that were being completed their names back. Without the latter the posix
// backend would answer a repeated CompleteMultipartUpload with success although
// there is no object.
func recoverDir(root string, log *slog.Logger) error {
	buckets, err := os.ReadDir(root)
	if err != nil {
		return err
	}
	for _, b := range buckets {
		if strings.HasPrefix(b.Name(), ".probe-") {
			_ = os.Remove(filepath.Join(root, b.Name()))
		}
		if !b.IsDir() {
			continue
		}
		staging := filepath.Join(root, b.Name(), posix.MetaTmpDir)
		entries, err := os.ReadDir(staging)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return err
		}
		for _, e := range entries {
			if e.IsDir() {
				continue
			}
			log.Info("removing an upload that was cut short", "file", e.Name())
			if err := os.Remove(filepath.Join(staging, e.Name())); err != nil {
				return err
			}
		}
		if err := reopenUploads(filepath.Join(root, b.Name(), posix.MetaTmpMultipartDir), log); err != nil {
			return err
		}
	}
	return nil
}

// uuidLen is the length of an upload id. The directory of one that is being
// completed is called "<id>.<etag>.inprogress".
const uuidLen = 36

func reopenUploads(dir string, log *slog.Logger) error {
	stuck, err := filepath.Glob(filepath.Join(dir, "*", "*.inprogress"))
	if err != nil {
		return err
	}
	for _, path := range stuck {
		name := filepath.Base(path)
		if len(name) <= uuidLen || name[uuidLen] != '.' {
			continue
		}
		log.Info("reopening a multipart upload whose completion was cut short", "upload", name[:uuidLen])
		if err := os.Rename(path, filepath.Join(filepath.Dir(path), name[:uuidLen])); err != nil {
			return err
		}
		if err := syncDir(filepath.Dir(path)); err != nil {
			return err
		}
	}
	return nil
}

// freeSpace is what an unprivileged writer may still use, in bytes.
func freeSpace(dir string) (int64, error) {
	var st syscall.Statfs_t
	if err := syscall.Statfs(dir, &st); err != nil {
		return 0, fmt.Errorf("free space of %s: %w", dir, err)
	}
	return int64(st.Bavail) * st.Bsize, nil
}
