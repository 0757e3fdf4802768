package disk

import (
	"hash/maphash"
	"io"
	"sync"
)

// writeTurns lets the parts of an upload write to their file one at a time. The kernel has a lock for that,
// too, but spins while it waits: with four parts at once, that takes as much CPU as an eighth of the upload.
type writeTurns struct {
	seed  maphash.Seed
	locks [64]sync.Mutex // an upload has one of them; that two share one delays them for a buffer at a time
}

func newWriteTurns() *writeTurns { return &writeTurns{seed: maphash.MakeSeed()} }

// writer returns a writer of the upload of a key.
func (w *writeTurns) writer(key string, to io.Writer) io.Writer {
	return &turnWriter{to, &w.locks[maphash.String(w.seed, key)%uint64(len(w.locks))]}
}

type turnWriter struct {
	io.Writer

	turn *sync.Mutex
}

func (t *turnWriter) Write(p []byte) (int, error) {
	t.turn.Lock()
	defer t.turn.Unlock()
	return t.Writer.Write(p)
}
