package blob

import (
	"context"
	"crypto/sha256"
	"encoding"
	"errors"
	"hash"
	"io"
	"sync"

	"github.com/backlox/lox"
)

const (
	// bufferSize is how many bytes are read at once: few enough to stay in a
	// processor's cache until they are hashed.
	bufferSize = 256 << 10
	// readAhead is how many buffers are read before they are hashed.
	readAhead = 4
	// saveEvery is the number of bytes between two calls of save: a second's worth of the slowest store that a
	// verification accepts. A call costs a microsecond.
	saveEvery = 1 << 20
)

var buffers = sync.Pool{New: func() any { return new([bufferSize]byte) }}

// Digest computes the SHA-256 of an object.
type Digest struct {
	object lox.Object
	hash   hash.Hash
	bytes  int64 // that were hashed
	save   func(lox.HashState)
}

// NewDigest continues from a state if the state belongs to this object, else it begins at the
// first byte. save, if it isn't nil, gets the state after every MiB of the object.
func NewDigest(o lox.Object, from lox.HashState, save func(lox.HashState)) *Digest {
	d := &Digest{object: o, hash: sha256.New(), save: save}
	// Without an ETag and a version, the object may have been replaced since, and nothing shows that.
	named := o.ETag != "" || o.Version != ""
	if !named || from.ETag != o.ETag || from.Version != o.Version || from.Bytes < 0 || from.Bytes > o.Size {
		return d
	}
	state := d.hash.(encoding.BinaryUnmarshaler) //nolint:forcetypeassert // crypto/sha256 documents it
	if err := state.UnmarshalBinary(from.State); err != nil {
		d.Restart()
		return d
	}
	d.bytes = from.Bytes
	return d
}

// Restart forgets what was hashed.
func (d *Digest) Restart() {
	d.hash.Reset()
	d.bytes = 0
}

// Bytes is how many bytes of the object were hashed: those to read begin there.
func (d *Digest) Bytes() int64 { return d.bytes }

// Sum returns the SHA-256 of the bytes that were hashed.
func (d *Digest) Sum() lox.Checksum { return lox.Checksum(d.hash.Sum(nil)) }

// Read hashes all bytes of r, which should be the rest of the object. It calls alive after
// every read. If the rest is larger than one buffer, it reads ahead while it hashes: so it
// takes as long as the slower of the two.
func (d *Digest) Read(ctx context.Context, r io.Reader, alive func()) (err error) {
	if d.object.Size-d.bytes <= bufferSize {
		buf := buffers.Get().(*[bufferSize]byte) //nolint:forcetypeassert // see New
		defer buffers.Put(buf)
		return chunks(ctx, r, alive, func() []byte { return buf[:] }, d.add)
	}
	read, free := make(chan []byte, readAhead), make(chan []byte, readAhead)
	for range readAhead {
		buf := buffers.Get().(*[bufferSize]byte) //nolint:forcetypeassert // see New
		defer buffers.Put(buf)
		free <- buf[:]
	}
	go func() {
		defer close(read)
		err = chunks(ctx, r, alive, func() []byte { return <-free }, func(p []byte) { read <- p })
	}()
	for p := range read {
		d.add(p)
		free <- p[:bufferSize]
	}
	return err
}

// add hashes the next bytes of the object.
func (d *Digest) add(p []byte) {
	d.hash.Write(p)
	before := d.bytes
	d.bytes += int64(len(p))
	if d.save == nil || d.bytes/saveEvery == before/saveEvery {
		return
	}
	state, err := d.hash.(encoding.BinaryMarshaler).MarshalBinary() //nolint:forcetypeassert // as above
	if err != nil {
		return // the object is hashed all the same
	}
	d.save(lox.HashState{ETag: d.object.ETag, Version: d.object.Version, Bytes: d.bytes, State: state})
}

// chunks reads r to its end. It gets each buffer from buffer, and passes the bytes in it to take.
func chunks(ctx context.Context, r io.Reader, alive func(), buffer func() []byte, take func([]byte)) error {
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		buf := buffer()
		n, err := r.Read(buf)
		take(buf[:n])
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		alive()
	}
}
