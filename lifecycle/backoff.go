package lifecycle

import (
	"sync"
	"time"
)

const (
	// minBackoff is the first pause after failures. Each following pause is twice as long.
	minBackoff = time.Second
	maxBackoff = time.Minute
)

// backoff is the pause of a job that fails repeatedly. A single failure among successes
// causes no pause, because it would delay the other items.
type backoff struct {
	tolerated int // items in a row that may fail without a pause

	mu    sync.Mutex
	inRow int
	pause time.Duration
	until time.Time
}

// fail records that a claim failed.
func (b *backoff) fail() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.lengthen()
}

// claimed records that a claim succeeded. It doesn't end a pause that failed items caused.
func (b *backoff) claimed() {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.inRow == 0 {
		b.pause, b.until = 0, time.Time{}
	}
}

// failItem records that an item failed, and reports whether that has begun a pause. Items
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

// succeed records that an item succeeded.
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
