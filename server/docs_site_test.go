package server_test

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strconv"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/labstack/echo/v4"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox/server"
)

// docsSite is a server with a reference page as users have it: behind a proxy
// that adds a prefix to all paths, with storage at another origin that lets
// pages send requests to it.
type docsSite struct {
	*house
	url     string // of the prefix
	storage string // origin
	// document is what the page shows.
	document docsDocument
}

// docsDocument is the part of the document that tests look at.
type docsDocument struct {
	tags, events []string
	operations   map[string]docsOperation // by operationId
}

type docsOperation struct {
	id, tag, summary string
	scope, rateClass string
	samples          []docsSample
}

type docsSample struct{ language, source string }

const docsPrefix = "/behind/a/proxy"

func openDocs(t *testing.T) *docsSite {
	t.Helper()
	h := open(t, setup{})
	s := &docsSite{house: h}

	inner, err := url.Parse(h.http.URL)
	require.NoError(t, err)
	s3, err := url.Parse(h.blobs.s3.URL())
	require.NoError(t, err)
	storage := httptest.NewServer(openToPages(&httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		r.SetURL(s3) // which also sets the host that URLs are signed for
	}}))
	t.Cleanup(storage.Close)
	s.storage = storage.URL

	source := docsSource(t, h.http.URL)
	s.document = parseDocs(t, source)
	e := echo.New()
	server.RegisterDocs(e, storage.URL)
	e.GET("/openapi.json", func(c echo.Context) error { return c.Blob(http.StatusOK, echo.MIMEApplicationJSON, source) })
	api := &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(inner)
			r.Out.Header.Del("Accept-Encoding") // its answers are read
		},
		ModifyResponse: replaced(h.blobs.s3.URL(), storage.URL),
	}
	e.Any("/*", echo.WrapHandler(api))
	front := httptest.NewServer(http.StripPrefix(docsPrefix, e))
	t.Cleanup(front.Close)
	s.url = front.URL + docsPrefix
	return s
}

// openToPages lets pages of any origin send any request.
func openToPages(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Access-Control-Allow-Origin", "*")
		if r.Method == http.MethodOptions {
			w.Header().Set("Access-Control-Allow-Methods", r.Header.Get("Access-Control-Request-Method"))
			w.Header().Set("Access-Control-Allow-Headers", r.Header.Get("Access-Control-Request-Headers"))
			w.WriteHeader(http.StatusNoContent)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// replaced replaces one text by another in responses.
func replaced(from, to string) func(*http.Response) error {
	return func(r *http.Response) error {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return err
		}
		body = bytes.ReplaceAll(body, []byte(from), []byte(to))
		r.Body = io.NopCloser(bytes.NewReader(body))
		r.ContentLength = int64(len(body))
		r.Header.Set("Content-Length", strconv.Itoa(len(body)))
		return nil
	}
}

// docsLanguages are those of the code samples.
var docsLanguages = []string{"curl", "Go", "TypeScript", "Python", "Java"}

// docsSource is the document as the server serves it.
func docsSource(t *testing.T, site string) []byte {
	t.Helper()
	resp, err := http.Get(site + "/openapi.json")
	require.NoError(t, err)
	defer resp.Body.Close()
	source, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	return source
}

func parseDocs(t *testing.T, source []byte) docsDocument {
	t.Helper()
	doc, err := openapi3.NewLoader().LoadFromData(source)
	require.NoError(t, err)
	parsed := docsDocument{operations: map[string]docsOperation{}}
	for _, tag := range doc.Tags {
		parsed.tags = append(parsed.tags, tag.Name)
	}
	for event := range doc.Extensions["x-webhooks"].(map[string]any) {
		parsed.events = append(parsed.events, event)
	}
	for _, item := range doc.Paths.Map() {
		for _, op := range item.Operations() {
			o := docsOperation{
				id: op.OperationID, tag: op.Tags[0], summary: op.Summary,
				scope: op.Extensions["x-required-scope"].(string), rateClass: op.Extensions["x-rate-limit-class"].(string),
			}
			for _, sample := range op.Extensions["x-codeSamples"].([]any) {
				s := sample.(map[string]any)
				o.samples = append(o.samples, docsSample{language: s["label"].(string), source: s["source"].(string)})
			}
			parsed.operations[op.OperationID] = o
		}
	}
	return parsed
}
