package main_test

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/time/rate"
)

// slowLine is a proxy in front of an S3 server. It counts the bytes of objects, and makes reads
// slow.
type slowLine struct {
	URL string
	// read and sent are bytes of objects.
	read, sent atomic.Int64
	// reading is the number of objects that are being read.
	reading atomic.Int64

	mu sync.Mutex
	// began has the start of each upload of a part that the S3 server has answered with 200.
	began []time.Time
}

func newSlowLine(t *testing.T, endpoint string, bytesPerSecond int64) *slowLine {
	t.Helper()
	u, err := url.Parse(endpoint)
	require.NoError(t, err)
	l, limiter := &slowLine{}, rate.NewLimiter(rate.Limit(bytesPerSecond), mebibyte)
	proxy := &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(u)
			r.Out.Host = r.In.Host // it is signed
		},
		// Errors of requests from a killed client are expected.
		ErrorLog: slog.NewLogLogger(slog.DiscardHandler, slog.LevelError),
		ModifyResponse: func(r *http.Response) error {
			if r.Request.Method == http.MethodGet && r.ContentLength > mebibyte {
				l.reading.Add(1)
				r.Body = &slowBody{ReadCloser: r.Body, line: l, limiter: limiter, request: r.Request}
			}
			return nil
		},
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		answer, began := &answer{ResponseWriter: w}, time.Now()
		if r.Method == http.MethodPut {
			r.Body = &countedBody{r.Body, &l.sent}
		}
		proxy.ServeHTTP(answer, r)
		if r.Method == http.MethodPut && r.URL.Query().Has("partNumber") && answer.status == http.StatusOK {
			l.mu.Lock()
			defer l.mu.Unlock()
			l.began = append(l.began, began)
		}
	}))
	t.Cleanup(server.Close)
	l.URL = server.URL
	return l
}

// stored returns the number of parts that the S3 server has acknowledged.
func (l *slowLine) stored() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.began)
}

// storedSince returns how many of them began after a time.
func (l *slowLine) storedSince(when time.Time) (count int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, began := range l.began {
		if began.After(when) {
			count++
		}
	}
	return count
}

// idle waits until no object is being read.
func (l *slowLine) idle(t *testing.T) {
	t.Helper()
	require.Eventually(t, func() bool { return l.reading.Load() == 0 }, patience, tick, "the proxy still reads")
}

type slowBody struct {
	io.ReadCloser

	line    *slowLine
	limiter *rate.Limiter
	request *http.Request
}

func (b *slowBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	b.line.read.Add(int64(n))
	if failed := b.limiter.WaitN(b.request.Context(), n); failed != nil {
		return n, failed
	}
	return n, err
}

func (b *slowBody) Close() error {
	b.line.reading.Add(-1)
	return b.ReadCloser.Close()
}

type countedBody struct {
	io.ReadCloser

	count *atomic.Int64
}

func (b *countedBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	b.count.Add(int64(n))
	return n, err
}

// answer records the status.
type answer struct {
	http.ResponseWriter

	status int
}

func (a *answer) WriteHeader(status int) {
	a.status = status // the last one counts: "100 Continue" precedes it
	a.ResponseWriter.WriteHeader(status)
}

// Unwrap is for http.ResponseController.
func (a *answer) Unwrap() http.ResponseWriter { return a.ResponseWriter }
