package webhooks

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"syscall"
	"time"
)

// reasonUnsigned is told of attempts that failed on LOX's side, before anything
// was sent.
const reasonUnsigned = "LOX could not sign the delivery"

// reasonInvalid is told of answers that are no HTTP.
const reasonInvalid = "There was no valid HTTP answer"

// reasonUnreachable is told of receivers to which no connection could be made.
const reasonUnreachable = "The receiver can't be reached"

// reasonNowhere is told of every name and address at which nothing was tried. One
// text for all: whoever could tell names that the operator's network knows from
// those that nobody knows could search that network by its names.
const reasonNowhere = "The URL does not lead to an address that webhooks may go to"

// nothingTried reports whether an attempt failed before anything was connected to:
// a name led nowhere, or to addresses that are refused.
func nothingTried(err error) bool {
	if _, ok := errors.AsType[refusal](err); ok {
		return true
	}
	_, ok := errors.AsType[*net.DNSError](err)
	return ok
}

// reason says in words for the tenant why there was no answer from a host. They
// show nothing that the tenant doesn't know: of a name neither to which inner
// address it leads, nor whether it leads to one.
func reason(err error, timeout time.Duration) string {
	if nothingTried(err) {
		return reasonNowhere
	}
	// The transport has a timeout of its own for handshakes, which may be first.
	if slow, ok := errors.AsType[net.Error](err); errors.Is(err, context.DeadlineExceeded) ||
		ok && slow.Timeout() && !errors.Is(err, syscall.ETIMEDOUT) {
		return "No answer within " + spell(timeout)
	}
	if text := tlsReason(err); text != "" {
		return "TLS: " + text
	}
	if _, ok := errors.AsType[busyError](err); ok { // of the first address; others were tried
		return reasonUnreachable
	}
	switch {
	case errors.Is(err, syscall.ECONNREFUSED):
		return "The connection was refused"
	case errors.Is(err, syscall.EHOSTUNREACH), errors.Is(err, syscall.ENETUNREACH), errors.Is(err, syscall.ETIMEDOUT):
		return reasonUnreachable
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF),
		errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE):
		return "The connection was closed before there was an answer"
	default:
		return reasonInvalid
	}
}

// tlsReason says what is wrong with a certificate or a handshake, or "" if
// neither is.
func tlsReason(err error) string {
	if wrong, ok := errors.AsType[x509.HostnameError](err); ok {
		return "the certificate is not valid for " + wrong.Host
	}
	if wrong, ok := errors.AsType[x509.CertificateInvalidError](err); ok && wrong.Reason == x509.Expired {
		return "the certificate has expired or is not yet valid"
	}
	if _, ok := errors.AsType[x509.UnknownAuthorityError](err); ok {
		return "the certificate is not signed by a known authority"
	}
	if _, ok := errors.AsType[*tls.CertificateVerificationError](err); ok {
		return "the certificate is not valid"
	}
	if _, ok := errors.AsType[tls.RecordHeaderError](err); ok || errors.Is(err, http.ErrSchemeMismatch) {
		return "the receiver does not speak TLS at this port"
	}
	if _, ok := errors.AsType[tls.AlertError](err); ok {
		return "the receiver refused the handshake"
	}
	return ""
}

// spell writes 15 seconds as "15 seconds".
func spell(d time.Duration) string {
	if d%time.Second != 0 || d == time.Second {
		return d.String()
	}
	return fmt.Sprintf("%d seconds", d/time.Second)
}

// withoutURL takes the URL off an error of http.Client: its query may hold a
// token.
func withoutURL(err error) error {
	if wrapped, ok := errors.AsType[*url.Error](err); ok {
		return wrapped.Err
	}
	return err
}
