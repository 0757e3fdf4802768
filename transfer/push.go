package transfer

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"time"

	api "github.com/backlox/lox/gen/client"
)

const (
	// MaxSize is the largest backup, in bytes: 48.8 TiB, which are MaxParts parts of 5 GiB.
	MaxSize = maxParts * (5 << 30)
	// MaxParallel is how many parts travel at once at most.
	MaxParallel = 64

	// maxParts is how many parts an upload has at most.
	maxParts = 10_000
	// singleSize is up to which size a file is sent in one piece: four of the smallest parts. Two requests to the
	// API suffice then, and the store refuses other bytes than the declared ones before there is a backup.
	singleSize = 32 << 20
	// fileParallel and streamParallel are how many parts travel at once by default. A part of a stream is in
	// memory while it does: two that are sent and one that is read take 96 MiB.
	fileParallel, streamParallel = 4, 2
)

// Source is what Push stores: bytes that can be read more than once, such as an *os.File.
type Source interface {
	io.ReaderAt
	// Stat tells size, time of modification and, where there is one, the inode, by which a change is noticed.
	Stat() (fs.FileInfo, error)
}

// PushOptions say how a backup is to be stored.
type PushOptions struct {
	Options

	// Name is the backup's, 1 to 255 characters.
	Name string
	// ContentType is its media type, "" for none.
	ContentType string
	// Metadata are strings of the client's own, by key.
	Metadata map[string]string

	// Parallel is how many parts travel at once, 1 to MaxParallel; 0 is 4 for a file and 2 for a stream.
	Parallel int
	// MaxSize is the most that a stream may have, in bytes; 0 is 312.5 GiB, as the server has it. Above that
	// the parts are larger, and so is the memory that they take.
	MaxSize int64
	// StateDir is a directory in which Push keeps how far it is with a large file that has a Name, such as an
	// *os.File: the same Push goes on from there. "" is none.
	StateDir string
	// Unresumable, if any, is told why a large file that could be gone on with can't.
	Unresumable func(why error)
}

// Push stores a file as a backup and returns it, completed and verified.
//
// A file of up to 32 MiB is read twice: once for its SHA-256, which is declared when the backup is
// created, so that the store refuses other bytes, and once to send it.
//
// A larger one is sent in parts, several at once, and hashed as a whole meanwhile: so it is read twice, too, but the second
// reading finds it in memory, as a rule. The SHA-256 of the whole is declared when the backup is completed: if the store has
// other bytes then, the backup fails. If the parts travel to another machine without TLS, each is hashed on its own before it is
// sent, and its checksum declared: the store refuses a part that was altered on the way, and that part alone is sent again.
//
// With a StateDir, the same Push of a large file goes on after an interruption, or a line that broke too
// often, with the parts that aren't there yet. Two at once don't share a backup. Else, and when it
// fails for good, the backup is deleted, if the key may; if not, it fails by itself when its upload URLs
// have expired.
//
// Errors: ErrRefused, ErrFull, ErrMismatch (something on the way altered the bytes), ErrInvalid
// (a value that the API doesn't take), ErrChanged, ErrNotFound (somebody deleted the backup
// meanwhile), or *InterruptedError when ctx ended or, if it can be gone on with, the line broke too often.
func Push(ctx context.Context, client *api.Client, source Source, o PushOptions) (Backup, error) {
	t, end := newTransfer(client, o.Options)
	defer end()
	b, err := t.push(ctx, source, o)
	if _, already := errors.AsType[*InterruptedError](err); err != nil && ctx.Err() != nil && !already {
		return Backup{}, &InterruptedError{Err: err}
	}
	return b, err
}

func (t *transfer) push(ctx context.Context, source Source, o PushOptions) (Backup, error) {
	if err := o.check(); err != nil {
		return Backup{}, err
	}
	info, err := source.Stat()
	if err != nil {
		return Backup{}, err
	}
	f := &pushed{transfer: t, options: o, source: source, info: info, size: info.Size()}
	switch {
	case f.size < 1 || f.size > MaxSize:
		return Backup{}, fmt.Errorf("%w: the file has %d bytes, and a backup has 1 to %d", ErrInvalid, f.size, int64(MaxSize))
	case f.size <= singleSize:
		return f.inOnePiece(ctx)
	default:
		return f.inParts(ctx)
	}
}

func (o PushOptions) check() error {
	switch {
	case o.Parallel < 0 || o.Parallel > MaxParallel:
		return fmt.Errorf("%w: %d parts at once: want 1 to %d", ErrInvalid, o.Parallel, MaxParallel)
	case o.MaxSize < 0 || o.MaxSize > MaxSize:
		return fmt.Errorf("%w: a stream of at most %d bytes: want 1 to %d", ErrInvalid, o.MaxSize, int64(MaxSize))
	}
	return nil
}

