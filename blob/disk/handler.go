package disk

import (
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/backlox/lox"
)

// answerTimeout is how long a client may take to read an answer without a body.
const answerTimeout = 30 * time.Second

// Handler serves the URLs below UploadPath and DownloadPath. The server's read and write timeouts don't apply to
// them: uploads and downloads have a minimum rate instead.
func (s *Store) Handler() http.Handler {
	// A ServeMux would clean paths and redirect, and so answer requests for URLs that were never signed.
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case strings.HasPrefix(r.URL.Path, UploadPath):
			s.serveUpload(w, r)
		case strings.HasPrefix(r.URL.Path, DownloadPath):
			s.serveDownload(w, r)
		default:
			refusal{status: http.StatusNotFound, code: "not_found", message: "No such endpoint"}.write(w)
		}
	})
}

// refusal is the answer to a refused request: the error envelope of the API.
type refusal struct {
	status  int
	code    string
	message string
	details map[string]string
}

func (r refusal) write(w http.ResponseWriter) {
	body, _ := json.Marshal(map[string]any{"error": envelope{r.code, r.message, r.details}}) //nolint:errchkjson // of strings
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(r.status)
	_, _ = w.Write(body) // an error means that the client has disconnected
}

type envelope struct {
	Code    string            `json:"code"`
	Message string            `json:"message"`
	Details map[string]string `json:"details,omitempty"`
}

func invalid(field, text string) refusal {
	return refusal{http.StatusBadRequest, "validation_error", "Invalid request", map[string]string{field: text}}
}

func methodNotAllowed(w http.ResponseWriter, allow string) {
	w.Header().Set("Allow", allow)
	refusal{status: http.StatusMethodNotAllowed, code: "method_not_allowed", message: "This URL is for " + allow}.write(w)
}

// refused returns the answer that a client gets for an error.
func refused(err error) refusal {
	switch {
	case errors.Is(err, errAltered):
		return refusal{http.StatusForbidden, "permission_denied", "The signature of the URL is wrong: use the URL exactly as it was given", nil}
	case errors.Is(err, errExpired):
		return refusal{http.StatusForbidden, "permission_denied", "The URL has expired: ask for another one", nil}
	case errors.Is(err, errBusy):
		return refusal{http.StatusConflict, "upload_in_progress", "Another upload of this backup is under way", nil}
	case errors.Is(err, errNoSpace), errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		return refusal{http.StatusInsufficientStorage, "insufficient_storage", "The disk of the server is full, try again later", nil}
	case errors.Is(err, errDeleted), errors.Is(err, errUnwanted):
		return refusal{http.StatusForbidden, "permission_denied", "The backup does not wait for an upload", nil}
	case errors.Is(err, errEnded), errors.Is(err, errNoUpload):
		return refusal{http.StatusForbidden, "permission_denied", "The upload in parts has ended", nil}
	case errors.Is(err, errInParts), errors.Is(err, errWhole):
		return refusal{http.StatusForbidden, "permission_denied", "The URL does not fit the backup: " + err.Error(), nil}
	case errors.Is(err, errStored):
		return refusal{http.StatusPreconditionFailed, "already_uploaded", "The file is uploaded already", nil}
	case errors.Is(err, errSlow):
		return refusal{http.StatusRequestTimeout, "upload_too_slow", "The upload is too slow: " + err.Error(), nil}
	case errors.Is(err, errShort):
		return invalid("Content-Length", "The body ended before that many bytes")
	}
	if mismatch, ok := errors.AsType[*mismatchError](err); ok {
		return refusal{http.StatusBadRequest, "checksum_mismatch", "The uploaded bytes do not match the declared checksum",
			map[string]string{"checksum": "Declared " + mismatch.declared.String() + ", uploaded " + mismatch.found.String()}}
	}
	switch lox.CodeOf(err) {
	case lox.CodeBackupNotFound:
		return refused(errUnwanted)
	default:
		return refusal{http.StatusServiceUnavailable, "unavailable", "Storage is temporarily unavailable, please try again", nil}
	}
}

// key returns the key of the object that a path names.
func key(path, below string) (string, bool) {
	key := strings.TrimPrefix(path, below)
	return key, validKey(key)
}
