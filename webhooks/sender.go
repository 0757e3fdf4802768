package webhooks

import (
	"bytes"
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/netip"
	"syscall"
	"time"

	"github.com/backlox/lox"
)

const (
	// DefaultTimeout is how long an attempt may take, from the DNS look-up to the end of
	// the answer. Standard Webhooks 1.0 recommends 15 to 30 s.
	DefaultTimeout = 15 * time.Second
	// readAnswer is how many bytes of an answer are read, so that its connection can be
	// reused. The connection of a longer answer is closed.
	readAnswer = 64 << 10
	// maxAnswerHeader bounds the bytes of an answer's header.
	maxAnswerHeader = 64 << 10
)

// SenderConfig says how deliveries are sent. Zero values mean the defaults.
type SenderConfig struct {
	// Timeout is the timeout of an attempt. The default is DefaultTimeout.
	Timeout time.Duration
	// AllowPrivate allows webhooks to any address. It is for development: tenants can
	// then send requests to every address that this process can reach.
	AllowPrivate bool
	// Allowed are networks that webhooks may reach in addition to the public Internet.
	Allowed []netip.Prefix
	// Resolver looks names up. The default is net.DefaultResolver.
	Resolver *net.Resolver
	// RootCAs are the trusted certificate authorities. The default is the system's.
	RootCAs *x509.CertPool
	// Clock tells when an attempt begins. The default is time.Now.
	Clock func() time.Time
}

// Sender sends deliveries. It is safe for concurrent use.
type Sender struct {
	box     lox.SecretBox
	client  *http.Client
	timeout time.Duration
	clock   func() time.Time
}

var _ Transport = (*Sender)(nil)

// NewSender returns a Sender that decrypts secrets with the box.
//
// It uses HTTP/1.1 and keeps idle connections for half a minute, at most
// defaultPerWebhook to one host. It uses no proxy, because guard can't check the
// connections of a proxy. It keeps no cookies. It follows no redirects, because they
// would turn the POST into a GET, or send the event to a host that the tenant did not
// choose.
func NewSender(box lox.SecretBox, cfg SenderConfig) *Sender {
	timeout := cmp.Or(cfg.Timeout, DefaultTimeout)
	check := func(string, string, syscall.RawConn) error { return nil }
	if !cfg.AllowPrivate {
		check = guard(cfg.Allowed)
	}
	dialer := &net.Dialer{Resolver: cfg.Resolver, Timeout: timeout, ControlContext: admit(check)}
	clock := cfg.Clock
	if clock == nil {
		clock = time.Now
	}
	return &Sender{
		box: box, timeout: timeout, clock: clock,
		client: &http.Client{
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
			Transport: &http.Transport{
				DialContext:            dialer.DialContext,
				TLSClientConfig:        &tls.Config{RootCAs: cfg.RootCAs, MinVersion: tls.VersionTLS12},
				TLSHandshakeTimeout:    timeout, // the transport goes on connecting after the end of an attempt
				DisableCompression:     true,    // so that the stored body is the one sent, and can't expand
				MaxResponseHeaderBytes: maxAnswerHeader,
				MaxIdleConns:           defaultConcurrency,
				MaxIdleConnsPerHost:    defaultPerWebhook,
				IdleConnTimeout:        30 * time.Second,
			},
		},
	}
}

// admit returns a function for net.Dialer.ControlContext. It checks an address and counts
// it in the permit of the attempt that dials it.
func admit(check func(network, address string, c syscall.RawConn) error) func(context.Context, string, string, syscall.RawConn) error {
	return func(ctx context.Context, network, address string, c syscall.RawConn) error {
		if err := check(network, address, c); err != nil {
			return err
		}
		p := permitOf(ctx)
		if p == nil {
			return nil
		}
		at, err := netip.ParseAddrPort(address)
		if err != nil {
			return fmt.Errorf("read dialed address: %w", err)
		}
		return p.dial(at.Addr())
	}
}

// countConnection returns a context in which the attempt counts for the address of its
// connection, also if the connection was made for an earlier attempt.
func countConnection(ctx context.Context) context.Context {
	p := permitOf(ctx)
	if p == nil {
		return ctx
	}
	return httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{GotConn: func(info httptrace.GotConnInfo) {
		if at, err := netip.ParseAddrPort(info.Conn.RemoteAddr().String()); err == nil {
			p.connected(at.Addr())
		}
	}})
}

