package transfer

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"strings"
	"time"

	api "github.com/backlox/lox/gen/client"
)

// MaxSize is the largest file that the API takes in one upload, in bytes.
const MaxSize = 5 << 30

// Source is what Push stores: bytes that can be read more than once, such as an *os.File.
type Source interface {
	io.ReaderAt
	// Stat tells size and time of modification, by which a change is noticed.
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
}

// Push stores a file as a backup and returns it, completed and verified.
//
// The file is read twice: once for its SHA-256, which is declared when the backup is
// created, and once to send it. One pass would do, if the checksum were compared with the
// backup's at the end. But then wrong bytes would already be a completed backup, the newest of its
// name, and a key that may only create backups couldn't delete it. With a declared
// checksum the store refuses other bytes, and an S3 store needn't be read again by the server.
// The first pass takes about a second for each gigabyte, which most lines take ten for.
//
// An upload that breaks off begins again. A backup that isn't completed is deleted, if the key
// may; if not, it fails by itself when its upload URL has expired.
//
// Errors: ErrRefused, ErrFull, ErrMismatch (something on the way altered the bytes), ErrInvalid
// (a value that the API doesn't take), ErrChanged, ErrNotFound (somebody deleted the backup
// meanwhile), or *InterruptedError when ctx ended.
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
	info, err := source.Stat()
	if err != nil {
		return Backup{}, err
	}
	f := &pushed{transfer: t, source: source, size: info.Size(), modified: info.ModTime()}
	if f.size < 1 || f.size > MaxSize {
		return Backup{}, fmt.Errorf("%w: the file has %d bytes, and a backup has 1 to %d", ErrInvalid, f.size, int64(MaxSize))
	}
	if f.sum, err = f.hash(ctx); err != nil {
		return Backup{}, err
	}
	created, err := f.create(ctx, o)
	if err != nil {
		return Backup{}, err
	}
	if err = f.upload(ctx, created); err == nil {
		err = f.unchanged()
	}
	if err != nil {
		f.discard(ctx, created.ID)
		return Backup{}, err
	}
	b, err := f.complete(ctx, created.ID)
	switch {
	case err != nil && ctx.Err() != nil:
		return Backup{}, &InterruptedError{ID: created.ID, Err: err}
	case err != nil:
		return Backup{}, fmt.Errorf("backup %s was uploaded, but not completed: %w", created.ID, err)
	case b.Checksum != f.sum:
		return Backup{}, fmt.Errorf("backup %s: %w", b.ID, &ChecksumError{Want: f.sum, Got: b.Checksum})
	}
	return b, nil
}

// pushed is a file that is being stored.
type pushed struct {
	*transfer

	source   Source
	size     int64
	modified time.Time
	sum      string
}

// hash reads the file and returns its checksum.
func (f *pushed) hash(ctx context.Context) (string, error) {
	hash, done := sha256.New(), int64(0)
	err := each(ctx, io.NewSectionReader(f.source, 0, f.size), pieceSize, func(p []byte) error {
		_, _ = hash.Write(p) // never fails
		done += int64(len(p))
		f.Progress(Progress{Hashing, done, f.size})
		return nil
	})
	switch {
	case err != nil:
		return "", err
	case done != f.size:
		return "", ErrChanged
	}
	return checksumText(hash.Sum(nil)), f.unchanged()
}

func checksumText(sum []byte) string { return "sha256:" + hex.EncodeToString(sum) }

// unchanged fails if the file isn't the one that it was in the beginning.
func (f *pushed) unchanged() error {
	info, err := f.source.Stat()
	if err != nil {
		return err
	}
	if info.Size() != f.size || !info.ModTime().Equal(f.modified) {
		return ErrChanged
	}
	return nil
}

// create creates the backup, once however often it is asked for.
func (f *pushed) create(ctx context.Context, o PushOptions) (api.BackupUpload, error) {
	params := &api.CreateBackupParams{IdempotencyKey: new(rand.Text())}
	body := api.CreateBackupRequest{Name: o.Name, SizeBytes: f.size, ContentType: o.ContentType, Metadata: o.Metadata, Checksum: f.sum}
	created, _, err := call[api.BackupUpload](ctx, f.transfer, func(ctx context.Context) (*http.Response, error) {
		return f.api.CreateBackup(ctx, params, body)
	})
	return created, err
}

