package codec

import (
	"context"
	"io"

	"filippo.io/age"

	"github.com/backlox/lox/transfer/archive"
	"github.com/backlox/lox/transfer/encryption"
)

// Options say how bytes are to be encoded. The zero value does nothing to a file.
type Options struct {
	// Compress is whether to compress by zstd.
	Compress bool
	// Recipients are who can decrypt the bytes, none for no encryption.
	Recipients []age.Recipient
	// Warn, if any, is told what of a directory is left out.
	Warn func(path, text string)
}

// Stream is bytes as they are to be stored, which are made as they are read.
type Stream struct {
	Encoding

	from io.Reader
	// stop ends what makes the bytes, done is closed when it has ended. They are nil if nothing does.
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

// File returns the bytes of r. Close waits for r's present Read.
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

// start has produce write the bytes in a goroutine of its own, no further ahead of the reader than the
// buffers of what is in between.
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

// encode writes what produce makes, encrypted if there are recipients. The encryption isn't ended after an error:
// who decrypts what there is must not take it for all.
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

// Read implements io.Reader. Its error is that of whatever made the bytes.
func (s *Stream) Read(p []byte) (int, error) { return s.from.Read(p) }

// Close ends what makes the bytes and waits for it. Read returns io.ErrClosedPipe from then on. A source that was given to File isn't closed.
func (s *Stream) Close() error {
	if s.stop != nil {
		s.stop()
		<-s.done
	}
	return nil
}
