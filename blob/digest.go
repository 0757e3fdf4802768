package blob

import (
	"context"
	"crypto/sha256"
	"errors"
	"io"
	"sync"

	"github.com/backlox/lox"
)

const (
	// bufferSize is read at once: it stays in a processor's cache until it is
	// hashed.
	bufferSize = 256 << 10
	// readAhead is how many buffers are read before they are hashed.
	readAhead = 4
)

var buffers = sync.Pool{New: func() any { return new([bufferSize]byte) }}

// Digest hashes what r has to give, size bytes most likely, and says how many
// there were. It calls alive after every read. Reading goes on while what was read
// is hashed, if that is more than a buffer: together they take as long as the
// slower of them.
func Digest(ctx context.Context, r io.Reader, size int64, alive func()) (sum lox.Checksum, n int64, err error) {
	hash := sha256.New()
	if size <= bufferSize {
		buf := buffers.Get().(*[bufferSize]byte) //nolint:forcetypeassert // see New
		defer buffers.Put(buf)
		err = chunks(ctx, r, alive, func() []byte { return buf[:] }, func(p []byte) {
			hash.Write(p)
			n += int64(len(p))
		})
		return lox.Checksum(hash.Sum(nil)), n, err
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
		hash.Write(p)
		n += int64(len(p))
		free <- p[:bufferSize]
	}
	return lox.Checksum(hash.Sum(nil)), n, err
}

// chunks reads r to its end, into buffers that it is given.
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
