package lox

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Code is the machine-readable name of an error, as the API prints it in
// error.code. The set is closed: server/errors.go gives each one its status.
type Code string

// The codes that the original API description names, then those that LOX adds.
const (
	CodeValidation     Code = "validation_error"
	CodeAuthentication Code = "authentication_error"
	CodeQuotaExceeded  Code = "quota_exceeded"
	CodeRateLimited    Code = "rate_limited"
	CodeUploadExpired  Code = "upload_expired"
	CodeBackupNotFound Code = "backup_not_found"

	CodePermissionDenied    Code = "permission_denied"
	CodeNotFound            Code = "not_found"
	CodeMethodNotAllowed    Code = "method_not_allowed"
	CodePayloadTooLarge     Code = "payload_too_large"
	CodeUnsupportedMedia    Code = "unsupported_media_type"
	CodeInternal            Code = "internal_error"
	CodeUnavailable         Code = "unavailable"
	CodeInvalidState        Code = "invalid_state"
	CodeUploadIncomplete    Code = "upload_incomplete"
	CodeChecksumMismatch    Code = "checksum_mismatch"
	CodeIdempotencyConflict Code = "idempotency_conflict"
	CodeIdempotencyMismatch Code = "idempotency_mismatch"
)

// Errors of more than one package, worded as in the API document.
var (
	ErrBackupNotFound = Errorf(CodeBackupNotFound, "Backup with given ID not found")
	ErrInvalidAPIKey  = Errorf(CodeAuthentication, "Invalid or expired API key")
)

// Error is a failure whose code and text the API may show. The caller sees Code, Public
// and Details; the wrapped cause is only logged.
type Error struct {
	Code   Code
	Public string
	// Details says for each invalid field what is wrong and what would be right.
	Details map[string]string
	// Final means that the same request can never succeed, although other errors with this
	// code are temporary. The API then doesn't ask the client to retry.
	Final bool

	cause error
}

// Errorf returns an Error with a public text.
func Errorf(code Code, format string, args ...any) *Error {
	return &Error{Code: code, Public: fmt.Sprintf(format, args...)}
}

// Invalid returns a validation error that names one field.
func Invalid(public, field, problem string) *Error {
	return &Error{Code: CodeValidation, Public: public, Details: map[string]string{field: problem}}
}

// invalidBody returns a validation error with these details, or nil if there
// are none.
func invalidBody(problems map[string]string) error {
	if len(problems) == 0 {
		return nil
	}
	return &Error{Code: CodeValidation, Public: "Invalid request body", Details: problems}
}

// Because returns a copy of e that wraps cause.
func (e *Error) Because(cause error) *Error {
	c := *e
	c.cause = cause
	return &c
}

// With returns a copy of e that has one more detail.
func (e *Error) With(field, text string) *Error {
	c := *e
	c.Details = make(map[string]string, len(e.Details)+1)
	maps.Copy(c.Details, e.Details)
	c.Details[field] = text
	return &c
}

// Error gives the code, the public text, the details and the cause, for logs.
func (e *Error) Error() string {
	text := string(e.Code) + ": " + e.Public
	if len(e.Details) == 0 && e.cause == nil {
		return text // the usual case, without a builder
	}
	var b strings.Builder
	b.WriteString(text)
	for _, field := range slices.Sorted(maps.Keys(e.Details)) {
		fmt.Fprintf(&b, "; %s: %s", field, e.Details[field])
	}
	if e.cause != nil {
		fmt.Fprintf(&b, ": %v", e.cause)
	}
	return b.String()
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.cause }

// CodeOf returns the code of the first Error in err's chain, CodeInternal for
// any other error, and "" for nil.
func CodeOf(err error) Code {
	if err == nil {
		return ""
	}
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Code
	}
	return CodeInternal
}
