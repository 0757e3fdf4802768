package disk

import "io"

// writebackStep is how many bytes of an upload are handed to the disk at once.
const writebackStep = 8 << 20

// eagerFile makes the kernel write an upload to disk while it still arrives, so that
// the sync at its end is short. Nothing is durable before that sync, which also
// reports earlier errors.
type eagerFile struct {
	io.Writer

	// file is where they go, from the offset at on.
	file any
	at   int64

	written, begun int64
}

func (e *eagerFile) Write(p []byte) (int, error) {
	n, err := e.Writer.Write(p)
	e.written += int64(n)
	if e.written-e.begun >= writebackStep {
		beginWriteback(e.file, e.at+e.begun, e.written-e.begun)
		e.begun = e.written
	}
	return n, err
}
