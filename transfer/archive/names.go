package archive

import (
	"container/heap"
	"context"
	"errors"
	"io"
	"os"
	"slices"
)

const (
	// nameMemory is the memory for the names of all open directories, in bytes.
	nameMemory = 16 << 20
	// leastNames is how much of nameMemory a directory gets at least, however little is left.
	leastNames = 16 << 10
	// nameCost is how many bytes of memory a name takes in addition to its own bytes.
	nameCost = 32
	// namesRead is how many names are read at once.
	namesRead = 1024
)

// eachName calls do with the names of a directory in order. It holds the smallest names for which there is memory:
// a directory with more names is read once for each such group.
func (p *packer) eachName(dir *os.File, path string, do func(name string) error) error {
	after, first := "", true
	for {
		if _, err := dir.Seek(0, io.SeekStart); err != nil {
			return fail("seek", path, err)
		}
		part := smallest{limit: max(p.names/2, leastNames)}
		more, err := part.read(p.ctx, dir, after, first)
		if err != nil {
			return fail("read", path, err)
		}
		slices.Sort(part.names)
		p.names -= part.taken
		for _, name := range part.names {
			if err := do(name); err != nil {
				return err
			}
		}
		p.names += part.taken
		if !more {
			return nil
		}
		after, first = part.names[len(part.names)-1], false
	}
}

// smallest are the smallest names for which there is memory, as a heap whose first element is the largest name.
type smallest struct {
	names []string
	limit int
	taken int
}

// read adds the names of a directory that are greater than after, or all names if all is set, and reports whether
// there were more.
func (s *smallest) read(ctx context.Context, dir *os.File, after string, all bool) (more bool, err error) {
	for {
		if ctx.Err() != nil {
			return false, context.Cause(ctx)
		}
		names, err := dir.Readdirnames(namesRead)
		for _, name := range names {
			if !all && name <= after {
				continue
			}
			if more && name >= s.names[0] {
				continue
			}
			heap.Push(s, name)
			for s.taken > s.limit && len(s.names) > 1 {
				heap.Pop(s)
				more = true
			}
		}
		if errors.Is(err, io.EOF) {
			return more, nil
		}
		if err != nil {
			return false, err
		}
	}
}

// Len implements heap.Interface.
func (s *smallest) Len() int { return len(s.names) }

// Less implements heap.Interface.
func (s *smallest) Less(i, j int) bool { return s.names[i] > s.names[j] }

// Swap implements heap.Interface.
func (s *smallest) Swap(i, j int) { s.names[i], s.names[j] = s.names[j], s.names[i] }

// Push implements heap.Interface.
func (s *smallest) Push(x any) {
	name, _ := x.(string)
	s.names, s.taken = append(s.names, name), s.taken+len(name)+nameCost
}

// Pop implements heap.Interface.
func (s *smallest) Pop() any {
	last := len(s.names) - 1
	name := s.names[last]
	s.names, s.taken = s.names[:last], s.taken-len(name)-nameCost
	return name
}
