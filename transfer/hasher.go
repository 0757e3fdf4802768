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

// ringSize is how many pieces are read, written or hashed at the same time.
const ringSize = 4

// hasher computes a SHA-256 in a goroutine of its own: reading, writing and hashing then take as long as the
// slowest of them, instead of the sum of all three. Only one goroutine at a time may use a hasher.
type hasher struct {
	hash    hash.Hash
	pieces  chan piece
	running sync.WaitGroup
}

// piece is bytes to hash. done is called when they are hashed.
type piece struct {
	bytes []byte
	done  func()
}

// newHasher begins a hash, or continues the one that has this state. The caller must call end.
func newHasher(state []byte) (*hasher, error) {
	h := &hasher{hash: sha256.New(), pieces: make(chan piece, ringSize)}
	if state != nil {
		if err := h.hash.(encoding.BinaryUnmarshaler).UnmarshalBinary(state); err != nil { //nolint:forcetypeassert // as sha256 promises
			return nil, fmt.Errorf("resume a hash: %w", err)
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

// add queues bytes to be hashed. They must not change until done is called.
func (h *hasher) add(bytes []byte, done func()) { h.pieces <- piece{bytes, done} }

// wait returns when all added bytes are hashed.
func (h *hasher) wait() {
	hashed := make(chan struct{})
	h.add(nil, func() { close(hashed) })
	<-hashed
}

// checksum returns the checksum of all added bytes.
func (h *hasher) checksum() string {
	h.wait()
	return checksumText(h.hash.Sum(nil))
}

// state returns the state from which another hasher continues.
func (h *hasher) state() ([]byte, error) {
	h.wait()
	return h.hash.(encoding.BinaryMarshaler).MarshalBinary() //nolint:forcetypeassert // as sha256 promises
}

// restart discards all added bytes.
func (h *hasher) restart() {
	h.wait()
	h.hash.Reset()
}

func (h *hasher) end() {
	close(h.pieces)
	h.running.Wait()
}

// ring is the buffers through which bytes get to a hasher.
type ring chan []byte

// newRing makes a ring of buffers of size bytes.
func newRing(size int) ring {
	r := make(ring, ringSize)
	for range ringSize {
		r <- make([]byte, size)
	}
	return r
}

// each reads to the end, calls use with the bytes of each read, and adds the bytes that use returns to the hash.
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