// pushed is a file that is being stored.
type pushed struct {
	*transfer

	options PushOptions
	source  Source
	info    fs.FileInfo // as it was in the beginning
	size    int64
}

func checksumText(sum []byte) string { return "sha256:" + hex.EncodeToString(sum) }

// unchanged fails if the file isn't the one that it was in the beginning.
func (f *pushed) unchanged() error {
	info, err := f.source.Stat()
	if err != nil {
		return err
	}
	if info.Size() != f.size || !info.ModTime().Equal(f.info.ModTime()) {
		return ErrChanged
	}
	return nil
}

// create creates a backup, once however often it is asked for.
func (t *transfer) create(ctx context.Context, o PushOptions, body api.CreateBackupRequest) (api.BackupUpload, error) {
	body.Name, body.ContentType, body.Metadata = o.Name, o.ContentType, o.Metadata
	params := &api.CreateBackupParams{IdempotencyKey: new(rand.Text())}
	created, _, err := call[api.BackupUpload](ctx, t, func(ctx context.Context) (*http.Response, error) {
		return t.api.CreateBackup(ctx, params, body)
	})
	return created, err
}

// refusedURL reports whether the store refuses a signed URL.
func refusedURL(err error) bool {
	answer, ok := errors.AsType[*ResponseError](err)
	return ok && answer.Store && answer.Status == http.StatusForbidden
}

// discardTimeout is how long the backup of a failed upload is tried to delete.
const discardTimeout = 10 * time.Second

// discard deletes a backup that can't be completed, so that it takes no quota, and reports whether it
// is gone. If not, the backup fails by itself when its upload URLs have expired.
func (t *transfer) discard(ctx context.Context, id string) bool {
	_, err := once(context.WithoutCancel(ctx), discardTimeout, func(ctx context.Context) (*http.Response, error) { return t.api.DeleteBackup(ctx, id) })
	return err == nil || errors.Is(err, ErrNotFound)
}

const (
	// verifyPause is how long to wait between two looks at a backup that is being verified, unless
	// the server says it.
	verifyPause = 5 * time.Second
	// verifyLimit is how long a verification is waited for that gets no further: 5 GiB at 1 MiB/s, of a server that
	// doesn't tell how far it is.
	verifyLimit = 90 * time.Minute
)

var errVerifying = errors.New("it is still being verified")

// complete has a backup of size bytes verified, waits for the end of it, and checks that it has the bytes
// that were meant.
func (t *transfer) complete(ctx context.Context, id string, size int64, sum string, say api.CompleteBackupRequest) (Backup, error) {
	b, err := t.verified(ctx, id, size, say)
	switch {
	case err != nil && ctx.Err() != nil:
		return Backup{}, &InterruptedError{ID: id, Err: err}
	case err != nil:
		return Backup{}, fmt.Errorf("backup %s was uploaded, but not completed: %w", id, err)
	case b.Checksum != sum:
		return Backup{}, fmt.Errorf("backup %s: %w", id, &ChecksumError{Want: sum, Got: b.Checksum})
	}
	return b, nil
}

func (t *transfer) verified(ctx context.Context, id string, size int64, say api.CompleteBackupRequest) (Backup, error) {
	t.Progress(Progress{Verifying, 0, size})
	ask := func() (api.Backup, json.RawMessage, error) {
		return call[api.Backup](ctx, t, func(ctx context.Context) (*http.Response, error) { return t.api.CompleteBackup(ctx, id, say) })
	}
	b, raw, err := ask()
	far := int64(0)
	for waited := time.Duration(0); err == nil; waited += verifyPause {
		if b.VerifiedBytes > far {
			far, waited = b.VerifiedBytes, 0
			t.Progress(Progress{Verifying, far, size})
		}
		switch {
		case b.Status == api.BackupStatusCompleted:
			return Backup{b, raw}, nil
		case b.Status == api.BackupStatusFailed:
			// Asked once more, the server says by a code why.
			if _, _, err = ask(); err == nil {
				err = fmt.Errorf("the backup failed: %q", b.Error)
			}
			return Backup{}, err
		case waited >= verifyLimit:
			return Backup{}, fmt.Errorf("%w after %s", errVerifying, verifyLimit)
		}
		if err := t.Wait(ctx, verifyPause); err != nil {
			return Backup{}, err
		}
		b, raw, err = call[api.Backup](ctx, t, func(ctx context.Context) (*http.Response, error) { return t.api.GetBackup(ctx, id) })
		if errors.Is(err, ErrRefused) {
			b, raw, err = ask() // which a key may that may create backups, but not read them
		}
	}
	return Backup{}, err
}
