package webhooks_test

import (
	"context"
	"crypto/x509"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox"
	"github.com/backlox/lox/webhooks"
)

// raw returns the URL of a receiver that reads a request and then controls the connection.
func raw(t *testing.T, answer func(net.Conn)) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { _ = listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go func() {
				defer conn.Close()
				_, _ = conn.Read(make([]byte, 8<<10))
				answer(conn)
			}()
		}
	}()
	return "http://" + listener.Addr().String()
}

// forever writes until the other side has closed the connection.
func forever(conn net.Conn, text string) {
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for range tick.C {
		if _, err := io.WriteString(conn, text); err != nil {
			return
		}
	}
}

func TestMisbehavingReceivers(t *testing.T) {
	t.Parallel()
	const head = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n"
	const soon, late = 100 * time.Millisecond, time.Minute
	const invalid = "There was no valid HTTP answer"
	says := func(text string) func(net.Conn) {
		return func(conn net.Conn) { _, _ = io.WriteString(conn, text) }
	}
	silent := func(conn net.Conn) { _, _ = conn.Read(make([]byte, 1)) }
	for name, test := range map[string]struct {
		answer  func(net.Conn)
		timeout time.Duration
		status  int
		body    string
		reason  string
	}{
		"hangs":             {silent, soon, 0, "", "No answer within 100ms"},
		"slow header":       {func(c net.Conn) { forever(c, "H") }, soon, 0, "", "No answer within 100ms"},
		"endless header":    {func(c net.Conn) { _, _ = io.WriteString(c, head); forever(c, "X: "+strings.Repeat("y", 32<<10)+"\r\n") }, late, 0, "", "There was no valid HTTP answer"},
		"no HTTP":           {func(c net.Conn) { _, _ = io.WriteString(c, "220 mail.example.com ESMTP\r\n") }, late, 0, "", "There was no valid HTTP answer"},
		"closes at once":    {func(net.Conn) {}, late, 0, "", "The connection was closed before there was an answer"},
		"closes in header":  {func(c net.Conn) { _, _ = io.WriteString(c, head) }, late, 0, "", "The connection was closed before there was an answer"},
		"closes mid-answer": {func(c net.Conn) { _, _ = io.WriteString(c, head+"Content-Length: 100\r\n\r\nbeg") }, late, 200, "beg", ""},
		"body never ends":   {func(c net.Conn) { _, _ = io.WriteString(c, head+"\r\nbeg"); silent(c) }, time.Second, 200, "beg", ""},
		"500, mid-answer":   {func(c net.Conn) { _, _ = io.WriteString(c, "HTTP/1.1 500 Oh\r\nContent-Length: 9\r\n\r\nno") }, late, 500, "no", ""},
		"status 099":        {says("HTTP/1.1 099 Low\r\nContent-Length: 2\r\n\r\nno"), late, 0, "", invalid},
		"status 000":        {says("HTTP/1.1 000 Nil\r\nContent-Length: 0\r\n\r\n"), late, 0, "", invalid},
		"status 99":         {says("HTTP/1.1 99 Low\r\n\r\n"), late, 0, "", invalid},
		"status 1000":       {says("HTTP/1.1 1000 High\r\n\r\n"), late, 0, "", invalid},
		"status -12":        {says("HTTP/1.1 -12 Low\r\n\r\n"), late, 0, "", invalid},
		"status 999":        {says("HTTP/1.1 999 High\r\nContent-Length: 2\r\n\r\nno"), late, 999, "no", ""},
		"no status":         {says("HTTP/1.1\r\n\r\n"), late, 0, "", invalid},
		"endless 1xx":       {func(c net.Conn) { forever(c, "HTTP/1.1 102 Processing\r\nX: "+strings.Repeat("y", 8<<10)+"\r\n\r\n") }, late, 0, "", invalid},
		"1xx and nothing":   {func(c net.Conn) { _, _ = io.WriteString(c, "HTTP/1.1 103 Early Hints\r\n\r\n"); silent(c) }, soon, 0, "", "No answer within 100ms"},
		"switches protocol": {says("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n"), late, 0, "", invalid},
		"switches and stays": {func(c net.Conn) {
			_, _ = io.WriteString(c, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n")
			silent(c)
		}, soon, 0, "", invalid},
		"speaks HTTP/2":   {says("\x00\x00\x00\x04\x00\x00\x00\x00\x00"), late, 0, "", invalid},
		"HTTP/2 in words": {says("HTTP/2.0 200 OK\r\nContent-Length: 0\r\n\r\n"), late, 200, "", ""},
		"bad chunk size":  {says(head + "Transfer-Encoding: chunked\r\n\r\nzz\r\nbeg\r\n"), late, 200, "", ""},
		"endless chunk": {func(c net.Conn) {
			_, _ = io.WriteString(c, head+"Transfer-Encoding: chunked\r\n\r\n")
			forever(c, strings.Repeat("0", 32<<10))
		}, late, 200, "", ""},
		"endless trailer": {func(c net.Conn) {
			_, _ = io.WriteString(c, head+"Transfer-Encoding: chunked\r\n\r\n0\r\n")
			forever(c, "X: "+strings.Repeat("y", 32<<10)+"\r\n")
		}, time.Second, 200, "", ""},
		"two lengths":     {says(head + "Content-Length: 2\r\nContent-Length: 3\r\n\r\nbeg"), late, 0, "", invalid},
		"204 with a body": {says("HTTP/1.1 204 No Content\r\n\r\nbut here it is"), late, 204, "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := sender(t, webhooks.SenderConfig{AllowPrivate: true, Timeout: test.timeout})
			answer := s.Send(t.Context(), dispatch(t, raw(t, test.answer)))
			assert.Equal(t, test.status, answer.Status)
			assert.Equal(t, test.body, string(answer.Body))
			assert.Equal(t, test.reason, answer.Error)
			assert.Equal(t, test.reason != "", answer.Cause != nil)
		})
	}
}

