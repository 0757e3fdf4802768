package disk

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/backlox/lox"
)

// outcomes has, for each key, the checksums that its object may have after a crash, according to the requests and responses so
// far. The zero checksum means that there is no object. For an unknown key, there must be none.
//
// It also has the checksums of each part of an upload in parts, and of the upload itself, by the keys that partOf returns.
type outcomes struct {
	mu  sync.Mutex
	may map[string][]lox.Checksum
	// assembling has the parts of uploads that are being assembled: after a crash there are either all parts or the
	// object.
	assembling map[string]map[int]lox.Checksum
}

var absent lox.Checksum

// uploading notes that a complete body is sent: until the response arrives, it may be stored or not.
func (o *outcomes) uploading(key string, sum lox.Checksum) { o.add(key, sum) }

// stored notes a response 200 to an upload.
func (o *outcomes) stored(key string, sum lox.Checksum) { o.set(key, sum) }

// deleting notes that a deletion is requested.
func (o *outcomes) deleting(key string) { o.add(key, absent) }

// deleted notes that a deletion is acknowledged, or that there is no object.
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

// of returns the checksums that may be stored under a key.
func (o *outcomes) of(key string) []lox.Checksum {
	o.mu.Lock()
	defer o.mu.Unlock()
	if may := o.may[key]; may != nil {
		return slices.Clone(may)
	}
	return []lox.Checksum{absent}
}

// keys returns the keys of all known objects, sorted.
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

// check returns an error if the object of a key must not have the checksum found.
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
