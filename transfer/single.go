package transfer

import (
	"context"
	"crypto/sha256"
	"errors"
	"io"
	"net/http"

	api "github.com/backlox/lox/gen/client"
)

// inOnePiece stores a small file.
func (f *pushed) inOnePiece(ctx context.Context) (Backup, error) {
	sum, err := f.hash(ctx)
	if err != nil {
		return Backup{}, err
	}
	created, err := f.create(ctx, f.options, api.CreateBackupRequest{SizeBytes: f.size, Checksum: sum})
	if err != nil {
		return Backup{}, err
	}
	if err = f.upload(ctx, created, sum); err == nil {
		err = f.unchanged()
	}
	if err != nil {
		f.discard(ctx, created.ID)
		return Backup{}, err
	}
	return f.complete(ctx, created.ID, f.size, sum, api.CompleteBackupRequest{})
}

// hash reads the file and returns its checksum.
func (f *pushed) hash(ctx context.Context) (string, error) {
	hash, done := sha256.New(), int64(0)
	err := each(ctx, io.NewSectionReader(f.source, 0, f.size), func(p []byte) error {
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

// upload sends the file until the store has it. If the URL has expired, it gets another one.
func (f *pushed) upload(ctx context.Context, to api.BackupUpload, sum string) error {
	altered := false
	return f.retry(ctx, func() (int64, error) {
		err := f.send(ctx, to)
		if refusedURL(err) {
			// The server decides whether the URL has expired: the clock of this machine may be wrong.
			if to, _, err = call[api.BackupUpload](ctx, f.transfer, func(ctx context.Context) (*http.Response, error) {
				return f.api.RenewUploadURL(ctx, to.ID)
			}); err == nil {
				err = explainClocks(f.send(ctx, to), to.UploadURL)
			}
		}
		answer, _ := errors.AsType[*ResponseError](err)
		switch {
		case answer != nil && (answer.Store && answer.Status == http.StatusPreconditionFailed || answer.Code == "invalid_state"):
			// The backup no longer waits for the file: the answer to an earlier upload was lost, and the server
			// has started to verify that upload by itself. The request to complete the backup returns the result.
			return 0, nil
		case errors.Is(err, ErrMismatch):
			again, failed := f.hash(ctx)
			switch {
			case failed != nil:
				return 0, failed
			case again != sum:
				return 0, ErrChanged
			case !altered: // the file was altered on the way, which is unlikely to happen twice
				altered = true
				return 0, &lineError{err}
			}
		}
		return 0, err
	})
}

// send sends the file once.
func (f *pushed) send(ctx context.Context, to api.BackupUpload) error {
	done := int64(0)
	return f.put(ctx, to.UploadURL, to.UploadHeaders, content{f.source, f.size, func(n int) {
		done += int64(n)
		f.Progress(Progress{Sending, done, f.size})
	}})
}
