package transfer

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"syscall"

	"golang.org/x/sys/unix"
)

// stateVersion is the version of the format of pushState. A state of another version is ignored.
const stateVersion = 1

// pushState is the state that another Push of the same file needs to resume the upload.
type pushState struct {
	Version int `json:"version"`

	// The file that is pushed, and the server.
	Server      string            `json:"server"`
	Path        string            `json:"path"`
	Name        string            `json:"name"`
	ContentType string            `json:"content_type"`
	Metadata    map[string]string `json:"metadata"`
	Size        int64             `json:"size"`
	Modified    int64             `json:"modified"` // nanoseconds since 1970
	Device      uint64            `json:"device"`
	Inode       uint64            `json:"inode"`

	// The state of the upload. The store knows which parts were sent.
	Backup   string `json:"backup"`
	PartSize int64  `json:"part_size"`
	// Hash is the state of the SHA-256 of the first parts, and Hashed is the number of these parts.
	Hashed int    `json:"hashed"`
	Hash   []byte `json:"hash"`
}

// same reports whether both states belong to the same file, and the file hasn't changed.
func (s pushState) same(other pushState) bool {
	return s.Version == other.Version && s.Server == other.Server && s.Path == other.Path && s.Name == other.Name && s.ContentType == other.ContentType &&
		maps.Equal(s.Metadata, other.Metadata) && s.Size == other.Size && s.Modified == other.Modified && s.Device == other.Device && s.Inode == other.Inode
}

// sound reports whether the stored values are consistent.
func (s pushState) sound() bool {
	return s.Version == stateVersion && s.Backup != "" && s.PartSize > 0 && s.Hashed >= 0 && s.Hashed <= maxParts && int64(s.Hashed-1)*s.PartSize < s.Size
}

// stateFile is the file that stores a pushState. It is locked for this process. read and remove do nothing if it
// is nil.
type stateFile struct {
	path string
	lock *os.File
	is   pushState // identifies this push, without the state of the upload
}

// openState opens and locks the state file of a push. It returns nil if no state is to be stored.
func (f *pushed) openState() (*stateFile, error) {
	named, ok := f.source.(interface{ Name() string })
	if f.options.StateDir == "" || !ok {
		return nil, nil //nolint:nilnil // its methods do nothing then
	}
	path, err := filepath.Abs(named.Name())
	if err != nil {
		return nil, err
	}
	is := pushState{
		Version: stateVersion, Server: f.api.Server, Path: path, Name: f.options.Name, ContentType: f.options.ContentType, Metadata: f.options.Metadata,
		Size: f.size, Modified: f.info.ModTime().UnixNano(),
	}
	if system, ok := f.info.Sys().(*syscall.Stat_t); ok {
		is.Device, is.Inode = uint64(system.Dev), system.Ino //nolint:unconvert // it is another type elsewhere
	}
	// With another name or other metadata, it is another push.
	key, err := json.Marshal([]any{is.Server, is.Path, is.Name, is.ContentType, is.Metadata})
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(key)
	if err := os.MkdirAll(f.options.StateDir, 0o700); err != nil {
		return nil, err
	}
	s := &stateFile{path: filepath.Join(f.options.StateDir, hex.EncodeToString(sum[:16])+".json"), is: is}
	if s.lock, err = lockState(s.path + ".lock"); err != nil {
		return nil, err
	}
	return s, nil
}

// lockState locks a file that only serves as a lock: the state file can't, because each write replaces it.
func lockState(path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|unix.O_NOFOLLOW, 0o600)
	if err != nil {
		return nil, err
	}
	err = unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB)
	if err == nil {
		// Another process may have removed the file between the open and the lock.
		var opened, now fs.FileInfo
		if opened, err = f.Stat(); err == nil {
			if now, err = os.Lstat(path); err == nil && !os.SameFile(opened, now) {
				err = unix.EWOULDBLOCK
			}
		}
	}
	if err == nil {
		return f, nil
	}
	_ = f.Close() // nothing was written
	if errors.Is(err, unix.EWOULDBLOCK) || errors.Is(err, fs.ErrNotExist) {
		return nil, errors.New("another process is pushing it already")
	}
	return nil, fmt.Errorf("lock %s: %w", path, err)
}

// stateSize is larger than any state, in bytes. Most of a state is metadata.
const stateSize = 1 << 20

// read returns the state that an earlier push has stored. A state that can't be read is ignored.
func (s *stateFile) read() (before pushState, ok bool) {
	if s == nil {
		return before, false
	}
	info, err := os.Stat(s.path)
	if err != nil || info.Size() > stateSize {
		return before, false
	}
	text, err := os.ReadFile(s.path)
	if err != nil || json.Unmarshal(text, &before) != nil {
		return before, false
	}
	return before, before.sound()
}

// write replaces the stored state. If that fails, the earlier state remains and is still valid. The file isn't
// synced: after a power failure, a push may start from the beginning.
func (s *stateFile) write(now pushState) {
	text, err := json.Marshal(now)
	if err != nil {
		return
	}
	f, err := os.CreateTemp(filepath.Dir(s.path), ".push-*") // 0600
	if err != nil {
		return
	}
	_, err = f.Write(text)
	if err = errors.Join(err, f.Close()); err == nil {
		err = os.Rename(f.Name(), s.path)
	}
	if err != nil {
		_ = os.Remove(f.Name())
	}
}

// remove removes the stored state.
func (s *stateFile) remove() {
	if s != nil {
		_ = os.Remove(s.path)
	}
}

// close unlocks the push, so that another process can resume it.
func (s *stateFile) close() {
	_ = os.Remove(s.lock.Name()) // while it is locked
	_ = s.lock.Close()
}
