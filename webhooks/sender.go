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
	// DefaultTimeout is how long an attempt may take, from the look-up of the
	// name to the end of the answer. Standard Webhooks 1.0 asks for 15 to 30 s.
	DefaultTimeout = 15 * time.Second
	// readAnswer is how many bytes of an answer are read, so that its connection
	// can serve again; one with a longer answer is closed.
	readAnswer = 64 << 10
	// maxAnswerHeader bounds the bytes of an answer's header.
	maxAnswerHeader = 64 << 10
)

// SenderConfig says how deliveries are sent. Zero values mean the defaults.
type SenderConfig struct {
	// Timeout of an attempt. The default is DefaultTimeout.
	Timeout time.Duration
	// AllowPrivate lets webhooks go to any address. It is for development:
	// tenants then reach whatever this process can reach.
	AllowPrivate bool
	// Allowed are networks that webhooks may go to beside the public Internet.
	Allowed []netip.Prefix
	// Resolver looks names up. The default is net.DefaultResolver.
	Resolver *net.Resolver
	// RootCAs sign the certificates of receivers. The default is the system's.
	RootCAs *x509.CertPool
	// Clock tells when an attempt begins. The default is time.Now.
	Clock func() time.Time
}

// Sender sends deliveries. One serves any number of goroutines.
type Sender struct {
	box     lox.SecretBox
	client  *http.Client
	timeout time.Duration
	clock   func() time.Time
}

var _ Transport = (*Sender)(nil)

// NewSender returns a Sender that reads secrets from the box.
//
// It speaks HTTP/1.1 and keeps connections: an idle one for half a minute, at
// most DefaultPerWebhook to one host. It uses no proxy, which would connect
// where the guard can't see, keeps no cookies, and follows no redirect. Redirects
// would turn the POST into a GET, or lead elsewhere than the tenant agreed to.
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
				TLSHandshakeTimeout:    timeout, // a connection is made to its end, even when the attempt is over
				DisableCompression:     true,    // what is kept is what was sent, and can't swell
				MaxResponseHeaderBytes: maxAnswerHeader,
				MaxIdleConns:           DefaultConcurrency,
				MaxIdleConnsPerHost:    DefaultPerWebhook,
				IdleConnTimeout:        30 * time.Second,
			},
		},
	}
}

// admit returns a function for net.Dialer.ControlContext that has an address
// checked, and counted for the attempt on whose behalf it is dialed.
func admit(check func(network, address string, c syscall.RawConn) error) func(context.Context, string, string, syscall.RawConn) error {
	return func(ctx context.Context, network, address string, c syscall.RawConn) error {
		if err := check(network, address, c); err != nil {
			return err
		}
		p := passOf(ctx)
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

// countConnection returns ctx so that the attempt counts for the address of the
// connection by which it goes, also if that was made for another one.
func countConnection(ctx context.Context) context.Context {
	p := passOf(ctx)
	if p == nil {
		return ctx
	}
	return httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{GotConn: func(info httptrace.GotConnInfo) {
		if at, err := netip.ParseAddrPort(info.Conn.RemoteAddr().String()); err == nil {
			p.connected(at.Addr())
		}
	}})
}

// Close closes the connections that are kept for later.
func (s *Sender) Close() { s.client.CloseIdleConnections() }

// Answer is what came of an attempt.
type Answer struct {
	lox.Attempt
	// RetryAfter is the header of that name, as it was sent.
	RetryAfter string
	// Unsigned is set if it failed on LOX's side, before anything was sent.
	Unsigned bool
	// NotBefore is set if it was not tried at all, since no address that its name leads
	// to has room. It is due again then.
	NotBefore time.Time
	// Cause is what lies behind Error. It is for the log alone.
	Cause error
}

// Send tries a delivery once. It always returns an attempt: what went wrong
// stands in it. The attempt ends early if ctx does.
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
	if busy, ok := errors.AsType[busyError](err); ok && !passOf(ctx).tried() {
		answer.NotBefore = busy.until
		return answer
	}
	if err != nil {
		answer.Error = reason(err, s.timeout)
		if nothingTried(err) {
			answer.Latency = 0 // how long a name took would tell who knows it
		}
		answer.Cause = withoutURL(err)
		return answer
	}
	defer resp.Body.Close()
	// net/http takes any three digits. With 101 it hands over the connection, whose
	// reads don't end with ctx; the other informational ones it skips.
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
	// Not sent: it has the transport try once more, on a new connection, when the
	// receiver closes a kept one just as it is used again.
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

// secrets returns the secret, and the previous one while that is valid. The
// first of them is the one for X-LOX-Signature: they take turns.
func (s *Sender) secrets(d lox.Dispatch) ([]string, error) {
	current, err := s.box.Open(d.Secret, d.Webhook)
	if err != nil || d.Previous == nil {
		return []string{current}, err
	}
	previous, err := s.box.Open(d.Previous, d.Webhook)
	if err != nil { // of a master key that was lost; the secret itself was replaced since
		return []string{current}, nil //nolint:nilerr // the present secret is enough
	}
	if d.Tries%2 == 1 {
		return []string{previous, current}, nil
	}
	return []string{current, previous}, nil
}

// beginning returns the first bytes of an answer's body. The status has told
// already what came of the attempt: a body that breaks off, is late or never
// ends changes nothing.
func beginning(body io.Reader) []byte {
	limited := io.LimitReader(body, readAnswer)
	kept, err := io.ReadAll(io.LimitReader(limited, lox.MaxAttemptBody))
	if err == nil {
		_, _ = io.Copy(io.Discard, limited)
	}
	return kept
}
