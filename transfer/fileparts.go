package transfer

import (
	"context"
	"crypto/sha256"
	"errors"
	"io"
	"net/http"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	api "github.com/backlox/lox/gen/client"
)

const (
	// lookAhead is how many bytes the hash of a file may be ahead of the parts that are sent: the bytes should
	// still be in the page cache when they are read again to be sent.
	lookAhead = 1 << 30
	// keepEvery is how often the state of a push is stored. After a crash, bytes since the last state are hashed
	// again, but not sent again.
	keepEvery = 5 * time.Second
)

// fileParts is a file that Push sends in parts.
type fileParts struct {
	*pushed

	id       string
	partSize int64
	there    map[int]api.Part // the parts that the store already has

	whole   *hasher
	hashed  int  // how many parts are in whole
	midPart bool // whole has some bytes of the next part
	ring    ring
	state   *stateFile // nil if no state is stored
	kept    time.Time
	sent    *counter
}

// inParts stores a large file.
func (f *pushed) inParts(ctx context.Context) (Backup, error) {
	u := &fileParts{pushed: f, there: map[int]api.Part{}, ring: newRing(pieceSize), sent: newCounter(f.transfer, f.size), kept: time.Now()}
	state, err := f.openState()
	if err != nil {
		if f.options.Unresumable != nil {
			f.options.Unresumable(err)
		}
	} else if state != nil {
		u.state = state
		defer state.close()
	}
	if err := u.begin(ctx); err != nil {
		return Backup{}, err
	}
	defer u.whole.end()
	b, err := u.sendAll(ctx)
	if err == nil {
		u.state.remove()
		return b, nil
	}
	return Backup{}, u.failed(ctx, err)
}

// begin resumes an earlier push, or begins a new one.
func (u *fileParts) begin(ctx context.Context) (err error) {
	if resumed, err := u.resume(ctx); resumed || err != nil {
		return err
	}
	created, err := u.create(ctx, u.options, api.CreateBackupRequest{SizeBytes: u.size, Multipart: new(true)})
	switch {
	case err != nil:
		return err
	case created.Multipart == nil || created.Multipart.PartSizeBytes < 1:
		return errors.New("the server doesn't accept files in parts")
	}
	u.id, u.partSize = created.ID, created.Multipart.PartSizeBytes
	if u.whole, err = newHasher(nil); err != nil {
		return err
	}
	u.keep()
	return nil
}

// resume continues with the backup of an earlier push of the same file, if that backup still waits for parts or is
// being verified. It returns false if there is none.
func (u *fileParts) resume(ctx context.Context) (bool, error) {
	before, ok := u.state.read()
	if !ok {
		return false, nil
	}
	hash, err := newHasher(before.Hash)
	if err != nil {
		return false, nil // a state that can't be used is ignored
	}
	defer func() {
		if u.whole == nil {
			hash.end()
		}
	}()
	partSize, err := u.list(ctx, before.Backup)
	answer, _ := errors.AsType[*ResponseError](err)
	switch {
	case answer != nil && answer.Code == "invalid_state":
		if !before.same(u.state.is) || !u.uploaded(ctx, before.Backup) {
			return false, nil
		}
		u.allThere(before.PartSize)
	case errors.Is(err, ErrNotFound):
		return false, nil
	case err != nil:
		return false, err
	case !before.same(u.state.is) || partSize != before.PartSize:
		u.discard(ctx, before.Backup) // the backup belongs to an earlier version of the file
		clear(u.there)
		return false, nil
	}
	u.whole, u.id, u.partSize, u.hashed = hash, before.Backup, before.PartSize, before.Hashed
	return true, nil
}

// allThere records that the store has all parts.
func (u *fileParts) allThere(partSize int64) {
	for n := 1; int64(n-1)*partSize < u.size; n++ {
		u.there[n] = api.Part{PartNumber: n, SizeBytes: min(partSize, u.size-int64(n-1)*partSize)}
	}
}

// uploaded reports whether a backup that no longer waits for parts is being verified or is completed.
func (u *fileParts) uploaded(ctx context.Context, id string) bool {
	b, _, err := call[api.Backup](ctx, u.transfer, func(ctx context.Context) (*http.Response, error) { return u.api.GetBackup(ctx, id) })
	return err == nil && (b.Status == api.BackupStatusVerifying || b.Status == api.BackupStatusCompleted)
}

// list requests the parts that the store has, and the size of the backup's parts. The scope backups:write is
// enough.
func (u *fileParts) list(ctx context.Context, id string) (partSize int64, err error) {
	params := &api.ListPartsParams{Limit: new(maxAddresses)}
	for {
		page, _, err := call[api.PartList](ctx, u.transfer, func(ctx context.Context) (*http.Response, error) { return u.api.ListParts(ctx, id, params) })
		if err != nil {
			return 0, err
		}
		for _, p := range page.Parts {
			u.there[p.PartNumber] = p
		}
		if page.NextCursor == "" || len(page.Parts) == 0 {
			return page.PartSizeBytes, nil
		}
		params.Cursor = &page.NextCursor
	}
}

