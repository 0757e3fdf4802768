package transfer

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"

	"golang.org/x/sys/unix"

	api "github.com/backlox/lox/gen/client"
)

// PushStream reads r to its end, stores the bytes as a backup and returns the backup, completed and verified.
//
// The stream is sent in parts of 32 MiB, or larger ones with a larger MaxSize. A part stays in memory until the
// store has it: there are Parallel parts and one more in memory, so 96 MiB by default. Their URLs are requested
// ahead, up to 100 at once, because the API counts such requests: so the checksums of the parts aren't known yet,
// and aren't declared. The checksum of the whole stream is declared at the end: if the store has other bytes, the
// backup fails.
//
// A stream can't be resumed: if ctx ends or something fails, the backup is deleted, if the API key may do that. A
// Read that blocks also blocks PushStream: r must end when ctx ends.
//
// Errors: those of Push, except for *InterruptedError and ErrChanged. ErrInvalid is also the error of an empty
// stream and of one that has more than MaxSize bytes.
func PushStream(ctx context.Context, client *api.Client, r io.Reader, o PushOptions) (Backup, error) {
	t, end := newTransfer(client, o.Options)
	defer end()
	if err := o.check(); err != nil {
		return Backup{}, err
	}
	from := bufio.NewReader(r)
	if _, err := from.Peek(1); errors.Is(err, io.EOF) {
		return Backup{}, fmt.Errorf("%w: the stream is empty, and a backup has at least 1 byte", ErrInvalid)
	} else if err != nil {
		return Backup{}, err
	}
	created, err := t.create(ctx, o, api.CreateBackupRequest{Multipart: new(true), MaxSizeBytes: o.MaxSize})
	switch {
	case err != nil:
		return Backup{}, err
	case created.Multipart == nil || created.Multipart.PartSizeBytes < 1:
		return Backup{}, errors.New("the server doesn't accept streams")
	}
	s := &streamed{transfer: t, from: from, most: o.MaxSize, id: created.ID, partSize: created.Multipart.PartSizeBytes, parallel: o.Parallel}
	b, err := s.push(ctx)
	if err != nil {
		t.discard(ctx, created.ID)
		return Backup{}, err
	}
	return b, nil
}

// streamed is a stream that PushStream stores.
type streamed struct {
	*transfer

	from     io.Reader
	most     int64
	id       string
	partSize int64
	parallel int

	whole *hasher
	size  int64
}

func (s *streamed) push(ctx context.Context) (b Backup, err error) {
	if s.parallel == 0 {
		s.parallel = streamParallel
	}
	memory, err := newPartMemory(s.parallel+1, s.partSize)
	if err != nil {
		return Backup{}, err
	}
	defer func() { err = errors.Join(err, memory.free()) }()
	if s.whole, err = newHasher(nil); err != nil {
		return Backup{}, err
	}
	defer s.whole.end()
	to := &sender{
		transfer: s.transfer, id: s.id, partSize: s.partSize, parallel: s.parallel, sent: newCounter(s.transfer, 0),
		batch: 1, ahead: true, urls: map[int]api.PartUpload{},
	}
	if err := to.run(ctx, func(ctx context.Context, give func(*part) error) error { return s.produce(ctx, memory, give) }); err != nil {
		return Backup{}, err
	}
	sum := s.whole.checksum()
	return s.complete(ctx, s.id, s.size, sum, api.CompleteBackupRequest{SizeBytes: s.size, Checksum: sum})
}

// produce reads the stream part by part.
func (s *streamed) produce(ctx context.Context, memory *partMemory, give func(*part) error) error {
	for n := 1; ; n++ {
		var buffer []byte
		select {
		case buffer = <-memory.ready:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
		size, err := s.fill(ctx, buffer)
		last := errors.Is(err, io.EOF)
		switch {
		case err != nil && !last:
			return err
		case size == 0:
			return nil
		case n > maxParts, s.most > 0 && s.size > s.most:
			most := s.most
			if most == 0 {
				most = maxParts * s.partSize
			}
			return fmt.Errorf("%w: the stream has more than %d bytes; set a larger limit (MaxSize, --max-size)", ErrInvalid, most)
		}
		hashed := make(chan struct{})
		s.whole.add(nil, func() { close(hashed) })
		err = give(&part{number: n, size: size, from: bytesAt(buffer[:size]), release: func() {
			<-hashed
			memory.ready <- buffer
		}})
		if err != nil || last {
			return err
		}
	}
}

// fill reads a part, which is hashed meanwhile. io.EOF: the stream has ended.
func (s *streamed) fill(ctx context.Context, buffer []byte) (size int64, err error) {
	for size < int64(len(buffer)) && err == nil {
		var n int
		end := min(size+pieceSize, int64(len(buffer)))
		n, err = io.ReadFull(s.from, buffer[size:end])
		s.whole.add(buffer[size:size+int64(n)], func() {})
		size += int64(n)
		s.size += int64(n)
		if err == nil {
			err = context.Cause(ctx)
		}
	}
	if errors.Is(err, io.ErrUnexpectedEOF) {
		err = io.EOF
	}
	return size, err
}

// bytesAt is an io.ReaderAt of bytes in memory.
type bytesAt []byte

// ReadAt implements io.ReaderAt.
func (b bytesAt) ReadAt(p []byte, at int64) (int, error) {
	if at >= int64(len(b)) {
		return 0, io.EOF
	}
	n := copy(p, b[at:])
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}

// partMemory is memory for parts. The garbage collector doesn't manage it: otherwise the process could grow to
// twice the size before a collection.
type partMemory struct {
	all   []byte
	ready chan []byte
}

func newPartMemory(count int, size int64) (*partMemory, error) {
	all, err := unix.Mmap(-1, 0, count*int(size), unix.PROT_READ|unix.PROT_WRITE, unix.MAP_ANON|unix.MAP_PRIVATE)
	if err != nil {
		return nil, fmt.Errorf("memory for %d parts of %d bytes: %w", count, size, err)
	}
	m := &partMemory{all: all, ready: make(chan []byte, count)}
	for i := range count {
		m.ready <- all[i*int(size) : (i+1)*int(size) : (i+1)*int(size)]
	}
	return m, nil
}

// free unmaps the memory. It must not be used afterwards.
func (m *partMemory) free() error { return unix.Munmap(m.all) }
