package lifecycle

import (
	"sync"
	"time"
)

const (
	// minBackoff is the first pause after failures, each next one is twice as long.
	minBackoff = time.Second
	maxBackoff = time.Minute
)

// backoff is the pause of a job that fails. A failure among successes makes none: the
// other items would wait for it.
type backoff struct {
	tolerated int // items in a row that may fail without a pause

	mu    sync.Mutex
	inRow int
	pause time.Duration
	until time.Time
}

// fail notes that a claim failed.
func (b *backoff) fail() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.lengthen()
}

// claimed notes that a claim succeeded, which says nothing of its items.
func (b *backoff) claimed() {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.inRow == 0 {
		b.pause, b.until = 0, time.Time{}
	}
}

// failItem notes that an item failed, and reports whether there is a pause now. Items
// that fail during a pause don't make it longer.
func (b *backoff) failItem() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.inRow++; b.inRow <= b.tolerated || time.Now().Before(b.until) {
		return false
	}
	b.lengthen()
	return true
}

func (b *backoff) lengthen() {
	b.pause = min(max(2*b.pause, minBackoff), maxBackoff)
	b.until = time.Now().Add(b.pause)
}

// succeed notes that an item is done.
func (b *backoff) succeed() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.inRow, b.pause, b.until = 0, 0, time.Time{}
}

// end returns when the latest pause ends.
func (b *backoff) end() time.Time {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.until
}
