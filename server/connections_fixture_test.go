package server_test

import (
	"bufio"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox/server"
)

// budget is Connections with a log and metrics that a test can read.
type budget struct {
	*server.Connections
	log     *logBuffer
	metrics *prometheus.Registry
}

func newBudget(cfg server.ConnectionsConfig) budget {
	b := budget{log: &logBuffer{}, metrics: prometheus.NewRegistry()}
	cfg.Log, cfg.Metrics = slog.New(slog.NewTextHandler(b.log, nil)), b.metrics
	b.Connections = server.NewConnections(cfg)
	return b
}

func (b budget) open(t testing.TB) int { return int(b.metric(t, "lox_http_connections")) }
func (b budget) refused(t testing.TB) int {
	return int(b.metric(t, "lox_http_connections_refused_total"))
}

func (b budget) metric(t testing.TB, name string) float64 {
	t.Helper()
	families, err := b.metrics.Gather()
	require.NoError(t, err)
	for _, f := range families {
		if f.GetName() == name {
			m := f.GetMetric()[0]
			return m.GetGauge().GetValue() + m.GetCounter().GetValue() // it has one of the two
		}
	}
	require.Fail(t, "no metric "+name)
	return 0
}

// budgetServer is an HTTP server whose connections count towards a budget.
type budgetServer struct {
	*httptest.Server
	addr string
	// idle receives each time that a connection becomes idle, and closed receives the client's
	// address each time that a connection is closed.
	idle   chan struct{}
	closed chan string
}

// serve starts a server on the loopback. start may replace http.Server.Serve.
func (b budget) serve(t *testing.T, h http.HandlerFunc, start ...func(*httptest.Server)) *budgetServer {
	t.Helper()
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	return b.serveOn(t, l, h, start...)
}

func (b budget) serveOn(t *testing.T, l net.Listener, h http.HandlerFunc, start ...func(*httptest.Server)) *budgetServer {
	t.Helper()
	const ample = 10_000 // the server never waits for the test to read
	s := &budgetServer{
		Server: &httptest.Server{Listener: b.Listener(l), Config: &http.Server{Handler: h}},
		addr:   l.Addr().String(),
		idle:   make(chan struct{}, ample), closed: make(chan string, ample),
	}
	s.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
	s.Config.ConnState = func(nc net.Conn, state http.ConnState) {
		b.Track(nc, state)
		switch state {
		case http.StateIdle:
			s.idle <- struct{}{}
		case http.StateClosed:
			s.closed <- nc.RemoteAddr().String()
		default:
		}
	}
	if len(start) == 0 {
		start = append(start, (*httptest.Server).Start)
	}
	start[0](s.Server)
	t.Cleanup(s.Close)
	return s
}

// visitor is a client that controls its connection step by step.
type visitor struct {
	net.Conn
	r *bufio.Reader
}

// dial connects, from a given loopback address if there is one.
func (s *budgetServer) dial(t testing.TB, from ...string) *visitor {
	t.Helper()
	var d net.Dialer
	for _, addr := range from {
		d.LocalAddr = &net.TCPAddr{IP: net.ParseIP(addr)}
	}
	nc, err := d.DialContext(t.Context(), "tcp", s.addr)
	require.NoError(t, err)
	t.Cleanup(func() { _ = nc.Close() })
	return &visitor{nc, bufio.NewReader(nc)}
}

func (v *visitor) send(t testing.TB, text string) {
	t.Helper()
	_, err := io.WriteString(v, text)
	require.NoError(t, err)
}

const getRequest = "GET / HTTP/1.1\r\nHost: test\r\n\r\n"

// get makes a request and returns when the server has reported its connection as idle.
func (s *budgetServer) get(t testing.TB, v *visitor) {
	t.Helper()
	v.send(t, getRequest)
	v.answered(t)
	<-s.idle
}

// answered reads an answer.
func (v *visitor) answered(t testing.TB) {
	t.Helper()
	resp, err := http.ReadResponse(v.r, nil)
	require.NoError(t, err)
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	assert.Equal(t, http.StatusOK, resp.StatusCode)
	assert.Equal(t, "ok", string(body))
}

// cutOff waits until the server closes a connection without sending anything.
func (v *visitor) cutOff(t testing.TB) {
	t.Helper()
	_, err := v.r.ReadByte()
	require.ErrorIs(t, err, io.EOF)
}

func answerOK(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "ok") }

// blocking is a handler that reports when a request begins, and ends it when the test says so.
type blocking struct{ begun, end chan struct{} }

func newBlocking() blocking { return blocking{make(chan struct{}), make(chan struct{})} }

func (b blocking) serve(w http.ResponseWriter, r *http.Request) {
	b.begun <- struct{}{}
	<-b.end
	answerOK(w, r)
}

// occupy sends a request and returns when the handler has it.
func (b blocking) occupy(t testing.TB, v *visitor) {
	t.Helper()
	v.send(t, getRequest)
	<-b.begun
}
