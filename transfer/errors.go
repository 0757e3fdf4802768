package transfer

import (
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	api "github.com/backlox/lox/gen/client"
)

// Errors of Push and Pull, for errors.Is. All other errors are failures of the network, a server or a disk.
var (
	// ErrNotFound says that the backup doesn't exist, or was deleted.
	ErrNotFound = errors.New("there is no such backup")
	// ErrRefused says that the API key is unknown, expired or revoked, or lacks a scope.
	ErrRefused = errors.New("the API key is refused")
	// ErrFull says that there is no space within the quota, on the server's disk or on this machine's disk.
	ErrFull = errors.New("there is no space left")
	// ErrMismatch says that bytes don't match their checksum.
	ErrMismatch = errors.New("the checksum doesn't match")
	// ErrInvalid says that a request can't succeed, however often it is tried.
	ErrInvalid = errors.New("this can't be done")
	// ErrChanged says that the source has changed while it was read.
	ErrChanged = errors.New("the file changed while it was read")
)

// InterruptedError says that a transfer was interrupted: its context ended, or the connection broke too often. If
// Path is set, the same Pull resumes the download. If Resumable is set, the same Push resumes the upload.
type InterruptedError struct {
	// ID is the id of a backup that Push has uploaded completely. The server verifies it now, or when its upload
	// URL has expired, and then completes it.
	ID string
	// Path is the file with the first Done bytes of the download. The whole download has Total bytes.
	Path string
	// Resumable says that the store has Done of the Total bytes of the upload, and that the same Push resumes it.
	Resumable   bool
	Done, Total int64
	// Err is the cause.
	Err error
}

// Error implements error.
func (e *InterruptedError) Error() string { return "interrupted: " + e.Err.Error() }

// Unwrap returns the cause.
func (e *InterruptedError) Unwrap() error { return e.Err }

// ChecksumError says that the bytes have another checksum than the expected one.
type ChecksumError struct {
	// Want and Got are checksums: "sha256:" and 64 hexadecimal digits.
	Want, Got string
}

// Error implements error.
func (e *ChecksumError) Error() string {
	return fmt.Sprintf("the checksum doesn't match: want %s, got %s", e.Want, e.Got)
}

// Is reports whether target is ErrMismatch.
func (e *ChecksumError) Is(target error) bool { return target == ErrMismatch }

// ResponseError is an answer of the API or of the store that reports a failure.
type ResponseError struct {
	Status int
	// Code is the error code of the API or of S3; "" if something else answered.
	Code    string
	Message string
	// Details are the errors of invalid fields, by the name of the field.
	Details map[string]string
	// RetryAfter is how long the server asks to wait, 0 if it doesn't ask.
	RetryAfter time.Duration
	// Store says that the answer came from the store, which doesn't check API keys.
	Store bool

	at time.Time // the time of the answer by the sender's clock; zero if the answer has none
}

// Error implements error.
func (e *ResponseError) Error() string {
	who := "the server"
	if e.Store {
		who = "the store"
	}
	text := fmt.Sprintf("%s answers %d %s", who, e.Status, http.StatusText(e.Status))
	if e.Message != "" {
		text += ": " + strconv.Quote(e.Message)
	}
	return text
}

// Is reports whether the answer means target.
func (e *ResponseError) Is(target error) bool {
	switch target {
	case ErrNotFound:
		return e.Status == http.StatusNotFound && e.Code != ""
	case ErrRefused:
		return !e.Store && (e.Status == http.StatusUnauthorized || e.Code == "permission_denied")
	case ErrFull:
		return e.Code == "quota_exceeded" || e.Status == http.StatusInsufficientStorage
	case ErrMismatch:
		// The codes of the disk store and the API, of Amazon S3, and of MinIO.
		return slices.Contains([]string{"checksum_mismatch", "BadDigest", "XAmzContentChecksumMismatch", "XAmzContentSHA256Mismatch"}, e.Code)
	case ErrInvalid:
		return e.Code == "validation_error"
	default:
		return false
	}
}

// temporary reports whether another attempt may help.
func (e *ResponseError) temporary() bool {
	switch e.Status {
	case http.StatusRequestTimeout, http.StatusTooManyRequests, http.StatusInternalServerError, http.StatusBadGateway,
		http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return true
	case http.StatusConflict:
		// The server may not know yet that the connection of the previous upload is closed.
		return e.Code == "upload_in_progress" || e.Code == "idempotency_conflict"
	case http.StatusBadRequest:
		return e.Code == "RequestTimeout" // the code of S3 for a body that stalled
	default:
		return false
	}
}

// clocksApart is the smallest difference of two clocks that is reported as the reason why a URL is refused. It
// isn't smaller because a request may take a while.
const clocksApart = 2 * time.Minute

// explainClocks explains an error of a URL that the server has just signed. If the store refuses the URL, and the
// clocks of the server and the store differ, the returned error says so. The clock of this machine doesn't matter.
func explainClocks(err error, signed string) error {
	answer, _ := errors.AsType[*ResponseError](err)
	if !refusedURL(err) || answer.at.IsZero() {
		return err
	}
	u, failed := url.Parse(signed)
	if failed != nil {
		return err
	}
	at, failed := time.Parse("20060102T150405Z", u.Query().Get("X-Amz-Date")) // AWS Signature Version 4
	ahead := at.Sub(answer.at)
	switch {
	case failed != nil || ahead.Abs() < clocksApart:
		return err
	case ahead < 0:
		return fmt.Errorf("the server's clock is %s behind the store's: %w", -ahead, err)
	default:
		return fmt.Errorf("the server's clock is %s ahead of the store's: %w", ahead, err)
	}
}

// lineError is a network error: another attempt may help.
type lineError struct{ err error }

func (e *lineError) Error() string { return "the connection failed: " + e.err.Error() }
func (e *lineError) Unwrap() error { return e.err }

// refusalSize is how many bytes of a failure's body are read at most.
const refusalSize = 64 << 10

// responseError reads an answer that reports a failure.
func responseError(resp *http.Response, store bool) *ResponseError {
	e := &ResponseError{Status: resp.StatusCode, Store: store}
	e.at, _ = http.ParseTime(resp.Header.Get("Date"))
	if seconds, err := strconv.Atoi(resp.Header.Get("Retry-After")); err == nil && seconds > 0 {
		e.RetryAfter = time.Duration(seconds) * time.Second
	}
	body, _ := io.ReadAll(io.LimitReader(resp.Body, refusalSize)) // the bytes that arrived, even after an error
	var answer api.ErrorResponse
	var s3 struct {
		XMLName xml.Name `xml:"Error"`
		Code    string   `xml:"Code"`
		Message string   `xml:"Message"`
	}
	switch {
	case json.Unmarshal(body, &answer) == nil:
		e.Code, e.Message, e.Details = string(answer.Error.Code), answer.Error.Message, answer.Error.Details
	case xml.Unmarshal(body, &s3) == nil:
		e.Code, e.Message = s3.Code, s3.Message
	}
	return e
}
