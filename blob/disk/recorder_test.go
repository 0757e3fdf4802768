package disk

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
)

// call is a change of the disk that was carried out, or a mark between changes.
type call struct {
	op       string // mkdir, create, write, truncate, sync, rename, link, remove, syncdir or mark
	path, to string // relative to the recorder's root
	file     int    // for create, write, truncate and sync
	data     []byte // for write
	at       int64  // for write the offset, for truncate the length
	mark     func(*outcomes)
}

// String leaves out the parts that differ between runs.
func (c call) String() string {
	name := func(path string) string {
		if strings.HasPrefix(filepath.Base(path), "upload-") {
			return filepath.Join(filepath.Dir(path), "upload")
		}
		return path
	}
	switch c.op {
	case "rename", "link":
		return fmt.Sprintf("%s %s to %s", c.op, name(c.path), c.to)
	case "write":
		if c.at > 0 && !strings.HasPrefix(filepath.Base(c.path), "upload-") {
			return fmt.Sprintf("write %d bytes at %d to %s", len(c.data), c.at, name(c.path))
		}
		return fmt.Sprintf("write %d bytes to %s", len(c.data), name(c.path))
	case "truncate":
		return fmt.Sprintf("truncate %s to %d bytes", name(c.path), c.at)
	}
	return strings.TrimSpace(c.op + " " + name(c.path))
}

var (
	errKilled = errors.New("the process was killed")
	errSync   = errors.New("the disk doesn't sync")
)

// recorder carries out and records every change below root, one after another. A sync is only recorded, for the model of the
// disk.
type recorder struct {
	root string
	// before is called before each call. If it returns an error, the call fails with it.
	before func(c call) error

	mu    sync.Mutex
	calls []call
	files int
	// inodes maps the inodes of the created files to their numbers.
	inodes map[uint64]int
	// left is how many calls may still happen before the process is killed. If it is negative, there is no kill.
	left int
}

func newRecorder(root string) *recorder {
	return &recorder{root: root, left: -1, inodes: map[uint64]int{}}
}

func (r *recorder) do(c *call, run func() error) error {
	if r.before != nil {
		if err := r.before(*c); err != nil {
			return err
		}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.left == 0 {
		return errKilled
	}
	if err := run(); err != nil {
		return err
	}
	r.calls = append(r.calls, *c)
	r.left = max(r.left-1, -1)
	return nil
}

// note records a mark: from now on, a client knows something about the outcomes.
func (r *recorder) note(what func(*outcomes)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.calls = append(r.calls, call{op: "mark", mark: what})
}

// kill lets n more calls succeed, and makes all later ones fail. A negative n ends that.
func (r *recorder) kill(n int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.left = n
}

func (r *recorder) recorded() []call {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.calls)
}

// texts returns the calls since the n-th as texts.
func (r *recorder) texts(n int) (texts []string) {
	for _, c := range r.recorded()[n:] {
		if c.op != "mark" {
			texts = append(texts, c.String())
		}
	}
	return texts
}

// changes returns the number of changes, without marks.
func (r *recorder) changes() int { return len(r.texts(0)) }

func (r *recorder) rel(path string) string {
	rel, err := filepath.Rel(r.root, path)
	if err != nil {
		panic(err)
	}
	return rel
}

func (r *recorder) Mkdir(path string) error {
	return r.do(&call{op: "mkdir", path: r.rel(path)}, func() error { return os.Mkdir(path, 0o700) })
}

func (r *recorder) Rename(from, to string) error {
	return r.do(&call{op: "rename", path: r.rel(from), to: r.rel(to)}, func() error { return os.Rename(from, to) })
}

func (r *recorder) Remove(path string) error {
	return r.do(&call{op: "remove", path: r.rel(path)}, func() error { return os.Remove(path) })
}

func (r *recorder) SyncDir(path string) error {
	if !filepath.IsLocal(r.rel(path)) {
		return nil // above root, which the model doesn't know
	}
	return r.do(&call{op: "syncdir", path: r.rel(path)}, func() error {
		_, err := os.Stat(path)
		return err
	})
}

func (r *recorder) CreateTemp(dir, pattern string) (file, error) {
	var made *recordedFile
	c := call{op: "create", path: r.rel(dir)}
	err := r.do(&c, func() error {
		f, err := os.CreateTemp(dir, pattern)
		if err != nil {
			return err
		}
		made = r.made(f, &c)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return made, nil
}

// made numbers a new file.
func (r *recorder) made(f *os.File, c *call) *recordedFile {
	r.files++
	r.inodes[inode(f)] = r.files
	c.path, c.file = r.rel(f.Name()), r.files
	return &recordedFile{r: r, f: f, id: r.files}
}

func inode(f *os.File) uint64 {
	info, err := f.Stat()
	if err != nil {
		panic(err)
	}
	return info.Sys().(*syscall.Stat_t).Ino
}

// Open records a call only if it creates a file.
func (r *recorder) Open(path string, create bool) (file, error) {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err == nil {
		r.mu.Lock()
		defer r.mu.Unlock()
		return &recordedFile{r: r, f: f, id: r.inodes[inode(f)]}, nil
	}
	if !errors.Is(err, fs.ErrNotExist) || !create {
		return nil, err
	}
	var made *recordedFile
	c := call{op: "create", path: r.rel(path)}
	err = r.do(&c, func() error {
		f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
		if err != nil {
			return err
		}
		made = r.made(f, &c)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return made, nil
}

func (r *recorder) Link(from, to string) error {
	return r.do(&call{op: "link", path: r.rel(from), to: r.rel(to)}, func() error { return os.Link(from, to) })
}

type recordedFile struct {
	r  *recorder
	f  *os.File
	id int
}

func (f *recordedFile) Name() string               { return f.f.Name() }
func (f *recordedFile) Stat() (fs.FileInfo, error) { return f.f.Stat() }
func (f *recordedFile) Close() error               { return f.f.Close() }

func (f *recordedFile) call(op string, data []byte) *call {
	return &call{op: op, path: f.r.rel(f.Name()), file: f.id, data: slices.Clone(data)}
}

func (f *recordedFile) ReadAt(p []byte, at int64) (int, error) { return f.f.ReadAt(p, at) }

func (f *recordedFile) Write(p []byte) (n int, err error) {
	c := f.call("write", p)
	if c.at, err = f.f.Seek(0, io.SeekCurrent); err != nil {
		return 0, err
	}
	err = f.r.do(c, func() error {
		n, err = f.f.Write(p)
		return err
	})
	return n, err
}

func (f *recordedFile) WriteAt(p []byte, at int64) (n int, err error) {
	c := f.call("write", p)
	c.at = at
	err = f.r.do(c, func() error {
		n, err = f.f.WriteAt(p, at)
		return err
	})
	return n, err
}

func (f *recordedFile) Truncate(size int64) error {
	c := f.call("truncate", nil)
	c.at = size
	return f.r.do(c, func() error { return f.f.Truncate(size) })
}

func (f *recordedFile) Sync() error {
	return f.r.do(f.call("sync", nil), func() error { return nil })
}
