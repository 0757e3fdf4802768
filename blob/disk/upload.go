package disk

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/backlox/lox"
)

var (
	errUnwanted = errors.New("the backup does not wait for an upload")
	errInParts  = errors.New("the backup is uploaded in parts")
	errWhole    = errors.New("the backup is not uploaded in parts of this size")
	errStored   = errors.New("the file has already been uploaded")
	errShort    = errors.New("the body is shorter than declared")
	errSlow     = errors.New("the upload is too slow")
)

// mismatchError says that the uploaded bytes don't match the declared checksum.
type mismatchError struct{ declared, found lox.Checksum }

func (e *mismatchError) Error() string {
	return fmt.Sprintf("declared %s, uploaded %s", e.declared, e.found)
}

// serveUpload receives the bytes of a backup: PUT UploadPath<key>.
func (s *Store) serveUpload(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodPut {
		methodNotAllowed(w, http.MethodPut)
		return
	}
	conn := http.NewResponseController(w)
	_ = conn.SetWriteDeadline(time.Time{}) // none while the body arrives
	if err := s.upload(r, conn); err != nil {
		s.cfg.Logger.DebugContext(r.Context(), "upload refused", "path", r.URL.Path, "error", err)
		// The rest of the body isn't read.
		w.Header().Set("Connection", "close")
		_ = conn.SetWriteDeadline(time.Now().Add(answerTimeout))
		var r refusal
		if !errors.As(err, &r) {
			r = refused(err)
		}
		r.write(w)
		return
	}
	_ = conn.SetWriteDeadline(time.Now().Add(answerTimeout))
	w.Header().Set("Content-Length", "0")
	w.WriteHeader(http.StatusOK)
}

// Error implements error.
func (r refusal) Error() string { return r.message }

// upload admits and stores the body of a request. net/http answers an "Expect: 100-continue", in any letter case,
// at the first read of the body: a client that waits for this answer sends nothing before its upload is admitted.
func (s *Store) upload(r *http.Request, conn *http.ResponseController) error {
	key, ok := key(r.URL.Path, UploadPath)
	if !ok {
		return errAltered
	}
	query, err := s.signer.verify(r.URL.Path, r.URL.RawQuery, s.cfg.Clock())
	if err != nil {
		return err
	}
	wanted, err := admittedBy(query)
	if err != nil {
		return err
	}
	if err := wanted.fits(r); err != nil {
		return err
	}
	e, err := s.ledger.begin(r.Context(), key, wanted.part)
	if err != nil {
		return err
	}
	defer s.ledger.end(key, wanted.part, e)
	// The end of the upload also ends a read that waits for the client.
	stop := context.AfterFunc(e.ctx, func() { _ = conn.SetReadDeadline(time.Unix(1, 0)) })
	defer stop()
	body := &pacedBody{ctx: e.ctx, from: r.Body, conn: conn, rate: s.cfg.MinRate, window: s.cfg.RateWindow}
	if wanted.part == 0 {
		err = s.take(e, key, wanted, body)
	} else {
		err = s.takePart(e, key, wanted, body)
	}
	// A cancelled upload also makes the read of the body fail: then the cause of the cancellation explains more. A
	// body that fails by itself also ends the context: then the error of the body explains more.
	cause := context.Cause(e.ctx)
	if err != nil && (errors.Is(cause, errDeleted) || errors.Is(cause, errEnded) || errors.Is(cause, errClosing)) {
		return cause
	}
	return err
}

// take stores the body of an upload. If the object is already stored, take only compares the body with it: a
// client that never received the answer sends the file again.
func (s *Store) take(e *entry, key string, wanted admitted, body *pacedBody) error {
	err := s.admits(e.ctx, key, wanted)
	switch {
	case err != nil:
		return err
	case !s.files.exists(key):
		return s.store(e, key, wanted, body)
	}
	stored, err := s.Stat(e.ctx, key)
	if err != nil {
		return err
	}
	sent, err := compared(body, wanted)
	if err != nil {
		return err
	}
	if stored.Checksum == nil {
		sum, err := s.Hash(e.ctx, key, stored, lox.HashState{}, nil)
		if err != nil {
			return err
		}
		stored.Checksum = &sum
	}
	if sent != *stored.Checksum {
		return errStored
	}
	return nil
}

