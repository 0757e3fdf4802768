package server_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/stretchr/testify/assert"

	"github.com/backlox/lox"
	"github.com/backlox/lox/openapi"
	"github.com/backlox/lox/openapi/traffic"
	"github.com/backlox/lox/server"
)

// checked is a transport that checks every response against the document.
type checked struct {
	t    testing.TB
	base http.RoundTripper
}

func (c checked) RoundTrip(r *http.Request) (*http.Response, error) {
	sent, err := sentBody(r)
	if err != nil {
		return nil, err
	}
	resp, err := c.base.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	body, err := io.ReadAll(resp.Body)
	_ = resp.Body.Close()
	if err != nil {
		return nil, err
	}
	resp.Body = io.NopCloser(bytes.NewReader(body))
	checkResponse(c.t, r, resp.StatusCode, resp.Header, body)
	checkIndependently(c.t, r, sent, resp, body)
	return resp, nil
}

// sentBody reads the body of a request that is about to be sent, and restores it.
func sentBody(r *http.Request) ([]byte, error) {
	if r.GetBody == nil {
		return nil, nil
	}
	body, err := r.GetBody()
	if err != nil {
		return nil, err
	}
	return io.ReadAll(body)
}

// checkIndependently validates an accepted request and its response with another library than the
// server and checkResponse use.
func checkIndependently(t testing.TB, r *http.Request, sent []byte, resp *http.Response, body []byte) {
	t.Helper()
	path, inAPI := strings.CutPrefix(r.URL.RequestURI(), server.BasePath)
	if !inAPI || r.Method == http.MethodHead || strictRoute(r.Method, strings.TrimPrefix(r.URL.EscapedPath(), server.BasePath)) == nil {
		return
	}
	check := independent().Check
	if r.Body != nil && r.GetBody == nil { // the body was sent and can't be read again
		check = independent().CheckResponse
	}
	assert.NoError(t, check(traffic.Exchange{
		Method: r.Method, Path: path, Header: r.Header, Body: sent,
		Status: resp.StatusCode, Response: resp.Header, Answer: body,
	}))
}

var independent = sync.OnceValue(func() *traffic.Validator {
	v, err := traffic.NewValidator()
	if err != nil {
		panic(err)
	}
	return v
})

// checkResponse fails the test unless the document declares the response: its status, media type
// and headers, and every property of its body.
func checkResponse(t testing.TB, r *http.Request, status int, header http.Header, body []byte) {
	t.Helper()
	// As it was sent, because an escaped slash doesn't separate segments.
	path, inAPI := strings.CutPrefix(r.URL.EscapedPath(), server.BasePath)
	what := r.Method + " " + path
	assert.NotEmpty(t, header.Get("X-Request-Id"), "%s: X-Request-Id", what)
	if inAPI {
		checkRateHeaders(t, what, status, header)
		shown := r.Method == http.MethodPost && status < 300 && (path == "/v1/webhooks" || strings.HasSuffix(path, "/rotate-secret"))
		assert.True(t, shown || !secretForm.Match(body), "%s answered %d and shows a secret", what, status)
	}
	if r.Method == http.MethodHead || r.Method == http.MethodOptions && status == http.StatusNoContent {
		return
	}
	if status >= 400 && path != "/readyz" { // which lists the unavailable parts instead
		checkEnvelope(t, what, header, body)
	}
	route := strictRoute(r.Method, path)
	if !inAPI || route == nil {
		assert.True(t, !inAPI || status >= 400, "%s is in no document, and answers %d", what, status)
		return
	}
	err := openapi3filter.ValidateResponse(context.Background(), &openapi3filter.ResponseValidationInput{
		RequestValidationInput: &openapi3filter.RequestValidationInput{Request: r, Route: route},
		Status:                 status,
		Header:                 header,
		Body:                   io.NopCloser(bytes.NewReader(body)),
		Options:                &openapi3filter.Options{IncludeResponseStatus: true, MultiError: true},
	})
	assert.NoError(t, err, "%s answered %d: %.300s", what, status, body)
}

// checkRateHeaders fails the test unless a response has the headers of the rate limits.
func checkRateHeaders(t testing.TB, what string, status int, header http.Header) {
	t.Helper()
	for _, name := range rateHeaders {
		assert.Len(t, header.Values(name), 1, "%s answered %d: %s", what, status, name)
	}
	if status == http.StatusTooManyRequests {
		assert.NotEmpty(t, header.Get("Retry-After"), what)
	}
}

