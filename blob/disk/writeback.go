package disk

import "io"

// writebackStep is how many bytes of an upload the kernel is asked to write to the disk at once.
const writebackStep = 8 << 20

// eagerFile makes the kernel write an upload to the disk while it still arrives, so that the final sync is short.
// Nothing is durable before that sync, which also reports the errors of earlier writes.
type eagerFile struct {
	io.Writer

	// file is where the bytes are written, from the offset at on.
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
