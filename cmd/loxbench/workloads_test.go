package main

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox"
)

func TestPathsOfTheWorkloads(t *testing.T) {
	s := &side{rows: 1000, deep: "CURSOR", ids: []string{"bkp_1", "bkp_2"}, account: account{key: "lox_key"}, neighbours: make([]account, 2)}
	want := map[string]string{
		"list":                               "/v1/backups",
		"list, offset=0":                     "/v1/backups?offset=0",
		"list of a status":                   "/v1/backups?status=completed",
		"list of 90 dates":                   "/v1/backups?created_after=2026-01-31&created_before=2026-04-30",
		"list of a status and 90 dates":      "/v1/backups?created_after=2026-01-31&created_before=2026-04-30&status=completed",
		"list between two times":             "/v1/backups?created_after=2026-01-31T07%3A00%3A00Z&created_before=2026-05-01T19%3A00%3A00Z",
		"list of a status between two times": "/v1/backups?created_after=2026-01-31T07%3A00%3A00Z&created_before=2026-05-01T19%3A00%3A00Z&status=completed",
		"list by cursor, 90 % down":          "/v1/backups?cursor=CURSOR",
		"list by offset, 90 % down":          "/v1/backups?offset=900",
		"get one":                            "/v1/backups/bkp_2",
		"download URL":                       "/v1/backups/bkp_2/download",
		"storage":                            "/v1/storage",
		"storage statistics":                 "/v1/storage/stats",
		"refuse an unknown key":              "/v1/tenant",
		"refuse a mistyped key":              "/v1/tenant",
		"refuse unknown keys, each another":  "/v1/tenant/api-keys",
		"create in many tenants":             "/v1/backups",
		"create in one tenant":               "/v1/backups",
	}
	got := map[string]string{}
	for _, w := range workloads(time.Date(2026, 5, 31, 0, 0, 0, 0, time.UTC)) {
		got[w.name] = w.request(s, 3).path
	}
	assert.Equal(t, want, got)
}

func TestDriveStopsAtTheFirstWrongAnswer(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "Bearer right" {
			w.WriteHeader(http.StatusUnauthorized)
		}
	}))
	defer server.Close()
	c := dialed(t, server, 4, http.StatusOK)
	next := func(int) request { return request{key: "right", path: "/"} }

	done, err := c.drive(t.Context(), 20*time.Millisecond, next)
	require.NoError(t, err)
	assert.NotEmpty(t, done.latencies)
	assert.GreaterOrEqual(t, done.elapsed, 20*time.Millisecond)

	_, err = c.drive(t.Context(), time.Hour, func(int) request { return request{key: "wrong", path: "/"} })
	assert.ErrorContains(t, err, "401")
}

func TestTheClientReadsWhatAServerWrites(t *testing.T) {
	long := strings.Repeat("0123456789abcdef", 10_000)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		sent, _ := io.ReadAll(r.Body)
		switch r.URL.Path {
		case "/base/empty":
		case "/base/echo":
			fmt.Fprint(w, r.Method, " ", string(sent))
		case "/base/length":
			w.Header().Set("Content-Length", strconv.Itoa(len(long)))
			fmt.Fprint(w, long)
		case "/base/chunks":
			fmt.Fprint(w, long)
			_ = http.NewResponseController(w).Flush()
			fmt.Fprint(w, "the end")
		}
	}))
	defer server.Close()
	c := dialed(t, server, 1, http.StatusOK)
	for _, exchange := range []struct{ path, body, want string }{
		{"/chunks", "", long + "the end"}, {"/length", "", long}, {"/empty", "", ""},
		{"/echo", `{"a": 1}`, `POST {"a": 1}`}, {"/echo", "", "GET "},
	} {
		got, err := c.get(request{path: exchange.path, body: exchange.body})
		require.NoError(t, err)
		assert.Equal(t, exchange.want, string(got), exchange.path)
	}
}

func TestARequestSaysWhatItIsTold(t *testing.T) {
	var got *http.Request
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { got = r }))
	defer server.Close()
	c := dialed(t, server, 1, http.StatusOK)
	_, err := c.get(request{method: http.MethodPut, host: "store:9000", path: "/key?signature=1", header: "X-Amz-A: b\r\n", body: "bytes"})
	require.NoError(t, err)
	assert.Equal(t, "PUT store:9000 /base/key?signature=1 b 5", fmt.Sprint(got.Method, " ", got.Host, " ", got.RequestURI, " ", got.Header.Get("X-Amz-A"), " ", got.ContentLength))
	assert.Empty(t, got.Header.Get("Authorization"))
	_, err = c.get(request{method: http.MethodPost, key: "right", path: "/complete"})
	require.NoError(t, err)
	assert.Equal(t, "POST Bearer right 0", fmt.Sprint(got.Method, " ", got.Header.Get("Authorization"), " ", got.ContentLength))
}

func dialed(t *testing.T, s *httptest.Server, conns, status int) *client {
	c, err := dial(t.Context(), target{s.Listener.Addr().String(), func(lox.TenantID) string { return "/base" }, status}, conns)
	require.NoError(t, err)
	t.Cleanup(c.close)
	return c
}

func TestAnswersAreAlike(t *testing.T) {
	a := []byte(`{"id":"bkp_1","download_url":"http://a","size_bytes":1}`)
	assert.True(t, alike(a, []byte(`{"id":"bkp_2","download_url":"http://b","size_bytes":1}`)))
	assert.False(t, alike(a, []byte(`{"id":"bkp_1","download_url":"http://a","size_bytes":2}`)))
}
