package disk

import (
	"net/http"
	"time"

	"github.com/backlox/lox"
	"github.com/backlox/lox/blob"
)

// serveDownload gives the bytes of a backup back: GET or HEAD DownloadPath<key>,
// with ranges and conditions (RFC 9110).
func (s *Store) serveDownload(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		methodNotAllowed(w, "GET, HEAD")
		return
	}
	conn := http.NewResponseController(w)
	_ = conn.SetReadDeadline(time.Time{})
	_ = conn.SetWriteDeadline(time.Time{})
	if err := s.download(w, r); err != nil {
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
	// A page that somebody stored must not run as one of this server's.
	h.Set("Content-Disposition", blob.Attachment(query.Get(paramFilename)))
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Security-Policy", "sandbox")
	h.Set("Cache-Control", "private, no-store")
	h.Set("ETag", `"`+o.ETag+`"`)
	// Dates in headers are whole seconds: with a fraction, a client that sends
	// Last-Modified back would be told that the file has changed.
	http.ServeContent(w, r, "", info.ModTime().Truncate(time.Second), f)
	return nil
}