func TestEndlessBodyIsNotReadCompletely(t *testing.T) {
	t.Parallel()
	closed := make(chan struct{})
	s := receiver(t, func(w http.ResponseWriter, _ *http.Request) {
		defer close(closed)
		for {
			if _, err := io.WriteString(w, strings.Repeat("x", 8<<10)); err != nil {
				return
			}
		}
	})
	answer := sender(t, local).Send(t.Context(), dispatch(t, s.URL))
	assert.Equal(t, http.StatusOK, answer.Status)
	assert.Len(t, answer.Body, lox.MaxAttemptBody)
	<-closed
}

func TestRedirectsAreNotFollowed(t *testing.T) {
	t.Parallel()
	var strayed atomic.Int32
	elsewhere := receiver(t, func(http.ResponseWriter, *http.Request) { strayed.Add(1) })
	for _, status := range []int{301, 302, 303, 307, 308} {
		s := receiver(t, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Location", elsewhere.URL)
			w.Header().Set("Set-Cookie", "a=b")
			w.WriteHeader(status)
		})
		answer := sender(t, local).Send(t.Context(), dispatch(t, s.URL))
		assert.Equal(t, status, answer.Status)
	}
	assert.Zero(t, strayed.Load())
}

func TestProxyEnvironmentIsIgnored(t *testing.T) {
	t.Setenv("HTTP_PROXY", "http://127.0.0.1:1")
	s := receiver(t, func(http.ResponseWriter, *http.Request) {})
	assert.Equal(t, http.StatusOK, sender(t, local).Send(t.Context(), dispatch(t, s.URL)).Status)
}

func TestCertificatesAreVerified(t *testing.T) {
	t.Parallel()
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	s.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, 0)
	s.StartTLS()
	t.Cleanup(s.Close)
	known := x509.NewCertPool()
	known.AddCert(s.Certificate())
	port := s.URL[strings.LastIndexByte(s.URL, ':'):]
	plain := receiver(t, func(http.ResponseWriter, *http.Request) {})
	for name, test := range map[string]struct {
		url    string
		roots  *x509.CertPool
		status int
		reason string
	}{
		"valid":             {s.URL, known, 200, ""},
		"unknown authority": {s.URL, nil, 0, "TLS: the certificate is not signed by a known authority"},
		"another name":      {"https://localhost" + port, known, 0, "TLS: the certificate is not valid for localhost"},
		"no TLS":            {strings.Replace(plain.URL, "http:", "https:", 1), known, 0, "TLS: the receiver does not speak TLS at this port"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			answer := sender(t, webhooks.SenderConfig{AllowPrivate: true, RootCAs: test.roots}).Send(t.Context(), dispatch(t, test.url))
			assert.Equal(t, test.status, answer.Status)
			assert.Equal(t, test.reason, answer.Error)
		})
	}
}

func TestNothingListens(t *testing.T) {
	t.Parallel()
	s := httptest.NewServer(http.NotFoundHandler())
	s.Close()
	answer := sender(t, local).Send(t.Context(), dispatch(t, s.URL+"/hook?token=secret"))
	assert.Equal(t, "The connection was refused", answer.Error)
	assert.NotContains(t, answer.Cause.Error(), "token", "queries stay out of the log")
}

func TestAttemptEndsWithContext(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	url := raw(t, func(c net.Conn) { cancel(); _, _ = c.Read(make([]byte, 1)) })
	answer := sender(t, local).Send(ctx, dispatch(t, url))
	assert.Zero(t, answer.Status)
	require.ErrorIs(t, answer.Cause, context.Canceled)
}
