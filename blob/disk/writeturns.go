package disk

import (
	"hash/maphash"
	"io"
	"sync"
)

// writeTurns lets the parts of an upload write to their file one at a time. The kernel has a lock for this, too,
// but it spins while it waits: with four parts at once, the spinning takes as much CPU as an eighth of the upload.
type writeTurns struct {
	seed  maphash.Seed
	locks [64]sync.Mutex // each upload uses one; two uploads that share one delay each other by a buffer at a time
}

func newWriteTurns() *writeTurns { return &writeTurns{seed: maphash.MakeSeed()} }

// writer returns a writer that takes turns with the other writers for the same key.
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
