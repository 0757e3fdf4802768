package transfer

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"

	api "github.com/backlox/lox/gen/client"
)

// PullOptions are the options of Pull.
type PullOptions struct {
	Options
}

// Pull fetches a backup, writes it to target, and returns the backup when its SHA-256 is verified.
//
// A download that was interrupted is resumed by a Range request, also by a later Pull to the same file. No
// If-Range is sent: Amazon S3 documents none for GetObject, the bytes of a completed backup never change, and the
// checksum is verified at the end. If the checksum is wrong and the target had bytes of an earlier Pull, the file
// is fetched once more from the beginning.
//
// Errors: ErrNotFound, ErrRefused, ErrFull (the disk of this machine), ErrInvalid, fs.ErrExist (see ToFile),
// ErrMismatch, or *InterruptedError if ctx ended or, if target is a file, the connection broke too often. After
// ErrMismatch, the file doesn't get its name, and the next Pull doesn't resume it.
func Pull(ctx context.Context, client *api.Client, id string, target Target, o PullOptions) (Backup, error) {
	t, end := newTransfer(client, o.Options)
	defer end()
	hash, err := newHasher(nil)
	if err != nil {
		return Backup{}, err
	}
	defer hash.end()
	p := &pulled{transfer: t, id: id, target: target, hash: hash, ring: newRing(t.piece)}
	b, err := p.pull(ctx)
	_, line := errors.AsType[*lineError](err)
	answer, answered := errors.AsType[*ResponseError](err)
	if line || answered && answer.temporary() || err != nil && ctx.Err() != nil {
		path := target.resumable()
		if p.done == 0 {
			path = ""
		}
		if path != "" || ctx.Err() != nil {
			err = &InterruptedError{Path: path, Done: p.done, Total: p.size, Err: err}
		}
	}
	return b, err
}

// pulled is a backup that Pull fetches.
type pulled struct {
	*transfer

	id     string
	target Target
	hash   *hasher
	ring   ring
	size   int64
	done   int64 // bytes that the target and the hash have
}

func (p *pulled) pull(ctx context.Context) (Backup, error) {
	b, raw, err := call[api.Backup](ctx, p.transfer, func(ctx context.Context) (*http.Response, error) { return p.api.GetBackup(ctx, p.id) })
	if err != nil {
		return Backup{}, err
	}
	from, err := p.url(ctx)
	if err != nil {
		return Backup{}, err
	}
	p.size = from.SizeBytes
	defer p.target.close()
	had, err := p.target.begin(ctx, p.size, p.had)
	if err != nil {
		return Backup{}, err
	}
	for {
		if err := p.fetch(ctx, &from); err != nil {
			return Backup{}, err
		}
		sum := p.hash.checksum()
		if sum == from.Checksum {
			return Backup{b, raw}, p.target.finish()
		}
		// A file with wrong bytes must not be resumed.
		fresh, err := p.target.restart()
		if err != nil {
			return Backup{}, err
		}
		if !fresh || had == 0 {
			return Backup{}, &ChecksumError{Want: from.Checksum, Got: sum}
		}
		p.hash.restart()
		p.done, had = 0, 0
	}
}

// had hashes bytes that the target already has.
func (p *pulled) had(b []byte) error {
	p.hash.add(b, func() {})
	p.hash.wait()
	p.done += int64(len(b))
	p.Progress(Progress{Hashing, p.done, p.size})
	return nil
}

func (p *pulled) url(ctx context.Context) (api.BackupDownload, error) {
	d, _, err := call[api.BackupDownload](ctx, p.transfer, func(ctx context.Context) (*http.Response, error) { return p.api.GetBackupDownload(ctx, p.id) })
	return d, err
}

// fetch gets the missing bytes. If the URL has expired, it gets another one.
func (p *pulled) fetch(ctx context.Context, from *api.BackupDownload) error {
	if p.done == p.size {
		return nil
	}
	return p.retry(ctx, func() (int64, error) {
		before := p.done
		err := p.get(ctx, from.DownloadURL)
		if refusedURL(err) {
			// The server decides whether the URL has expired: the clock of this machine may be wrong.
			renewed, failed := p.url(ctx)
			if failed != nil {
				return p.done - before, failed
			}
			from.DownloadURL = renewed.DownloadURL
			err = explainClocks(p.get(ctx, from.DownloadURL), from.DownloadURL)
		}
		return p.done - before, err
	})
}

// get makes one request for the missing bytes.
func (p *pulled) get(ctx context.Context, url string) error {
	ctx, watch := p.watch(ctx)
	defer watch.end()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, url, http.NoBody)
	if err != nil {
		return fmt.Errorf("the server's download URL can't be used: %w", err)
	}
	// The checksum is that of the stored bytes, so they must arrive without any compression.
	r.Header.Set("Accept-Encoding", "identity")
	if p.done > 0 {
		r.Header.Set("Range", fmt.Sprintf("bytes=%d-", p.done))
	}
	resp, err := p.HTTP.Do(r)
	if err != nil {
		return broken(ctx, err)
	}
	defer func() { _ = resp.Body.Close() }()
	skip := int64(0)
	switch resp.StatusCode {
	case http.StatusPartialContent:
		if want := fmt.Sprintf("bytes %d-%d/%d", p.done, p.size-1, p.size); resp.Header.Get("Content-Range") != want {
			return fmt.Errorf("the store sent the range %q instead of %q", resp.Header.Get("Content-Range"), want)
		}
	case http.StatusOK:
		skip = p.done // a proxy on the way to the store doesn't support ranges
	default:
		return responseError(resp, true)
	}
	return p.receive(ctx, watch, resp.Body, skip)
}

// receive writes the received bytes to the target, except for those that the target already has. They are hashed
// while the next bytes arrive.
func (p *pulled) receive(ctx context.Context, watch *watch, from io.Reader, skip int64) error {
	var failed error // an error of this machine, not of the network
	err := p.ring.each(ctx, from, p.hash, func(b []byte) ([]byte, error) {
		watch.progressed()
		if failed = p.pace(ctx, len(b)); failed != nil {
			return nil, failed
		}
		skipped := min(skip, int64(len(b)))
		skip -= skipped
		b = b[skipped:]
		if p.done+int64(len(b)) > p.size {
			failed = fmt.Errorf("the store sends more than the %d bytes of the backup", p.size)
			return nil, failed
		}
		var n int
		n, failed = p.target.Write(b)
		p.done += int64(n)
		p.Progress(Progress{Receiving, p.done, p.size})
		return b[:n], failed
	})
	switch {
	case failed != nil:
		return failed
	case err != nil:
		return broken(ctx, err)
	case p.done < p.size:
		return &lineError{io.ErrUnexpectedEOF}
	}
	return nil
}
