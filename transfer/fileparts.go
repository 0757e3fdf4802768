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
	// lookAhead is how far a file is hashed ahead of what is sent, in bytes: what is read once
	// more to be sent should still be in the page cache.
	lookAhead = 1 << 30
	// keepEvery is how often the state of a push is kept: what was hashed since is hashed again
	// after a crash, but not sent again.
	keepEvery = 5 * time.Second
)

// fileParts is a file that is sent in parts.
type fileParts struct {
	*pushed

	id       string
	partSize int64
	there    map[int]api.Part // what the store has already

	whole  *hasher
	hashed int  // how many parts are in whole
	half   bool // whole has some bytes of the part that follows
	ring   ring
	state  *stateFile // nil if nothing is kept
	kept   time.Time
	sent   *counter
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

// begin goes on with an earlier push, or begins one.
func (u *fileParts) begin(ctx context.Context) (err error) {
	if resumed, err := u.resume(ctx); resumed || err != nil {
		return err
	}
	created, err := u.create(ctx, u.options, api.CreateBackupRequest{SizeBytes: u.size, Multipart: new(true)})
	switch {
	case err != nil:
		return err
	case created.Multipart == nil || created.Multipart.PartSizeBytes < 1:
		return errors.New("the server doesn't take files in parts")
	}
	u.id, u.partSize = created.ID, created.Multipart.PartSizeBytes
	if u.whole, err = newHasher(nil); err != nil {
		return err
	}
	u.keep()
	return nil
}

// resume goes on with the backup of an earlier push of the same file, if there is one that
// still waits for parts or is being verified.
func (u *fileParts) resume(ctx context.Context) (bool, error) {
	before, ok := u.state.read()
	if !ok {
		return false, nil
	}
	hash, err := newHasher(before.Hash)
	if err != nil {
		return false, nil // a state that can't be used is as good as none
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
		u.discard(ctx, before.Backup) // it is of the file as it was
		clear(u.there)
		return false, nil
	}
	u.whole, u.id, u.partSize, u.hashed = hash, before.Backup, before.PartSize, before.Hashed
	return true, nil
}

// allThere says that the store has all parts.
func (u *fileParts) allThere(partSize int64) {
	for n := 1; int64(n-1)*partSize < u.size; n++ {
		u.there[n] = api.Part{PartNumber: n, SizeBytes: min(partSize, u.size-int64(n-1)*partSize)}
	}
}

// uploaded reports whether a backup that waits for no parts any more is, or is about to be, completed.
func (u *fileParts) uploaded(ctx context.Context, id string) bool {
	b, _, err := call[api.Backup](ctx, u.transfer, func(ctx context.Context) (*http.Response, error) { return u.api.GetBackup(ctx, id) })
	return err == nil && (b.Status == api.BackupStatusVerifying || b.Status == api.BackupStatusCompleted)
}

// list asks which parts the store has, and of which size they are. The scope backups:write suffices for it.
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
	release func() // is called when it is hashed, and when it is sent
}

// produce gives out the parts of the file to be hashed, and those that the store hasn't to be sent. Each has a slot
// until it is both: so neither of the two gets far ahead, and whichever comes second finds the bytes in the page cache.
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
		hashing <- filePart{n, at, from, release} // which has room for as many as there are slots
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

// hash hashes the whole, but for the parts that an earlier push has hashed.
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

// hashPart hashes the part that follows as a piece of the whole.
func (u *fileParts) hashPart(ctx context.Context, p filePart) error {
	done := int64(0)
	u.half = true
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
	u.hashed, u.half = u.hashed+1, false
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

// keep writes down how far the push is. Between two parts only: what was kept before holds, too.
func (u *fileParts) keep() {
	if u.state == nil || u.half {
		return
	}
	u.kept = time.Now()
	hash, err := u.whole.state()
	if err != nil {
		return // as before: it will be hashed again
	}
	now := u.state.is
	now.Backup, now.PartSize, now.Hashed, now.Hash = u.id, u.partSize, u.hashed, hash
	u.state.write(now)
}

// failed decides whether a push that failed can be gone on with, and returns what it failed with.
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
	// If the backup can't be deleted, as with a key that was revoked, the same push by another key can go on with it.
	if u.discard(ctx, u.id) {
		u.state.remove()
	}
	return err
}
