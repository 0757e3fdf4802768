package server_test

import (
	"compress/gzip"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox"
	"github.com/backlox/lox/openapi"
)

// TestDocument fetches the document as a generator from another origin does.
func TestDocument(t *testing.T) {
	t.Parallel()
	h := open(t, setup{})
	for path, want := range map[string]struct {
		media string
		body  []byte
	}{
		"/openapi.yaml": {"application/yaml", openapi.YAML()},
		"/openapi.json": {"application/json", openapi.JSON()},
	} {
		// With an explicit Accept-Encoding, net/http doesn't decompress the body.
		plain := h.send(t, request{method: http.MethodGet, path: path, header: http.Header{"Accept-Encoding": {"identity"}}})
		require.Equal(t, http.StatusOK, plain.status, path)
		assert.Equal(t, string(want.body), string(plain.body), path)
		for _, refusal := range []string{"gzip;q=0", "gzip; q=0.0", "deflate, gzip ;q=0", "x-gzip"} {
			r := h.send(t, request{method: http.MethodGet, path: path, header: http.Header{"Accept-Encoding": {refusal}}})
			assert.Empty(t, r.header.Get("Content-Encoding"), refusal)
		}
		packed := h.send(t, request{method: http.MethodGet, path: path, header: http.Header{"Accept-Encoding": {"br, gzip"}}})
		require.Equal(t, http.StatusOK, packed.status, path)
		assert.Equal(t, "gzip", packed.header.Get("Content-Encoding"), path)
		assert.Less(t, len(packed.body), len(want.body)/4, path)
		unpacked, err := gzip.NewReader(strings.NewReader(string(packed.body)))
		require.NoError(t, err)
		body, err := io.ReadAll(unpacked)
		require.NoError(t, err)
		assert.Equal(t, string(want.body), string(body), path)

		assert.NotEqual(t, plain.header.Get("ETag"), packed.header.Get("ETag"), path)
		for encoding, r := range map[string]response{"identity": plain, "gzip": packed} {
			assert.Equal(t, want.media, r.header.Get("Content-Type"), path)
			assert.Equal(t, "*", r.header.Get("Access-Control-Allow-Origin"), path)
			assert.Equal(t, "Accept-Encoding", r.header.Get("Vary"), path)
			assert.Equal(t, "no-cache", r.header.Get("Cache-Control"), path)
			again := h.send(t, request{method: http.MethodGet, path: path, header: http.Header{
				"Accept-Encoding": {encoding}, "If-None-Match": {r.header.Get("ETag")},
			}})
			assert.Equal(t, http.StatusNotModified, again.status, path)
			assert.Empty(t, again.body, path)
		}
	}
}

// A client that is generated from a server's document must not send its key to another server.
func TestDocumentServers(t *testing.T) {
	for _, url := range []string{"/api", "https://lox.example.com/backups/api", `https://lox.example.com/"odd": /api`} {
		asYAML, asJSON, err := openapi.At(url)
		require.NoError(t, err)
		for _, text := range [][]byte{asYAML, asJSON} {
			doc, err := openapi3.NewLoader().LoadFromData(text)
			require.NoError(t, err)
			require.Len(t, doc.Servers, 2)
			assert.Equal(t, url, doc.Servers[0].URL)
			assert.Equal(t, "https://backlox.com/api", doc.Servers[1].URL)
		}
	}
}

// Requests outside /api get a redirect or a hint.
func TestMisplacedRequests(t *testing.T) {
	t.Parallel()
	h := open(t, setup{})
	stay := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, h.http.URL+"/", nil)
	require.NoError(t, err)
	root, err := stay.Do(r)
	require.NoError(t, err)
	require.NoError(t, root.Body.Close())
	assert.Equal(t, http.StatusFound, root.StatusCode)
	assert.Equal(t, "docs", root.Header.Get("Location"))
	for _, method := range []string{http.MethodGet, http.MethodPost, http.MethodDelete} {
		r := h.send(t, request{method: method, path: "/v1/backups"})
		r.refused(t, http.StatusNotFound, lox.CodeNotFound, nil)
		assert.Contains(t, string(r.body), "the paths of the API begin with /api/v1")
	}
}
