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

// front stands between a client and the server. It holds all that goes by
// against the document, and may alter what the server says: then whoever
// looks on should notice.
type front struct {
	url      string // of the API
	target   string // the API's own base URL
	mutation *mutation
	judges   judges
	http     *http.Client

	server  *http.Server
	clients atomic.Uint32

	webhooks *interpreter.Receiver

	mu    sync.Mutex
	seen  int
	last  *traffic.Exchange
	wrong []error
}

// judges hold what goes by against the document, and keep what of the document
// was seen. They take seconds to make, and fronts can share them.
type judges struct {
	scenario  *interpreter.Scenario
	validator *traffic.Validator
	coverage  *traffic.Coverage
}

func newJudges() (judges, error) {
	validator, err := traffic.NewValidator()
	if err != nil {
		return judges{}, err
	}
	scenario, err := interpreter.Read(contractDir)
	if err != nil {
		return judges{}, err
	}
	return judges{scenario: scenario, validator: validator}.anew()
}

// anew returns judges who have seen nothing.
func (j judges) anew() (judges, error) {
	doc, err := openapi.LoadClosed()
	if err != nil {
		return j, err
	}
	j.coverage, err = traffic.NewCoverage(doc)
	return j, err
}

const hooksPath = "/hooks"

// openFront begins to serve.
func openFront(ctx context.Context, target string, j judges, m *mutation) (*front, error) {
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	f := &front{
		url: "http://" + l.Addr().String() + "/api", target: strings.TrimSuffix(target, "/"),
		mutation: m, judges: j, webhooks: interpreter.NewReceiver(),
		http: &http.Client{
			Timeout:       requestTimeout,
			Transport:     &http.Transport{MaxIdleConnsPerHost: 64, DisableCompression: true},
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
	}
	mux := http.NewServeMux()
	mux.HandleFunc("/api/", f.pass)
	mux.HandleFunc(hooksPath+"/", f.deliver)
	f.server = &http.Server{Handler: mux, ReadHeaderTimeout: requestTimeout}
	go func() { _ = f.server.Serve(l) }() // until close
	return f, nil
}

func (f *front) close() error {
	f.http.CloseIdleConnections()
	return f.server.Close()
}

// hook is the URL by which the server sends webhooks here.
func (f *front) hook() string { return strings.TrimSuffix(f.url, "/api") + hooksPath }

// pass sends a request to the server and its answer back.
func (f *front) pass(w http.ResponseWriter, r *http.Request) {
	path := strings.TrimPrefix(r.RequestURI, "/api")
	e, err := f.forward(r, f.target+path)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	e.Path = path
	if f.mutation != nil && f.mutation.answer != nil {
		f.mutation.answer(&e)
	}
	f.judge(e)
	f.mu.Lock()
	f.last = &e
	f.mu.Unlock()
	send(w, e)
}

// exchange takes the last exchange since it was called before.
func (f *front) exchange() (traffic.Exchange, bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	last := f.last
	f.last = nil
	if last == nil {
		return traffic.Exchange{}, false
	}
	return *last, true
}

// judge holds an exchange against the document, if it is about one of the
// document's operations.
func (f *front) judge(e traffic.Exchange) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if !f.judges.coverage.Knows(e) {
		f.judges.coverage.SeeError(e.Answer)
		return
	}
	f.seen++
	if err := f.judges.validator.Check(e); err != nil {
		f.wrong = append(f.wrong, err)
	}
	f.judges.coverage.See(e)
}

// deliver keeps a webhook for the scenario and answers it.
func (f *front) deliver(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return // the sender is gone
	}
	if f.mutation != nil && f.mutation.webhook != nil {
		f.mutation.webhook(r.Header)
	}
	f.judgeWebhook(r.Header, body)
	status := f.webhooks.Receive(r.URL.Path, r.Header, body)
	w.WriteHeader(status)
	if status >= http.StatusMultipleChoices {
		_, _ = io.WriteString(w, "Answered by the receiver\n") // for the log of the delivery
	}
}

// listen receives webhooks at an address of its own.
func (f *front) listen(ctx context.Context, address string) (*http.Server, error) {
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", address)
	if err != nil {
		return nil, err
	}
	server := &http.Server{ReadHeaderTimeout: requestTimeout, Handler: http.HandlerFunc(f.deliver)}
	go func() { _ = server.Serve(l) }() // until closed
	return server, nil
}

func (f *front) judgeWebhook(header http.Header, body []byte) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.seen++
	schema := f.judges.coverage.SeeWebhook(header, body)
	if schema == nil {
		f.wrong = append(f.wrong, fmt.Errorf("no event of the document: %s", body))
		return
	}
	if err := schema.Value.VisitJSON(decode(body), openapi3.MultiErrors()); err != nil {
		f.wrong = append(f.wrong, fmt.Errorf("webhook %s: %w", body, err))
	}
}

// forward makes the same request elsewhere.
func (f *front) forward(r *http.Request, to string) (traffic.Exchange, error) {
	e := traffic.Exchange{Method: r.Method, Header: r.Header}
	var err error
	if e.Body, err = io.ReadAll(r.Body); err != nil {
		return e, err
	}
	//nolint:gosec // to the server under test
	out, err := http.NewRequestWithContext(r.Context(), r.Method, to, bytes.NewReader(e.Body))
	if err != nil {
		return e, err
	}
	out.Header = r.Header.Clone()
	// Each request as if from a client of its own: what clients without a key may do is
	// limited by address.
	out.Header.Set("X-Forwarded-For", f.client().String())
	response, err := f.http.Do(out) //nolint:gosec // see above
	if err != nil {
		return e, err
	}
	defer response.Body.Close()
	e.Status, e.Response = response.StatusCode, response.Header
	e.Answer, err = io.ReadAll(response.Body)
	return e, err
}

func (f *front) client() netip.Addr {
	n := f.clients.Add(1)
	return netip.AddrFrom4([4]byte{10, byte(n >> 16), byte(n >> 8), byte(n)})
}

// send answers as the exchange says.
func send(w http.ResponseWriter, e traffic.Exchange) {
	maps.Copy(w.Header(), e.Response)
	if w.Header().Get("Content-Length") != "" {
		w.Header().Set("Content-Length", strconv.Itoa(len(e.Answer)))
	}
	w.WriteHeader(e.Status)
	_, _ = w.Write(e.Answer) // or the client is gone
}

// verdict is what was wrong of all that went by.
func (f *front) verdict() (seen int, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.seen, errors.Join(f.wrong...)
}
