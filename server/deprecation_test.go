package server_test

import (
	"net/http"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox/openapi"
	"github.com/backlox/lox/server"
)

// deprecate marks GET /v1/storage/stats as deprecated.
func deprecate(since, sunset any) func(*openapi3.T) {
	return func(doc *openapi3.T) {
		op := doc.Paths.Value("/v1/storage/stats").Get
		op.Deprecated = true
		op.Extensions["x-deprecated-since"], op.Extensions["x-sunset"] = since, sunset
	}
}

func TestDeprecatedOperationHeaders(t *testing.T) {
	t.Parallel()
	h := open(t, setup{document: deprecate("2026-12-01", "2027-06-30")})
	const stats = server.BasePath + "/v1/storage/stats"
	// Not by the checked client, because the document doesn't declare these headers.
	get := func(path, key string) *http.Response {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, h.http.URL+path, nil)
		require.NoError(t, err)
		r.Header.Set("Authorization", "Bearer "+key)
		resp, err := http.DefaultClient.Do(r)
		require.NoError(t, err)
		require.NoError(t, resp.Body.Close())
		return resp
	}
	for name, test := range map[string]struct {
		path, key string
		status    int
	}{
		"well":          {stats, h.key, http.StatusOK},
		"bad parameter": {stats + "?x=1", h.key, http.StatusBadRequest},
		"no key":        {stats, "none", http.StatusUnauthorized},
	} {
		r := get(test.path, test.key)
		assert.Equal(t, test.status, r.StatusCode, name)
		// The day in seconds since 1970 (RFC 9745), and an HTTP date.
		assert.Equal(t, []string{"@1796083200"}, r.Header.Values("Deprecation"), name)
		assert.Equal(t, []string{"Wed, 30 Jun 2027 00:00:00 GMT"}, r.Header.Values("Sunset"), name)
		assert.Contains(t, r.Header.Values("Link"), `</docs>; rel="deprecation"; type="text/html"`, name)
	}
	other := get(server.BasePath+"/v1/storage", h.key)
	assert.Equal(t, http.StatusOK, other.StatusCode)
	assert.Empty(t, other.Header.Values("Deprecation"))
	assert.Empty(t, other.Header.Values("Sunset"))
}

// A deprecated operation must say when it ends.
func TestDeprecationNeedsDates(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*openapi3.T){
		"since is missing":  deprecate(nil, "2027-06-30"),
		"sunset is missing": deprecate("2026-12-01", nil),
		"no such day":       deprecate("2026-12-01", "2027-06-31"),
		"no day":            deprecate("2026-12-01", "soon"),
		"ends before":       deprecate("2026-12-01", "2026-12-01"),
	} {
		doc, err := openapi.Load()
		require.NoError(t, err)
		change(doc)
		_, err = server.New(server.Config{Document: doc})
		assert.ErrorContains(t, err, "getStorageStats", name)
	}
}
