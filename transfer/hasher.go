package transfer

import (
	"context"
	"crypto/sha256"
	"encoding"
	"fmt"
	"hash"
	"io"
	"sync"
)

// ringSize is how many pieces are read, written or hashed at once.
const ringSize = 4

// hasher computes a SHA-256 in a goroutine of its own: reading, writing and hashing then take as
// long as the slowest of them, and not as long as all together. One goroutine at a time uses it.
type hasher struct {
	hash    hash.Hash
	pieces  chan piece
	running sync.WaitGroup
}

// piece is hashed, and then done is called.
type piece struct {
	bytes []byte
	done  func()
}

// newHasher begins a hash, or goes on with the one that state is of. Whoever makes one ends it.
func newHasher(state []byte) (*hasher, error) {
	h := &hasher{hash: sha256.New(), pieces: make(chan piece, ringSize)}
	if state != nil {
		if err := h.hash.(encoding.BinaryUnmarshaler).UnmarshalBinary(state); err != nil { //nolint:forcetypeassert // as sha256 promises
			return nil, fmt.Errorf("go on with a hash: %w", err)
		}
	}
	h.running.Go(func() {
		for p := range h.pieces {
			_, _ = h.hash.Write(p.bytes) // never fails
			p.done()
		}
	})
	return h, nil
}

// add hashes bytes, which must not change until done is called.
func (h *hasher) add(bytes []byte, done func()) { h.pieces <- piece{bytes, done} }

// wait returns when all is hashed that was added.
func (h *hasher) wait() {
	hashed := make(chan struct{})
	h.add(nil, func() { close(hashed) })
	<-hashed
}

// checksum is that of all that was added.
func (h *hasher) checksum() string {
	h.wait()
	return checksumText(h.hash.Sum(nil))
}

// state is what another hasher goes on from.
func (h *hasher) state() ([]byte, error) {
	h.wait()
	return h.hash.(encoding.BinaryMarshaler).MarshalBinary() //nolint:forcetypeassert // as sha256 promises
}

// restart forgets all that was added.
func (h *hasher) restart() {
	h.wait()
	h.hash.Reset()
}

func (h *hasher) end() {
	close(h.pieces)
	h.running.Wait()
}

// ring are the buffers through which bytes go to a hasher.
type ring chan []byte

// newRing makes buffers of so many bytes.
func newRing(size int) ring {
	r := make(ring, ringSize)
	for range ringSize {
		r <- make([]byte, size)
	}
	return r
}

// each reads to the end, calls use with what came, and has hashed what use returns of it.
func (r ring) each(ctx context.Context, from io.Reader, h *hasher, use func(p []byte) (hashed []byte, err error)) error {
	for {
		buffer := <-r
		n, err := from.Read(buffer)
		var hashed []byte
		var failed error
		if n > 0 {
			hashed, failed = use(buffer[:n])
		}
		h.add(hashed, func() { r <- buffer[:cap(buffer)] })
		switch {
		case failed != nil:
			return failed
		case err == io.EOF:
			return nil
		case err != nil:
			return err
		case ctx.Err() != nil:
			return context.Cause(ctx)
		}
	}
}
