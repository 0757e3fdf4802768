package transfer

import (
	"context"
	"errors"
	"io"
	"sync"
)

// Sink processes the bytes of a backup while they arrive, and publishes the result when the bytes are verified.
type Sink interface {
	// Receive reads r to its end and doesn't publish the result yet. An error that is ErrMalformed may be due to
	// bytes that were altered on the way: then the rest of the bytes is still downloaded, so that the checksum can
	// decide.
	Receive(ctx context.Context, r io.Reader) error
	// Commit publishes the result under its name. It is called when Receive has succeeded and the checksum is
	// right.
	Commit() error
	// Discard removes the result. It is called at the end unless Commit has succeeded.
	Discard()
}

// ErrMalformed says that bytes can't be decoded. Their checksum shows whether they are the stored bytes.
var ErrMalformed = errors.New("the bytes can't be decoded")

// ToSink returns a Target that passes the bytes to a sink as they arrive. An interrupted Pull to it can't be
// resumed: the next Pull starts from the beginning.
func ToSink(s Sink) Target { return &sinkTarget{sink: s} }

// sinkTarget passes bytes to Receive, which runs in a goroutine of its own from begin to finish or close.
type sinkTarget struct {
	sink Sink

	pipe      *io.PipeWriter
	cancel    context.CancelFunc
	received  chan error // the result of Receive, once
	failed    error      // that result, if Receive returned while bytes were still arriving
	committed bool
	ending    sync.Once
}

// errUnfinished is the error that Receive gets from its reader when Pull fails.
var errUnfinished = errors.New("the download isn't complete")

func (t *sinkTarget) begin(ctx context.Context, _ int64, _ func([]byte) error) (int64, error) {
	ctx, t.cancel = context.WithCancel(ctx)
	r, w := io.Pipe()
	t.pipe, t.received = w, make(chan error, 1)
	go func() {
		err := t.sink.Receive(ctx, r)
		if err == nil {
			_ = r.CloseWithError(errors.New("the sink didn't wait for the end"))
		} else {
			_ = r.CloseWithError(err)
		}
		t.received <- err
	}()
	return 0, nil
}

func (t *sinkTarget) Write(p []byte) (int, error) {
	if t.failed != nil {
		return len(p), nil //nolint:nilerr // the bytes are still read for the checksum
	}
	n, err := t.pipe.Write(p)
	if errors.Is(err, ErrMalformed) {
		t.failed = err
		return len(p), nil
	}
	return n, err
}

func (t *sinkTarget) restart() (bool, error) { return false, nil }

func (t *sinkTarget) finish() error {
	if err := t.end(nil); err != nil {
		return err
	}
	if err := t.sink.Commit(); err != nil {
		return err
	}
	t.committed = true
	return nil
}

// end ends the bytes, with an error or, if it is nil, with io.EOF, and waits for Receive. Only the first call does
// so.
func (t *sinkTarget) end(with error) (err error) {
	t.ending.Do(func() {
		_ = t.pipe.CloseWithError(with) // never fails
		err = <-t.received
		t.cancel()
	})
	return err
}

func (t *sinkTarget) close() {
	if t.pipe == nil || t.committed {
		return
	}
	_ = t.end(errUnfinished)
	t.sink.Discard()
}

func (t *sinkTarget) resumable() string { return "" }

// Decoded returns a Target that writes the output of decode, such as the decrypted bytes, to another target. A
// file gets its name when the checksum of the stored bytes is right and the reader of decode has ended without an
// error. Otherwise nothing remains of it. An error of decode that isn't ErrMalformed ends Pull at once.
func Decoded(to Target, decode func(io.Reader) (io.ReadCloser, error)) Target {
	return ToSink(&decodedSink{to: to, decode: decode})
}

type decodedSink struct {
	to     Target
	decode func(io.Reader) (io.ReadCloser, error)
	begun  bool
}

func (s *decodedSink) Receive(ctx context.Context, r io.Reader) error {
	// The size is 0, because the bytes of an earlier download can't be used.
	if _, err := s.to.begin(ctx, 0, func([]byte) error { return nil }); err != nil {
		return err
	}
	s.begun = true
	plain, err := s.decode(r)
	if err != nil {
		return err
	}
	defer func() { _ = plain.Close() }() // it was read
	err = each(ctx, plain, func(p []byte) error {
		_, err := s.to.Write(p)
		return err
	})
	if err != nil {
		return err
	}
	// Bytes after the end of the encoded data would be lost.
	if n, _ := io.ReadFull(r, make([]byte, 1)); n > 0 {
		return ErrMalformed
	}
	return nil
}

func (s *decodedSink) Commit() error {
	err := s.to.finish()
	if err == nil {
		s.to.close()
	}
	return err
}

func (s *decodedSink) Discard() {
	if s.begun {
		_, _ = s.to.restart() // so that close removes it
	}
	s.to.close()
}
