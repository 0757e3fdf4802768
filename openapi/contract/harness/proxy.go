package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"net/netip"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/backlox/lox/openapi"
	"github.com/backlox/lox/openapi/contract/interpreter"
	"github.com/backlox/lox/openapi/traffic"
)

// proxy forwards requests from a client to a server, and receives the server's
// webhooks. It checks all of them against the document. If it has a mutation, it
// alters what the server sends.
type proxy struct {
	url      string // base URL for the client
	upstream string // base URL of the server's API
	mutation *mutation
	checker  checker
	http     *http.Client

	server  *http.Server
	clients atomic.Uint32 // count of the client addresses that were used

	webhooks *interpreter.Receiver

	mu         sync.Mutex
	exchanges  int
	last       *traffic.Exchange
	violations []error
}

// checker checks traffic against the document, and records which parts of the
// document were exercised. Creating one takes seconds, so proxies share it.
type checker struct {
	scenario  *interpreter.Scenario
	validator *traffic.Validator
	coverage  *traffic.Coverage
}

func newChecker() (checker, error) {
	validator, err := traffic.NewValidator()
	if err != nil {
		return checker{}, err
	}
	scenario, err := interpreter.Read(contractDir)
	if err != nil {
		return checker{}, err
	}
	return checker{scenario: scenario, validator: validator}.withNewCoverage()
}

// withNewCoverage returns a copy that records coverage of its own.
func (c checker) withNewCoverage() (checker, error) {
	doc, err := openapi.LoadClosed()
	if err != nil {
		return c, err
	}
	c.coverage, err = traffic.NewCoverage(doc)
	return c, err
}

const hooksPath = "/hooks"

// startProxy starts a proxy in front of the API at the base URL upstream. It has
// the fault m unless m is nil.
func startProxy(ctx context.Context, upstream string, c checker, m *mutation) (*proxy, error) {
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	p := &proxy{
		url: "http://" + l.Addr().String() + "/api", upstream: strings.TrimSuffix(upstream, "/"),
		mutation: m, checker: c, webhooks: interpreter.NewReceiver(),
		http: &http.Client{
			Timeout:       requestTimeout,
			Transport:     &http.Transport{MaxIdleConnsPerHost: 64, DisableCompression: true},
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
	}
	mux := http.NewServeMux()
	mux.HandleFunc("/api/", p.serveAPI)
	mux.HandleFunc(hooksPath+"/", p.serveWebhook)
	p.server = &http.Server{Handler: mux, ReadHeaderTimeout: requestTimeout}
	go func() { _ = p.server.Serve(l) }() // until close
	return p, nil
}

func (p *proxy) close() error {
	p.http.CloseIdleConnections()
	return p.server.Close()
}

// hook is the URL to which the server sends webhooks.
func (p *proxy) hook() string { return strings.TrimSuffix(p.url, "/api") + hooksPath }

// serveAPI forwards a request to the server and returns the server's answer.
func (p *proxy) serveAPI(w http.ResponseWriter, r *http.Request) {
	path := strings.TrimPrefix(r.RequestURI, "/api")
	e, err := p.forward(r, p.upstream+path)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	e.Path = path
	if p.mutation != nil && p.mutation.answer != nil {
		p.mutation.answer(&e)
	}
	p.check(e)
	p.mu.Lock()
	p.last = &e
	p.mu.Unlock()
	send(w, e)
}

// exchange returns the latest exchange, and false if there was none since the
// previous call.
func (p *proxy) exchange() (traffic.Exchange, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	last := p.last
	p.last = nil
	if last == nil {
		return traffic.Exchange{}, false
	}
	return *last, true
}

// check checks an exchange against the document. Of an exchange that is not one
// of the document's operations, it only records the error code.
func (p *proxy) check(e traffic.Exchange) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.checker.coverage.Knows(e) {
		p.checker.coverage.SeeError(e.Answer)
		return
	}
	p.exchanges++
	if err := p.checker.validator.Check(e); err != nil {
		p.violations = append(p.violations, err)
	}
	p.checker.coverage.See(e)
}

// serveWebhook passes a webhook to the scenario and answers it.
func (p *proxy) serveWebhook(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return // the sender has disconnected
	}
	if p.mutation != nil && p.mutation.webhook != nil {
		p.mutation.webhook(r.Header)
	}
	p.checkWebhook(r.Header, body)
	status := p.webhooks.Receive(r.URL.Path, r.Header, body)
	w.WriteHeader(status)
	if status >= http.StatusMultipleChoices {
		_, _ = io.WriteString(w, "Answered by the receiver\n") // for the log of the delivery
	}
}

// listen receives webhooks at another address.
func (p *proxy) listen(ctx context.Context, address string) (*http.Server, error) {
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", address)
	if err != nil {
		return nil, err
	}
	server := &http.Server{ReadHeaderTimeout: requestTimeout, Handler: http.HandlerFunc(p.serveWebhook)}
	go func() { _ = server.Serve(l) }() // until the caller closes it
	return server, nil
}

func (p *proxy) checkWebhook(header http.Header, body []byte) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.exchanges++
	schema := p.checker.coverage.SeeWebhook(header, body)
	if schema == nil {
		p.violations = append(p.violations, fmt.Errorf("the document has no such event: %s", body))
		return
	}
	if err := schema.Value.VisitJSON(decode(body), openapi3.MultiErrors()); err != nil {
		p.violations = append(p.violations, fmt.Errorf("webhook %s: %w", body, err))
	}
}

// forward sends a copy of the request to url.
func (p *proxy) forward(r *http.Request, url string) (traffic.Exchange, error) {
	e := traffic.Exchange{Method: r.Method, Header: r.Header}
	var err error
	if e.Body, err = io.ReadAll(r.Body); err != nil {
		return e, err
	}
	//nolint:gosec // to the server under test
	out, err := http.NewRequestWithContext(r.Context(), r.Method, url, bytes.NewReader(e.Body))
	if err != nil {
		return e, err
	}
	out.Header = r.Header.Clone()
	// Requests without a key are limited by client address, so each gets an address of
	// its own.
	out.Header.Set("X-Forwarded-For", p.nextClient().String())
	response, err := p.http.Do(out) //nolint:gosec // see above
	if err != nil {
		return e, err
	}
	defer response.Body.Close()
	e.Status, e.Response = response.StatusCode, response.Header
	e.Answer, err = io.ReadAll(response.Body)
	return e, err
}

func (p *proxy) nextClient() netip.Addr {
	n := p.clients.Add(1)
	return netip.AddrFrom4([4]byte{10, byte(n >> 16), byte(n >> 8), byte(n)})
}

// send writes the answer of an exchange.
func send(w http.ResponseWriter, e traffic.Exchange) {
	maps.Copy(w.Header(), e.Response)
	if w.Header().Get("Content-Length") != "" {
		w.Header().Set("Content-Length", strconv.Itoa(len(e.Answer)))
	}
	w.WriteHeader(e.Status)
	_, _ = w.Write(e.Answer) // fails only if the client has disconnected
}

// findings returns the number of exchanges and webhooks, and those that differ
// from the document.
func (p *proxy) findings() (exchanges int, violations error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.exchanges, errors.Join(p.violations...)
}
