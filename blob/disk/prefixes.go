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
	// finishTimeout bounds how long the assembly of parts waits for the checksum.
	finishTimeout = 500 * time.Millisecond
	// maxRestarts is how often the hash of an upload starts again because one of its parts was uploaded again.
	// Each restart costs as much as hashing all earlier parts, so a client could otherwise keep a processor busy
	// with a small part.
	maxRestarts = 3
	// maxPrefixes bounds the memory for hashes: each takes about 500 bytes.
	maxPrefixes = 16_384
	// maxBehind is how many bytes a hash may be behind the uploaded bytes: within this limit, the bytes are still
	// in the page cache, and little is left to hash when the upload ends.
	maxBehind = 256 << 20
	// awaitTimeout bounds how long a part waits for the hash. Clients that send "Expect: 100-continue" wait 10
	// seconds for the answer, some only one.
	awaitTimeout = 5 * time.Second
)

// prefixes hashes uploads in parts while they arrive: for each upload, the parts from the first one up to the
// first gap. If the parts arrive in order, the checksum of the whole upload is known soon after the last part. A
// few goroutines read the parts back, most likely from the page cache, and change to another upload after each
// part. An upload that is too far ahead of its hash waits a little before it takes the next part. After a restart
// of the server, the next part that arrives starts the hash from the first part.
type prefixes struct {
	files *directory

	mu      sync.Mutex
	closed  bool
	known   map[string]*prefix // by key
	queue   []*prefix          // uploads that may have a part to hash
	workers int
	running sync.WaitGroup
}

// prefix is the hash of the first bytes of an upload in parts. prefixes.mu guards all fields except hash and bytes
// while a worker hashes: during that time, only the worker uses these two.
type prefix struct {
	key, uploadID string
	partSize      int64
	hash          hash.Hash
	bytes         int64 // how many bytes are in hash

	queued bool
	again  bool          // a part has arrived since the worker began
	turn   chan struct{} // closed when the worker has finished a part; nil: the upload is neither queued nor worked on
	part   int           // the number of the part that the worker hashes
	stale  bool          // a part that was hashed or is being hashed was withdrawn
	ended  bool
	// restarts is how often the hash started again because it was stale.
	restarts int
}

// working reports whether a worker hashes a part of the upload.
func (x *prefix) working() bool { return x.turn != nil && !x.queued }

func newPrefixes(files *directory) *prefixes {
	return &prefixes{files: files, known: map[string]*prefix{}}
}

// maxWorkers returns how many goroutines hash at most. It leaves processors to the uploads.
func maxWorkers() int { return max(1, runtime.GOMAXPROCS(0)/2) }

// arrived is called when a part has been stored.
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
	if !x.working() {
		p.enqueue(x)
	}
}

// enqueue adds an upload to the queue of the workers.
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

// work hashes parts until the queue is empty.
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
		x.turn = nil
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
	x.queued, x.again = false, false
	x.part = int(x.bytes/x.partSize) + 1
	return x
}

func (x *prefix) restart() {
	x.hash.Reset()
	x.bytes, x.stale = 0, false
	x.restarts++
}

// hashPart hashes the next part, if it was uploaded, and reports whether the part after it may be there, too.
func (p *prefixes) hashPart(x *prefix) (more bool) {
	data, table := p.files.partPaths(x.key)
	r, there := p.record(table, x)
	if !there || r.partSize != x.partSize {
		return false
	}
	f, err := os.Open(data)
	if err != nil {
		return false // the assembly of the parts will report it
	}
	defer f.Close()
	err = x.hashTo(f, int64(x.part-1)*x.partSize+r.size, func() bool { return p.interrupted(x) })
	return err == nil && r.size == x.partSize
}

// record returns the record of the part that the worker hashes. next has already set x.part: from then on, the
// withdrawal of the part makes the hash stale.
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

// hashTo hashes what is missing of the first end bytes of a file.
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

// await waits while the hash of an upload is maxBehind behind the bytes that have arrived without a gap, but no
// longer than awaitTimeout.
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

// behind returns a channel that is closed when the hash of an upload has progressed, or nil if the hash isn't too
// far behind.
func (p *prefixes) behind(key string, of *partFiles) <-chan struct{} {
	p.mu.Lock()
	x := p.known[key]
	if x == nil || x.turn == nil || p.closed {
		p.mu.Unlock()
		return nil
	}
	turn, first := x.turn, x.part // the part that the worker hashes, or has hashed last
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

// withdrawn is called when a part has been withdrawn, before its bytes change.
func (p *prefixes) withdrawn(key string, part int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	x := p.known[key]
	switch {
	case x == nil:
	case x.working():
		x.stale = x.stale || part <= x.part
	case int64(part-1)*x.partSize < x.bytes:
		x.restart()
	}
}

// end removes an upload, and returns its hash so far.
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
	turn, working := x.turn, x.working()
	if turn != nil && !working {
		close(turn) // there will be no further turn
		x.turn = nil
	}
	p.mu.Unlock()
	if working {
		<-turn // the worker stops after its current buffer
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

// finish hashes the rest of an upload that has ended, until the context is done. It ignores errors of the file:
// the next reader of the file gets them, too.
func (x *prefix) finish(ctx context.Context, from io.ReaderAt, size int64) {
	_ = x.hashTo(from, size, func() bool { return ctx.Err() != nil })
}

// state returns the state from which another hash continues.
func (x *prefix) state(etag string) (lox.HashState, error) {
	state, err := x.hash.(encoding.BinaryMarshaler).MarshalBinary() //nolint:forcetypeassert // as sha256 promises
	return lox.HashState{ETag: etag, Bytes: x.bytes, State: state}, err
}
