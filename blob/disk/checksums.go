package disk

import (
	"sync"

	"github.com/backlox/lox"
)

// maxChecksums bounds the memory for checksums: some 200 bytes each.
const maxChecksums = 16_384

// checksums remembers what uploads were found to be, so that completing a backup
// doesn't read its bytes again. They are forgotten with the process.
type checksums struct {
	mu    sync.Mutex
	known map[string]checksum
}

type checksum struct {
	etag string
	sum  lox.Checksum
}

func (c *checksums) remember(key, etag string, sum lox.Checksum) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.known == nil || len(c.known) >= maxChecksums {
		c.known = map[string]checksum{} // those of uploads that nobody completed
	}
	c.known[key] = checksum{etag, sum}
}

// of returns the checksum of the very file that has this ETag, or nil.
func (c *checksums) of(key, etag string) *lox.Checksum {
	c.mu.Lock()
	defer c.mu.Unlock()
	found, ok := c.known[key]
	if !ok || found.etag != etag {
		return nil
	}
	return &found.sum
}

func (c *checksums) forget(key string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.known, key)
}