// upload sends the file until the store has it, with another URL if the first has expired.
func (f *pushed) upload(ctx context.Context, to api.BackupUpload) error {
	altered := false
	return f.retry(ctx, func() (int64, error) {
		err := f.put(ctx, to)
		if refusedURL(err) {
			// Whether the URL has expired is the server's to say: this machine's clock may be wrong.
			if to, _, err = call[api.BackupUpload](ctx, f.transfer, func(ctx context.Context) (*http.Response, error) {
				return f.api.RenewUploadURL(ctx, to.ID)
			}); err == nil {
				err = f.put(ctx, to)
			}
		}
		answer, _ := errors.AsType[*ResponseError](err)
		switch {
		case answer != nil && (answer.Store && answer.Status == http.StatusPreconditionFailed || answer.Code == "invalid_state"):
			// It doesn't wait for the file any more: the answer to an upload was lost, and the server
			// verified that by itself. What came of it, completing it says.
			return 0, nil
		case errors.Is(err, ErrMismatch):
			sum, failed := f.hash(ctx)
			switch {
			case failed != nil:
				return 0, failed
			case sum != f.sum:
				return 0, ErrChanged
			case !altered: // on the way, which doesn't happen twice
				altered = true
				return 0, &lineError{err}
			}
		}
		return 0, err
	})
}

// refusedURL reports whether the store refuses a signed URL.
func refusedURL(err error) bool {
	answer, ok := errors.AsType[*ResponseError](err)
	return ok && answer.Store && answer.Status == http.StatusForbidden
}

// put sends the file once.
func (f *pushed) put(ctx context.Context, to api.BackupUpload) error {
	ctx, watch := f.watch(ctx)
	defer watch.end()
	body := &body{pushed: f, ctx: ctx, watch: watch}
	r, err := http.NewRequestWithContext(ctx, http.MethodPut, to.UploadURL, body)
	if err != nil {
		return fmt.Errorf("the server's upload URL can't be used: %w", err)
	}
	r.ContentLength = f.size
	for name, value := range to.UploadHeaders {
		if !strings.EqualFold(name, "Content-Length") { // net/http takes it from the request
			r.Header.Set(name, value)
		}
	}
	// What the store refuses isn't sent.
	r.Header.Set("Expect", "100-continue")
	resp, err := f.HTTP.Do(r)
	if err != nil {
		err = broken(ctx, err)
		watch.end()
		if failed := body.end(); failed != nil {
			return failed
		}
		return err
	}
	defer func() {
		_ = resp.Body.Close()
		watch.end()
		_ = body.end()
	}()
	if resp.StatusCode < http.StatusOK || resp.StatusCode >= http.StatusMultipleChoices {
		return responseError(resp, true)
	}
	return nil
}

// discardTimeout is how long the backup of a failed upload is tried to delete.
const discardTimeout = 10 * time.Second

// discard deletes a backup that can't be completed, so that it takes no quota. It may
// fail: the backup fails by itself an hour later.
func (f *pushed) discard(ctx context.Context, id string) {
	_, _ = once(context.WithoutCancel(ctx), discardTimeout, func(ctx context.Context) (*http.Response, error) { return f.api.DeleteBackup(ctx, id) })
}

const (
	// verifyPause is how long to wait between two looks at a backup that is being verified, unless
	// the server says it.
	verifyPause = 5 * time.Second
	// verifyLimit is how long a verification is waited for: 5 GiB at 1 MiB/s.
	verifyLimit = 90 * time.Minute
)

// complete has the backup verified and waits for the end of it.
func (f *pushed) complete(ctx context.Context, id string) (Backup, error) {
	f.Progress(Progress{Verifying, 0, f.size})
	b, raw, err := call[api.Backup](ctx, f.transfer, func(ctx context.Context) (*http.Response, error) { return f.api.CompleteBackup(ctx, id, api.CompleteBackupRequest{}) })
	for waited := time.Duration(0); err == nil; waited += verifyPause {
		switch {
		case b.Status == api.BackupStatusCompleted:
			return Backup{b, raw}, nil
		case b.Status == api.BackupStatusFailed:
			return Backup{}, fmt.Errorf("the backup failed: %q", b.Error)
		case waited >= verifyLimit:
			return Backup{}, fmt.Errorf("it is still being verified after %s", verifyLimit)
		}
		if err := f.Wait(ctx, verifyPause); err != nil {
			return Backup{}, err
		}
		b, raw, err = call[api.Backup](ctx, f.transfer, func(ctx context.Context) (*http.Response, error) { return f.api.GetBackup(ctx, id) })
	}
	return Backup{}, err
}