// Close closes the idle connections.
func (s *Sender) Close() { s.client.CloseIdleConnections() }

// Answer is the result of an attempt.
type Answer struct {
	lox.Attempt
	// RetryAfter is the value of the header Retry-After.
	RetryAfter string
	// Unsigned is set if LOX could not sign the delivery. Then nothing was sent.
	Unsigned bool
	// NotBefore is set if no attempt was made, because all addresses of the host must get no
	// more attempts now. The delivery is due again at this time.
	NotBefore time.Time
	// Cause is the error behind Error. It is only logged.
	Cause error
}

// Send makes one attempt of a delivery. Its errors are in the Answer. The attempt ends
// early if ctx ends.
func (s *Sender) Send(ctx context.Context, d lox.Dispatch) Answer {
	answer := Answer{Attempt: lox.Attempt{Number: d.Attempts + 1, At: s.clock()}}
	ctx, cancel := context.WithTimeout(countConnection(ctx), s.timeout)
	defer cancel()
	req, err := s.request(ctx, d, answer.At)
	if err != nil {
		answer.Error, answer.Unsigned, answer.Cause = reasonUnsigned, true, err
		return answer
	}
	begun := time.Now()
	resp, err := s.client.Do(req)
	answer.Latency = time.Since(begun)
	if busy, ok := errors.AsType[busyError](err); ok && !permitOf(ctx).tried() {
		answer.NotBefore = busy.until
		return answer
	}
	if err != nil {
		answer.Error = reason(err, s.timeout)
		if nothingTried(err) {
			answer.Latency = 0 // the time of the look-up would show whether the operator's network knows the name
		}
		answer.Cause = withoutURL(err)
		return answer
	}
	defer resp.Body.Close()
	// net/http accepts any three digits as a status. After 101 it hands over the connection,
	// and reads from it don't end with ctx. It skips the other informational answers.
	if resp.StatusCode < http.StatusOK {
		answer.Error, answer.Cause = reasonInvalid, fmt.Errorf("status %03d", resp.StatusCode)
		return answer
	}
	answer.Status, answer.RetryAfter = resp.StatusCode, resp.Header.Get("Retry-After")
	answer.Body = beginning(resp.Body)
	return answer
}

func (s *Sender) request(ctx context.Context, d lox.Dispatch, at time.Time) (*http.Request, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, d.URL, bytes.NewReader(d.Payload))
	if err != nil {
		return nil, withoutURL(err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("User-Agent", "LOX-Webhooks/1")
	// An empty list is not sent. It allows the transport to retry on a new connection if the
	// receiver closes an idle connection at the moment of its reuse.
	req.Header["Idempotency-Key"] = []string{}
	secrets, err := s.secrets(d)
	if err != nil {
		return nil, err
	}
	if err := sign(req.Header, d.Event, at, d.Payload, secrets...); err != nil {
		return nil, fmt.Errorf("sign for %s: %w", d.Webhook, err)
	}
	return req, nil
}

// secrets returns the current secret, and the previous one while that is valid. The first
// signs X-LOX-Signature: the two take turns from attempt to attempt.
func (s *Sender) secrets(d lox.Dispatch) ([]string, error) {
	current, err := s.box.Open(d.Secret, d.Webhook)
	if err != nil || d.Previous == nil {
		return []string{current}, err
	}
	previous, err := s.box.Open(d.Previous, d.Webhook)
	if err != nil { // encrypted with a lost master key, and replaced since
		return []string{current}, nil //nolint:nilerr // the current secret is enough
	}
	if d.Tries%2 == 1 {
		return []string{previous, current}, nil
	}
	return []string{current, previous}, nil
}

// beginning returns the first bytes of an answer's body. It ignores errors of the body:
// the status alone decides whether the attempt has succeeded.
func beginning(body io.Reader) []byte {
	limited := io.LimitReader(body, readAnswer)
	kept, err := io.ReadAll(io.LimitReader(limited, lox.MaxAttemptBody))
	if err == nil {
		_, _ = io.Copy(io.Discard, limited)
	}
	return kept
}