// compared reads a body without storing it, and returns its checksum.
func compared(body *pacedBody, wanted admitted) (lox.Checksum, error) {
	sent, err := receive(io.Discard, body, wanted.size, func(int) {})
	if err == nil {
		err = body.end()
	}
	return sent, err
}

// fits checks the headers that describe the body of a request.
func (a admitted) fits(r *http.Request) error {
	if r.ContentLength < 0 {
		return refusal{http.StatusLengthRequired, "length_required", "The upload must have a Content-Length", map[string]string{
			"Content-Length": fmt.Sprintf("Must be %d: send every header of upload_headers, and no chunked body", a.size),
		}}
	}
	if r.ContentLength != a.size {
		return invalid("Content-Length", fmt.Sprintf("Is %d, must be %d as declared", r.ContentLength, a.size))
	}
	if sent := r.Header.Get("Content-Type"); a.contentType != "" && sent != a.contentType {
		return invalid("Content-Type", "Must be "+strconv.Quote(a.contentType)+" as declared")
	}
	return nil
}

// admits fails unless the backup of an object is pending and expects this kind of upload: of the whole file, or of
// parts of this size. The bytes may be stored already.
func (s *Store) admits(ctx context.Context, key string, wanted admitted) error {
	partSize, err := s.pendingPartSize(ctx, key)
	switch {
	case err != nil:
		return err
	case wanted.part == 0 && partSize != 0:
		return errInParts
	case wanted.part != 0 && partSize != wanted.partSize:
		return errWhole
	}
	return nil
}

// pendingPartSize fails unless the backup of an object is pending. It returns the size of the backup's parts: 0 if
// the backup is uploaded in one piece.
func (s *Store) pendingPartSize(ctx context.Context, key string) (partSize int64, err error) {
	tenantText, idText, _ := strings.Cut(key, "/")
	var tenant lox.TenantID
	var id lox.BackupID
	if err := errors.Join(tenant.UnmarshalText([]byte(tenantText)), id.UnmarshalText([]byte(idText))); err != nil {
		return 0, errUnwanted
	}
	b, err := s.cfg.Backups.Backup(ctx, tenant, id)
	switch {
	case err != nil:
		return 0, err
	case b.Status == lox.StatusPending:
		return b.PartSize, nil
	case s.files.exists(key):
		return 0, errStored
	default:
		return 0, errUnwanted
	}
}

// store stores a body under a key, completely or not at all.
func (s *Store) store(e *entry, key string, wanted admitted, body *pacedBody) (err error) {
	if err := s.ledger.reserve(e, wanted.size); err != nil {
		return err
	}
	f, err := s.files.create()
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.files.discard(f))
		}
	}()
	defer f.Close()
	sum, err := receive(&eagerFile{Writer: f, file: f}, body, wanted.size, func(n int) { s.ledger.wrote(e, int64(n)) })
	if err != nil {
		return err
	}
	if wanted.checksum != nil && *wanted.checksum != sum {
		return &mismatchError{*wanted.checksum, sum}
	}
	if err := body.end(); err != nil {
		return err
	}
	// Check again just before the file gets its name: another process, such as a command of the operator, may have
	// deleted the backup.
	if err := s.admits(e.ctx, key, wanted); err != nil {
		return err
	}
	info, err := s.files.publish(f, key)
	if err != nil {
		return err
	}
	s.sums.remember(key, etagOf(info), sum)
	return nil
}

const (
	// bufferSize is how many bytes are read and written at once. A buffer is small enough to stay in a processor's
	// cache until it is hashed.
	bufferSize = 256 << 10
	// buffersEach is how many buffers a large upload has: one is filled and written
	// while others are hashed.
	buffersEach = 4
)

var buffers = sync.Pool{New: func() any { return new([bufferSize]byte) }}

