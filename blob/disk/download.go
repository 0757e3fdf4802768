package disk

import (
	"errors"
	"io"
	"math"
	"net/http"
	"time"

	"github.com/backlox/lox"
	"github.com/backlox/lox/blob"
)

// serveDownload serves the bytes of a backup: GET or HEAD DownloadPath<key>, with
// ranges and conditions (RFC 9110).
func (s *Store) serveDownload(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		methodNotAllowed(w, "GET, HEAD")
		return
	}
	conn := http.NewResponseController(w)
	_ = conn.SetReadDeadline(time.Time{})
	if err := s.download(&pacedAnswer{ResponseWriter: w, conn: conn, rate: s.cfg.MinRate, window: s.cfg.RateWindow}, r); err != nil {
		answer := refused(err)
		if lox.CodeOf(err) == lox.CodeUploadIncomplete {
			answer = refusal{http.StatusNotFound, "backup_not_found", "The backup was deleted", nil}
		}
		answer.write(w)
	}
}

func (s *Store) download(w http.ResponseWriter, r *http.Request) error {
	key, ok := key(r.URL.Path, DownloadPath)
	if !ok {
		return errAltered
	}
	query, err := s.signer.verify(r.URL.Path, r.URL.RawQuery, s.cfg.Clock())
	if err != nil {
		return err
	}
	f, o, err := s.open(r.Context(), "download", key)
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return unavailable("download", key, err)
	}
	h := w.Header()
	h.Set("Content-Type", "application/octet-stream")
	if t := query.Get(paramType); t != "" {
		h.Set("Content-Type", t)
	}
	// A stored HTML page must not run as a page of this server.
	h.Set("Content-Disposition", blob.Attachment(query.Get(paramFilename)))
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Security-Policy", "sandbox")
	h.Set("Cache-Control", "private, no-store")
	h.Set("ETag", `"`+o.ETag+`"`)
	// Dates in headers are whole seconds. With a fraction, the file would seem changed to a client that sends
	// Last-Modified back in a condition.
	http.ServeContent(w, r, "", info.ModTime().Truncate(time.Second), f)
	return nil
}

// answerPart is how much of a file is sent before the deadline is extended, in bytes.
const answerPart = 1 << 20

// pacedAnswer is a response that fails if its client reads more slowly than a minimum rate. Otherwise a client that has
// stopped reading would keep its connection and the file open for ever.
type pacedAnswer struct {
	http.ResponseWriter
	conn   *http.ResponseController
	rate   int64 // bytes per second
	window time.Duration
}

// Write implements http.ResponseWriter.
func (a *pacedAnswer) Write(p []byte) (int, error) {
	if err := a.extend(int64(len(p))); err != nil {
		return 0, err
	}
	return a.ResponseWriter.Write(p)
}

// ReadFrom sends a file in parts of answerPart bytes, each by sendfile.
func (a *pacedAnswer) ReadFrom(from io.Reader) (sent int64, err error) {
	limited, ok := from.(*io.LimitedReader)
	if !ok {
		limited = &io.LimitedReader{R: from, N: math.MaxInt64}
	}
	for limited.N > 0 {
		part := &io.LimitedReader{R: limited.R, N: min(limited.N, answerPart)}
		if err := a.extend(part.N); err != nil {
			return sent, err
		}
		n, err := io.Copy(a.ResponseWriter, part)
		sent += n
		limited.N -= n
		if err != nil || n == 0 {
			return sent, err
		}
	}
	return sent, nil
}

// extend extends the deadline by the time for n more bytes.
func (a *pacedAnswer) extend(n int64) error {
	wait := time.Duration(float64(n) / float64(a.rate) * float64(time.Second))
	err := a.conn.SetWriteDeadline(time.Now().Add(max(wait, a.window)))
	if errors.Is(err, http.ErrNotSupported) {
		return nil // not a connection, as in tests
	}
	return err
}

// Unwrap is for an http.ResponseController.
func (a *pacedAnswer) Unwrap() http.ResponseWriter { return a.ResponseWriter }