func (u *fileParts) sendAll(ctx context.Context) (Backup, error) {
	ahead := int(min(lookAhead/u.partSize, 2*maxAddresses))
	parallel := u.options.Parallel
	if parallel == 0 {
		parallel = fileParallel
	}
	slots := make(chan struct{}, max(ahead, 2*parallel))
	s := &sender{
		transfer: u.transfer, id: u.id, partSize: u.partSize, parallel: parallel, sent: u.sent,
		// Half of the parts wait for their URLs, while the other half is sent.
		batch: cap(slots) / 2,
	}
	group, within := errgroup.WithContext(ctx)
	hashing := make(chan filePart, cap(slots))
	group.Go(func() error { return u.hash(within, hashing) })
	group.Go(func() error {
		return s.run(within, func(ctx context.Context, give func(*part) error) error {
			defer close(hashing)
			return u.produce(ctx, slots, hashing, give)
		})
	})
	if err := group.Wait(); err != nil {
		return Backup{}, err
	}
	if err := u.unchanged(); err != nil {
		return Backup{}, err
	}
	sum := u.whole.checksum()
	return u.complete(ctx, u.id, u.size, sum, api.CompleteBackupRequest{Checksum: sum})
}

// filePart is a part of the file.
type filePart struct {
	number  int
	at      int64
	from    *io.SectionReader
	release func() // called twice: when the part is hashed, and when it is sent
}

// produce passes all parts of the file to the hash, and the parts that the store doesn't have to the sender. Each
// part has a slot until it is hashed and sent: so neither of the two gets far ahead, and the second one to read a
// part finds its bytes in the page cache.
func (u *fileParts) produce(ctx context.Context, slots chan struct{}, hashing chan<- filePart, give func(*part) error) error {
	for n, at := 1, int64(0); at < u.size; n, at = n+1, at+u.partSize {
		select {
		case slots <- struct{}{}:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
		from := io.NewSectionReader(u.source, at, min(u.partSize, u.size-at))
		var uses atomic.Int32
		uses.Store(2)
		release := func() {
			if uses.Add(-1) == 0 {
				<-slots
			}
		}
		hashing <- filePart{n, at, from, release} // never blocks: the capacity of hashing is the number of slots
		if there, ok := u.there[n]; ok && there.SizeBytes == from.Size() {
			u.sent.add(from.Size())
			release()
			continue
		}
		err := give(&part{
			number: n, size: from.Size(), from: from, release: release,
			hash: func(ctx context.Context) (string, error) {
				return hashOf(ctx, io.NewSectionReader(from, 0, from.Size()))
			},
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// hash hashes the whole file, except for the parts that an earlier push has hashed.
func (u *fileParts) hash(ctx context.Context, parts <-chan filePart) error {
	for p := range parts {
		if p.number > u.hashed {
			if err := u.hashPart(ctx, p); err != nil {
				return err
			}
		}
		p.release()
		if time.Since(u.kept) >= keepEvery {
			u.keep()
		}
	}
	u.keep()
	return nil
}

// hashPart adds the next part to the hash of the whole file.
func (u *fileParts) hashPart(ctx context.Context, p filePart) error {
	done := int64(0)
	u.midPart = true
	err := u.ring.each(ctx, p.from, u.whole, func(bytes []byte) ([]byte, error) {
		done += int64(len(bytes))
		u.sent.hashed(p.at + done)
		return bytes, nil
	})
	switch {
	case err != nil:
		return err
	case done < p.from.Size():
		return ErrChanged // it is shorter than it was
	}
	u.hashed, u.midPart = u.hashed+1, false
	return nil
}

func hashOf(ctx context.Context, from io.Reader) (string, error) {
	hash := sha256.New()
	err := each(ctx, from, func(p []byte) error {
		_, _ = hash.Write(p) // never fails
		return nil
	})
	return checksumText(hash.Sum(nil)), err
}

// keep stores the state of the push. It does nothing in the middle of a part: the state that was stored before
// remains valid.
func (u *fileParts) keep() {
	if u.state == nil || u.midPart {
		return
	}
	u.kept = time.Now()
	hash, err := u.whole.state()
	if err != nil {
		return // the stored state remains valid: the bytes since then are hashed again
	}
	now := u.state.is
	now.Backup, now.PartSize, now.Hashed, now.Hash = u.id, u.partSize, u.hashed, hash
	u.state.write(now)
}

// failed decides whether a push that failed can be resumed, and returns the error of Push.
func (u *fileParts) failed(ctx context.Context, err error) error {
	_, line := errors.AsType[*lineError](err)
	answer, answered := errors.AsType[*ResponseError](err)
	again := line || answered && answer.temporary() || ctx.Err() != nil || errors.Is(err, errVerifying)
	if u.state != nil && again && !errors.Is(err, ErrChanged) {
		u.keep()
		return &InterruptedError{Resumable: true, Done: u.sent.done(), Total: u.size, Err: err}
	}
	if _, uploaded := errors.AsType[*InterruptedError](err); uploaded || errors.Is(err, errVerifying) {
		return err
	}
	// If the backup can't be deleted, for example because the key was revoked, the same push with another key can
	// resume it.
	if u.discard(ctx, u.id) {
		u.state.remove()
	}
	return err
}
