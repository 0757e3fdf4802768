package disk

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/backlox/lox"
)

// outcomes says for each key what a store may have of it after a crash, as a test
// knows from what it sent and from the answers. The zero checksum stands for
// nothing: a key that isn't known may only be absent.
//
// Of an upload in parts, it says so for each part, and for the upload, by the keys that
// partOf gives them.
type outcomes struct {
	mu  sync.Mutex
	may map[string][]lox.Checksum
	// assembling has the parts of uploads that are being assembled: either all are there, or
	// the object is.
	assembling map[string]map[int]lox.Checksum
}

var absent lox.Checksum

// uploading notes that a whole body is sent: until the answer is there, it may be
// stored or not.
func (o *outcomes) uploading(key string, sum lox.Checksum) { o.add(key, sum) }

// stored notes the answer 200.
func (o *outcomes) stored(key string, sum lox.Checksum) { o.set(key, sum) }

// deleting notes that a deletion is asked for.
func (o *outcomes) deleting(key string) { o.add(key, absent) }

// deleted notes that a deletion is acknowledged, or that nothing is stored.
func (o *outcomes) deleted(key string) { o.set(key, absent) }

func (o *outcomes) set(key string, sum lox.Checksum) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.init()
	o.may[key] = []lox.Checksum{sum}
}

func (o *outcomes) add(key string, sum lox.Checksum) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.init()
	if o.may[key] == nil {
		o.may[key] = []lox.Checksum{absent}
	}
	if !slices.Contains(o.may[key], sum) {
		o.may[key] = append(o.may[key], sum)
	}
}

func (o *outcomes) init() {
	if o.may == nil {
		o.may = map[string][]lox.Checksum{}
	}
}

// of returns what may be stored under a key.
func (o *outcomes) of(key string) []lox.Checksum {
	o.mu.Lock()
	defer o.mu.Unlock()
	if may := o.may[key]; may != nil {
		return slices.Clone(may)
	}
	return []lox.Checksum{absent}
}

// keys are those of objects of which something is known, in order.
func (o *outcomes) keys() (keys []string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for key := range o.may {
		if !strings.Contains(key, "#") {
			keys = append(keys, key)
		}
	}
	slices.Sort(keys)
	return keys
}

// check returns an error if a store must not have this of a key.
func (o *outcomes) check(key string, found lox.Checksum) error {
	may := o.of(key)
	switch {
	case slices.Contains(may, found):
		return nil
	case found == absent:
		return fmt.Errorf("%s is lost", key)
	case len(may) == 1 && may[0] == absent:
		return fmt.Errorf("%s is there, and must not be", key)
	default:
		return fmt.Errorf("%s has bytes that nobody uploaded, or not all of them", key)
	}
}
