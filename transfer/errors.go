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

// What an error of Push and Pull may be, for errors.Is. Others are of a network, a server
// or a disk that doesn't work.
var (
	// ErrNotFound says that there is no such backup, or no longer.
	ErrNotFound = errors.New("there is no such backup")
	// ErrRefused says that the API key is unknown, expired or revoked, or lacks a scope.
	ErrRefused = errors.New("the API key is refused")
	// ErrFull says that the quota, the server's disk or this machine's disk has no room.
	ErrFull = errors.New("there is no room")
	// ErrMismatch says that bytes are not those of the checksum.
	ErrMismatch = errors.New("the checksum doesn't match")
	// ErrInvalid says that what was asked for can't be done, whenever it is tried.
	ErrInvalid = errors.New("this can't be done")
	// ErrChanged says that the source was changed while it was read.
	ErrChanged = errors.New("the file changed while it was read")
)

// InterruptedError says that a transfer was told to end, by its context, or that the line
// broke too often. If Path is set, the same Pull again goes on where this one was, and
// if Resumable is, the same Push.
type InterruptedError struct {
	// ID is that of a backup that Push has uploaded: the server verifies it now or when its
	// upload URL has expired, and then it is completed.
	ID string
	// Path is the file that has the first Done bytes of the download, of Total.
	Path string
	// Resumable says that the store has Done bytes of the upload, of Total, and the same Push again goes on.
	Resumable   bool
	Done, Total int64
	// Err is why.
	Err error
}

// Error implements error.
func (e *InterruptedError) Error() string { return "interrupted: " + e.Err.Error() }

// Unwrap returns why.
func (e *InterruptedError) Unwrap() error { return e.Err }

// ChecksumError says that bytes are not those that were meant.
type ChecksumError struct {
	// Want and Got are "sha256:" and 64 hexadecimal digits.
	Want, Got string
}

// Error implements error.
func (e *ChecksumError) Error() string {
	return fmt.Sprintf("the checksum doesn't match: want %s, got %s", e.Want, e.Got)
}

// Is reports whether target is ErrMismatch.
func (e *ChecksumError) Is(target error) bool { return target == ErrMismatch }

// ResponseError is an answer that is no success, of the API or of the store.
type ResponseError struct {
	Status int
	// Code is the API's, or S3's; "" if something else answered.
	Code    string
	Message string
	// Details are the wrong fields, by name.
	Details map[string]string
	// RetryAfter is how long the server asks to wait, 0 if it doesn't.
	RetryAfter time.Duration
	// Store says that the store answered, which knows no API keys.
	Store bool

	at time.Time // by the clock of who answered; zero if it doesn't say
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

// Is reports whether target is what the answer means.
func (e *ResponseError) Is(target error) bool {
	switch target {
	case ErrNotFound:
		return e.Status == http.StatusNotFound && e.Code != ""
	case ErrRefused:
		return !e.Store && (e.Status == http.StatusUnauthorized || e.Code == "permission_denied")
	case ErrFull:
		return e.Code == "quota_exceeded" || e.Status == http.StatusInsufficientStorage
	case ErrMismatch:
		// The disk store and the API, Amazon S3, MinIO.
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
		// The server may not know yet that the connection of the upload before is gone.
		return e.Code == "upload_in_progress" || e.Code == "idempotency_conflict"
	case http.StatusBadRequest:
		return e.Code == "RequestTimeout" // S3's name for a body that stood still
	default:
		return false
	}
}

// clocksApart is how far two clocks are apart at least when that is named as why a URL is refused. A request may be under
// way for a while.
const clocksApart = 2 * time.Minute

// explainClocks is for an error of a URL that the server has just signed. If the store refuses it, and the clocks of both are apart, the
// error says so. The clock of this machine doesn't matter.
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

// lineError is an error of the network: another attempt may help.
type lineError struct{ err error }

func (e *lineError) Error() string { return "the connection failed: " + e.err.Error() }
func (e *lineError) Unwrap() error { return e.err }

// refusalSize is the most that is read of an answer that is no success, in bytes.
const refusalSize = 64 << 10

// responseError reads an answer that is no success.
func responseError(resp *http.Response, store bool) *ResponseError {
	e := &ResponseError{Status: resp.StatusCode, Store: store}
	e.at, _ = http.ParseTime(resp.Header.Get("Date"))
	if seconds, err := strconv.Atoi(resp.Header.Get("Retry-After")); err == nil && seconds > 0 {
		e.RetryAfter = time.Duration(seconds) * time.Second
	}
	body, _ := io.ReadAll(io.LimitReader(resp.Body, refusalSize)) // what came of it
	var told api.ErrorResponse
	var s3 struct {
		XMLName xml.Name `xml:"Error"`
		Code    string   `xml:"Code"`
		Message string   `xml:"Message"`
	}
	switch {
	case json.Unmarshal(body, &told) == nil:
		e.Code, e.Message, e.Details = string(told.Error.Code), told.Error.Message, told.Error.Details
	case xml.Unmarshal(body, &s3) == nil:
		e.Code, e.Message = s3.Code, s3.Message
	}
	return e
}
