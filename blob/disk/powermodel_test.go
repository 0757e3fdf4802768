package disk

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// node is a file or a directory in the model of a disk. It has a durable state and the changes since, which a power failure may
// drop.
type node struct {
	id  int
	dir bool

	// For a directory: the durable names, the names that a process sees, and the changes from the former to the latter.
	durable, seen map[string]*node
	pending       []change

	// For a file: the durable bytes, the bytes that a process sees, and the changes from the former to the latter.
	synced, written []byte
	edits           []edit
	version         int // grows with each edit
}

// edit is a write to a file or, if data is nil, a change of its length.
type edit struct {
	at   int64
	data []byte
}

func (e edit) apply(to []byte) []byte {
	end := e.at + int64(len(e.data))
	grown := slices.Clone(to)
	if missing := end - int64(len(grown)); missing > 0 {
		grown = append(grown, make([]byte, missing)...)
	}
	if e.data == nil {
		return grown[:e.at]
	}
	copy(grown[e.at:], e.data)
	return grown
}

func (n *node) edit(e edit) {
	n.written = e.apply(n.written)
	n.edits = append(n.edits, e)
	n.version++
}

// change sets a name in a directory, or removes it if node is nil.
type change struct {
	name string
	node *node
}

// diskModel is the state of a file system after some calls.
type diskModel struct {
	root  *node
	files map[int]*node
	nodes int
}

// replay returns the state of an empty root directory after calls.
func replay(calls []call) *diskModel {
	d := &diskModel{files: map[int]*node{}}
	d.root = d.newDir()
	for _, c := range calls {
		d.apply(c)
	}
	return d
}

func (d *diskModel) newDir() *node {
	d.nodes++
	return &node{id: d.nodes, dir: true, durable: map[string]*node{}, seen: map[string]*node{}}
}

func (d *diskModel) apply(c call) {
	switch c.op {
	case "mkdir":
		d.parent(c.path).set(filepath.Base(c.path), d.newDir())
	case "create":
		d.nodes++
		d.files[c.file] = &node{id: d.nodes}
		d.parent(c.path).set(filepath.Base(c.path), d.files[c.file])
	case "write":
		d.files[c.file].edit(edit{c.at, c.data})
	case "truncate":
		d.files[c.file].edit(edit{c.at, nil})
	case "sync":
		f := d.files[c.file]
		f.synced, f.edits = f.written, nil
	case "link":
		d.parent(c.to).set(filepath.Base(c.to), d.find(c.path))
	case "rename":
		from, to := d.parent(c.path), d.parent(c.to)
		renamed := from.seen[filepath.Base(c.path)]
		to.set(filepath.Base(c.to), renamed)
		from.set(filepath.Base(c.path), nil)
	case "remove":
		d.parent(c.path).set(filepath.Base(c.path), nil)
	case "syncdir":
		dir := d.find(c.path)
		dir.durable, dir.pending = maps.Clone(dir.seen), nil
	}
}

func (d *diskModel) find(path string) *node {
	at := d.root
	if path == "." {
		return at
	}
	for name := range strings.SplitSeq(path, "/") {
		at = at.seen[name]
	}
	return at
}

func (d *diskModel) parent(path string) *node { return d.find(filepath.Dir(path)) }

func (n *node) set(name string, to *node) {
	n.pending = append(n.pending, change{name, to})
	set(n.seen, name, to)
}

func set(names map[string]*node, name string, to *node) {
	if to == nil {
		delete(names, name)
		return
	}
	names[name] = to
}

// maxSubsets is up to how many pending changes of a directory all combinations are tried.
const maxSubsets = 5

// names returns the contents that a directory may have after a power failure. Any change may be dropped, even if later ones
// survive: without a sync, POSIX guarantees no order. If there are many changes, it tries each prefix, all but each one, and all
// but the removals.
func (n *node) names() (all []map[string]*node) {
	keep := func(kept func(i int) bool) {
		names := maps.Clone(n.durable)
		for i, c := range n.pending {
			if kept(i) {
				set(names, c.name, c.node)
			}
		}
		all = append(all, names)
	}
	if len(n.pending) <= maxSubsets {
		for set := range 1 << len(n.pending) {
			keep(func(i int) bool { return set>>i&1 == 1 })
		}
		return all
	}
	for cut := range len(n.pending) + 1 {
		keep(func(i int) bool { return i < cut })
		keep(func(i int) bool { return i != cut })
	}
	keep(func(i int) bool { return n.pending[i].node != nil })
	return all
}

