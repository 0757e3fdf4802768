package archive

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/klauspost/compress/zstd"

	"github.com/backlox/lox/transfer"
)

// mostWindow is the largest window of a zstd stream: how many bytes back the stream may refer, and so about how
// much memory it takes. The zstd command has the same limit unless it is called with --long.
const mostWindow = 128 << 20

// decompress returns the plain bytes of an archive. It detects the compression from the first bytes.
func decompress(r io.Reader) (io.ReadCloser, error) {
	buffered := bufio.NewReaderSize(r, pieceSize)
	magic, err := buffered.Peek(4)
	switch {
	case len(magic) == 0 && errors.Is(err, io.EOF):
		return nil, fmt.Errorf("%w: the archive is empty", transfer.ErrMalformed)
	case err != nil && !errors.Is(err, io.EOF):
		return nil, err
	case bytes.Equal(magic, []byte{0x28, 0xb5, 0x2f, 0xfd}):
		return Decompress(buffered)
	case bytes.HasPrefix(magic, []byte{0x1f, 0x8b}):
		plain, err := gzip.NewReader(buffered)
		if err != nil {
			return nil, fmt.Errorf("%w: decompress: %w", transfer.ErrMalformed, err)
		}
		return plain, nil
	}
	return io.NopCloser(buffered), nil
}

// Decompress returns the plain bytes of a zstd stream. The caller must close the reader. A stream that needs more
// than about 128 MiB of memory is refused. Errors: transfer.ErrMalformed.
func Decompress(r io.Reader) (io.ReadCloser, error) {
	decoder, err := zstd.NewReader(r, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxWindow(mostWindow))
	if err != nil {
		return nil, err
	}
	return decompressed{decoder}, nil
}

type decompressed struct{ *zstd.Decoder }

func (d decompressed) Read(p []byte) (int, error) {
	n, err := d.Decoder.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		err = fmt.Errorf("%w: decompress: %w", transfer.ErrMalformed, err)
	}
	return n, err
}

// Close frees the memory of the decoder.
func (d decompressed) Close() error {
	d.Decoder.Close()
	return nil
}

// Compress writes the bytes of r to w, compressed by zstd, until ctx ends. After an error the stream is
// incomplete, and a reader detects that.
func Compress(ctx context.Context, w io.Writer, r io.Reader) error {
	out, end, err := compress(writer{w, ctx}, Zstd)
	if err != nil {
		return err
	}
	return end(Copy(ctx, out, r))
}

// Copy writes the bytes of r to w until ctx ends.
func Copy(ctx context.Context, w io.Writer, r io.Reader) error {
	_, err := io.CopyBuffer(writer{w, ctx}, reader{r, ctx}, make([]byte, pieceSize))
	return err
}
