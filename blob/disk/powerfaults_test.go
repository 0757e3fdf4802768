package disk

import (
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
)

// faulty is a file system with faults. Its functions replace calls, and may be nil.
type faulty struct {
	fileSystem
	syncFile func(f file) error
	syncDir  func(path string) error
	rename   func(from, to string) error
	link     func(from, to string) error
	open     func(f file) file
	remove   func(path string) error
}

func (f *faulty) SyncDir(path string) error {
	if f.syncDir == nil {
		return f.fileSystem.SyncDir(path)
	}
	return f.syncDir(path)
}

func (f *faulty) Rename(from, to string) error {
	if f.rename == nil {
		return f.fileSystem.Rename(from, to)
	}
	return f.rename(from, to)
}

func (f *faulty) Remove(path string) error {
	if f.remove == nil {
		return f.fileSystem.Remove(path)
	}
	return f.remove(path)
}

func (f *faulty) Link(from, to string) error {
	if f.link == nil {
		return f.fileSystem.Link(from, to)
	}
	return f.link(from, to)
}

func (f *faulty) Open(path string, create bool) (file, error) {
	opened, err := f.fileSystem.Open(path, create)
	if err == nil && f.open != nil {
		opened = f.open(opened)
	}
	if err != nil || f.syncFile == nil {
		return opened, err
	}
	return &faultyFile{opened, f.syncFile}, nil
}

func (f *faulty) CreateTemp(dir, pattern string) (file, error) {
	made, err := f.fileSystem.CreateTemp(dir, pattern)
	if err != nil || f.syncFile == nil {
		return made, err
	}
	return &faultyFile{made, f.syncFile}, nil
}

type faultyFile struct {
	file
	sync func(file) error
}

func (f *faultyFile) Sync() error { return f.sync(f.file) }

func isTenant(path string) bool { return filepath.Base(filepath.Dir(path)) == "objects" }

// skipping doesn't sync some directories.
func skipping(which func(path string) bool) func(fileSystem) fileSystem {
	return func(files fileSystem) fileSystem {
		return &faulty{fileSystem: files, syncDir: func(path string) error {
			if which(path) {
				return nil
			}
			return files.SyncDir(path)
		}}
	}
}

// named reports whether a path has a name.
func named(name string) func(path string) bool {
	return func(path string) bool { return filepath.Base(path) == name }
}

// The model of the disk finds each step that is missing or comes too early.
func TestPowerLossModelFindsMissingSyncs(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		fault func(fileSystem) fileSystem
		wrong string
	}{
		"files are not synced": {func(files fileSystem) fileSystem {
			return &faulty{fileSystem: files, syncFile: func(file) error { return nil }}
		}, "not all of them"},
		"names are not synced":              {skipping(isTenant), "is lost"},
		"tenants are not synced":            {skipping(named("objects")), "is lost"},
		"the data directory is not synced":  {skipping(named(filepath.Base(dataDir))), "is lost"},
		"its parent is not synced":          {skipping(named("srv")), "is lost"},
		"the parent of that is not synced":  {skipping(func(path string) bool { return !strings.Contains(path, "/srv") }), "is lost"},
		"deletions are not synced":          {deletionsNotSynced, "is there, and must not be"},
		"a file gets its name, then synced": {nameFirst, "not all of them"},
		"a name is synced before it is set": {syncedTooEarly, "is lost"},
		"leftovers are not removed": {func(files fileSystem) fileSystem {
			return &faulty{fileSystem: files, remove: func(path string) error {
				if filepath.Base(filepath.Dir(path)) == "uploads" {
					return nil
				}
				return files.Remove(path)
			}}
		}, "outlived a restart"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newComputer(t, test.fault)
			sequentialUse(t, c)
			assert.Contains(t, strings.Join(c.cutPower(t, 0).wrong, "\n"), test.wrong)
		})
	}
}

func deletionsNotSynced(files fileSystem) fileSystem {
	var mu sync.Mutex
	removed := map[string]bool{} // the directories that lost a name
	return &faulty{
		fileSystem: files,
		remove: func(path string) error {
			mu.Lock()
			defer mu.Unlock()
			removed[filepath.Dir(path)] = true
			return files.Remove(path)
		},
		syncDir: func(path string) error {
			mu.Lock()
			defer mu.Unlock()
			if removed[path] {
				removed[path] = false
				return nil
			}
			return files.SyncDir(path)
		},
	}
}

func nameFirst(files fileSystem) fileSystem {
	var mu sync.Mutex
	late := map[string]file{}
	return &faulty{
		fileSystem: files,
		syncFile: func(f file) error {
			mu.Lock()
			defer mu.Unlock()
			late[f.Name()] = f
			return nil
		},
		rename: func(from, to string) error {
			if err := files.Rename(from, to); err != nil {
				return err
			}
			mu.Lock()
			defer mu.Unlock()
			return late[from].Sync()
		},
	}
}

func syncedTooEarly(files fileSystem) fileSystem {
	return &faulty{
		fileSystem: files,
		rename: func(from, to string) error {
			if err := files.SyncDir(filepath.Dir(to)); err != nil {
				return err
			}
			return files.Rename(from, to)
		},
		syncDir: func(path string) error {
			if isTenant(path) {
				return nil
			}
			return files.SyncDir(path)
		},
	}
}