// receive writes exactly size bytes to a file, calls wrote for each piece, and returns their SHA-256. If there is
// more than one buffer of bytes, they are hashed while they are written: both together take as long as the slower
// of the two.
func receive(to io.Writer, from io.Reader, size int64, wrote func(n int)) (lox.Checksum, error) {
	sum := sha256.New()
	if size <= bufferSize {
		buffer := buffers.Get().(*[bufferSize]byte) //nolint:forcetypeassert // see New
		defer buffers.Put(buffer)
		if err := pass(to, from, buffer[:size], wrote); err != nil {
			return lox.Checksum{}, err
		}
		_, _ = sum.Write(buffer[:size]) // never fails
		return lox.Checksum(sum.Sum(nil)), nil
	}
	free, full := make(chan *[bufferSize]byte, buffersEach), make(chan []byte, buffersEach)
	for range buffersEach {
		free <- buffers.Get().(*[bufferSize]byte) //nolint:forcetypeassert // see New
	}
	hashed := make(chan struct{})
	go func() {
		defer close(hashed)
		for part := range full {
			_, _ = sum.Write(part)
			free <- (*[bufferSize]byte)(part[:bufferSize])
		}
	}()
	var err error
	for left := size; left > 0 && err == nil; {
		buffer := <-free
		part := buffer[:min(left, bufferSize)]
		err = pass(to, from, part, wrote)
		left -= int64(len(part))
		full <- part
	}
	close(full)
	<-hashed
	for range buffersEach {
		buffers.Put(<-free)
	}
	if err != nil {
		return lox.Checksum{}, err
	}
	return lox.Checksum(sum.Sum(nil)), nil
}

// receiveUnhashed writes exactly size bytes to a file, and calls wrote for each piece.
func receiveUnhashed(to io.Writer, from io.Reader, size int64, wrote func(n int)) error {
	buffer := buffers.Get().(*[bufferSize]byte) //nolint:forcetypeassert // see New
	defer buffers.Put(buffer)
	for left := size; left > 0; {
		piece := buffer[:min(left, bufferSize)]
		if err := pass(to, from, piece, wrote); err != nil {
			return err
		}
		left -= int64(len(piece))
	}
	return nil
}

// pass fills a buffer and writes it.
func pass(to io.Writer, from io.Reader, buffer []byte, wrote func(n int)) error {
	if _, err := io.ReadFull(from, buffer); err != nil {
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			return errShort
		}
		return err
	}
	if _, err := to.Write(buffer); err != nil {
		return err
	}
	wrote(len(buffer))
	return nil
}

// pacedBody is a body with a minimum rate: it must bring rate times window bytes, or its end, in each window.
type pacedBody struct {
	ctx    context.Context //nolint:containedctx // the context of the upload
	from   io.Reader
	conn   interface{ SetReadDeadline(at time.Time) error }
	rate   int64 // bytes per second
	window time.Duration

	began time.Time // the start of the current window
	n     int64     // bytes in the current window
}

// end is called when the body has arrived. It removes the read deadline: the time that the disk takes from now on
// must not look like a slow client, whose request would be canceled.
func (b *pacedBody) end() error { return b.conn.SetReadDeadline(time.Time{}) }

func (b *pacedBody) Read(p []byte) (int, error) {
	if b.began.IsZero() || b.n >= b.rate*int64(b.window/time.Second) {
		b.began, b.n = time.Now(), 0
		if err := b.conn.SetReadDeadline(b.began.Add(b.window)); err != nil {
			return 0, err
		}
		// The end of the upload sets a deadline, too. This one may have just replaced it.
		if err := b.ctx.Err(); err != nil {
			return 0, err
		}
	}
	n, err := b.from.Read(p)
	b.n += int64(n)
	if errors.Is(err, os.ErrDeadlineExceeded) {
		err = fmt.Errorf("%w: it must send at least %d bytes in any %v", errSlow, b.rate*int64(b.window/time.Second), b.window)
	}
	return n, err
}
