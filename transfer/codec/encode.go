package codec

import (
	"context"
	"io"

	"filippo.io/age"

	"github.com/backlox/lox/transfer/archive"
	"github.com/backlox/lox/transfer/encryption"
)

// Options are the options of an encoding. The zero value leaves a file as it is.
type Options struct {
	// Compress says whether to compress by zstd.
	Compress bool
	// Recipients are the age recipients that can decrypt the bytes, none for no encryption.
	Recipients []age.Recipient
	// Warn, if not nil, is called for each file of a directory that is left out.
	Warn func(path, text string)
}

// Stream is the encoded bytes, which are produced while they are read.
type Stream struct {
	Encoding

	from io.Reader
	// stop ends the goroutine that produces the bytes. done is closed when it has ended. Both are nil if there is
	// none.
	stop func()
	done chan struct{}
}

// Directory returns the archive of a directory.
func Directory(ctx context.Context, dir string, o Options) *Stream {
	by := archive.None
	if o.Compress {
		by = archive.Zstd
	}
	return start(ctx, Encoding{Archive: Tar}, o, func(ctx context.Context, w io.Writer) error {
		return archive.Pack(ctx, dir, w, archive.PackOptions{Compression: by, Warn: o.Warn})
	})
}

// File returns the encoded bytes of r. Close waits for the current Read of r.
func File(ctx context.Context, r io.Reader, o Options) *Stream {
	if !o.Compress && len(o.Recipients) == 0 {
		return &Stream{from: r}
	}
	return start(ctx, Encoding{}, o, func(ctx context.Context, w io.Writer) error {
		if o.Compress {
			return archive.Compress(ctx, w, r)
		}
		return archive.Copy(ctx, w, r)
	})
}

// start runs produce in a goroutine of its own, which is ahead of the reader by no more than the buffers between
// them.
func start(ctx context.Context, e Encoding, o Options, produce func(context.Context, io.Writer) error) *Stream {
	if o.Compress {
		e.Compression = Zstd
	}
	if len(o.Recipients) > 0 {
		e.Encryption = Age
	}
	ctx, cancel := context.WithCancel(ctx)
	r, w := io.Pipe()
	s := &Stream{Encoding: e, from: r, done: make(chan struct{}), stop: func() {
		cancel()
		_ = r.Close() // never fails
	}}
	go func() {
		defer close(s.done)
		defer cancel()
		_ = w.CloseWithError(encode(ctx, w, o.Recipients, produce)) // never fails
	}()
	return s
}

// encode writes the bytes of produce, encrypted if there are recipients. After an error, the encryption isn't
// finished: otherwise the decrypted part would look complete.
func encode(ctx context.Context, w io.Writer, to []age.Recipient, produce func(context.Context, io.Writer) error) error {
	if len(to) == 0 {
		return produce(ctx, w)
	}
	encrypted, err := encryption.Encrypt(w, to...)
	if err != nil {
		return err
	}
	if err := produce(ctx, encrypted); err != nil {
		return err
	}
	return encrypted.Close()
}

// Read implements io.Reader. It returns the error that ended the production of the bytes.
func (s *Stream) Read(p []byte) (int, error) { return s.from.Read(p) }

// Close ends the production of the bytes and waits for its end. Afterwards Read returns io.ErrClosedPipe. The
// source that was given to File isn't closed.
func (s *Stream) Close() error {
	if s.stop != nil {
		s.stop()
		<-s.done
	}
	return nil
}
