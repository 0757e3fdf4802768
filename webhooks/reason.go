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
	"net/netip"
	"net/url"
	"syscall"
	"time"
)

// reasonUnsigned is told of attempts that failed on LOX's side, before anything
// was sent.
const reasonUnsigned = "LOX could not sign the delivery"

// reason says in words for the tenant why there was no answer from a host. They
// show nothing that the tenant doesn't know: of a name, not which inner address
// it leads to.
func reason(err error, host string, timeout time.Duration) string {
	if refused, ok := errors.AsType[refusal](err); ok {
		if _, err := netip.ParseAddr(host); err == nil {
			return fmt.Sprintf("Refused: webhooks may not go to the %s address %s", kind(refused.addr), host)
		}
		return fmt.Sprintf("Refused: %s leads to a %s address, where webhooks may not go", host, kind(refused.addr))
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return "No answer within " + spell(timeout)
	}
	if dns, ok := errors.AsType[*net.DNSError](err); ok {
		if dns.IsNotFound {
			return "The name does not resolve"
		}
		return "The name can't be resolved at the moment"
	}
	if text := tlsReason(err); text != "" {
		return "TLS: " + text
	}
	switch {
	case errors.Is(err, syscall.ECONNREFUSED):
		return "The connection was refused"
	case errors.Is(err, syscall.EHOSTUNREACH), errors.Is(err, syscall.ENETUNREACH), errors.Is(err, syscall.ETIMEDOUT):
		return "The receiver can't be reached"
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF),
		errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE):
		return "The connection was closed before there was an answer"
	default:
		return "There was no valid HTTP answer"
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