// contents returns the bytes that a file may have after a power failure. Of the changes that aren't synced, it has all, none,
// each one alone, all but each one, or only half of the last. Or it has zeros instead of the written bytes, as in a file system
// that has recorded the length before it wrote the bytes.
func (n *node) contents() (all []fileBytes) {
	add := func(what string, kept func(i int, e edit) (edit, bool)) {
		bytes := n.synced
		for i, e := range n.edits {
			if e, ok := kept(i, e); ok {
				bytes = e.apply(bytes)
			}
		}
		all = append(all, fileBytes{bytes, fmt.Sprintf("%s at version %d of file %d", what, n.version, n.id), n.id})
	}
	add("all", func(_ int, e edit) (edit, bool) { return e, true })
	if len(n.edits) == 0 {
		return all
	}
	last := len(n.edits) - 1
	add("half", func(i int, e edit) (edit, bool) {
		if i == last && e.data != nil {
			e.data = e.data[:len(e.data)/2]
		}
		return e, true
	})
	add("none", func(int, edit) (edit, bool) { return edit{}, false })
	add("zeros", func(_ int, e edit) (edit, bool) {
		if e.data != nil {
			e.data = make([]byte, len(e.data))
		}
		return e, true
	})
	for one := range n.edits[:last] {
		add(fmt.Sprintf("only %d", one), func(i int, e edit) (edit, bool) { return e, i == one })
		add(fmt.Sprintf("not %d", one), func(i int, e edit) (edit, bool) { return e, i != one })
	}
	return all
}

// fileBytes has the bytes of a file, and a short name for them, by which they are compared.
type fileBytes struct {
	bytes []byte
	name  string
	file  int // the id of the file, which may have two names
}

// tree has the files after a power failure, by path. The path of a directory ends with a slash.
type tree map[string]fileBytes

// states calls visit with each tree that a power failure may leave. It tries only one content of each file in the directory
// uploads, because a start removes these files.
func (d *diskModel) states(uploads string, visit func(tree)) {
	var walk func(todo []place, got tree)
	walk = func(todo []place, got tree) {
		if len(todo) == 0 {
			visit(maps.Clone(got))
			return
		}
		next, rest := todo[0], todo[1:]
		if !next.node.dir {
			contents := next.node.contents()
			if filepath.Dir(next.path) == uploads {
				contents = contents[min(1, len(contents)-1):][:1]
			}
			for other, content := range got {
				if content.file == next.node.id && !strings.HasSuffix(other, "/") {
					contents = []fileBytes{content} // another name of the same file
				}
			}
			for _, content := range contents {
				got[next.path] = content
				walk(rest, got)
			}
			delete(got, next.path)
			return
		}
		got[next.path+"/"] = fileBytes{}
		for _, names := range next.node.names() {
			more := slices.Clone(rest)
			for _, name := range slices.Sorted(maps.Keys(names)) {
				more = append(more, place{filepath.Join(next.path, name), names[name]})
			}
			walk(more, got)
		}
		delete(got, next.path+"/")
	}
	walk([]place{{".", d.root}}, tree{})
}

type place struct {
	path string
	node *node
}

// key returns the same text for trees that make no difference to a store: of files in uploads, it only matters whether there are
// any.
func (t tree) key(uploads string) string {
	var b strings.Builder
	some := false
	for _, path := range slices.Sorted(maps.Keys(t)) {
		if filepath.Dir(path) == uploads && !strings.HasSuffix(path, "/") {
			some = true
			continue
		}
		fmt.Fprintln(&b, path, t[path].name)
	}
	fmt.Fprint(&b, some)
	return b.String()
}

// write creates the tree in a directory.
func (t tree) write(dir string) error {
	names := map[int]string{}
	for _, path := range slices.Sorted(maps.Keys(t)) {
		to := filepath.Join(dir, path)
		if strings.HasSuffix(path, "/") {
			if err := os.MkdirAll(to, 0o700); err != nil {
				return err
			}
			continue
		}
		if first, ok := names[t[path].file]; ok {
			if err := os.Link(first, to); err != nil {
				return err
			}
			continue
		}
		names[t[path].file] = to
		if err := os.WriteFile(to, t[path].bytes, 0o600); err != nil {
			return err
		}
	}
	return nil
}
