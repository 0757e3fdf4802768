package server_test

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox"
)

// fromPage sends what a browser sends for a page of an origin. The answers aren't checked against
// the document, which has no preflights.
func fromPage(t *testing.T, origin, method, to, key string, header ...string) response {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, to, nil)
	require.NoError(t, err)
	r.Header.Set("Origin", origin)
	if key != "" {
		r.Header.Set("Authorization", "Bearer "+key)
	}
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	resp, err := http.DefaultClient.Do(r)
	require.NoError(t, err)
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	return response{resp.StatusCode, resp.Header, body}
}

func preflight(t *testing.T, origin, method, to, headers string) response {
	t.Helper()
	return fromPage(t, origin, http.MethodOptions, to, "", "Access-Control-Request-Method", method, "Access-Control-Request-Headers", headers)
}

const (
	permittedPage = "https://app.example.com"
	strangePage   = "https://evil.example.com"
	allowOrigin   = "Access-Control-Allow-Origin"
)

// corsTargets are one URL of each kind, with its method.
func corsTargets(t *testing.T, h *testenv) map[string]struct{ method, url, headers string } {
	t.Helper()
	upload := h.create(t, fileRequest([]byte("a"))).UploadURL
	id := h.stored(t, "file", []byte("a"))
	return map[string]struct{ method, url, headers string }{
		"api":      {http.MethodPost, h.http.URL + backupsPath, "authorization,content-type,idempotency-key"},
		"change":   {http.MethodPatch, h.http.URL + "/api/v1/tenant", "authorization,content-type"},
		"delete":   {http.MethodDelete, h.http.URL + backupsPath + "/" + id, "authorization"},
		"upload":   {http.MethodPut, upload, "content-type"},
		"download": {http.MethodGet, h.downloadURL(t, id), "if-range,range"},
	}
}

func TestCORSPreflight(t *testing.T) {
	t.Parallel()
	h := open(t, setup{cors: []string{permittedPage}})
	for name, to := range corsTargets(t, h) {
		r := preflight(t, permittedPage, to.method, to.url, to.headers)
		assert.Equal(t, http.StatusNoContent, r.status, name)
		assert.Equal(t, permittedPage, r.header.Get(allowOrigin), name)
		assert.Equal(t, to.method, r.header.Get("Access-Control-Allow-Methods"), name)
		assert.Equal(t, to.headers, r.header.Get("Access-Control-Allow-Headers"), name)
		assert.Equal(t, "7200", r.header.Get("Access-Control-Max-Age"), name)
		assert.Empty(t, r.header.Get("Access-Control-Allow-Credentials"), name)
		assert.Contains(t, r.header.Get("Vary"), "Origin", name)

		r = preflight(t, strangePage, to.method, to.url, to.headers)
		assert.Empty(t, r.header.Values(allowOrigin), name)
		assert.Empty(t, r.header.Values("Access-Control-Allow-Methods"), name)
	}
}

// exposed are the names of the headers that a page may read.
func (r response) exposed() []string {
	return strings.Split(strings.ToLower(r.header.Get("Access-Control-Expose-Headers")), ", ")
}

func TestCORS(t *testing.T) {
	t.Parallel()
	h := open(t, setup{cors: []string{permittedPage, "http://localhost:3000"}})
	from := h.downloadURL(t, h.stored(t, "file", []byte("a")))
	for _, origin := range []string{permittedPage, "http://localhost:3000"} {
		for to, key := range map[string]string{h.http.URL + backupsPath: h.key, from: "", h.http.URL + "/healthz": ""} {
			r := fromPage(t, origin, http.MethodGet, to, key)
			assert.Equal(t, http.StatusOK, r.status, to)
			assert.Equal(t, []string{origin}, r.header.Values(allowOrigin), to)
			assert.Contains(t, strings.Join(r.header.Values("Vary"), ","), "Origin", to)
			assert.Empty(t, r.header.Get("Access-Control-Allow-Credentials"), to)
			for _, name := range append(rateHeaders, "ETag", "Retry-After", "Location", "Idempotent-Replayed", "Content-Disposition", "X-Request-Id") {
				assert.Contains(t, r.exposed(), strings.ToLower(name), to)
			}
		}
	}
	for _, origin := range []string{strangePage, "http://app.example.com", permittedPage + ":8443", permittedPage + ".evil.example.com", "null"} {
		for to, key := range map[string]string{h.http.URL + backupsPath: h.key, from: ""} {
			r := fromPage(t, origin, http.MethodGet, to, key)
			assert.Equal(t, http.StatusOK, r.status, "it is the browser that keeps the answer from the page")
			assert.Empty(t, r.header.Values(allowOrigin), origin)
			assert.Empty(t, r.header.Values("Access-Control-Expose-Headers"), origin)
		}
	}
}

