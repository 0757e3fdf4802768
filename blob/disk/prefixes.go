package disk

import (
	"context"
	"crypto/sha256"
	"encoding"
	"errors"
	"hash"
	"io"
	"os"
	"runtime"
	"slices"
	"sync"
	"time"

	"github.com/backlox/lox"
)

const (
	// finishTimeout bounds how long the assembling of parts waits for the checksum.
	finishTimeout = 500 * time.Millisecond
	// maxRestarts is how often the hash of an upload begins anew because a part of it was
	// uploaded again. Each time costs as much as all parts before, so a client could keep a
	// processor busy by a small part.
	maxRestarts = 3
	// maxPrefixes bounds the memory for them: some 500 bytes each.
	maxPrefixes = 16_384
	// maxBehind is by how many bytes a hash may fall behind what has arrived: then it still finds them in the page cache, and
	// little is left to hash when the upload ends.
	maxBehind = 256 << 20
	// awaitTimeout bounds how long a part waits for the hash. Clients that wait for an answer to an
	// "Expect: 100-continue" do so for 10 seconds, some for one.
	awaitTimeout = 5 * time.Second
)

// prefixes hash uploads in parts while they arrive: of each, the parts from the first on that
// are there without a gap. So the checksum of the whole is known soon after the last part if they
// come in their order. A few goroutines read back what is, most likely, still in the page
// cache, a part of one upload after a part of another. An upload that is too far ahead of them waits a
// little before it takes the next part. After a restart, the next part that arrives has them begin
// from the first.
type prefixes struct {
	files *directory

	mu      sync.Mutex
	closed  bool
	known   map[string]*prefix // by key
	queue   []*prefix          // those of which a part may be there to hash
	workers int
	running sync.WaitGroup
}

// prefix is the hash of the first bytes of an upload in parts. All but hash and bytes is guarded
// by prefixes.mu; those two are the worker's while one is at work, else guarded, too.
type prefix struct {
	key, uploadID string
	partSize      int64
	hash          hash.Hash
	bytes         int64 // that are in hash

	queued bool
	again  bool          // a part has arrived since a worker began
	turn   chan struct{} // closed when the worker has done with a part; nil: it is neither queued nor worked on
	worked chan struct{} // the same while a worker is at work; nil: none is
	part   int           // at which the worker is
	stale  bool          // a part that is in the hash, or about to be, was withdrawn
	ended  bool
	// restarts is how often it was stale.
	restarts int
}

func newPrefixes(files *directory) *prefixes {
	return &prefixes{files: files, known: map[string]*prefix{}}
}

// maxWorkers leaves processors to the uploads.
func maxWorkers() int { return max(1, runtime.GOMAXPROCS(0)/2) }

// arrived is called when a part is there.
func (p *prefixes) arrived(key, uploadID string, partSize int64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	x := p.known[key]
	if x == nil {
		if len(p.known) >= maxPrefixes {
			return
		}
		x = &prefix{key: key, uploadID: uploadID, partSize: partSize, hash: sha256.New()}
		p.known[key] = x
	}
	x.again = true
	if x.worked == nil {
		p.enqueue(x)
	}
}

// enqueue has a worker look at an upload.
func (p *prefixes) enqueue(x *prefix) {
	if p.closed || x.queued || x.ended || x.restarts > maxRestarts {
		return
	}
	x.queued, x.turn = true, make(chan struct{})
	p.queue = append(p.queue, x)
	if p.workers < maxWorkers() {
		p.workers++
		p.running.Go(p.work)
	}
}

// work hashes until there is nothing to hash.
func (p *prefixes) work() {
	for {
		x := p.next()
		if x == nil {
			return
		}
		more := p.hashPart(x)
		p.mu.Lock()
		if x.stale {
			x.restart()
			more = true
		}
		close(x.turn)
		x.turn, x.worked = nil, nil
		if more || x.again {
			p.enqueue(x)
		}
		p.mu.Unlock()
	}
}

func (p *prefixes) next() *prefix {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed || len(p.queue) == 0 {
		p.workers--
		return nil
	}
	x := p.queue[0]
	p.queue = p.queue[1:]
	x.queued, x.again, x.worked = false, false, x.turn
	x.part = int(x.bytes/x.partSize) + 1
	return x
}

func (x *prefix) restart() {
	x.hash.Reset()
	x.bytes, x.stale = 0, false
	x.restarts++
}

