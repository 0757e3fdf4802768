package transfer

import (
	"context"
	"errors"
	"io"
	"sync"
)

// Sink makes something of a backup's bytes while they come, and shows it once they are verified.
type Sink interface {
	// Receive reads r to its end and keeps apart what it makes of it. An error that is ErrMalformed
	// may be due to bytes that were altered on the way: what is left is then read anyway, for the
	// checksum to decide.
	Receive(ctx context.Context, r io.Reader) error
	// Commit gives what was made its name. It is called when Receive has succeeded and the checksum
	// is right.
	Commit() error
	// Discard removes what was made. It is called in the end unless Commit has succeeded.
	Discard()
}

// ErrMalformed says that bytes can't be decoded. A checksum tells whether they are those that were stored.
var ErrMalformed = errors.New("the bytes can't be decoded")

// ToSink has Pull give the bytes to a sink as they come. A Pull that breaks off isn't gone on with: the
// next one begins again.
func ToSink(s Sink) Target { return &sinkTarget{sink: s} }

// sinkTarget hands bytes to Receive, which has a goroutine of its own from begin to finish or close.
type sinkTarget struct {
	sink Sink

	pipe      *io.PipeWriter
	cancel    context.CancelFunc
	received  chan error // the result of Receive, once
	failed    error      // that result, if it came while bytes were still coming
	committed bool
	ending    sync.Once
}

// errUnfinished is what Receive reads when Pull fails.
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
		return len(p), nil //nolint:nilerr // for the checksum alone
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

// end waits for Receive, once, whose reader ends with an error, or as a file does.
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

// Decoded has Pull write to a target what decode makes of the bytes, such as their plain text. A file gets
// its name when the checksum of the stored bytes is right and decode's reader has come to its end without
// an error. Nothing is left of it otherwise. What comes from decode with an error that isn't ErrMalformed ends
// Pull at once.
func Decoded(to Target, decode func(io.Reader) (io.ReadCloser, error)) Target {
	return ToSink(&decodedSink{to: to, decode: decode})
}

type decodedSink struct {
	to     Target
	decode func(io.Reader) (io.ReadCloser, error)
	begun  bool
}

func (s *decodedSink) Receive(ctx context.Context, r io.Reader) error {
	// A size of nothing: what an earlier download has left is of no use.
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
	// What comes after the end of what was encoded would be lost.
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