// A page can read why a request was refused.
func TestCORSErrors(t *testing.T) {
	t.Parallel()
	h := open(t, setup{cors: []string{permittedPage}, limits: func(lox.Plan, lox.RateClass) lox.RateLimit {
		return lox.RateLimit{PerMinute: 3, PerHour: 3}
	}})
	u := h.create(t, fileRequest([]byte("a")))
	api := h.http.URL + backupsPath
	check := func(r response, status int, code string) {
		t.Helper()
		assert.Equal(t, status, r.status, "%s", r.body)
		assert.Equal(t, code, problemOf(t, r.body).code)
		assert.Equal(t, permittedPage, r.header.Get(allowOrigin), code)
		assert.Contains(t, r.exposed(), "retry-after", code)
	}
	check(fromPage(t, permittedPage, http.MethodGet, api, ""), http.StatusUnauthorized, "authentication_error")
	check(fromPage(t, permittedPage, http.MethodGet, api+"?limit=0", h.key), http.StatusBadRequest, "validation_error")
	check(fromPage(t, permittedPage, http.MethodGet, h.http.URL+"/nowhere", ""), http.StatusNotFound, "not_found")
	check(fromPage(t, permittedPage, http.MethodPut, u.UploadURL+"x", ""), http.StatusForbidden, "permission_denied")
	check(fromPage(t, permittedPage, http.MethodGet, u.UploadURL, ""), http.StatusMethodNotAllowed, "method_not_allowed")
	for range 2 {
		fromPage(t, permittedPage, http.MethodGet, api, h.key)
	}
	check(fromPage(t, permittedPage, http.MethodGet, api, h.key), http.StatusTooManyRequests, "rate_limited")
}

func TestCORSAnyOrigin(t *testing.T) {
	t.Parallel()
	h := open(t, setup{cors: []string{"*"}})
	for name, to := range corsTargets(t, h) {
		r := preflight(t, strangePage, to.method, to.url, to.headers)
		assert.Equal(t, http.StatusNoContent, r.status, name)
		assert.Equal(t, "*", r.header.Get(allowOrigin), name)
	}
	assert.Equal(t, "*", fromPage(t, strangePage, http.MethodGet, h.http.URL+backupsPath, h.key).header.Get(allowOrigin))
}

// The server's own pages may use it by whatever address they were opened. Pages of other origins
// may not.
func TestCORSPublicURL(t *testing.T) {
	t.Parallel()
	h := open(t, setup{publicURL: "https://lox.example.com/behind/a/proxy"})
	to := h.http.URL + backupsPath
	assert.Equal(t, http.StatusNoContent, preflight(t, "https://lox.example.com", http.MethodPost, to, "authorization").status)
	assert.Equal(t, "https://lox.example.com", fromPage(t, "https://lox.example.com", http.MethodGet, to, h.key).header.Get(allowOrigin))
	assert.Empty(t, fromPage(t, permittedPage, http.MethodGet, to, h.key).header.Values(allowOrigin))
}

// Without the setting, pages may only read the document.
func TestNoCORS(t *testing.T) {
	t.Parallel()
	h := open(t, setup{})
	for name, to := range corsTargets(t, h) {
		for header := range preflight(t, permittedPage, to.method, to.url, to.headers).header {
			assert.False(t, strings.HasPrefix(header, "Access-Control-"), "%s: %s", name, header)
		}
	}
	for header := range fromPage(t, permittedPage, http.MethodGet, h.http.URL+backupsPath, h.key).header {
		assert.False(t, strings.HasPrefix(header, "Access-Control-"), header)
	}
	for _, s := range []*testenv{h, open(t, setup{cors: []string{permittedPage}})} {
		assert.Equal(t, []string{"*"}, fromPage(t, strangePage, http.MethodGet, s.http.URL+"/openapi.json", "").header.Values(allowOrigin))
	}
}
