package growth_test

import (
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox/openapi/generators/growth"
)

const added = `"added_later":{"numbers":[1,2],"reason":"a later version"}`

func TestGrow(t *testing.T) {
	for name, test := range map[string]struct{ answer, want string }{
		"objects get a member": {
			`{"backups":[{"id":"a"},{"id":"b"}],"total":2}`,
			`{` + added + `,"backups":[{` + added + `,"id":"a"},{` + added + `,"id":"b"}],"total":2}`,
		},
		"maps of a user's own strings stay": {
			`{"metadata":{"status":"mine"},"settings":{"plan":"b"},"upload_headers":{"code":"c"},"details":{"event":"d"}}`,
			`{` + added + `,"metadata":{"status":"mine"},"settings":{"plan":"b"},"upload_headers":{"code":"c"},"details":{"event":"d"}}`,
		},
		"open enumerations get unknown values": {
			`{"status":"pending","plan":"free","event":"backup.created","error":{"code":"not_found"}}`,
			`{` + added + `,"status":"pending_later","plan":"free_later","event":"backup.created_later","error":{` + added + `,"code":"not_found_later"}}`,
		},
		"lists of open enumerations get an element": {
			`{"events":["backup.created"],"scopes":["backups:read"]}`,
			`{` + added + `,"events":["backup.created","later.added"],"scopes":["backups:read","later.added"]}`,
		},
		"a list of objects gets no text": {
			`{"events":[{"type":"backup.created","actor":{"type":"system","id":"expire"}}]}`,
			`{` + added + `,"events":[{` + added + `,"type":"backup.created_later","actor":{` + added + `,"type":"system_later","id":"expire"}}]}`,
		},
		"an empty list stays":                 {`{"events":[]}`, `{` + added + `,"events":[]}`},
		"an HTTP status is no enumeration":    {`{"status":503}`, `{` + added + `,"status":503}`},
		"large numbers and signs keep digits": {`{"n":9007199254740993,"url":"a&b<c"}`, `{` + added + `,"n":9007199254740993,"url":"a&b<c"}`},
		"what is no object stays":             {`["a",1,null]`, `["a",1,null]`},
	} {
		t.Run(name, func(t *testing.T) {
			grown, err := growth.Grow([]byte(test.answer))
			require.NoError(t, err)
			assert.JSONEq(t, test.want, string(grown))
			assert.NotContains(t, string(grown), `\u`)
		})
	}
	_, err := growth.Grow([]byte(`{`))
	assert.Error(t, err)
}

// proxied sends a request through a proxy to a server that answers with body, compressed if the request allows it. It returns
// the response.
func proxied(t *testing.T, method, path, contentType, body string) (*http.Response, string) {
	t.Helper()
	upstream := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", contentType)
		w.Header().Set("X-Request", r.Method+" "+r.URL.RequestURI())
		w.Header().Set("X-Host", r.Host)
		var out io.Writer = w
		if strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
			w.Header().Set("Content-Encoding", "gzip")
			compressed := gzip.NewWriter(w)
			defer compressed.Close()
			out = compressed
		}
		w.WriteHeader(http.StatusNotFound)
		_, _ = io.WriteString(out, body)
	}))
	t.Cleanup(upstream.Close)
	proxy, err := growth.NewProxy(upstream.URL)
	require.NoError(t, err)
	server := httptest.NewServer(proxy)
	t.Cleanup(server.Close)
	request, err := http.NewRequestWithContext(t.Context(), method, server.URL+path, nil)
	require.NoError(t, err)
	response, err := http.DefaultClient.Do(request)
	require.NoError(t, err)
	defer response.Body.Close()
	content, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	return response, string(content)
}

func TestProxy(t *testing.T) {
	t.Run("JSON below /api grows, and its length is right", func(t *testing.T) {
		response, body := proxied(t, http.MethodGet, "/api/v1/backups?limit=1", "application/json; charset=UTF-8", `{"total":0}`)
		assert.Equal(t, http.StatusNotFound, response.StatusCode)
		assert.Equal(t, "GET /api/v1/backups?limit=1", response.Header.Get("X-Request"))
		assert.JSONEq(t, `{`+added+`,"total":0}`, body)
		assert.Equal(t, strconv.Itoa(len(body)), response.Header.Get("Content-Length"))
	})
	for name, test := range map[string]struct{ method, path, contentType, body string }{
		"JSON elsewhere stays":          {http.MethodGet, "/openapi.json", "application/json", `{"total":0}`},
		"a stored file stays":           {http.MethodGet, "/storage/download/t/b", "application/json", `{"total":0}`},
		"other content stays":           {http.MethodGet, "/api/v1/backups", "text/plain", `{"total":0}`},
		"an answer without bytes stays": {http.MethodGet, "/api/v1/backups", "application/json", ``},
		"a HEAD has no bytes to change": {http.MethodHead, "/api/v1/backups", "application/json", ``},
	} {
		t.Run(name, func(t *testing.T) {
			response, body := proxied(t, test.method, test.path, test.contentType, test.body)
			assert.Equal(t, http.StatusNotFound, response.StatusCode)
			assert.Equal(t, test.body, body)
		})
	}
}

func TestProxyForwardsHost(t *testing.T) {
	response, _ := proxied(t, http.MethodGet, "/api/v1/backups", "application/json", `{}`)
	assert.Equal(t, response.Request.Host, response.Header.Get("X-Host"))
}

func TestNewProxyRefusesInvalidURL(t *testing.T) {
	for _, target := range []string{"", "127.0.0.1:8080", "/api", "http://"} {
		_, err := growth.NewProxy(target)
		assert.Error(t, err, target)
	}
}
