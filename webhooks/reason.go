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

// Reasons why an attempt had no answer. Tenants read these texts.
//
// reasonUnsigned: LOX could not sign the delivery, and sent nothing.
const reasonUnsigned = "LOX could not sign the delivery"

// reasonInvalid: the answer was not valid HTTP.
const reasonInvalid = "There was no valid HTTP answer"

// reasonUnreachable: no connection to the receiver could be made.
const reasonUnreachable = "The receiver can't be reached"

// reasonNowhere: no address of the host may be used, or the name did not resolve. All these
// cases have one text. Different texts would show a tenant which names exist in the
// operator's network.
const reasonNowhere = "The URL does not lead to an address that webhooks may go to"

// nothingTried reports whether an attempt failed before any connection was tried: the name
// did not resolve, or resolved only to refused addresses.
func nothingTried(err error) bool {
	if _, ok := errors.AsType[refusal](err); ok {
		return true
	}
	_, ok := errors.AsType[*net.DNSError](err)
	return ok
}

// reason says why there was no answer from a host. The tenant reads the text. It must not
// show whether a name resolves to an address in the operator's network, or to which one.
func reason(err error, timeout time.Duration) string {
	if nothingTried(err) {
		return reasonNowhere
	}
	// The transport's own timeout for handshakes may end first.
	if slow, ok := errors.AsType[net.Error](err); errors.Is(err, context.DeadlineExceeded) ||
		ok && slow.Timeout() && !errors.Is(err, syscall.ETIMEDOUT) {
		return "No answer within " + spell(timeout)
	}
	if text := tlsReason(err); text != "" {
		return "TLS: " + text
	}
	if _, ok := errors.AsType[busyError](err); ok { // the error of the first address; others were tried
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

// tlsReason says what is wrong with a certificate or a handshake. It returns "" for other
// errors.
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

// spell formats a duration in whole seconds as "15 seconds".
func spell(d time.Duration) string {
	if d%time.Second != 0 || d == time.Second {
		return d.String()
	}
	return fmt.Sprintf("%d seconds", d/time.Second)
}

// withoutURL removes the URL from an error of http.Client, because its query may contain
// a token.
func withoutURL(err error) error {
	if wrapped, ok := errors.AsType[*url.Error](err); ok {
		return wrapped.Err
	}
	return err
}
