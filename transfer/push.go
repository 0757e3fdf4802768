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
	// MaxSize is the size of the largest backup, in bytes: 48.8 TiB, which are MaxParts parts of 5 GiB.
	MaxSize = maxParts * (5 << 30)
	// MaxParallel is how many parts are sent at once at most.
	MaxParallel = 64

	// maxParts is how many parts an upload has at most.
	maxParts = 10_000
	// singleSize is the largest size of a file that is sent in one piece: four parts of the smallest size. Two
	// requests to the API then suffice, and the store refuses bytes other than the declared ones before the backup
	// is completed.
	singleSize = 32 << 20
	// fileParallel and streamParallel are how many parts are sent at once by default. A part of a stream is in
	// memory while it is sent: two parts that are sent and one that is read take 96 MiB.
	fileParallel, streamParallel = 4, 2
)

// Source is the file that Push stores: bytes that can be read more than once, such as those of an *os.File.
type Source interface {
	io.ReaderAt
	// Stat returns the size, the time of modification and, if there is one, the inode. Push compares them to
	// detect changes.
	Stat() (fs.FileInfo, error)
}

// PushOptions are the options of Push and PushStream.
type PushOptions struct {
	Options

	// Name is the name of the backup, 1 to 255 characters.
	Name string
	// ContentType is the media type of the backup, "" for none.
	ContentType string
	// Metadata are the client's own strings, by key.
	Metadata map[string]string

	// Parallel is how many parts are sent at once, 1 to MaxParallel; 0 is 4 for a file and 2 for a stream.
	Parallel int
	// MaxSize is the largest size of a stream, in bytes; 0 is the server's default of 312.5 GiB. A larger MaxSize
	// makes the parts larger, and so the memory that they take.
	MaxSize int64
	// StateDir is a directory in which Push stores the state of the upload of a large file, so that the same Push
	// can resume it. The source must have a method Name, as an *os.File has. "" is no directory.
	StateDir string
	// Unresumable, if not nil, is called with the reason if the upload of a large file should be resumable but
	// can't be.
	Unresumable func(why error)
}

// Push stores a file as a backup and returns the backup, completed and verified.
//
// A file of up to 32 MiB is read twice: first for its SHA-256, which is declared when the backup is created, so
// that the store refuses other bytes, and then to send it.
//
// A larger file is sent in parts, several at once, and the whole file is hashed meanwhile. So it is read twice,
// too, but the second read usually finds the bytes in memory. The SHA-256 of the whole file is declared when the
// backup is completed: if the store then has other bytes, the backup fails. If the parts are sent to another
// machine without TLS, each part is hashed on its own before it is sent, and its checksum is declared: the store
// refuses a part that was altered on the way, and only that part is sent again.
//
// With a StateDir, after an interruption, or after the connection broke too often, the same Push of a large file
// resumes with the parts that the store doesn't have yet. Two Pushes at the same time don't share a backup. If the
// upload can't be resumed, or fails for good, the backup is deleted, if the API key may do that. Otherwise the
// backup fails by itself when its upload URLs have expired.
//
// Errors: ErrRefused, ErrFull, ErrMismatch (the bytes were altered on the way), ErrInvalid (the API doesn't accept
// a value), ErrChanged, ErrNotFound (the backup was deleted meanwhile), or *InterruptedError if ctx ended or if
// the connection broke too often and the upload can be resumed.
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

// pushed is a file that Push stores.
type pushed struct {
	*transfer

	options PushOptions
	source  Source
	info    fs.FileInfo // as it was in the beginning
	size    int64
}

func checksumText(sum []byte) string { return "sha256:" + hex.EncodeToString(sum) }

// unchanged fails if the file has changed since the beginning of the Push.
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

// create creates a backup. Repeated requests create only one.
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

// discardTimeout bounds the attempt to delete the backup of a failed upload.
const discardTimeout = 10 * time.Second

// discard deletes a backup that can't be completed, so that it uses no quota, and reports whether the backup no
// longer exists. If it still exists, it fails by itself when its upload URLs have expired.
func (t *transfer) discard(ctx context.Context, id string) bool {
	_, err := once(context.WithoutCancel(ctx), discardTimeout, func(ctx context.Context) (*http.Response, error) { return t.api.DeleteBackup(ctx, id) })
	return err == nil || errors.Is(err, ErrNotFound)
}

const (
	// verifyPause is the time between two requests for the state of a backup that is being verified.
	verifyPause = 5 * time.Second
	// verifyLimit is how long to wait for a verification without progress: it is enough for 5 GiB at 1 MiB/s on a
	// server that doesn't report progress.
	verifyLimit = 90 * time.Minute
)

var errVerifying = errors.New("it is still being verified")

// complete requests the verification of a backup of size bytes, waits for its end, and checks that the backup has
// the expected checksum.
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
			// The answer to a second request has the reason as an error code.
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
			b, raw, err = ask() // a key that may create backups, but not read them, may do this
		}
	}
	return Backup{}, err
}
