package disk

import (
	"sync"

	"github.com/backlox/lox"
)

// maxChecksums bounds the memory for checksums: each takes about 500 bytes.
const maxChecksums = 16_384

// checksums remembers the checksums of uploads, so that the completion of a backup
// doesn't read its bytes again. They are lost when the process ends.
type checksums struct {
	mu    sync.Mutex
	known map[string]checksum
}

type checksum struct {
	etag string
	sum  lox.Checksum
	// state, if not nil, is the state of an unfinished hash: then sum isn't known.
	state *lox.HashState
}

func (c *checksums) remember(key, etag string, sum lox.Checksum) {
	c.set(key, checksum{etag: etag, sum: sum})
}

// rememberPrefix remembers the hash of the first bytes of an object of size bytes.
func (c *checksums) rememberPrefix(key, etag string, size int64, hashed *prefix) {
	if hashed.bytes == size {
		c.remember(key, etag, lox.Checksum(hashed.hash.Sum(nil)))
		return
	}
	if state, err := hashed.state(etag); err == nil { // otherwise all bytes are hashed again
		c.set(key, checksum{etag: etag, state: &state})
	}
}

func (c *checksums) set(key string, known checksum) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.known == nil || len(c.known) >= maxChecksums {
		c.known = map[string]checksum{} // a checksum that is missing is computed again from the file
	}
	c.known[key] = known
}

// of returns the checksum of the file with this ETag, or nil.
func (c *checksums) of(key, etag string) *lox.Checksum {
	c.mu.Lock()
	defer c.mu.Unlock()
	found, ok := c.known[key]
	if !ok || found.etag != etag || found.state != nil {
		return nil
	}
	return &found.sum
}

// stateOf returns the state from which to continue the hash of the file with this ETag: the
// beginning, if no state is known.
func (c *checksums) stateOf(key, etag string) lox.HashState {
	c.mu.Lock()
	defer c.mu.Unlock()
	if found := c.known[key]; found.etag == etag && found.state != nil {
		return *found.state
	}
	return lox.HashState{ETag: etag}
}

func (c *checksums) forget(key string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.known, key)
}
