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

// stateVersion is of the form of pushState: an unknown one is as good as none.
const stateVersion = 1

// pushState is what another Push of the same file needs to go on.
type pushState struct {
	Version int `json:"version"`

	// What is pushed, and where to.
	Server      string            `json:"server"`
	Path        string            `json:"path"`
	Name        string            `json:"name"`
	ContentType string            `json:"content_type"`
	Metadata    map[string]string `json:"metadata"`
	Size        int64             `json:"size"`
	Modified    int64             `json:"modified"` // nanoseconds since 1970
	Device      uint64            `json:"device"`
	Inode       uint64            `json:"inode"`

	// How far it is. Which parts were sent, the store knows.
	Backup   string `json:"backup"`
	PartSize int64  `json:"part_size"`
	// Hash is the state of the SHA-256 of the first parts, and Hashed how many they are.
	Hashed int    `json:"hashed"`
	Hash   []byte `json:"hash"`
}

// same reports whether both are of one file that hasn't changed.
func (s pushState) same(other pushState) bool {
	return s.Version == other.Version && s.Server == other.Server && s.Path == other.Path && s.Name == other.Name && s.ContentType == other.ContentType &&
		maps.Equal(s.Metadata, other.Metadata) && s.Size == other.Size && s.Modified == other.Modified && s.Device == other.Device && s.Inode == other.Inode
}

// sound reports whether what is kept fits together.
func (s pushState) sound() bool {
	return s.Version == stateVersion && s.Backup != "" && s.PartSize > 0 && s.Hashed >= 0 && s.Hashed <= maxParts && int64(s.Hashed-1)*s.PartSize < s.Size
}

// stateFile is the file in which a pushState is kept, which is locked for this process. The methods of
// nil do nothing.
type stateFile struct {
	path string
	lock *os.File
	is   pushState // what this push is of, and not how far
}

// openState opens and locks the file of a push; nil if nothing is to be kept.
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
	// Another name or other metadata make another push.
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

// lockState locks a file that is there for that alone: the one with the state is replaced.
func lockState(path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|unix.O_NOFOLLOW, 0o600)
	if err != nil {
		return nil, err
	}
	err = unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB)
	if err == nil {
		// Another process may have removed it between the open and the lock.
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
		return nil, errors.New("another process is pushing it, too")
	}
	return nil, fmt.Errorf("lock %s: %w", path, err)
}

// stateSize is more than any state has, in bytes: metadata are the most of it.
const stateSize = 1 << 20

// read returns what an earlier push has kept. What can't be read is as good as nothing.
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

// write replaces what is kept. If that fails, what was kept before still holds. It isn't synced: after
// a power failure, a push may begin anew.
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

// remove forgets what is kept.
func (s *stateFile) remove() {
	if s != nil {
		_ = os.Remove(s.path)
	}
}

// close gives the push to other processes.
func (s *stateFile) close() {
	_ = os.Remove(s.lock.Name()) // while it is locked
	_ = s.lock.Close()
}