// hashPart hashes the part that follows, if it is there, and reports whether another one may
// be.
func (p *prefixes) hashPart(x *prefix) (more bool) {
	data, table := p.files.partPaths(x.key)
	r, there := p.record(table, x)
	if !there || r.partSize != x.partSize {
		return false
	}
	f, err := os.Open(data)
	if err != nil {
		return false // it is not for here to complain: whoever assembles will see it
	}
	defer f.Close()
	err = x.hashTo(f, int64(x.part-1)*x.partSize+r.size, func() bool { return p.interrupted(x) })
	return err == nil && r.size == x.partSize
}

// record returns the record of the part at which the worker is. That it is at this part was noted
// before: from then on, a part that is withdrawn makes the hash stale.
func (p *prefixes) record(table string, x *prefix) (r partRecord, ok bool) {
	f, err := os.Open(table)
	if err != nil {
		return r, false
	}
	defer f.Close()
	if id, _, err := readHead(f); err != nil || id != x.uploadID {
		return r, false
	}
	r, ok, err = p.files.partIn(f, table, x.part)
	return r, ok && err == nil
}

var errInterrupted = errors.New("interrupted")

// hashTo hashes what is missing of the first end bytes.
func (x *prefix) hashTo(from io.ReaderAt, end int64, interrupted func() bool) error {
	buffer := buffers.Get().(*[bufferSize]byte) //nolint:forcetypeassert // see New
	defer buffers.Put(buffer)
	for x.bytes < end {
		if interrupted() {
			return errInterrupted
		}
		piece := buffer[:min(end-x.bytes, bufferSize)]
		if _, err := from.ReadAt(piece, x.bytes); err != nil {
			return err
		}
		_, _ = x.hash.Write(piece) // never fails
		x.bytes += int64(len(piece))
	}
	return nil
}

func (p *prefixes) interrupted(x *prefix) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.closed || x.ended || x.stale
}

// await waits while the hash of an upload is maxBehind behind what has arrived without a gap, at most awaitTimeout long.
func (p *prefixes) await(ctx context.Context, key string, of *partFiles) {
	timer := time.NewTimer(awaitTimeout)
	defer timer.Stop()
	for {
		turn := p.behind(key, of)
		if turn == nil {
			return
		}
		select {
		case <-turn:
		case <-timer.C:
			return
		case <-ctx.Done():
			return
		}
	}
}

// behind returns what is closed when the hash of an upload has got further, or nil if it isn't too far behind.
func (p *prefixes) behind(key string, of *partFiles) <-chan struct{} {
	p.mu.Lock()
	x := p.known[key]
	if x == nil || x.turn == nil || p.closed {
		p.mu.Unlock()
		return nil
	}
	turn, first := x.turn, x.part // at which the worker is, or was in the turn before
	most := int(min(max(maxBehind/x.partSize, 2), tableChunk))
	p.mu.Unlock()
	there := 0
	err := of.each(first, func(part lox.Part, _ partRecord) bool {
		if part.Number != first+there+1 {
			return false
		}
		there++
		return there < most
	})
	if err != nil || there < most {
		return nil
	}
	return turn
}

// withdrawn is called when a part isn't there any more, before its bytes change.
func (p *prefixes) withdrawn(key string, part int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	x := p.known[key]
	switch {
	case x == nil:
	case x.worked != nil:
		x.stale = x.stale || part <= x.part
	case int64(part-1)*x.partSize < x.bytes:
		x.restart()
	}
}

// end forgets an upload, and returns how far its hash has got.
func (p *prefixes) end(key string) *prefix {
	p.mu.Lock()
	x := p.known[key]
	if x == nil {
		p.mu.Unlock()
		return &prefix{hash: sha256.New()}
	}
	delete(p.known, key)
	x.ended = true
	p.queue = slices.DeleteFunc(p.queue, func(queued *prefix) bool { return queued == x })
	worked := x.worked
	if worked == nil && x.turn != nil {
		close(x.turn) // it will have none
		x.turn = nil
	}
	p.mu.Unlock()
	if worked != nil {
		<-worked // after the buffer that it hashes
	}
	return x
}

// close ends the workers, and waits for them.
func (p *prefixes) close() {
	p.mu.Lock()
	p.closed = true
	p.mu.Unlock()
	p.running.Wait()
}

// finish hashes the rest of an upload that has ended, until the context is done. What is
// wrong with the file, whoever reads it next will see.
func (x *prefix) finish(ctx context.Context, from io.ReaderAt, size int64) {
	_ = x.hashTo(from, size, func() bool { return ctx.Err() != nil })
}

// state is what another hash goes on from.
func (x *prefix) state(etag string) (lox.HashState, error) {
	state, err := x.hash.(encoding.BinaryMarshaler).MarshalBinary() //nolint:forcetypeassert // as sha256 promises
	return lox.HashState{ETag: etag, Bytes: x.bytes, State: state}, err
}
