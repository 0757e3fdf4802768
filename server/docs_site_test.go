package server_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/require"
)

// docsSite is a server with a reference page as users have it: behind a proxy that adds a prefix to
// all paths.
type docsSite struct {
	*testenv
	url string // with the prefix, also the server's PublicURL
	// document is the document that the page shows.
	document docsDocument
}

// docsDocument is the part of the document that tests use.
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
	front := httptest.NewUnstartedServer(nil)
	t.Cleanup(front.Close)
	s := &docsSite{url: "http://" + front.Listener.Addr().String() + docsPrefix}
	s.testenv = open(t, setup{publicURL: s.url})
	inner := parseURL(t, s.http.URL)
	front.Config.Handler = http.StripPrefix(docsPrefix, &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(inner) }})
	front.Start()
	s.document = parseDocs(t, docsSource(t, s.url))
	return s
}

// docsLanguages are the languages of the code samples.
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