var rateHeaders = []string{
	"X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset",
	"X-RateLimit-Limit-Hour", "X-RateLimit-Remaining-Hour", "X-RateLimit-Reset-Hour", "RateLimit-Policy", "RateLimit",
}

// checkEnvelope fails the test unless a body is the document's error.
func checkEnvelope(t testing.TB, what string, header http.Header, body []byte) {
	t.Helper()
	assert.Equal(t, "application/json", header.Get("Content-Type"), what)
	var value any
	if assert.NoError(t, json.Unmarshal(body, &value), "%s: %.300s", what, body) {
		assert.NoError(t, strict().Components.Schemas["ErrorResponse"].Value.VisitJSON(value), "%s: %.300s", what, body)
	}
}

func strictRoute(method, path string) *routers.Route {
	doc := strict()
	for template, item := range doc.Paths.Map() {
		if op := item.GetOperation(method); op != nil && fits(template, path) {
			return &routers.Route{Spec: doc, Path: template, PathItem: item, Method: method, Operation: op}
		}
	}
	return nil
}

func fits(template, path string) bool {
	want, have := strings.Split(template, "/"), strings.Split(path, "/")
	if len(want) != len(have) {
		return false
	}
	for i := range want {
		// Like a router, don't match an empty id.
		if variable := strings.HasPrefix(want[i], "{"); variable && have[i] == "" || !variable && want[i] != have[i] {
			return false
		}
	}
	return true
}

// strict is the document to which the server must keep: without values and fields that only a later
// version sends, and with times in whole seconds UTC.
var strict = sync.OnceValue(func() *openapi3.T {
	doc, err := openapi.LoadClosed()
	if err != nil {
		panic(err)
	}
	for _, ref := range doc.Components.Schemas {
		tighten(ref)
	}
	return doc
})

func tighten(ref *openapi3.SchemaRef) {
	s := ref.Value
	if s.Format == "date-time" {
		s.Pattern = `^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$`
	}
	for _, property := range s.Properties {
		tighten(property)
	}
	if s.Items != nil {
		tighten(s.Items)
	}
}

// The checks above must fail for wrong responses.
func TestContractCheckDetectsViolations(t *testing.T) {
	const good = `{"id":"bkp_01h455vb4pex5vsknk084sn02q","deleted":true}`
	header := http.Header{
		"Content-Type": {"application/json"}, "X-Request-Id": {"1"},
		"X-Ratelimit-Limit": {"100"}, "X-Ratelimit-Remaining": {"95"}, "X-Ratelimit-Reset": {"45"},
		"X-Ratelimit-Limit-Hour": {"1000"}, "X-Ratelimit-Remaining-Hour": {"892"}, "X-Ratelimit-Reset-Hour": {"2847"},
		"Ratelimit-Policy": {`"minute";q=100;w=60, "hour";q=1000;w=3600`},
		"Ratelimit":        {`"minute";r=95;t=45, "hour";r=892;t=2847`},
	}
	without := func(name, value string) http.Header {
		h := header.Clone()
		h.Set(name, value)
		return h
	}
	tests := map[string]struct {
		status int
		header http.Header
		body   string
	}{
		"status":       {201, header, good},
		"media type":   {200, without("Content-Type", "text/plain"), good},
		"request id":   {200, without("X-Request-Id", ""), good},
		"rate limit":   {200, without("X-RateLimit-Reset", ""), good},
		"new property": {200, header, `{"id":"bkp_01h455vb4pex5vsknk084sn02q","deleted":true,"x":1}`},
		"missing":      {200, header, `{"deleted":true}`},
		"null":         {200, header, `{"id":null,"deleted":true}`},
		"no envelope":  {404, header, `{"message":"Not Found"}`},
		"unknown code": {404, header, `{"error":{"code":"lost","message":"m"}}`},
		"secret":       {404, header, `{"error":{"code":"not_found","message":"` + lox.NewWebhookSecret() + `"}}`},
	}
	r, _ := http.NewRequest(http.MethodDelete, "http://lox/api/v1/backups/bkp_01h455vb4pex5vsknk084sn02q", nil)
	notices := func(status int, header http.Header, body string) bool {
		probe := &quietT{TB: t}
		checkResponse(probe, r, status, header, []byte(body))
		return probe.failed
	}
	assert.False(t, notices(200, header, good))
	for name, test := range tests {
		assert.True(t, notices(test.status, test.header, test.body), name)
	}
}

// quietT records a failure instead of failing.
type quietT struct {
	testing.TB
	failed bool
}

func (q *quietT) Errorf(string, ...any) { q.failed = true }
func (q *quietT) Helper()               {}
