package s3

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// measured is a transport that observes how long the store takes to begin its answers.
type measured struct {
	next    http.RoundTripper
	seconds *prometheus.HistogramVec
	bucket  string
}

func newMeasured(next http.RoundTripper, bucket string, registry prometheus.Registerer) http.RoundTripper {
	if registry == nil {
		return next
	}
	m := &measured{next: next, bucket: bucket, seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Name: "lox_s3_request_seconds",
		Help: "How long S3 took to begin the answer to a request of this server, tries that were repeated one by one, by what was asked " +
			"(get, head, put, delete, list, bucket; of uploads in parts begin, complete, abort) and what came of it: ok, refused (4xx), failed (5xx), unreachable (no connection, or it " +
			"broke off), silent (no answer in time) or canceled (the server needed it no longer).",
		Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30, 60, 300},
	}, []string{"op", "result"})}
	registry.MustRegister(m.seconds)
	return m
}

// RoundTrip implements http.RoundTripper.
func (m *measured) RoundTrip(r *http.Request) (*http.Response, error) {
	began := time.Now()
	resp, err := m.next.RoundTrip(r)
	m.seconds.WithLabelValues(m.op(r), result(resp, err)).Observe(time.Since(began).Seconds())
	return resp, err
}

func result(resp *http.Response, err error) string {
	var timeout interface{ Timeout() bool }
	switch {
	case errors.Is(err, context.Canceled):
		return "canceled"
	case errors.As(err, &timeout) && timeout.Timeout(): // context.DeadlineExceeded, too
		return "silent"
	case err != nil:
		return "unreachable"
	case resp.StatusCode >= http.StatusInternalServerError:
		return "failed"
	case resp.StatusCode >= http.StatusBadRequest:
		return "refused"
	default:
		return "ok"
	}
}

// op returns the operation of a request: on the bucket itself, a list, on one object, or on
// an upload in parts.
func (m *measured) op(r *http.Request) string {
	query := r.URL.Query()
	if r.Method == http.MethodGet && (query.Has("list-type") || query.Has("versions") || query.Has("uploads") || query.Has("uploadId")) {
		return "list"
	}
	path := strings.Trim(r.URL.Path, "/")
	if strings.HasPrefix(r.URL.Host, m.bucket+".") {
		path = m.bucket + "/" + path
	}
	if strings.Trim(path, "/") == m.bucket && r.Method != http.MethodPost {
		return "bucket"
	}
	switch {
	case r.Method == http.MethodPost && query.Has("delete"): // of several
		return "delete"
	case r.Method == http.MethodPost && query.Has("uploads"):
		return "begin"
	case r.Method == http.MethodPost:
		return "complete"
	case r.Method == http.MethodDelete && query.Has("uploadId"):
		return "abort"
	default:
		return strings.ToLower(r.Method)
	}
}
